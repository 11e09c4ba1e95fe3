"""Matters, motions and polls as the tests of their pages find them, and how many queries a page takes."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from deliberation.clauses import Replace, Text
from deliberation.council import Council
from deliberation.discussion.model import Comment
from deliberation.motions import queries
from deliberation.motions.model import Amendment, Motion, Second
from deliberation.polls import counting
from deliberation.polls.ballots import HANDS
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.queries import poll_row
from deliberation.polls.roll import Line
from deliberation.polls.rules import Rule
from deliberation.procedures.model import Matter
from deliberation.register import vault
from tests.given import DELEGATES, RESIDENTS, actor, moment, who, words
from tests.web.visitor import Visitor

MORNING = "2026-04-02 09:00"
CLAUSES = ["通道全天畅通。", "电动车不进楼。", "逾期不改的，罚款二百元。"]


def a_matter(council: Council, number: str = "1", template: str = "SI_YI") -> Matter:
    """Return a matter that was opened this morning."""
    matter = Matter.open(number, "消防安全公约", template, by=actor("secretary", at=MORNING))
    council.save(matter)
    return matter


def a_motion(
    council: Council, matter: Matter, *, kind: str = "compact", seconds: int = 0, admitted: bool = False
) -> Motion:
    """Return a motion of three clauses, proposed by a committee member, with some seconds."""
    by = actor("committee", at=MORNING)
    motion = Motion.propose(
        matter.id, "甲1", "安全自治十条", kind, Text.of("安全自治十条", CLAUSES), 3, by=by
    )
    council.save(motion)
    for person in RESIDENTS[: 3 if admitted else seconds]:
        council.save(Second.of(motion.id, matter.id, "甲1", by=actor(person=person, at=MORNING)))
    if admitted:
        with council.change(Motion, motion.id) as changed:
            changed.admit(by=actor("secretary", at=MORNING))
    return council.get(Motion, motion.id)


def an_amendment(
    council: Council, motion: Motion, label: str = "甲", clause: str = "c2", new: str = "电池也不进楼。"
) -> Amendment:
    """Return an amendment to one clause of the present text, moved by a delegate."""
    text = council.get(Motion, motion.id).text
    change = Replace(clause, text.clause(clause).text, new)
    by = actor("delegate", at=MORNING)
    amendment = Amendment.move(motion.id, motion.matter, label, text.digest(), [change], by=by)
    council.save(amendment)
    return amendment


def comments(council: Council, motion: Motion, count: int, clause: str = "c2") -> list[str]:
    """Make that many comments on a clause; return their ids."""
    made = []
    for number in range(count):
        person = RESIDENTS[number % len(RESIDENTS)]
        said = words(f"第{number + 1}句话", person)
        by = actor(person=person, at=MORNING)
        comment = Comment.make(motion.id, motion.matter, said, clause=clause, stance="concern", by=by)
        council.save(comment)
        made.append(comment.id)
    return made


def announced(council: Council, kind: str, subject: str, matter: str, law: str = "DELIB") -> Poll:
    """Announce a show of hands of the delegates on a motion or an amendment."""
    at, by = int(moment("2026-04-02 10:00").timestamp()), actor("secretary", at="2026-04-02 10:00")
    number = f"表{secrets.token_hex(3)}"
    question = Question(matter, number, "举手表决", kind, subject, _digest(council, kind, subject))
    lines = [Line(who(person), "", "", who(person)) for person in DELEGATES]
    window = Window("2026-04-02", at, at)
    key = secrets.token_bytes(32)
    poll, pages = Poll.announce(question, rule(law), window, [HANDS], key, binding=lines, by=by)
    council.save(poll, *pages)
    return poll


def counted(
    council: Council, kind: str, subject: str, matter: str, hands: tuple[int, int, int], law: str = "DELIB"
) -> str:
    """Put a motion or an amendment to a show of hands of the delegates, count it; return the poll's id."""
    opened = council.get(Poll, announced(council, kind, subject, matter, law).id)
    by, (in_favour, against, abstain) = actor("secretary", at="2026-04-02 10:00"), hands
    opened.open(by=by)
    heads = {"due": len(DELEGATES), "present": sum(hands)}
    opened.count_hands(**heads, in_favour=in_favour, against=against, abstain=abstain, by=by)
    opened.close(by=by)
    with council.reading() as r:
        key, frozen = vault.poll_key(r, opened.id), Rule.from_json(json.loads(poll_row(r, opened.id).rule))
    result = counting.count_hands(frozen, opened.hands)
    council.save(opened, PollCount.declare(opened, key=key, cut_off=0, result=result, refused={}, by=by))
    return opened.id


def _digest(council: Council, kind: str, subject: str) -> str:
    with council.reading() as r:
        row = queries.motion_row(r, subject) if kind == "motion" else queries.amendment_row(r, subject)
    return str(row.digest)


@contextmanager
def counting_queries(council: Council) -> Iterator[list[str]]:
    """Collect the statements that readers send while the block runs."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = council.database.reader
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def forced(visitor: Visitor, path: str, **typed: Any) -> Any:
    """Send a form that the visitor's pages do not show, with the token of one that they do."""
    token = dict(visitor.form("/reports/new", "tell").fields)["csrf_token"]
    return visitor.send(path, {"csrf_token": token, "key": secrets.token_hex(16), **typed})
