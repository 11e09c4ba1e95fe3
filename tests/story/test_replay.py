"""The story told again: from the log, as of an earlier day, by a verifier, on the other database."""

import re
from pathlib import Path

import pytest

from deliberation.audit import bundle, verify
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.discussion import views as discussion
from deliberation.intake import views as intake
from deliberation.log import fold, history
from deliberation.polls import queries as polls
from deliberation.scenario import play
from deliberation.scenario.data import load, seconds
from deliberation.scenario.roster import roster
from tests.story.conftest import COMPARED, Story
from tests.story.reading import hands


def test_the_views_are_the_same_when_rebuilt_from_the_log(story: Story) -> None:
    before = story.council.digest()
    story.council.rebuild()
    assert story.council.digest() == before


@pytest.mark.parametrize("chapter", COMPARED)
def test_the_views_of_an_earlier_day_are_those_of_that_day(story: Story, chapter: str) -> None:
    with story.council.as_of(position=story.after[chapter].size) as past:
        assert fold.digest(past.connection, past.community) == story.after[chapter].digest


def test_on_the_evening_of_28_april_nobody_sees_how_the_vote_stands(story: Story) -> None:
    with story.council.as_of(time=seconds("2026-04-28 22:00")) as past:
        poll = polls.poll_row(past, story.ids["poll"])
        assert (poll.stage, poll.key, poll.result) == ("open", "", None)
        assert 0 < polls.turnout(past, poll).cast < 371


def test_one_matter_can_be_replayed_alone(story: Story) -> None:
    with story.council.as_of(position=story.council.head().size, matter=story.ids["matter"]) as alone:
        assert hands(alone, story.ids["poll"]) == ("PASS", 338, 21, 12)
        assert intake.counts(alone, "state") == {}


def test_the_exported_log_verifies_and_every_poll_recounts(story: Story, tmp_path: Path) -> None:
    size = bundle.export(story.checkpoints, tmp_path / "bundle").size
    checker = verify.check(tmp_path / "bundle")
    assert (checker.findings, checker.size) == ([], size)
    assert [poll.declared["outcome"] for poll in checker.recounted] == [
        "PASS",
        "PASS",
        "FAIL",
        "PASS",
        "PASS",
        "PASS",
    ]
    assert all(poll.same for poll in checker.recounted)
    assert recount(story.council).findings == []


def test_no_name_and_no_word_of_anybody_stands_in_the_log(story: Story) -> None:
    with story.council.reading() as r:
        leaves = "\n".join(
            entry.leaf.decode() for entry in history.entries(r.connection, r.community, limit=10_000)
        )
    said = [line[4] for line in load("council")["record"] if line[2] == "speech"]
    said += [line[3] for line in load("comments")["comments"]] + [
        one["words"] for one in load("reports")["reports"]
    ]
    assert not [words for words in said if words in leaves]
    stretches = set(re.findall("[\u4e00-\u9fff]{2,}", leaves))
    short = {run[n : n + width] for run in stretches for width in (2, 3, 4, 5) for n in range(len(run))}
    assert not {person.name for person in roster().persons} & short


def test_the_story_is_the_same_on_every_database(database_url: str) -> None:
    council = Council.open(database_url, "jiahe")
    try:
        stage = play(council)
        before = council.digest()
        council.rebuild()
        assert council.digest() == before
        assert recount(council).findings == []
        with council.reading() as r:
            assert hands(r, stage.ids["poll"]) == ("PASS", 338, 21, 12)
            assert len(discussion.comments_of(r, stage.ids["motion"]).rows) == 36
    finally:
        council.close()
