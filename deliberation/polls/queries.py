"""What pages, the count and the roll ask of the views of polls: a fixed number of queries each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from deliberation.log.driver import Prepared
from deliberation.log.reading import Reading
from deliberation.polls.catalogue import RULES, rule
from deliberation.polls.electorate import has_roll
from deliberation.polls.lawbook import RuleNotAdopted
from deliberation.polls.roll import BINDING, Line
from deliberation.polls.rules import Rule
from deliberation.polls.views import (
    HOLDS,
    annulments,
    ballots,
    boxes,
    corrections,
    deliveries,
    lawbook,
    polls,
    proxies,
    roll_lines,
    slips,
    turnouts,
    voided,
)


class Turnout(NamedTuple):
    """How many took part so far, never how they chose."""

    cast: int
    roll: int
    phone: int
    paper: int


def _same_voter() -> Any:
    same = (ballots.c.community == roll_lines.c.community) & (ballots.c.poll == roll_lines.c.poll)
    return same & (ballots.c.voter == roll_lines.c.voter)


_BY_CHANNEL = Prepared(
    select(turnouts.c.channel, turnouts.c.cast)
    .where(turnouts.c.community == bindparam("mine"), turnouts.c.poll == bindparam("poll"))
    .where(turnouts.c.roll == bindparam("roll"))
)
_VOTERS = Prepared(
    select(roll_lines, ballots.c.position, ballots.c.channel, ballots.c.at)
    .select_from(roll_lines.outerjoin(ballots, _same_voter()))
    .where(roll_lines.c.community == bindparam("mine"), roll_lines.c.poll == bindparam("poll"))
    .where(roll_lines.c.holder == bindparam("holder"))
    .order_by(roll_lines.c.roll.desc(), roll_lines.c.label)
)


def poll_row(r: Reading, poll: str) -> Any | None:
    """Return a poll's row, or None."""
    return r.row(polls, poll)


def polls_at(r: Reading, *stages: str) -> Sequence[Any]:
    """Return the polls in any of the stages, the first to close first."""
    query = polls.select().where(r.mine(polls), polls.c.stage.in_(stages))
    return r.all(query.order_by(polls.c.closes, polls.c.announced_position))


def polls_of(r: Reading, *, matter: str = "", meeting: str = "", subject: str = "") -> Sequence[Any]:
    """Return the polls of a matter, of a meeting or on a subject, in the order of their notices."""
    query = polls.select().where(r.mine(polls))
    for column, value in ((polls.c.matter, matter), (polls.c.meeting, meeting), (polls.c.subject, subject)):
        query = query.where(column == value) if value else query
    return r.all(query.order_by(polls.c.announced_position))


def turnout(r: Reading, poll: Any, name: str = "binding") -> Turnout:
    """Return the turnout of one roll of a poll."""
    rows = r.ask(_BY_CHANNEL, poll=poll.id, roll=name)
    by_channel = {row[0]: int(row[1]) for row in rows}
    count = json.loads(poll.rolls).get(name, {"count": 0})["count"]
    return Turnout(sum(by_channel.values()), count, by_channel.get("phone", 0), by_channel.get("paper", 0))


def voter_line(r: Reading, poll: str, voter: str) -> Any | None:
    """Return the binding line of a voter with the ballot's position, as ``voters_of`` does."""
    query = select(roll_lines, ballots.c.position, ballots.c.channel, ballots.c.at)
    query = query.select_from(roll_lines.outerjoin(ballots, _same_voter())).where(r.mine(roll_lines))
    return r.first(query.where(roll_lines.c.poll == poll, roll_lines.c.roll == BINDING, roll_lines.c.voter == voter))


def voters_of(r: Reading, poll: str, person: str) -> Sequence[Any]:
    """Return for whom a person may vote in a poll: roll lines with the ballot's position, or None where none is cast."""
    return r.ask(_VOTERS, poll=poll, holder=person)


def to_vote(r: Reading, person: str) -> Sequence[Any]:
    """Return the announced and open polls in which a person has a ballot, with ``position`` of the ballot cast or None."""
    of_poll = (roll_lines.c.community == polls.c.community) & (roll_lines.c.poll == polls.c.id)
    joined = polls.join(roll_lines, of_poll).outerjoin(ballots, _same_voter())
    query = select(polls, roll_lines.c.voter, roll_lines.c.label, roll_lines.c.roll, ballots.c.position).select_from(joined)
    mine = (roll_lines.c.holder == person) & polls.c.stage.in_(["announced", "open"])
    return r.all(query.where(r.mine(polls), mine).order_by(polls.c.closes))


def participation(r: Reading, poll: str) -> Sequence[Any]:
    """Return (label, grid, area, channel or None) for each voter of the binding roll, by grid and label."""
    joined = roll_lines.outerjoin(ballots, _same_voter())
    query = select(roll_lines.c.label, roll_lines.c.grid, roll_lines.c.area, ballots.c.channel).select_from(joined)
    query = query.where(r.mine(roll_lines), roll_lines.c.poll == poll, roll_lines.c.roll == "binding")
    return r.all(query.order_by(roll_lines.c.grid, roll_lines.c.label))


def corrections_of(r: Reading, poll: str) -> Sequence[Any]:
    """Return what was changed on the rolls of a poll after its notice, in log order."""
    return r.all(corrections.select().where(r.mine(corrections), corrections.c.poll == poll).order_by(corrections.c.position))


def recent_slips(r: Reading, poll: str, box: str, most: int = 12) -> list[tuple[int, str, str]]:
    """Return (position, label, reason or "") of the slips entered last from a box, the newest first."""
    on_line = (roll_lines.c.community == ballots.c.community) & (roll_lines.c.voter == ballots.c.voter)
    on_line &= (roll_lines.c.poll == ballots.c.poll) & (roll_lines.c.roll == ballots.c.roll)
    counted = select(ballots.c.position, roll_lines.c.label).select_from(ballots.join(roll_lines, on_line))
    counted = counted.where(r.mine(ballots), ballots.c.poll == poll, ballots.c.box == box)
    aside = select(slips.c.position, slips.c.reason).where(r.mine(slips), slips.c.poll == poll, slips.c.box == box)
    found = [(row.position, row.label, "") for row in r.all(counted.order_by(ballots.c.position.desc()).limit(most))]
    found += [(row.position, "", row.reason) for row in r.all(aside.order_by(slips.c.position.desc()).limit(most))]
    return sorted(found, reverse=True)[:most]


def lines_of(r: Reading, poll: str, name: str) -> list[Line]:
    """Return a roll as it stands, sorted by voter."""
    c = roll_lines.c
    query = select(c.voter, c.label, c.grid, c.holder, c.area).where(r.mine(roll_lines), c.poll == poll, c.roll == name)
    return sorted(Line(*row) for row in r.all(query))


def boxes_of(r: Reading, poll: str) -> Sequence[Any]:
    """Return the sealed boxes of a poll by number."""
    return r.all(boxes.select().where(r.mine(boxes), boxes.c.poll == poll).order_by(boxes.c.number))


def slips_of(r: Reading, poll: str) -> Sequence[Any]:
    """Return the slips put aside in a poll, in log order."""
    return r.all(slips.select().where(r.mine(slips), slips.c.poll == poll).order_by(slips.c.position))


def served(r: Reading, poll: str) -> dict[str, str]:
    """Return voter -> way in which the ballot was served."""
    query = select(deliveries.c.voter, deliveries.c.way).where(r.mine(deliveries), deliveries.c.poll == poll)
    return {row.voter: row.way for row in r.all(query)}


def cast_of(r: Reading, poll: str) -> set[str]:
    """Return the voters whose ballot is in."""
    return {row.voter for row in r.all(select(ballots.c.voter).where(r.mine(ballots), ballots.c.poll == poll))}


def voided_of(r: Reading, poll: str, voter: str = "") -> Sequence[Any]:
    """Return the voided ballots of a poll, or of one voter, in log order, each with the door (``label``) on its roll."""
    c = voided.c
    line = (roll_lines.c.community == c.community) & (roll_lines.c.poll == c.poll) & (roll_lines.c.voter == c.voter)
    line &= roll_lines.c.roll == c.roll
    query = select(voided, roll_lines.c.label).select_from(voided.outerjoin(roll_lines, line))
    query = query.where(r.mine(voided), c.poll == poll)
    return r.all((query.where(c.voter == voter) if voter else query).order_by(c.position))


def letters_held(r: Reading, poll: str, agent: str) -> Sequence[Any]:
    """Return the letters by which a person may cast ballots of others in a poll, with the roll line of each."""
    c = proxies.c
    line = (roll_lines.c.community == c.community) & (roll_lines.c.poll == c.poll) & (roll_lines.c.voter == c.voter)
    line &= roll_lines.c.roll == BINDING
    query = select(proxies, roll_lines.c.label).select_from(proxies.join(roll_lines, line))
    return r.all(query.where(r.mine(proxies), c.poll == poll, c.agent == agent, c.over == 0).order_by(roll_lines.c.label))


def put_aside_of(r: Reading, poll: str, voter: str) -> Sequence[Any]:
    """Return the slips of one voter that were put aside, in log order: the voter is told."""
    query = slips.select().where(r.mine(slips), slips.c.poll == poll, slips.c.voter == voter)
    return r.all(query.order_by(slips.c.position))


def annulment_of(r: Reading, poll: str) -> Any | None:
    """Return how the result of a poll fell, or None."""
    return r.row(annulments, poll)


class Lawbook(NamedTuple):
    """The rules that hold: adopted ones by id, and the adoption's row; the catalogue's own where nothing was adopted (None)."""

    rules: dict[str, Rule]
    row: Any | None

    @property
    def offered(self) -> dict[str, Rule]:
        """Those that a vote can be held by here: the house can build their roll and count by it. An older local rule by which
        silence agrees holds only where a council adopted it."""
        return {id: law for id, law in self.rules.items() if can_be_held(law) and (self.row is not None or not law.dissent)}


def lawbook_of(r: Reading) -> Lawbook:
    """Return the rules that hold."""
    row = r.row(lawbook, HOLDS)
    if row is None:
        return Lawbook(RULES, None)
    laws = [Rule.from_json(one) for one in json.loads(row.rules)]
    return Lawbook({law.id: law for law in laws}, row)


def law_of(r: Reading, rule_id: str) -> Rule:
    """Return the rule as it holds here. Raises UnknownRule, or RuleNotAdopted for one that no vote can be held by here."""
    book = lawbook_of(r)
    if rule_id in book.offered:
        return book.offered[rule_id]
    raise RuleNotAdopted(rule=rule(rule_id).name_zh if rule_id in RULES else rule_id)


#: These are counted by signatures, not by ballots.
ELSEWHERE = ("CALL_", "OWN_CALL")


def can_be_held(law: Rule) -> bool:
    """Whether the house can hold a vote by a rule: it has the roll, and ballots may be named."""
    return has_roll(law) and law.secrecy != "secret" and not law.id.startswith(ELSEWHERE)
