"""A show of hands: announced, held and counted within one minute of a meeting."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from deliberation.actors import SECRETARY
from deliberation.motions.queries import amendment_row, motion_row
from deliberation.polls.ballots import HANDS
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount, count_hands
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import Line
from deliberation.scenario.data import seconds
from deliberation.scenario.stage import Stage


class Hands(NamedTuple):
    """What is asked under which rule, and how many hands were raised."""

    rule: str
    number: str
    title: str
    kind: str
    subject: str
    in_favour: int
    against: int
    abstain: int


def show_of_hands(stage: Stage, name: str, hands: Hands, meeting: str, seats: Sequence[str], at: str) -> str:
    """Hold a vote by hands and return its line for the record. ``meeting`` is the name of the meeting."""
    by = stage.by("secretary", SECRETARY, at)
    law, key, time = rule(hands.rule), secrets.token_bytes(32), seconds(at)
    question = Question(
        stage.ids["matter"],
        hands.number,
        hands.title,
        hands.kind,
        hands.subject,
        _digest(stage, hands),
        stage.ids[meeting],
    )
    lines = [Line(person, "", "", person) for person in seats]
    poll, pages = Poll.announce(
        question, law, Window(at[:10], time, time), [HANDS], key, binding=lines, by=by
    )
    stage.save(poll, *pages)
    stage.ids[name] = stage.ids["last poll"] = poll.id
    choices = {"in_favour": hands.in_favour, "against": hands.against, "abstain": hands.abstain}
    with stage.change(Poll, name) as open_poll:
        open_poll.open(by=by)
        open_poll.count_hands(due=len(seats), present=sum(choices.values()), **choices, by=by)
        open_poll.close(by=by)
    assert open_poll.hands is not None
    result = count_hands(law, open_poll.hands)
    stage.save(PollCount.declare(open_poll, key=key, cut_off=0, result=result, refused={}, by=by))
    said = "同意{in_favour}，反对{against}，弃权{abstain}".format(**choices)
    return f"{hands.title}：{said}，{result['result_zh']}。"


def _digest(stage: Stage, hands: Hands) -> str:
    """Return the digest of what is voted on; a question of its own is asked about the motion as it stands."""
    with stage.council.reading() as r:
        amendment = hands.kind == "amendment"
        row = amendment_row(r, hands.subject) if amendment else motion_row(r, stage.ids["motion"])
    assert row is not None
    return str(row.digest)
