"""What a count is made of, read from the views: ballots up to the close and what each weighs, paper out and back, who was silent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from deliberation.log.reading import Reading
from deliberation.polls.ballots import PAPER
from deliberation.polls.booth import sealing_key
from deliberation.polls.counting import Slips, count
from deliberation.polls.queries import slips_of
from deliberation.polls.refusals import NotCounted
from deliberation.polls.roll import BINDING
from deliberation.polls.rules import Measures, Rule
from deliberation.polls.serving import OWN
from deliberation.polls.views import ballots, boxes, deliveries, roll_lines


class Counted(NamedTuple):
    """What a count needs and gives: the published key, the position of the close, result and refused slips by reason."""

    key: bytes
    cut_off: int
    result: dict[str, Any]
    refused: dict[str, int]


def count_of(r: Reading, poll: Any) -> Counted:
    """Count a closed poll from its ballots up to the close, outside the append. Raises NotCounted, SealingKeyGone,
    UnreadableBallot."""
    if poll.stage != "closed":
        raise NotCounted
    key = sealing_key(r, poll.id)
    law = Rule.from_json(json.loads(poll.rule))
    result = count(
        law, key, ballots_between(r, poll), rolls=json.loads(poll.rolls),
        silent=silent_of(r, poll.id) if law.silence != "out" else None, slips=paper_of(r, poll),
    )  # fmt: skip
    return Counted(key, poll.closed_position, result, dict(Counter(slip.reason for slip in slips_of(r, poll.id))))


def ballots_between(r: Reading, poll: Any) -> Iterator[Any]:
    """Yield the ballots that count as rows of ``Cast``, in no order: those between the opening and the close of the poll."""
    b, c = ballots.c, roll_lines.c
    line = and_(c.community == b.community, c.poll == b.poll, c.voter == b.voter, c.roll == BINDING, b.roll == BINDING)
    where = func.coalesce(c.grid, ""), func.coalesce(c.area, 0), b.version
    query = select(b.id, b.sealed, b.roll, b.channel, *where).select_from(ballots.outerjoin(roll_lines, line))
    query = query.where(r.mine(ballots), b.poll == poll.id, b.position > poll.opened_position, b.position < poll.closed_position)
    return r.each(query)


def paper_of(r: Reading, poll: Any) -> Slips | None:
    """Return how much paper went out and came back in boxes, None where what went out is not on record: every door served
    with paper, or the number declared where it is more."""
    if PAPER not in json.loads(poll.channels):
        return None
    served = r.count(select(func.count()).where(r.mine(deliveries), deliveries.c.poll == poll.id, deliveries.c.way != OWN))
    issued = max(served, poll.delivered_paper or 0) if served else poll.delivered_paper
    back = select(func.coalesce(func.sum(boxes.c.slips), 0)).where(r.mine(boxes), boxes.c.poll == poll.id)
    return None if issued is None else Slips(issued, r.count(back))


def silent_of(r: Reading, poll: str) -> Measures:
    """Return how many of the binding roll were served and cast no ballot."""
    d, b, c = deliveries.c, ballots.c, roll_lines.c
    cast = and_(b.community == d.community, b.poll == d.poll, b.voter == d.voter, b.roll == BINDING)
    line = and_(c.community == d.community, c.poll == d.poll, c.voter == d.voter, c.roll == BINDING)
    query = select(func.count(), func.coalesce(func.sum(c.area), 0)).select_from(
        deliveries.join(roll_lines, line).outerjoin(ballots, cast)
    )
    heads, area = r.all(query.where(r.mine(deliveries), d.poll == poll, b.voter.is_(None)))[0]
    return Measures(int(heads), int(area))
