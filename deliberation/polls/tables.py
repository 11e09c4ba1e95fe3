"""The tables of polls: notices, rolls, deliveries, letters, ballots (sealed), boxes, readings, slips and results."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, Select, String, Text, exists, func, select

from deliberation.access.tables import bindings
from deliberation.log.views import view
from deliberation.polls.roll import BINDING

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
    Column("recount_same", Integer),
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
    Column("area", BigInteger),
    index=[("holder", "poll")],
)
#: What was changed on a roll after its notice: the list is posted again with each.
corrections = view(
    "roll_corrections",
    Column("poll", String(36), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("roll", String(16)),
    Column("added", Text),
    Column("removed", Integer),
    Column("words", String(64)),
    Column("clerk", String(36)),
    Column("second", String(36)),
    Column("at", BigInteger),
)
#: Who got the ballot, and how that is known.
deliveries = view(
    "deliveries",
    Column("poll", String(36), primary_key=True),
    Column("voter", String(36), primary_key=True),
    Column("way", String(16)),
    Column("evidence", String(64)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: ``signer`` cast the ballot or entered it; ``version`` is odd, with a ballot and its voiding for every two below.
ballots = view(
    "ballots",
    Column("poll", String(36), primary_key=True),
    Column("voter", String(36), primary_key=True),
    Column("roll", String(16)),
    Column("id", String(36)),
    Column("channel", String(16)),
    Column("box", String(36)),
    Column("sealed", String(64)),
    Column("aid", Text),
    Column("signer", String(36)),
    Column("version", Integer),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: Ballots by phone that do not count, since the binding of who cast them, or named who did, was objected to: ``entry`` is where the ballot stands,
#: ``position`` where it is voided.
voided = view(
    "voided_ballots",
    Column("poll", String(36), primary_key=True),
    Column("voter", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("roll", String(16)),
    Column("binding", String(36)),
    Column("entry", BigInteger),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: How many ballots are in, by roll and channel: pages and the count's guard ask often.
turnouts = view(
    "turnouts",
    Column("poll", String(36), primary_key=True),
    Column("roll", String(16), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("cast", Integer),
)
#: ``signer`` recorded the letter: staff with one on paper, or whoever votes for this voter, who named the agent by phone.
proxies = view(
    "proxies",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("voter", String(36)),
    Column("agent", String(36)),
    Column("bound", Integer),
    Column("instruction", String(64)),
    Column("until", BigInteger),
    Column("letter", String(64)),
    Column("signer", String(36)),
    Column("over", Integer),
    Column("at", BigInteger),
    Column("position", BigInteger),
    index=[("poll", "voter"), ("agent", "poll")],
)
#: What was read first on each slip of a box; ``used`` once the second reading agreed.
readings = view(
    "readings",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("box", String(36)),
    Column("sheet", Integer),
    Column("voter", String(36)),
    Column("clerk", String(36)),
    Column("used", Integer),
    Column("at", BigInteger),
    index=[("box", "voter"), "poll"],
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
    Column("readings", Integer),
    Column("read", Integer),
    Column("clerk", String(36)),
    Column("second", String(36)),
    index=["poll"],
)
#: Scans of the slips of a box, known by their digest; the files stay with the office.
scans = view(
    "scans",
    Column("id", String(36), primary_key=True),
    Column("poll", String(36)),
    Column("box", String(36)),
    Column("digest", String(64)),
    Column("pages", Integer),
    Column("position", BigInteger),
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


def how_many_cast(community: str, poll: str) -> Select[Any]:
    """How many ballots of each roll are in, which none can be before the opening or after the close: (roll, count)."""
    c = turnouts.c
    return select(c.roll, func.sum(c.cast)).where(c.community == community, c.poll == poll).group_by(c.roll)


def by_phone(community: str, person: str, since: int, ended: int) -> Select[Any]:
    """The ballots that a person cast by phone from a moment on to another (seconds UTC, 0: until now), or that were cast by letters
    which the person gave by phone then, in polls that are not counted: (id, poll, voter, position, and of the poll matter, number,
    title, stage)."""
    b, p = ballots.c, polls.c
    joined = ballots.join(polls, (p.community == b.community) & (p.id == b.poll) & p.stage.in_(("open", "closed")))
    told = select(b.id, b.poll, b.voter, b.position, p.matter, p.number, p.title, p.stage).select_from(joined)
    own = (b.signer == person) & (b.at >= since) & ((b.at <= ended) if ended else True)
    mine = (b.community == community) & (b.channel == "phone") & (own | _by_letter_of(person, since, ended))
    return told.where(mine).order_by(b.position)


def _by_letter_of(person: str, since: int, ended: int) -> ColumnElement[bool]:
    """Whether a ballot was cast by a letter that the person gave by phone from a moment on to another. A scan that somebody adds
    to a letter for a vote of their own makes it no letter on paper handed to staff."""
    b, given, line = ballots.c, proxies.c, roll_lines.c
    used = (given.community == b.community) & (given.poll == b.poll) & (given.voter == b.voter) & b.aid.contains(given.id)
    on_roll = (line.community == given.community) & (line.poll == given.poll) & (line.voter == given.voter) & (line.roll == "binding")
    by_phone = (given.signer == person) & ((given.letter == "") | (line.holder == person))
    in_time = (given.at >= since) & ((given.at <= ended) if ended else True)
    letters = proxies.outerjoin(roll_lines, on_roll)
    return exists(select(given.id).select_from(letters).where(used & by_phone & in_time).correlate(ballots))


def dead_letters_of(community: str, poll: str) -> Select[Any]:
    """The letters of a poll that were given by phone under a binding which somebody objected to: (id)."""
    c, p, line = bindings.c, proxies.c, roll_lines.c
    given = (c.community == p.community) & (c.person == p.signer) & (c.state == "objected") & (c.made <= p.at) & (c.ended >= p.at)
    own = (line.community == p.community) & (line.poll == p.poll) & (line.voter == p.voter) & (line.roll == BINDING)
    joined = proxies.join(bindings, given).outerjoin(roll_lines, own)
    mine = (p.community == community) & (p.poll == poll) & ((p.letter == "") | (line.holder == p.signer))
    return select(p.id).select_from(joined).where(mine)


def how_many_aside(community: str, poll: str) -> Select[Any]:
    """How many slips were put aside for each reason: (reason, count)."""
    c = slips.c
    return select(c.reason, func.count()).where(c.community == community, c.poll == poll).group_by(c.reason)
