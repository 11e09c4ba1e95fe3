"""Models are pure, decisions are made in whole numbers, and the repository speaks of the project alone."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.environment import ROOT

HOUSE = ROOT / "deliberation"
#: Replayed for ever, so the same then as now: no clock, chance, locale, environment, file, network or thread.
PURE = sorted(
    {
        *HOUSE.glob("*/model.py"),
        *HOUSE.glob("*/refusals.py"),
        *(
            HOUSE / "polls" / f"{name}.py"
            for name in ("rules", "conditions", "counting", "annulling", "asking", "doubts", "recounts", "repeats", "ballots", "lawbook", "roll", "sealing", "paper", "vectors")
        ),
        *(HOUSE / f"{name}.py" for name in ("actors", "clauses", "deadlines", "errors", "wording")),
        *(HOUSE / "log" / f"{name}.py" for name in ("aggregate", "leaf", "note", "proof", "tlog")),
        HOUSE / "procedures" / "templates.py",
        HOUSE / "motions" / "amendments.py",
        HOUSE / "meetings" / "attendance.py",
        HOUSE / "meetings" / "minutes.py",
        HOUSE / "register" / "ownership.py",
        HOUSE / "register" / "private.py",
        HOUSE / "access" / "letters.py",
        HOUSE / "access" / "private.py",
        HOUSE / "custody" / "erasing.py",
    }
)
IMPURE = {
    "asyncio", "concurrent", "ftplib", "glob", "http", "importlib", "io", "locale", "logging", "multiprocessing", "os",
    "pathlib", "platform", "queue", "random", "secrets", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib",
    "babel", "click", "flask", "psycopg", "requests", "rich", "sqlalchemy", "waitress", "werkzeug",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime"}
CALLS = {"open", "input", "print", "exec", "eval", "__import__", "hash", "id"}
#: The one source of new ids; they are made by whoever acts, never on replay.
ALLOWED = {("log/aggregate.py", "uuid4"): "new_id"}


def impurities(path: Path, source: str) -> list[str]:
    """What a pure file must not do, with the line that does it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for name in _forbidden(path, node):
            found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {name}")
    return found


def _forbidden(path: Path, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.split(".")[0] in IMPURE)
    elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in IMPURE:
        yield node.module
    elif isinstance(node, ast.Attribute) and node.attr in CLOCKS | {"uuid1", "uuid4"}:
        if (str(path.relative_to(HOUSE)).replace("\\", "/"), node.attr) not in ALLOWED:
            yield node.attr
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield node.func.id
    elif isinstance(node, (ast.Global, ast.Nonlocal, ast.AsyncFunctionDef)):
        yield type(node).__name__


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_model_does_nothing_but_think(path: Path) -> None:
    assert impurities(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import os", "from time import time", "import sqlalchemy.orm", "datetime.now()", "date.today()", "uuid.uuid4()",
        "open('x')", "hash('x')", "def f():\n    global x", "async def f(): pass",
    ],
)  # fmt: skip
def test_whatever_is_not_pure_is_noticed(line: str) -> None:
    assert len(impurities(HOUSE / "polls" / "rules.py", line)) == 1


# whole numbers


#: Where a float or a division decides nothing: how long a thread sleeps.
WAITING = {"log/filelock.py", "log/turns.py", "log/writer.py"}
#: What a path is joined to.
FOLDERS = {"ROOT", "folder", "home", "instance", "Path", "cache_folder", "place"}


def inexact(source: str) -> list[str]:
    """Floats, float() and divisions; ``folder / "name"`` is none."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_float = isinstance(node, ast.Constant) and isinstance(node.value, (float, complex))
        is_call = isinstance(node, ast.Name) and node.id == "float"
        divides = isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)
        if is_float or is_call or (divides and not _joins(node)):
            found.append(f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}")
    return found


def _joins(node: ast.AST) -> bool:
    left = (
        node.left if isinstance(node, ast.BinOp) else node.target if isinstance(node, ast.AugAssign) else node
    )
    names = {part.id for part in ast.walk(left) if isinstance(part, ast.Name)}
    names |= {part.attr for part in ast.walk(left) if isinstance(part, ast.Attribute)}
    return bool(names & FOLDERS)


def test_no_float_decides_anything() -> None:
    paths = [
        path for path in HOUSE.rglob("*.py") if str(path.relative_to(HOUSE)).replace("\\", "/") not in WAITING
    ]
    found = {str(path.relative_to(ROOT)): inexact(path.read_text(encoding="utf-8")) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line", ["share = 0.5", "share = votes / voters", "share /= 2", "share = float(votes)", "x = 1e3"]
)
def test_whatever_is_not_exact_is_noticed(line: str) -> None:
    assert len(inexact(line)) == 1


def test_joining_paths_is_no_division() -> None:
    assert inexact("x = ROOT / 'a' / name\ny = self.instance / f'{n}'\nz = n // 2") == []


# what the repository speaks of


#: Places on one machine, and where packages happen to come from.
ELSEWHERE = re.compile(
    r"/(work|root|home/\w+|Users/\w+|tmp|var/tmp)/|\b[A-Z]:\\\\"
    r"|\b(pypi\.org|pythonhosted|npmjs\.|crates\.io|conda\.|artifactory|nexus|devpi|[\w.-]*mirror[\w-]*\.\w+)"
    r"|index-url|trusted-host|proxy\.golang",
    re.IGNORECASE,
)


def kept() -> list[Path]:
    """The files of the repository, or of the folder where there is no repository."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    else:
        paths = [path for name in ("deliberation", "web", "tests") for path in (ROOT / name).rglob("*")]
    return [path for path in paths if path.is_file() and path != Path(__file__)]


def test_the_repository_names_no_machine_and_no_registry() -> None:
    found = []
    for path in kept():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in ELSEWHERE.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text", ["/home/somebody/x", "https://pypi.org/simple", "--index-url x", "/tmp/x", "C:\\\\Users"]
)
def test_a_machine_or_registry_is_noticed(text: str) -> None:
    assert ELSEWHERE.search(text)
