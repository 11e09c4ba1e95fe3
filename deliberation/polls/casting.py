"""What must be so before a ballot, a slip, a letter or a delivery enters the log."""

from __future__ import annotations

import json
from typing import Any

from deliberation.actors import CHAIR, GRID_WORKER, SCRUTINEER, SECRETARY
from deliberation.log.views import Row, Tx, guard
from deliberation.polls.ballots import ASSISTED, PAPER, PHONE, Ballot
from deliberation.polls.clocks import clock, poll_row
from deliberation.polls.lawbook import UNIT_KINDS
from deliberation.polls.model import STAGES, Poll
from deliberation.polls.paper import Box, RefusedSlip, Scan
from deliberation.polls.proxies import NoProxy, Proxy, ProxyFault, ProxyOver
from deliberation.polls.readings import TWICE, NotReadYet, SlipReading
from deliberation.polls.refusals import (
    BallotStands,
    BoxFault,
    ChannelClosed,
    NotOnRoll,
    NotYourBallot,
    PollClosed,
    PollNotOpen,
    RollFault,
    WrongStage,
)
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.serving import OWN, ServedAlready, Serving
from deliberation.polls.tables import (
    ballots,
    boxes,
    deliveries,
    proxies,
    readings,
    roll_lines,
)
from deliberation.register.owners import area_of, held_by
from deliberation.register.views import holds, persons

STAFF = (SECRETARY, SCRUTINEER, GRID_WORKER)


@guard(Ballot.Cast)
def the_ballot_may_be_cast(e: Ballot.Cast, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    if poll["stage"] == "announced":
        raise PollNotOpen(when=clock(poll["opens"]))
    if poll["stage"] != "open" or (e.channel != PAPER and tx.time > poll["closes"]):
        raise PollClosed(when=clock(poll["closes"]))
    if e.channel not in json.loads(poll["channels"]):
        raise ChannelClosed
    line = tx.row(roll_lines, e.poll, e.roll, e.voter)
    if line is None:
        raise NotOnRoll
    if e.channel == PHONE and line["holder"] != e.by.person:
        _a_letter_holds(e, tx)
    if e.channel == PAPER:
        _slip_is_in_the_box(e, e.aid.get("slip", ""), tx)
    if e.channel == ASSISTED:
        _a_witness_stood_by(e, tx)


def _a_letter_holds(e: Ballot.Cast, tx: Tx) -> None:
    """Another person casts by a proxy of this voter that names this person and holds now."""
    if "proxy" not in e.aid:
        raise NotYourBallot
    letter = tx.row(proxies, e.aid["proxy"])
    named = letter is not None and (letter["poll"], letter["voter"], letter["agent"]) == (e.poll, e.voter, e.by.person)
    if letter is None or not named or letter["over"] or tx.time > letter["until"]:
        raise NoProxy


def _a_witness_stood_by(e: Ballot.Cast, tx: Tx) -> None:
    """A voter who cannot vote alone is helped by one of the staff, while another one looks on."""
    witness = e.aid.get("witness", "")
    if e.by.role not in STAFF or witness == e.by.person or not e.aid.get("place") or not _is_staff(tx, witness, e):
        raise BoxFault(
            fault="协助投票要写地点，要另一位工作人员在场见证", fault_en="an assisted ballot names the place and another of the staff as witness"
        )


def _is_staff(tx: Tx, person: str, e: Any) -> bool:
    return any(holds(tx, person, role, e.by.at) for role in STAFF)


@guard(SlipReading.Read)
def the_slip_may_be_read(e: SlipReading.Read, tx: Tx) -> None:
    box = _box(e.poll, e.box, tx)
    _slips_are_entered(poll_row(tx, e.poll))
    if e.voter and tx.row(roll_lines, e.poll, BINDING, e.voter) is None:
        raise NotOnRoll
    if box["readings"] != TWICE or not 1 <= e.sheet <= box["slips"]:
        raise BoxFault(fault=f"“{box['label']}”清点是{box['slips']}张", fault_en=f"there are {box['slips']} slips in it")


@guard(SlipReading.Settled)
def the_slip_may_be_settled(e: SlipReading.Settled, tx: Tx) -> None:
    _slips_are_entered(poll_row(tx, e.poll))
    row = tx.row(readings, e.id)
    if row is None or row["used"]:
        raise BoxFault(fault="这张票已经定下了", fault_en="this slip is settled already")
    if e.voter and tx.row(roll_lines, e.poll, BINDING, e.voter) is None:
        raise NotOnRoll
    if not _is_staff(tx, e.second, e):
        raise BoxFault(fault="要两位工作人员一起看", fault_en="two of the staff must look at it")


@guard(RefusedSlip.Refused)
def the_slip_is_in_the_box(e: RefusedSlip.Refused, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    _slips_are_entered(poll)
    if e.reason == "late" and tx.time <= poll["closes"]:
        raise BoxFault(fault="还没有截止，这张票没有来晚", fault_en="the vote has not ended; this slip is not late")
    if e.box:
        _slip_is_in_the_box(e, e.slip, tx)


def _slips_are_entered(poll: Row) -> None:
    if poll["stage"] not in ("open", "closed"):
        stage, stage_en = STAGES[poll["stage"]]
        raise WrongStage(stage=stage, stage_en=stage_en, verb="录入纸票", verb_en="given slips")


def _box(poll: str, box: str, tx: Tx) -> Row:
    row = tx.row(boxes, box)
    if row is None or row["poll"] != poll:
        raise BoxFault(fault="没有这个票箱", fault_en="there is no such box")
    return row


def _slip_is_in_the_box(e: Any, slip: str, tx: Tx) -> None:
    """It is one of the slips that were sealed, and another person has read it first."""
    row = _box(e.poll, e.box, tx)
    first = tx.row(readings, slip) if slip else None
    if row["readings"] == TWICE:
        line = tx.row(roll_lines, e.poll, BINDING, e.voter) if e.voter else None
        same = first is not None and (first["box"], first["voter"], first["used"]) == (e.box, e.voter, 0)
        if first is None or not same or first["clerk"] == e.by.person:
            raise NotReadYet(door=line["label"] if line else "—")
    if row["entered"] + row["refused"] >= row["slips"]:
        raise BoxFault(
            fault=f"“{row['label']}”清点是{row['slips']}张，已经录满", fault_en=f"all {row['slips']} slips of it are entered"
        )


@guard(Scan.Scanned)
def the_box_was_sealed(e: Scan.Scanned, tx: Tx) -> None:
    _box(e.poll, e.box, tx)


@guard(Box.Sealed)
def the_box_is_sealed_in_time(e: Box.Sealed, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    if poll["stage"] != "open" or tx.time > poll["closes"]:
        raise PollClosed(when=clock(poll["closes"]))
    if PAPER not in json.loads(poll["channels"]):
        raise ChannelClosed
    if not _in_office(tx, e):
        raise BoxFault(fault="另一位封箱人要是工作人员", fault_en="the second person must be one of the staff")


@guard(Poll.RollCorrected)
def the_second_person_is_in_office(e: Poll.RollCorrected, tx: Tx) -> None:
    if not _in_office(tx, e):
        raise RollFault(fault="另一位经手人要是工作人员", fault_en="the second person must be one of the staff")


def _in_office(tx: Tx, e: Any) -> bool:
    """Whether the second person of an event is one of the staff, or the chair: a neighbour's name typed in is no witness."""
    return any(holds(tx, e.second, role, e.by.at) for role in (*STAFF, CHAIR))


# letters


@guard(Proxy.Granted)
def the_letter_may_be_given(e: Proxy.Granted, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    if poll["stage"] not in ("announced", "open") or tx.time > poll["closes"]:
        raise PollClosed(when=clock(poll["closes"]))
    line = tx.row(roll_lines, e.poll, BINDING, e.voter)
    if line is None:
        raise NotOnRoll
    if e.by.person != line["holder"] and not (e.letter and e.by.role in STAFF):
        raise NotYourBallot
    if tx.row(ballots, e.poll, e.voter) is not None:
        raise BallotStands(door=line["label"])
    _the_agent_may_be_one(e, json.loads(poll["rule"]), line, tx)


def _the_agent_may_be_one(e: Proxy.Granted, rule: dict[str, Any], line: Row, tx: Tx) -> None:
    """By the rule: how many letters one agent may hold, who may hold none, and whether agents are of the household."""
    agent, holder = tx.row(persons, e.agent), tx.row(persons, line["holder"])
    if agent is None or not agent["adult"] or e.agent == line["holder"]:
        raise ProxyFault(fault="受托人要是名册里另一位成年人", fault_en="the agent must be another adult of the register")
    if rule.get("agents") == "household" and (holder is None or not agent["home"] or agent["home"] != holder["home"]):
        raise ProxyFault(fault="这次只能委托同一户的人", fault_en="only somebody of the same household may be the agent")
    if any(holds(tx, e.agent, role, e.by.at) for role in rule.get("barred", ())):
        raise ProxyFault(fault="按规则，这个人不能受托", fault_en="by the rule this person may hold no proxy")
    if _letters(tx, e.poll, "voter", e.voter):
        raise ProxyFault(fault="这一户已经委托过了，先撤回再改", fault_en="there is a proxy of this voter already: take it back first")
    most = rule["proxies"]
    if most is not None and len(_letters(tx, e.poll, "agent", e.agent)) >= most:
        said = f"一个人最多受{most}户委托" if most else "这条规则不许委托"
        raise ProxyFault(fault=said, fault_en=f"one agent may hold {most} at most" if most else "this rule admits no proxy")


def _letters(tx: Tx, poll: str, column: str, who: str) -> list[Any]:
    """The letters of one voter or of one agent that hold now, or were used: a ballot once cast for another stays one."""
    c = proxies.c
    given = (c.community == tx.community) & (c.poll == poll) & (c[column] == who) & (c.over == 0)
    return [row for row in tx.rows(proxies.select().where(given)) if row.until >= tx.time or _used(tx, row)]


def _used(tx: Tx, letter: Any) -> bool:
    ballot = tx.row(ballots, letter.poll, letter.voter)
    return ballot is not None and json.loads(ballot["aid"] or "{}").get("proxy") == letter.id


@guard(Proxy.Revoked)
def the_letter_may_be_taken_back(e: Proxy.Revoked, tx: Tx) -> None:
    line = tx.row(roll_lines, e.poll, BINDING, e.voter)
    if line is None or (e.by.person != line["holder"] and e.by.role not in STAFF):
        raise NotYourBallot
    if tx.row(ballots, e.poll, e.voter) is not None:
        raise ProxyOver


# deliveries


@guard(Serving.Served)
def they_may_be_served(e: Serving.Served, tx: Tx) -> None:
    """On the binding roll, not served before, by staff with paper or by the voter with a phone."""
    poll = poll_row(tx, e.poll)
    if poll["stage"] not in ("announced", "open") or tx.time > poll["closes"]:
        raise PollClosed(when=clock(poll["closes"]))
    for voter in e.voters:
        line = tx.row(roll_lines, e.poll, BINDING, voter)
        if line is None:
            raise NotOnRoll
        if e.way == OWN and line["holder"] != e.by.person:
            raise NotYourBallot
        if tx.row(deliveries, e.poll, voter) is not None:
            raise ServedAlready(door=line["label"])


@guard(Poll.RollCorrected)
def nobody_goes_who_has_voted(e: Poll.RollCorrected, tx: Tx) -> None:
    """A flat is sold while people vote: its old owner's ballot stands if it is in, else the buyer votes."""
    for voter in e.removed:
        ballot, line = tx.row(ballots, e.id, voter), tx.row(roll_lines, e.id, e.roll, voter)
        if ballot is not None and ballot["roll"] == e.roll:
            raise BallotStands(door=line["label"] if line else "")


@guard(Poll.RollCorrected)
def owners_are_those_of_the_register(e: Poll.RollCorrected, tx: Tx) -> None:
    """A corrected owner keeps the area it had, or has that of its titles now; whoever goes owns nothing there any more."""
    poll = poll_row(tx, e.id)
    rule, scope = json.loads(poll["rule"]), json.loads(poll["rolls"])[e.roll].get("scope", "")
    if rule["unit"] != "owner" or e.roll != BINDING:
        return
    lines = [Line(*line) for line in e.added]
    gone = {*e.removed} - {line.voter for line in lines}
    kinds = rule.get("unit_kinds", UNIT_KINDS)
    held = {row[0]: int(row[1]) for row in tx.rows(held_by(tx.community, [*gone, *(one.voter for one in lines)], kinds, scope))}
    by_area = "area" in e.rolls[BINDING]
    for line in lines:
        before = tx.row(roll_lines, e.id, e.roll, line.voter)
        kept = before is not None and before["area"] == line.area
        if not kept and (line.voter not in held or (by_area and held[line.voter] != line.area)):
            raise _untitled(line.label)
    whole, announced = e.rolls[BINDING].get("area"), json.loads(poll["rolls"])[BINDING].get("area")
    if whole != announced and whole != int(tx.rows(area_of(tx.community, kinds, scope))[0][0]):
        raise RollFault(
            fault="更正以后总面积和产权登记对不上：有人卖了房，要把买的人一起写进名册",
            fault_en="the whole area would not be that of the titles: where a unit was sold, its buyer comes in with the same correction",
        )
    for voter in gone & held.keys():
        raise _untitled((tx.row(roll_lines, e.id, e.roll, voter) or {"label": ""})["label"])


def _untitled(door: str) -> RollFault:
    return RollFault(
        fault=f"“{door}”和产权登记不一致，请先在“产权”页登记过户",
        fault_en=f"“{door}” is not what the titles say; record the sale on the page of titles first",
    )
