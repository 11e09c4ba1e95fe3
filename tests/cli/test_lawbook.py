"""Checking test vectors from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_vectors_are_checked_a_line_each(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vectors"
    file.write_text("# two\nA|VIL_P|person|1452|727|364|363|0|PASS\nB|VIL_P|person|1452|726|726|0|0|NO_QUORUM\n", "utf-8")
    done = run("rule", "check", str(file))
    assert (done.exit_code, done.stdout.splitlines()) == (0, ["A PASS PASS", "B NO_QUORUM NO_QUORUM"])


@pytest.mark.parametrize("line", ["A|VIL_P|person|1452|727|364|363|0|FAIL", "A|过半|person|1|1|1|0|0|PASS", "A|乱写"])
def test_any_difference_is_a_finding(run: Run, tmp_path: Path, line: str) -> None:
    file = tmp_path / "vectors"
    file.write_text(f"{line}\nB|VIL_P|person|1452|727|364|363|0|PASS\n", "utf-8")
    done = run("rule", "check", str(file))
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1] == "B PASS PASS"


def test_rules_are_listed_and_shown(run: Run) -> None:
    assert "VIL_H" in run("rule", "list").stdout
    assert "第二十六条" in run("rule", "show", "VIL_H").stdout
    assert run("rule", "show", "随便").exit_code == 1
