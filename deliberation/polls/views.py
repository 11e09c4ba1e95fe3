"""Views of polls: how each event fills the ``tables``. What pages ask of them: ``queries``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deliberation.log.leaf import canonical
from deliberation.log.views import Change, add, delete, insert, on, update
from deliberation.polls.annulling import Annulment
from deliberation.polls.ballots import PHONE, Ballot
from deliberation.polls.counting import PollCount
from deliberation.polls.lawbook import Adoption
from deliberation.polls.model import Poll
from deliberation.polls.paper import Box, RefusedSlip, Scan
from deliberation.polls.proxies import Proxy
from deliberation.polls.readings import SlipReading
from deliberation.polls.roll import RollPage
from deliberation.polls.serving import Serving
from deliberation.polls.tables import HOLDS as HOLDS
from deliberation.polls.tables import annulments as annulments
from deliberation.polls.tables import ballots as ballots
from deliberation.polls.tables import boxes as boxes
from deliberation.polls.tables import corrections as corrections
from deliberation.polls.tables import deliveries as deliveries
from deliberation.polls.tables import how_many_aside as how_many_aside
from deliberation.polls.tables import how_many_cast as how_many_cast
from deliberation.polls.tables import lawbook as lawbook
from deliberation.polls.tables import polls as polls
from deliberation.polls.tables import proxies as proxies
from deliberation.polls.tables import readings as readings
from deliberation.polls.tables import roll_lines as roll_lines
from deliberation.polls.tables import scans as scans
from deliberation.polls.tables import slips as slips
from deliberation.polls.tables import turnouts as turnouts
from deliberation.polls.tables import voided as voided


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
    for roll in e.rolls:
        for channel in dict.fromkeys(e.channels):
            yield insert(turnouts, poll=e.id, roll=roll, channel=channel, cast=0)


def _lines(poll: str, roll: str, lines: list[list[Any]]) -> Iterable[Change]:
    for voter, label, grid, holder, *area in lines:
        yield insert(
            roll_lines, poll=poll, roll=roll, voter=voter, label=label, grid=grid, holder=holder, area=area[0] if area else 0
        )


@on(RollPage.Frozen)
def roll_frozen(e: RollPage.Frozen, position: int) -> Iterable[Change]:
    yield from _lines(e.poll, e.roll, e.lines)


@on(Poll.RollCorrected)
def roll_corrected(e: Poll.RollCorrected, position: int) -> Iterable[Change]:
    for voter in e.removed:
        yield delete(roll_lines, e.id, e.roll, voter)
    yield from _lines(e.id, e.roll, e.added)
    yield insert(
        corrections, poll=e.id, position=position, roll=e.roll, added=_json([line[1] for line in e.added]),
        removed=len(e.removed), words=e.words, clerk=e.by.person, second=e.second, at=e.at,
    )  # fmt: skip
    yield update(polls, e.id, rolls=_json(e.rolls))


@on(Poll.Delivered)
def delivered(e: Poll.Delivered, position: int) -> Iterable[Change]:
    yield update(polls, e.id, delivered_phone=e.phone, delivered_paper=e.paper)


@on(Serving.Served)
def served(e: Serving.Served, position: int) -> Iterable[Change]:
    for voter in e.voters:
        yield insert(deliveries, poll=e.poll, voter=voter, way=e.way, evidence=e.evidence, at=e.at, position=position)


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
        ballots, poll=e.poll, voter=e.voter, roll=e.roll, id=e.id, channel=e.channel, box=e.box, sealed=e.sealed,
        aid=_json(e.aid) if e.aid else "", signer=e.by.person, version=e.originator_version, at=e.at, position=position,
    )  # fmt: skip
    yield add(turnouts, e.poll, e.roll, e.channel, cast=1)
    if e.box:
        yield add(boxes, e.box, entered=1)
    if "slip" in e.aid:
        yield update(readings, e.aid["slip"], used=1)


@on(Ballot.Voided)
def ballot_voided(e: Ballot.Voided, position: int) -> Iterable[Change]:
    yield delete(ballots, e.poll, e.voter)
    yield add(turnouts, e.poll, e.roll, PHONE, cast=-1)
    yield insert(
        voided, poll=e.poll, voter=e.voter, version=e.originator_version, roll=e.roll, binding=e.binding, entry=e.entry, at=e.at,
        position=position,
    )  # fmt: skip


@on(SlipReading.Read)
def slip_read(e: SlipReading.Read, position: int) -> Iterable[Change]:
    yield insert(
        readings, id=e.id, poll=e.poll, box=e.box, sheet=e.sheet, voter=e.voter, clerk=e.by.person, used=0, at=e.at
    )
    yield add(boxes, e.box, read=1)


@on(SlipReading.Settled)
def slip_settled(e: SlipReading.Settled, position: int) -> Iterable[Change]:
    yield update(readings, e.id, voter=e.voter)


@on(Proxy.Granted)
def proxy_granted(e: Proxy.Granted, position: int) -> Iterable[Change]:
    yield insert(
        proxies, id=e.id, poll=e.poll, voter=e.voter, agent=e.agent, bound=int(e.bound), instruction=e.instruction,
        until=e.until, letter=e.letter, signer=e.by.person, over=0, at=e.at, position=position,
    )  # fmt: skip


@on(Proxy.Revoked)
def proxy_revoked(e: Proxy.Revoked, position: int) -> Iterable[Change]:
    yield update(proxies, e.id, over=1)


@on(Box.Sealed)
def box_sealed(e: Box.Sealed, position: int) -> Iterable[Change]:
    yield insert(
        boxes, id=e.id, poll=e.poll, number=e.number, label=e.label, kind=e.kind, slips=e.slips, entered=0, refused=0, readings=e.readings, read=0,
        clerk=e.by.person, second=e.second,
    )  # fmt: skip


@on(Scan.Scanned)
def box_scanned(e: Scan.Scanned, position: int) -> Iterable[Change]:
    yield insert(scans, id=e.id, poll=e.poll, box=e.box, digest=e.digest, pages=e.pages, position=position)


@on(RefusedSlip.Refused)
def slip_refused(e: RefusedSlip.Refused, position: int) -> Iterable[Change]:
    yield insert(
        slips, id=e.id, poll=e.poll, box=e.box, voter=e.voter, reason=e.reason, clerk=e.by.person, at=e.at, position=position
    )
    if e.box:
        yield add(boxes, e.box, refused=1)
    if e.slip:
        yield update(readings, e.slip, used=1)


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
