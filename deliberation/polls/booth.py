"""What a ballot is cast or entered with: the key that seals it, the line it is for, and how often one was voided before."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from deliberation.log.driver import Prepared
from deliberation.log.reading import Reading
from deliberation.polls.refusals import SealingKeyGone
from deliberation.polls.roll import BINDING
from deliberation.polls.tables import polls, roll_lines, voided
from deliberation.register import vault


class Casting(NamedTuple):
    """What a ballot is cast with: the matter of its poll, the sealing key, the roll that the voter is on and who holds the line
    ("" for a stranger), and how many ballots of the voter were voided."""

    matter: str
    key: bytes
    roll: str
    holder: str
    voided: int


def _to_cast() -> Prepared:
    voter: Any = bindparam("voter")
    seals = vault.seals_table
    seal = (polls.c.community == seals.c.community) & (polls.c.id == seals.c.poll)
    line = (polls.c.community == roll_lines.c.community) & (polls.c.id == roll_lines.c.poll)
    line &= (roll_lines.c.roll == BINDING) & (roll_lines.c.voter == voter)
    theirs = (voided.c.community == polls.c.community) & (voided.c.poll == polls.c.id) & (voided.c.voter == voter)
    times = select(func.count()).select_from(voided).where(theirs).scalar_subquery()
    query = select(polls.c.matter, seals.c.sealed, roll_lines.c.roll, roll_lines.c.holder, times.label("times"))
    joined = polls.outerjoin(seals, seal).outerjoin(roll_lines, line)
    return Prepared(query.select_from(joined).where(polls.c.community == bindparam("mine"), polls.c.id == bindparam("poll")))


_TO_CAST = _to_cast()


def to_cast(r: Reading, poll: str, voter: str) -> Casting | None:
    """Return what a ballot is cast with, None for an unknown poll. One query for whoever is on the binding roll, about the present.

    Raises SealingKeyGone.
    """
    rows = r.ask(_TO_CAST, poll=poll, voter=voter)
    if not rows:
        return None
    found = rows[0]
    line = found if found.roll else _line_of_advice(r, poll, voter)
    roll, holder = (line.roll, line.holder) if line else ("", "")
    return Casting(found.matter, _insist(vault.unsealed_key(r, poll, found.sealed)), roll, holder, found.times)


def sealing_key(r: Reading, poll: str) -> bytes:
    """Return the key that seals the ballots of a poll. Raises SealingKeyGone."""
    return _insist(vault.poll_key(r, poll))


def times_voided(r: Reading, poll: str, voter: str) -> int:
    """Return how many ballots of a voter were voided in a poll."""
    theirs = (voided.c.poll == poll) & (voided.c.voter == voter)
    return r.count(select(func.count()).select_from(voided).where(r.mine(voided), theirs))


def _line_of_advice(r: Reading, poll: str, voter: str) -> Any | None:
    same = (roll_lines.c.poll == poll) & (roll_lines.c.voter == voter)
    return r.first(roll_lines.select().where(r.mine(roll_lines), same))


def _insist(key: bytes | None) -> bytes:
    if key is None:
        raise SealingKeyGone
    return key
