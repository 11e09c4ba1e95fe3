"""The README says what is so: its commands run, its rooms and pictures are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deliberation import capabilities

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S) for line in block.splitlines() if line]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable if word == "python3" else word for word in command.split()]
    words = [str(ROOT / word) if word.startswith(("deliberation/", "tests/")) else word for word in words]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DELIBERATION_INSTANCE": str(folder / "instance")}
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_every_room_is_on_the_map():
    named = set(re.findall(r"`(?:deliberation|web|tests)/[\w./]*`", TEXT))
    for room in capabilities.NAMES:
        assert f"`deliberation/{room}/`" in named
    for path in named:
        assert (ROOT / path.strip("`")).exists(), path


def test_every_picture_is_there():
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert len(pictures) == 3
    for picture in pictures:
        assert (ROOT / picture).stat().st_size > 10_000


def test_the_commands_are_those_that_the_tests_run():
    assert COMMANDS == [
        "python3 -m deliberation",
        "python3 -m tests",
        "python3 -m deliberation export ./bundle",
        "python3 deliberation/audit/verify.py ./bundle",
        "python3 -m deliberation rule check tests/polls/vectors.txt",
    ]


@pytest.mark.slow
def test_the_demonstration_is_verified(tmp_path: Path):
    done = run("python3 -m deliberation demo", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "同意 338 × 2 = 676 > 371" in done.stdout


@pytest.mark.slow
def test_the_log_is_exported_and_checked_by_one_file(tmp_path: Path):
    assert run("python3 -m deliberation seed", tmp_path).returncode == 0
    exported = run(COMMANDS[2], tmp_path)
    assert exported.returncode == 0, exported.stderr
    checked = run(COMMANDS[3], tmp_path)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_the_rules_decide_the_vectors_as_expected(tmp_path: Path):
    done = run(COMMANDS[4], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "V21 PASS PASS" in done.stdout.splitlines()
