"""Who may import whom: the contracts of setup.cfg hold, and each of them notices when it is broken."""

import ast
import configparser
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from deliberation import capabilities
from deliberation.environment import ROOT

#: name of the contract -> (file, a line that breaks it, what the report names)
PLANTED = {
    "no-web": ("deliberation/clauses.py", "import flask", "deliberation.clauses -> flask"),
    "rooms": (
        "deliberation/motions/model.py",
        "from deliberation.polls.catalogue import RULES",
        "deliberation.motions.model -> deliberation.polls.catalogue",
    ),
    "blueprints": ("web/intake.py", "from web.tasks import bp as tasks", "web.intake -> web.tasks"),
    "eventsourcing": (
        "deliberation/polls/model.py",
        "import eventsourcing.domain",
        "deliberation.polls.model -> eventsourcing",
    ),
    "sqlalchemy": ("web/home.py", "import sqlalchemy", "web.home -> sqlalchemy"),
    "pure": (
        "deliberation/polls/rules.py",
        "from deliberation.register import vault",
        "deliberation.polls.rules -> deliberation.register.vault",
    ),
    "audit": (
        "deliberation/audit/recount.py",
        "from deliberation.polls import views as _views",
        "deliberation.audit.recount -> deliberation.polls.views",
    ),
}


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def entries(contracts: configparser.ConfigParser, contract: str, option: str) -> list[str]:
    return contracts.get(f"importlinter:contract:{contract}", option).split()


def names(contracts: configparser.ConfigParser) -> dict[str, str]:
    """The contracts: short name -> what the report calls it."""
    prefix = "importlinter:contract:"
    found = [section for section in contracts.sections() if section.startswith(prefix)]
    return {section.removeprefix(prefix): contracts.get(section, "name") for section in found}


def report(folder: Path) -> str:
    command = [str(Path(sysconfig.get_path("scripts"), "lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False).stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for name in ("deliberation", "web"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "setup.cfg", folder)
    return folder


@pytest.mark.slow
def test_each_contract_holds_here_and_notices_what_breaks_it(
    copy: Path, contracts: configparser.ConfigParser
) -> None:
    said = names(contracts)
    assert said.keys() == PLANTED.keys(), "plant a violation for each contract"
    before = report(copy)
    assert [name for name in said if f"{said[name]} KEPT" not in before] == [], before
    for path, line, _ in PLANTED.values():
        with open(copy / path, "a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    after = report(copy)
    for name, (_, _, found) in PLANTED.items():
        assert f"{said[name]} BROKEN" in after, after
        assert found in after, after


def test_the_rooms_stand_in_the_order_of_the_procedure(contracts: configparser.ConfigParser) -> None:
    layers = entries(contracts, "rooms", "layers")
    rooms = layers[layers.index("council") + 1 : layers.index("log")]
    assert rooms == list(reversed(capabilities.NAMES))


def test_every_room_of_pages_is_under_the_contract(contracts: configparser.ConfigParser) -> None:
    web = pytest.importorskip("web")
    listed = {name.removeprefix("web.") for name in entries(contracts, "blueprints", "modules")}
    assert set(web.BLUEPRINTS) <= listed


def test_every_model_is_under_the_contract_for_pure_modules(contracts: configparser.ConfigParser) -> None:
    patterns = entries(contracts, "pure", "source_modules")
    for name in capabilities.NAMES:
        model = f"deliberation.{name}.model"
        assert (ROOT / "deliberation" / name / "model.py").exists()
        assert any(Path(model).match(pattern) for pattern in patterns), model


def foreign(source: str) -> set[str]:
    """What a file imports beyond the standard library."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else str(node.module).split(".")[0])
        elif isinstance(node, ast.Name) and node.id in ("__import__", "exec", "eval"):
            found.add(node.id)
    return found - set(sys.stdlib_module_names)


def test_the_verifier_needs_nothing_but_python() -> None:
    source = (ROOT / "deliberation" / "audit" / "verify.py").read_text(encoding="utf-8")
    assert foreign(source) == set()
    for planted, found in (
        ("from deliberation.log.tlog import leaf_hash", "deliberation"),
        ("import orjson", "orjson"),
        ("from . import bundle", "."),
        ("__import__('orjson')", "__import__"),
    ):
        assert foreign(f"{source}\n{planted}\n") == {found}


def test_the_verifier_runs_without_the_house(tmp_path: Path) -> None:
    """In a folder of its own, isolated from all that is installed, it finds that an empty bundle is none."""
    copied = shutil.copy(ROOT / "deliberation" / "audit" / "verify.py", tmp_path)
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    run = subprocess.run(
        [sys.executable, "-I", "-S", copied, bundle],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (run.returncode, run.stderr) == (1, "")
    assert "C01" in run.stdout
