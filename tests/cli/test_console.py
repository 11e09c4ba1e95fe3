"""Progress goes to stderr: a bar on a terminal, otherwise a line for each tenth."""

import sys

import pytest

from deliberation.cli import console
from deliberation.cli.console import Bar


def test_without_a_terminal_a_tenth_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("核对") as bar:
        for done in range(1, 101):
            bar(done, 100)
    assert capsys.readouterr().err.splitlines() == [f"  核对 {done}/100" for done in (1, *range(10, 101, 10))]


def test_each_step_of_a_story_has_lines_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar() as bar:
        bar.step("名册", 1, 2)
        bar.step("名册", 2, 2)
        bar.step("表决", 0, 0)
    assert capsys.readouterr().err.splitlines() == ["  名册 1/2", "  名册 2/2", "  表决 0/0"]


def test_on_a_terminal_there_is_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Bar("核对") as bar:
        bar(1, 2)
        bar.step("表决", 2, 2)
    shown = capsys.readouterr().err
    assert "核对" in shown
    assert "2/2" in shown


def test_the_bar_library_is_loaded_only_when_it_is_seen() -> None:
    assert "rich" not in vars(console)
