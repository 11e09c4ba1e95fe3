"""What waits on the desks of the demonstration, and that each of its people can take the next step."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from deliberation.actors import (
    CHAIR,
    DELEGATE,
    RESIDENT,
    SCRUTINEER,
    SECRETARY,
    STREET_OFFICE,
    Actor,
)
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.discussion import views as discussion
from deliberation.filings import views as filings
from deliberation.filings.model import Filing
from deliberation.intake import views as intake
from deliberation.log.aggregate import id_of
from deliberation.meetings.model import Meeting
from deliberation.motions import queries as motions
from deliberation.motions.model import Motion, Second
from deliberation.polls import queries as polls
from deliberation.polls.ballots import Ballot
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll
from deliberation.polls.readings import SlipReading
from deliberation.polls.tallying import count_of
from deliberation.publications import views as publications
from deliberation.register import views as register
from deliberation.scenario import people, play
from deliberation.scenario.data import load, moment
from deliberation.scenario.roster import roster
from deliberation.scenario.stage import Stage
from deliberation.scenario.voting import sealing_key
from deliberation.tasks import views as tasks

NOW = moment("2026-06-15 10:30")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demonstration as it is opened on a Monday in June."""
    council = Council.open(f"sqlite:///{tmp_path_factory.mktemp('today') / 'today.db'}", "jiahe")
    yield play(council, today=NOW)
    council.close()


def acting(key: str, role: str, at: datetime = NOW) -> Actor:
    return Actor.of(roster().cast[key], role, at)


def test_everybody_to_sign_in_as_holds_the_role_named(played: Stage) -> None:
    with played.council.reading() as r:
        for visitor in people():
            held = register.roles_of(r, visitor.person, "2026-06-15")
            assert visitor.role == RESIDENT or visitor.role in held, visitor.name
            assert visitor.name == register.named(r, [visitor.person])[visitor.person]
    assert {visitor.desk for visitor in people()} == {"home", "desk", "audit"}
    assert all(zh.endswith("。") and en.endswith(".") for *_, (zh, en) in people())


def test_nothing_lies_after_the_moment_at_which_it_is_opened(played: Stage) -> None:
    assert played.council.head().time <= NOW.timestamp()
    assert recount(played.council).findings == []


def test_the_elder_votes_in_a_poll_that_is_open_until_thursday(played: Stage) -> None:
    with played.council.reading() as r:
        (mine,) = [row for row in polls.to_vote(r, roster().cast["elder"]) if row.stage == "open"]
        assert (mine.position, mine.noticed) == (None, "2026-06-03")
        assert mine.closes == int(moment("2026-06-18 18:00").timestamp())
        voted = {row.label: row.position for row in polls.to_vote(r, roster().cast["neighbour"])}
        assert all(voted.values())
    key = sealing_key(played, mine.id)
    ballot = Ballot.cast(mine.id, mine.matter, mine.voter, "for", key=key, by=acting("elder", RESIDENT))
    assert played.council.save(ballot, command="elder").positions


def test_five_slips_of_the_first_box_are_left_to_enter(played: Stage) -> None:
    with played.council.reading() as r:
        poll = polls.poll_row(r, played.ids["parking"])
        (box,) = polls.boxes_of(r, poll.id)
        assert box.slips - box.entered - box.refused == 5
        silent = next(
            line
            for line in polls.lines_of(r, poll.id, "binding")
            if not polls.voters_of(r, poll.id, line.holder)[0].position
        )
    key, box = sealing_key(played, poll.id), id_of(poll.id, "box", "1")
    with played.council.reading() as r:
        number = polls.boxes_of(r, poll.id)[0].read + 1
    read = SlipReading.read(poll.id, poll.matter, box, number, silent.voter, "against", key=key, by=acting("clerk", SECRETARY))
    assert played.council.save(read).positions
    slip = read.again(poll.matter, "against", door=silent.label, key=key, by=acting("scrutineer", SCRUTINEER))
    assert played.council.save(slip).positions


def test_the_canteen_waits_for_the_scrutineers_count(played: Stage) -> None:
    with played.council.reading() as r:
        (row,) = polls.polls_at(r, "closed")
        counted = count_of(r, row)
    poll = played.council.get(Poll, row.id)
    played.council.save(PollCount.declare(poll, **counted._asdict(), by=acting("scrutineer", SCRUTINEER)))
    assert counted.result["outcome"] == "REPORTED"
    assert [counted.result[name] for name in ("in_favour", "against", "abstain")] == load("today")["canteen"][
        "phone"
    ]


def test_two_more_seconds_and_the_chair_admits_the_motion_on_sheds(played: Stage) -> None:
    with played.council.reading() as r:
        (row,) = [motion for motion in motions.open_motions(r) if motion.state == "proposed"]
        assert (row.seconds, row.seconds_needed) == (3, 5)
        assert len(discussion.unanswered(r, row.id)) == 3
    for key, role in (("neighbour", RESIDENT), ("delegate_5", DELEGATE)):
        played.council.save(Second.of(row.id, row.matter, row.number, by=acting(key, role)))
    with played.council.change(Motion, row.id) as motion:
        motion.admit(by=acting("chair", CHAIR))
    assert motion.state == "admitted"


def test_the_secretary_opens_todays_meeting(played: Stage) -> None:
    with played.council.change(Meeting, played.ids["meeting today"]) as meeting:
        chair, secretary = roster().cast["chair"], roster().cast["secretary"]
        meeting.open(chair=chair, secretary=secretary, by=acting("secretary", SECRETARY))
    assert (meeting.state, meeting.due) == ("open", 46)


def test_reports_an_objection_a_filing_and_a_notice_wait_for_their_people(played: Stage) -> None:
    with played.council.reading() as r:
        assert [row.number for row in intake.waiting(r)] == ["21", "22"]
        (objection,) = publications.unanswered(r)
        assert objection.publication in {row.id for row in publications.on_display(r, "2026-06-15")}
        (waiting,) = filings.awaiting_receipt(r)
        (late,) = tasks.overdue(r, int(NOW.timestamp()))
        assert late.place_label == "3号楼东侧"
    with played.council.change(Filing, waiting.id) as filing:
        filing.acknowledge("丙街备〔2026〕19号", "2026-06-15", by=acting("street", STREET_OFFICE))
    assert filing.state == "acknowledged"


@pytest.mark.parametrize("clock", ["2026-01-10 12:00", "2026-11-21 00:05", "2027-09-01 23:40"])
def test_the_demonstration_opens_whatever_the_clock_says(tmp_path: Path, clock: str) -> None:
    """Before the story's end it opens three weeks after it; without a calendar, nothing has a last day."""
    council = Council.open(f"sqlite:///{tmp_path / 'clock.db'}", "jiahe")
    stage = play(council, today=moment(clock))
    with council.reading() as r:
        assert json.loads(polls.poll_row(r, stage.ids["parking"]).rolls)["binding"]["count"] == 486
        assert polls.poll_row(r, stage.ids["parking"]).stage == "open"
        assert ("display" in stage.ids) == (not clock.startswith("2027"))
    council.close()


def test_progress_is_told_chapter_by_chapter(tmp_path: Path) -> None:
    council = Council.open(f"sqlite:///{tmp_path / 'progress.db'}", "jiahe")
    told: list[tuple[str, int, int]] = []
    play(council, lambda *step: told.append(step))
    council.close()
    assert [done for _, done, _ in told] == list(range(22))
    assert told[-1] == ("甲河村《安全自治十条》", 21, 21)
