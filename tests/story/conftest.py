"""The whole story, played once, with a copy of the file for those who want it to go on otherwise."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deliberation.audit.checkpoints import Checkpoints
from deliberation.council import Council
from deliberation.log.reading import Reading
from deliberation.scenario.player import COMMUNITY, STORY
from deliberation.scenario.stage import Stage
from tests.audit.conftest import checkpoints_of


@dataclass
class Copy:
    """After a chapter: the file, the ids made so far, the length of the log, the digest of the views."""

    path: Path
    ids: dict[str, str]
    steps: int
    size: int
    digest: str


@dataclass
class Story:
    """The story at its end, and after each chapter."""

    stage: Stage
    after: dict[str, Copy] = field(default_factory=dict)
    checkpoints: Checkpoints | None = None

    @property
    def council(self) -> Council:
        return self.stage.council

    @property
    def ids(self) -> dict[str, str]:
        return self.stage.ids

    @contextmanager
    def branch(self, chapter: str, folder: Path) -> Iterator[Stage]:
        """Go on from a chapter in a copy of one's own."""
        copy = self.after[chapter]
        _copy(copy.path, folder / "branch.db")
        council = Council.open(f"sqlite:///{folder / 'branch.db'}", COMMUNITY)
        try:
            yield Stage(council, ids=dict(copy.ids), steps=copy.steps)
        finally:
            council.close()


def _copy(source: Path, target: Path) -> None:
    here, there = sqlite3.connect(source), sqlite3.connect(target)
    here.backup(there)
    here.close()
    there.close()


#: Chapters from which a test goes on, and chapters whose views are compared with a fold of the log.
KEPT = ("review", "corrections", "opening", "first day", "third day")
COMPARED = ("reports", "party meeting", "council meeting", "revision", "opening", "count")


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    council = Council.open(f"sqlite:///{folder / 'story.db'}", COMMUNITY)
    told = Story(Stage(council))
    for chapter in STORY:
        chapter.play(told.stage)
        copy = folder / f"{chapter.name}.db"
        if chapter.name in KEPT:
            _copy(folder / "story.db", copy)
        digest = council.digest() if chapter.name in COMPARED else ""
        told.after[chapter.name] = Copy(copy, dict(told.ids), told.stage.steps, council.head().size, digest)
    told.checkpoints = checkpoints_of(council)
    told.checkpoints.seal()
    yield told
    council.close()


@pytest.fixture
def branch(story: Story, tmp_path: Path) -> Callable[[str], AbstractContextManager[Stage]]:
    """Go on from a chapter: ``with branch("opening") as stage``."""
    return lambda chapter: story.branch(chapter, tmp_path)


@pytest.fixture
def r(story: Story) -> Iterator[Reading]:
    with story.council.reading() as reading:
        yield reading
