"""The first step of both commands: it needs nothing but a Python, and says what is missing."""

import ast
import io
import sys
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from packaging.specifiers import SpecifierSet

from deliberation import bootstrap, environment
from deliberation.environment import ROOT

READ_BY_OLD_PYTHONS = [
    *(f"deliberation/{name}.py" for name in ("__init__", "__main__", "bootstrap", "environment")),
    *(f"tests/{name}.py" for name in ("__init__", "__main__")),
]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with a ``setup.cfg``, whose user has a cache folder beside it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "setup.cfg").write_text("[options]\ninstall_requires =\n", "utf-8")
    monkeypatch.setattr(environment, "ROOT", folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DELIBERATION_VENV", raising=False)
    return folder


def made(home: Path) -> Path:
    """An environment whose Python is a stand-in."""
    python = environment.interpreter(home)
    python.parent.mkdir(parents=True)
    python.touch()
    return home


# Old Pythons


@pytest.mark.parametrize("path", READ_BY_OLD_PYTHONS)
def test_an_old_python_can_read_the_first_step(path: str) -> None:
    ast.parse((ROOT / path).read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("name", ["bootstrap", "environment"])
def test_the_first_step_needs_the_standard_library_only(name: str) -> None:
    tree = ast.parse((ROOT / f"deliberation/{name}.py").read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in imported} - sys.stdlib_module_names <= {"deliberation"}
    assert imported & {"deliberation.environment", "hashlib"}


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    (folder / name).chmod(0o755)


def test_a_python_too_old_says_so_in_two_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as refusal:
        bootstrap.ensure("deliberation")
    assert refusal.value.code == 1
    said = capsys.readouterr().err
    have = sys.version.split()[0]
    assert f"这里是 {have}" in said
    assert f"this is {have}" in said
    assert "apt install python3 python3-venv" in said


@pytest.mark.skipif(sys.platform == "win32", reason="stand-in programs are shell scripts")
def test_a_python_too_old_hands_over_to_a_newer_one_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HandedOver(Exception):
        pass

    def hand_over(python: str, module: str) -> None:
        raise HandedOver(python, module)

    program(tmp_path, "python3.13", "exit 127")
    program(tmp_path, "python3.12", "exit 0")
    program(tmp_path, "python3.11", "exit 0")
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "hand_over", hand_over)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HandedOver) as handed:
        bootstrap.ensure("deliberation")
    assert handed.value.args == (str(tmp_path / "python3.12"), "deliberation")


# What is needed


def test_every_requirement_of_the_house_is_read_and_met_here() -> None:
    lines = bootstrap.requirements("test")
    assert set(bootstrap.requirements()) < set(lines)
    assert bootstrap.unmet(lines) == []


def test_an_installed_package_asks_for_nothing_more(tmp_path: Path) -> None:
    assert bootstrap.requirements(file=tmp_path / "setup.cfg") == []


@pytest.mark.parametrize(
    ("line", "met"),
    [
        ("pytest", True),
        ("pytest>=1,<99", True),
        ("pytest >= 1 , < 99", True),
        ("pytest>=99", False),
        ("Py_Test>=1", False),
        ("a-package-that-is-nowhere", False),
        ("a-package-that-is-nowhere; sys_platform == \"win31\"", True),
        (f"a-package-that-is-nowhere; sys_platform != \"{sys.platform}\"", True),
        (f"pytest>=99; sys_platform == \"{sys.platform}\"", False),
        ("psycopg[binary]", True),
    ],
)
def test_a_requirement_is_met_or_not(line: str, met: bool) -> None:
    assert (bootstrap.unmet([line]) == []) is met


def test_a_database_driver_without_its_binary_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap._brought_by("psycopg", "binary") == ["psycopg-binary"]
    monkeypatch.setattr(bootstrap, "_brought_by", lambda name, options: ["a-package-that-is-nowhere"])
    assert bootstrap.unmet(["psycopg[binary]"]) == ["psycopg[binary]"]


@pytest.mark.parametrize("line", ["name ~= 1.0", "name == 1.*", 'name; os_name == "nt"', "name @ file:///x"])
def test_a_requirement_it_cannot_read_is_an_error_and_not_met(line: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        bootstrap.unmet([line])


numbers = some.lists(some.integers(0, 3).map(str), min_size=1, max_size=4)
versions = numbers.map(".".join)
bounds = some.lists(some.tuples(some.sampled_from(list(bootstrap.ORDERS)), versions).map("".join), max_size=2)


@given(versions, bounds.map(",".join))
def test_bounds_mean_what_they_mean_to_pip(version: str, text: str) -> None:
    assert bootstrap.satisfies(version, text) == SpecifierSet(text).contains(version)


def test_what_is_missing_after_the_set_up_is_named_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(bootstrap.JUST_SET_UP, "1")
    monkeypatch.setattr(bootstrap, "requirements", lambda extra: ["a-package-that-is-nowhere>=1"])
    with pytest.raises(SystemExit):
        bootstrap.ensure("deliberation")
    assert "a-package-that-is-nowhere>=1" in capsys.readouterr().err


# Where it stands, and whether it is ready


def test_an_environment_is_ready_once_marked_and_only_then(checkout: Path) -> None:
    home = made(checkout / ".venv")
    assert not environment.ready(home, None)
    environment._write_marks(home, None)
    assert environment.ready(home, None)
    assert not environment.ready(home, "test")


def test_whoever_has_the_extra_has_the_rest(checkout: Path) -> None:
    home = made(checkout / ".venv")
    environment._write_marks(home, "test")
    assert environment.ready(home, "test")
    assert environment.ready(home, None)


def test_a_changed_setup_cfg_is_set_up_again(checkout: Path) -> None:
    home = made(checkout / ".venv")
    environment._write_marks(home, None)
    (checkout / "setup.cfg").write_text("[options]\ninstall_requires =\n    more\n", "utf-8")
    assert not environment.ready(home, None)


def test_another_python_is_set_up_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = made(checkout / ".venv")
    environment._write_marks(home, None)
    monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-399")
    assert not environment.ready(home, None)


def test_the_environment_of_another_python_stays_whole(checkout: Path) -> None:
    home = made(checkout / ".venv")
    (home / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.9.1\n", "utf-8")
    here = "{}.{}".format(*sys.version_info[:2])
    assert next(environment.homes()) == checkout / f".venv-{here}"
    (home / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion_info = {here}.0\n", "utf-8")
    assert next(environment.homes()) == home


def test_a_named_folder_is_the_only_one(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIBERATION_VENV", str(checkout / "elsewhere"))
    assert list(environment.homes()) == [checkout / "elsewhere"]


def test_a_checkout_that_cannot_be_written_leaves_the_users_own_folder(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / ".venv").write_text("a file stands in the way, for root as well", "utf-8")
    with ExitStack() as stack:
        home = environment._hold_first_writable(stack)
    assert home.parent == environment.cache_folder()
    assert "cannot be written" in capsys.readouterr().err


def test_with_no_folder_to_write_it_asks_for_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DELIBERATION_VENV", str(checkout / "setup.cfg"))
    with ExitStack() as stack, pytest.raises(SystemExit):
        environment._hold_first_writable(stack)
    assert "DELIBERATION_VENV" in capsys.readouterr().err


@pytest.mark.parametrize("absent", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_one_line_to_run(
    checkout: Path, absent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find_spec(name: str) -> ModuleSpec | None:
        return None if name == absent else ModuleSpec(name, None)

    monkeypatch.setattr("importlib.util.find_spec", find_spec)
    with pytest.raises(SystemExit):
        environment.set_up([], None)
    said = capsys.readouterr().err
    assert "apt install python{}.{}-venv".format(*sys.version_info[:2]) in said
    assert "缺少 venv" in said
    assert not (checkout / ".venv").exists()


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with environment.locked(tmp_path), open(tmp_path / environment.LOCK, "a", encoding="utf-8") as other:
        assert not environment._taken(other)
    with open(tmp_path / environment.LOCK, "a", encoding="utf-8") as other:
        assert environment._taken(other)


def test_a_terminal_without_chinese_still_gets_the_english(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stderr", terminal)
    environment.say("准备好了", "Ready")
    assert terminal.buffer.getvalue() == b"????\nReady\n"
