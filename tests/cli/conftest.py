"""A place to run commands in: an instance folder of its own, and a small story instead of the long one."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deliberation import cli
from deliberation.council import Council
from tests.audit.conftest import show_of_hands
from tests.given import found

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "instance"
    for name in ("DATABASE", "COMMUNITY", "PORT", "DEMO"):
        monkeypatch.delenv(f"DELIBERATION_{name}", raising=False)
    monkeypatch.setenv("DELIBERATION_INSTANCE", str(folder))
    monkeypatch.setattr("deliberation.scenario.play", small_story, raising=False)
    monkeypatch.setattr("deliberation.scenario.COMMUNITY", "jiahe", raising=False)
    return folder


def small_story(
    council: Council, progress: Callable[[str, int, int], None] | None = None, *, today: datetime | None = None
) -> None:
    found(council)
    show_of_hands(council)
    if progress is not None:
        progress("表决", 1, 1)


@pytest.fixture
def run(instance: Path) -> Iterator[Run]:
    """Run a command as a person would; the result has output, stderr and exit code."""

    def running(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, list(arguments), catch_exceptions=False)

    return running


@pytest.fixture
def seeded(run: Run, instance: Path) -> Path:
    """An instance with the small story in it."""
    assert run("seed").exit_code == 0
    return instance / "jiahe.db"
