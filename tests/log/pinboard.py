"""A capability for these tests alone: notes on a pinboard, some of which are refused or break a handler."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, func, select

from deliberation import capabilities
from deliberation.actors import Actor, operator
from deliberation.council import Council
from deliberation.errors import Refusal
from deliberation.log import views
from deliberation.log.aggregate import EVENTS, OWNERS, Aggregate, Event, new_id
from deliberation.log.leaf import LeafMapper
from deliberation.log.views import Change, Tx, add, guard, insert, on, update, view
from deliberation.log.writer import Command
from deliberation.register.model import Community
from deliberation.register.private import Words

FOUNDED = datetime(2026, 1, 4, 1, tzinfo=UTC)
BY = operator(FOUNDED)

FORBIDDEN = "this is refused"
BREAKS = "the handler breaks after its first change"
REFUSES = "the handler refuses after its first change"
BREAKS_THE_GUARD = "the guard breaks"
#: Welcome only behind at least one other note, found by key or by query.
BEHIND_KEY = "behind:"
BEHIND_QUERY = "behind any"


class NotWelcome(Refusal):
    """The note says what may not be said."""

    zh = "这张纸条不能贴，请改一改再贴。"
    en = "This note is not welcome: change it and pin it again."


class AlreadyPinned(Refusal):
    """The same note again."""

    zh = "这张纸条已经贴上了，不用再贴。"
    en = "This note hangs there already and need not be pinned again."


class Note(Aggregate):
    """A note on the pinboard."""

    ALREADY: ClassVar[type[Refusal]] = AlreadyPinned

    class Pinned(Event):
        TYPE = "note.pinned"
        zh = "{by}贴了“{text}”。"
        en = "{by} pinned “{text}”."
        text: str

        def apply(self, aggregate: "Note") -> None:
            aggregate.text = self.text

    class Altered(Event):
        TYPE = "note.altered"
        zh = "{by}改成“{text}”。"
        en = "{by} altered it to “{text}”."
        text: str

        def apply(self, aggregate: "Note") -> None:
            aggregate.text = self.text

    text: str

    @classmethod
    def pin(cls, text: str, *, id: str = "", by: Actor = BY, words: Words | None = None) -> "Note":
        note = cls.new(id or new_id(), by)
        note.trigger(cls.Pinned, by, text=text)
        if words is not None:
            note.set_aside(words)
        return note

    def alter(self, text: str, by: Actor = BY) -> None:
        self.trigger(self.Altered, by, text=text)


TYPES = (Note.Pinned.TYPE, Note.Altered.TYPE)
CLASSES = {name: EVENTS.pop(name) for name in TYPES}
for name in TYPES:
    del OWNERS[name]

notes: Table
boards: Table


@contextmanager
def hung() -> Iterator[None]:
    """The pinboard is part of the house inside this block, and only there."""
    capabilities.load()
    handlers = {name: list(some) for name, some in views.HANDLERS.items()}
    guards = {name: list(some) for name, some in views.GUARDS.items()}
    _hang()
    try:
        yield
    finally:
        for table in (notes, boards):
            views.tables.remove(table)
        for registry, before in ((views.HANDLERS, handlers), (views.GUARDS, guards)):
            registry.clear()
            registry.update(before)
        for name in TYPES:
            del EVENTS[name], OWNERS[name]


def _hang() -> None:
    global notes, boards
    EVENTS.update(CLASSES)
    OWNERS.update(dict.fromkeys(TYPES, Note))
    notes = view(
        "test_notes",
        Column("id", String(36), primary_key=True),
        Column("text", Text),
        Column("versions", Integer),
        Column("position", BigInteger),
        index=["text"],
    )
    boards = view("test_boards", Column("id", String(36), primary_key=True), Column("notes", Integer))
    on(Community.Founded)(_founded)
    on(Note.Pinned)(_pinned)
    on(Note.Altered)(_altered)
    guard(Note.Pinned, Note.Altered)(_welcome)


def _founded(e: Community.Founded, position: int) -> Iterable[Change]:
    yield insert(boards, id="all")


def _pinned(e: Note.Pinned, position: int) -> Iterable[Change]:
    yield insert(notes, id=e.id, text=e.text, versions=1, position=position)
    if e.text == BREAKS:
        raise ZeroDivisionError(e.text)
    if e.text == REFUSES:
        raise NotWelcome
    yield add(boards, "all", notes=1)


def _altered(e: Note.Altered, position: int) -> Iterable[Change]:
    yield add(notes, e.id, versions=1)
    yield update(notes, e.id, text=e.text)


def _welcome(e: Any, tx: Tx) -> None:
    if e.text == FORBIDDEN:
        raise NotWelcome
    if e.text == BREAKS_THE_GUARD:
        raise ZeroDivisionError(e.text)
    if e.text.startswith(BEHIND_KEY) and tx.row(notes, e.text.removeprefix(BEHIND_KEY)) is None:
        raise NotWelcome
    if e.text == BEHIND_QUERY and not tx.rows(select(notes.c.id).where(notes.c.community == tx.community)):
        raise NotWelcome


def open_board(url: str, slug: str = "jiahe") -> Council:
    """Open a community, founded now if it was not."""
    council = Council.open(url, slug)
    if not council.log.max_notification_id():
        council.save(Community.found(slug, "甲河村", kind="village", street="丙街道", by=BY))
    return council


def command(*made: Note, key: str | None = None) -> Command:
    """The command that records what was done on some notes."""
    done = [event for note in made for event in note.collect_events()]
    asides = [aside for note in made for aside in note.take_asides()]
    mapper = LeafMapper()
    return Command(done, [mapper.to_stored_event(event) for event in done], [None] * len(done), key, asides)


def texts(council: Council) -> list[str]:
    """The notes on the board, in the order of the log."""
    with council.reading() as r:
        query = select(notes.c.text).where(r.mine(notes)).order_by(notes.c.position)
        return [row.text for row in r.all(query)]


def counted(council: Council) -> int:
    """How many notes the board says it has."""
    with council.reading() as r:
        return r.count(select(func.coalesce(func.sum(boards.c.notes), 0)).where(r.mine(boards)))
