"""A copy of the first step, run for real in a bare environment."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deliberation.environment import ROOT

SETTINGS = "[options]\ninstall_requires =\n    {}\n"
CLI = """import sys
import {}
def main():
    print(sys.prefix, *sys.argv[1:])
    sys.exit(7)
"""
SYSTEM_PYTHON = getattr(sys, "_base_executable", sys.executable)


class Checkout:
    """The first step beside a command line that only tells where it runs and ends with 7."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.wheels = folder / "wheels"
        self.home = folder / "home"
        closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
        self.pip = {**closed, "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(self.wheels)}
        for made in (self.folder / "deliberation", self.wheels, self.home):
            made.mkdir(parents=True)
        for name in ("__init__.py", "__main__.py", "bootstrap.py", "environment.py"):
            shutil.copy(ROOT / "deliberation" / name, self.folder / "deliberation")
        self.needs("a-trifle>=1", imports="a_trifle")

    def needs(self, line: str, imports: str = "os") -> None:
        (self.folder / "setup.cfg").write_text(SETTINGS.format(line), "utf-8")
        (self.folder / "deliberation/cli.py").write_text(CLI.format(imports), "utf-8")

    def offer(self, version: str) -> None:
        """Put a package of one line where pip looks."""
        about = f"a_trifle-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: a-trifle\nVersion: {version}\n"
        with zipfile.ZipFile(self.wheels / f"a_trifle-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr("a_trifle.py", "")
            wheel.writestr(f"{about}/METADATA", metadata)
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")

    def start(self, python: str = SYSTEM_PYTHON, **environ: str) -> "subprocess.Popen[str]":
        """With nothing of the user's environment, and pip's index on a closed port."""
        bare = {"HOME": str(self.home), "PATH": os.defpath, "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [python, "-m", "deliberation", "demo", "--code"],
            cwd=self.folder,
            env={**bare, **self.pip, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, python: str = SYSTEM_PYTHON, **environ: str) -> tuple[int, str, str]:
        """Exit code, output and what was said meanwhile."""
        return ended(self.start(python, **environ))


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, said = process.communicate(timeout=300)
    return process.returncode, out, said


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_with_everything_there_it_goes_on_at_once(checkout: Checkout) -> None:
    checkout.needs("pytest>=1")
    assert checkout.run(sys.executable) == (7, f"{sys.prefix} demo --code\n", "")
    assert not (checkout.folder / ".venv").exists()


def test_without_an_index_it_says_so_and_marks_nothing(checkout: Checkout, tmp_path: Path) -> None:
    home = tmp_path / "named"
    code, out, said = checkout.run(DELIBERATION_VENV=str(home))
    assert (code, out) == (1, "")
    assert "没有连上软件源" in said
    assert "could not reach its package index" in said
    assert "PIP_INDEX_URL" in said
    assert list(home.glob(".ready*")) == []
    assert not (checkout.folder / ".venv").exists()


def test_an_index_that_is_back_lets_it_go_on_and_a_change_starts_it_again(checkout: Checkout) -> None:
    checkout.offer("1.0")
    home = checkout.folder / ".venv"
    here = f"{home} demo --code\n"
    code, out, said = checkout.run()
    assert (code, out) == (7, here)
    assert "首次使用" in said
    assert "First use" in said
    assert checkout.run() == (7, here, "")

    shutil.rmtree(next(home.glob("**/a_trifle-1.0.dist-info")))
    assert checkout.run()[:2] == (7, here), "what has vanished is brought back"

    checkout.offer("2.0")
    checkout.needs("a-trifle>=2", imports="a_trifle")
    code, out, said = checkout.run()
    assert (code, out) == (7, here)
    assert "First use" in said
    assert list(home.glob("**/a_trifle-2.0.dist-info"))


def test_two_first_runs_at_once_make_one_environment(checkout: Checkout) -> None:
    checkout.offer("1.0")
    runs = [ended(process) for process in [checkout.start(), checkout.start()]]
    assert [(code, out) for code, out, _ in runs] == [(7, f"{checkout.folder / '.venv'} demo --code\n")] * 2
    assert sorted("First use" in said for _, _, said in runs) == [False, True]
    assert any("waiting" in said for _, _, said in runs)


@pytest.mark.slow
def test_a_cold_checkout_brings_all_that_the_house_needs(checkout: Checkout) -> None:
    """From the real index, by the user's own settings of pip."""
    checkout.needs("", imports="chinese_calendar, eventsourcing, flask_babel, psycopg, sqlalchemy, waitress")
    shutil.copy(ROOT / "setup.cfg", checkout.folder)
    own = re.compile("PIP_|HOME$|.*_PROXY$|.*SSL|.*CA_BUNDLE$", re.IGNORECASE)
    checkout.pip = {name: value for name, value in os.environ.items() if own.match(name)}
    code, out, said = checkout.run()
    assert (code, out) == (7, f"{checkout.folder / '.venv'} demo --code\n"), said


@pytest.mark.slow
def test_the_wheel_carries_the_data_and_no_tests(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv*", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ignored)
    wheel = ["pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run([sys.executable, "-m", *wheel], check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "deliberation/py.typed" in names
    assert not [name for name in names if name.startswith("tests/")]
