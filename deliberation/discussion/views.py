"""Views of comments, their guard, and what pages ask of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, String, func, select

from deliberation.clauses import NoSuchClause
from deliberation.discussion.model import Comment
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Row, Tx, guard, insert, on, update, view
from deliberation.motions.guards import open_motion
from deliberation.motions.views import clauses
from deliberation.register import vault

#: Comments on one page.
PAGE = 100

#: ``outcome`` is "" until the comment is answered.
comments = view(
    "comments",
    Column("id", String(36), primary_key=True),
    Column("motion", String(36)),
    Column("matter", String(36)),
    Column("clause", String(16)),
    Column("stance", String(16)),
    Column("person", String(36)),
    Column("words", String(64)),
    Column("outcome", String(16)),
    Column("answer", String(64)),
    Column("answered_by", String(36)),
    Column("made_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("position", BigInteger),
    index=[("motion", "position"), "outcome"],
)


@on(Comment.Made)
def made(e: Comment.Made, position: int) -> Iterable[Change]:
    yield insert(
        comments, id=e.id, motion=e.motion, matter=e.matter, clause=e.clause, stance=e.stance, person=e.by.person, words=e.words,
        outcome="", answer="", made_at=e.at, position=position,
    )  # fmt: skip


@on(Comment.Answered)
def answered(e: Comment.Answered, position: int) -> Iterable[Change]:
    answer: Row = {"answer": e.words, "answered_by": e.by.person, "answered_at": e.at}
    yield update(comments, e.id, outcome=e.outcome, **answer)


@guard(Comment.Made)
def the_motion_is_open_and_has_the_clause(e: Comment.Made, tx: Tx) -> None:
    open_motion(tx, e.motion, e.matter)
    if e.clause and tx.row(clauses, e.motion, e.clause) is None:
        raise NoSuchClause(clause=e.clause)


# what pages ask


class CommentPage(NamedTuple):
    """A page of comments: ``rows`` in log order, ``texts`` by commitment (erased ones missing).

    ``first`` is the number of the first row among all comments of the choice, counted from 1.
    """

    rows: Sequence[Any]
    texts: dict[str, str]
    first: int


def comments_of(r: Reading, motion: str, *, clause: str = "", page: int = 1) -> CommentPage:
    """Return a page of 100 comments on a motion, or on one of its clauses: two queries."""
    query = comments.select().where(r.mine(comments), comments.c.motion == motion)
    query = query.where(comments.c.clause == clause) if clause else query
    before = PAGE * (page - 1)
    rows = r.all(query.order_by(comments.c.position).limit(PAGE).offset(before))
    return CommentPage(rows, texts_of(r, rows), before + 1)


def comment_row(r: Reading, comment: str) -> Any | None:
    """Return a comment's row, or None."""
    return r.row(comments, comment)


def unanswered(r: Reading, motion: str = "") -> Sequence[Any]:
    """Return the comments without an answer, of one motion or of all, the oldest first."""
    query = comments.select().where(r.mine(comments), comments.c.outcome == "")
    query = query.where(comments.c.motion == motion) if motion else query
    return r.all(query.order_by(comments.c.position))


def texts_of(r: Reading, rows: Sequence[Any]) -> dict[str, str]:
    """Return commitment -> text for the words and answers of comments."""
    return vault.texts(r, [text for row in rows for text in (row.words, row.answer)])


class Counts(NamedTuple):
    """How many comments a motion has: by clause ("" the whole) and by outcome ("" not answered yet)."""

    by_clause: dict[str, int]
    by_outcome: dict[str, int]

    def total(self, clause: str = "") -> int:
        """Return how many there are on a clause, or on all of it."""
        return self.by_clause.get(clause, 0) if clause else sum(self.by_clause.values())


def counts(r: Reading, motion: str) -> Counts:
    """Return both counts in one query."""
    c = comments.c
    query = select(c.clause, c.outcome, func.count()).where(r.mine(comments), c.motion == motion)
    by_clause: Counter[str] = Counter()
    by_outcome: Counter[str] = Counter()
    for clause, outcome, number in r.all(query.group_by(c.clause, c.outcome)):
        by_clause[clause] += number
        by_outcome[outcome] += number
    return Counts(dict(by_clause), dict(by_outcome))


def counts_by_outcome(r: Reading, motion: str) -> dict[str, int]:
    """Return how many comments on a motion had which outcome; "" counts those not answered yet."""
    return _counts(r, comments.c.outcome, motion)


def counts_by_clause(r: Reading, motion: str) -> dict[str, int]:
    """Return how many comments there are on each clause of a motion; "" counts those on the whole."""
    return _counts(r, comments.c.clause, motion)


def _counts(r: Reading, column: Any, motion: str) -> dict[str, int]:
    query = select(column, func.count()).where(r.mine(comments), comments.c.motion == motion)
    return {row[0]: row[1] for row in r.all(query.group_by(column))}
