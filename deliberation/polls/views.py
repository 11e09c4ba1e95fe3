"""Views of polls: notices, rolls, ballots (sealed), boxes, slips and results. What pages ask of them: ``queries``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Select, String, Text, func, select

from deliberation.log.leaf import canonical
from deliberation.log.views import Change, add, delete, insert, on, update, view
from deliberation.polls.annulling import Annulment
from deliberation.polls.ballots import Ballot
from deliberation.polls.counting import PollCount
from deliberation.polls.lawbook import Adoption
from deliberation.polls.model import Poll
from deliberation.polls.paper import Box, RefusedSlip
from deliberation.polls.roll import RollPage

polls = view(
    "polls",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("meeting", String(36)),
    Column("number", Text),
    Column("title", Text),
    Column("subject_kind", String(16)),
    Column("subject", String(36)),
    Column("digest", String(64)),
    Column("rule", Text),
    Column("rolls", Text),
    Column("channels", Text),
    Column("noticed", String(10)),
    Column("opens", BigInteger),
    Column("closes", BigInteger),
    Column("key_commitment", String(64)),
    Column("stage", String(16)),
    Column("announced_position", BigInteger),
    Column("opened_position", BigInteger),
    Column("closed_position", BigInteger),
    Column("counted_position", BigInteger),
    Column("delivered_phone", Integer),
    Column("delivered_paper", Integer),
    Column("hands", Text),
    Column("key", String(64)),
    Column("outcome", String(16)),
    Column("result", Text),
    Column("counted_at", BigInteger),
    Column("repeats", String(36)),
    Column("doubts_open", Integer),
    Column("doubts_wrong", Integer),
    index=["matter", "stage", "subject", "meeting"],
)
annulments = view(
    "annulments",
    Column("poll", String(36), primary_key=True),
    Column("ground", String(16)),
    Column("authority", Text),
    Column("document", Text),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: One row, the adoption that holds.
lawbook = view(
    "lawbook",
    Column("slot", String(8), primary_key=True),
    Column("profile", String(64)),
    Column("rules", Text),
    Column("basis", Text),
    Column("since", String(10)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
HOLDS = "holds"
roll_lines = view(
    "roll_lines",
    Column("poll", String(36), primary_key=True),
    Column("roll", String(16), primary_key=True),
    Column("voter", String(36), primary_key=True),
    Column("label", Text),
    Column("grid", String(36)),
    Column("holder", String(36)),
    index=[("holder", "poll")],
)
ballots = view(
    "ballots",
    Column("poll", String(36), primary_key=True),
    Column("voter", String(36), primary_key=True),
    Column("roll", String(16)),
    Column("id", String(36)),
    Column("channel", String(16)),
    Column("box", String(36)),
    Column("sealed", String(64)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
boxes = view(
    "boxes",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("number", Integer),
    Column("label", Text),
    Column("kind", String(16)),
    Column("slips", Integer),
    Column("entered", Integer),
    Column("refused", Integer),
    Column("clerk", String(36)),
    Column("second", String(36)),
    index=["poll"],
)
slips = view(
    "refused_slips",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("box", String(36)),
    Column("voter", String(36)),
    Column("reason", String(16)),
    Column("clerk", String(36)),
    Column("at", BigInteger),
    Column("position", BigInteger),
    index=["poll"],
)


def _json(value: Any) -> str:
    return canonical(value).decode()


@on(Adoption.Adopted)
def rules_adopted(e: Adoption.Adopted, position: int) -> Iterable[Change]:
    yield delete(lawbook, HOLDS)
    yield insert(
        lawbook, slot=HOLDS, profile=e.profile, rules=_json(e.rules), basis=e.basis, since=e.since, at=e.at, position=position
    )


@on(Poll.Announced)
def announced(e: Poll.Announced, position: int) -> Iterable[Change]:
    yield insert(
        polls, id=e.id, matter=e.matter, meeting=e.meeting, number=e.number, title=e.title, subject_kind=e.subject_kind,
        subject=e.subject, digest=e.digest, rule=_json(e.rule), rolls=_json(e.rolls), channels=_json(e.channels),
        noticed=e.noticed, opens=e.opens, closes=e.closes, key_commitment=e.key_commitment, stage="announced",
        announced_position=position, outcome="", key="", repeats=e.repeats, doubts_open=0, doubts_wrong=0,
    )  # fmt: skip


@on(RollPage.Frozen)
def roll_frozen(e: RollPage.Frozen, position: int) -> Iterable[Change]:
    for voter, label, grid, holder in e.lines:
        yield insert(roll_lines, poll=e.poll, roll=e.roll, voter=voter, label=label, grid=grid, holder=holder)


@on(Poll.RollCorrected)
def roll_corrected(e: Poll.RollCorrected, position: int) -> Iterable[Change]:
    for voter in e.removed:
        yield delete(roll_lines, e.id, e.roll, voter)
    for voter, label, grid, holder in e.added:
        yield insert(roll_lines, poll=e.id, roll=e.roll, voter=voter, label=label, grid=grid, holder=holder)
    yield update(polls, e.id, rolls=_json(e.rolls))


@on(Poll.Delivered)
def delivered(e: Poll.Delivered, position: int) -> Iterable[Change]:
    yield update(polls, e.id, delivered_phone=e.phone, delivered_paper=e.paper)


@on(Poll.Opened)
def opened(e: Poll.Opened, position: int) -> Iterable[Change]:
    yield update(polls, e.id, stage="open", opened_position=position)


@on(Poll.Extended)
def extended(e: Poll.Extended, position: int) -> Iterable[Change]:
    yield update(polls, e.id, closes=e.closes)


@on(Poll.HandsCounted)
def hands_counted(e: Poll.HandsCounted, position: int) -> Iterable[Change]:
    yield update(polls, e.id, hands=_json(e.body()))


@on(Poll.Closed)
def closed(e: Poll.Closed, position: int) -> Iterable[Change]:
    yield update(polls, e.id, stage="closed", closed_position=position)


@on(Poll.Cancelled)
def cancelled(e: Poll.Cancelled, position: int) -> Iterable[Change]:
    yield update(polls, e.id, stage="cancelled")


@on(Ballot.Cast)
def ballot_cast(e: Ballot.Cast, position: int) -> Iterable[Change]:
    yield insert(
        ballots, poll=e.poll, voter=e.voter, roll=e.roll, id=e.id, channel=e.channel, box=e.box, sealed=e.sealed, at=e.at,
        position=position,
    )  # fmt: skip
    if e.box:
        yield add(boxes, e.box, entered=1)


@on(Box.Sealed)
def box_sealed(e: Box.Sealed, position: int) -> Iterable[Change]:
    yield insert(
        boxes, id=e.id, poll=e.poll, number=e.number, label=e.label, kind=e.kind, slips=e.slips, entered=0, refused=0,
        clerk=e.by.person, second=e.second,
    )  # fmt: skip


@on(RefusedSlip.Refused)
def slip_refused(e: RefusedSlip.Refused, position: int) -> Iterable[Change]:
    yield insert(
        slips, id=e.id, poll=e.poll, box=e.box, voter=e.voter, reason=e.reason, clerk=e.by.person, at=e.at, position=position
    )
    if e.box:
        yield add(boxes, e.box, refused=1)


@on(PollCount.Counted)
def counted(e: PollCount.Counted, position: int) -> Iterable[Change]:
    yield update(
        polls, e.poll, stage="counted", counted_position=position, key=e.key, outcome=e.outcome, result=_json(e.body()),
        counted_at=e.at,
    )  # fmt: skip


@on(Annulment.Annulled)
def annulled(e: Annulment.Annulled, position: int) -> Iterable[Change]:
    yield update(polls, e.poll, stage="annulled")
    yield insert(annulments, poll=e.poll, ground=e.ground, authority=e.authority, document=e.document, at=e.at, position=position)


def how_many_cast(community: str, poll: str, after: int, before: int) -> Select[Any]:
    """How many ballots of each roll lie between two positions of the log, for guards and pages: (roll, count)."""
    c = ballots.c
    mine = (c.community == community) & (c.poll == poll) & (c.position > after) & (c.position < before)
    return select(c.roll, func.count()).where(mine).group_by(c.roll)


def how_many_aside(community: str, poll: str) -> Select[Any]:
    """How many slips were put aside for each reason: (reason, count)."""
    c = slips.c
    return select(c.reason, func.count()).where(c.community == community, c.poll == poll).group_by(c.reason)
