"""Proceedings and facts: the base of every aggregate and of every event.

An event class has a permanent name of ours (``TYPE``, never a Python path), a sentence in Chinese and in
English, and
``apply``, which only changes state: rules stand in the aggregate's public methods, which check and then
``trigger``. (The library would run the decorated body of an ``@event`` method again on each replay, so a rule
that became stricter would make old logs unreadable.)

Ids are canonical lower-case UUID text everywhere: in streams, bodies, views and addresses. One form needs no
conversion and reads the same in the log, in the database and in the browser.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Self, TypeVar

from eventsourcing.domain import BaseAggregate, CanMutateAggregate, MetaDomainEvent

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, ChangedMeanwhile, Refusal

#: permanent type name -> event class, and -> the aggregate it belongs to. Closed: a row can only name what
#: stands here.
EVENTS: dict[str, type[Event]] = {}
OWNERS: dict[str, type[Aggregate]] = {}

ENVELOPE = ("originator_id", "originator_version", "timestamp", "by")

A = TypeVar("A", bound="Aggregate")


def new_id() -> str:
    """Return a fresh random id."""
    return str(uuid.uuid4())


def id_of(*parts: str) -> str:
    """Return the id that the given parts always have (UUID version 5 of the first, named by the rest)."""
    return str(uuid.uuid5(_space(parts[0]), "/".join(parts[1:])))


@lru_cache(256)
def _space(id: str) -> uuid.UUID:
    """Many ids are made within one: those of the ballots of a poll."""
    return uuid.UUID(id)


class Event(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    """A fact in the past tense. Fields beyond the four below are its body: JSON values without floats, no
    personal datum.

    ``zh`` and ``en`` are format templates over the body; ``{by}`` is the actor.
    """

    originator_id: str
    originator_version: int
    timestamp: datetime
    by: Actor

    TYPE: ClassVar[str] = ""
    class_version: ClassVar[int] = 1
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    #: Others rely on it from now on: a checkpoint is made at once.
    RELIED_ON: ClassVar[bool] = False

    @property
    def id(self) -> str:
        """The id of the aggregate that the event belongs to."""
        return self.originator_id

    @property
    def at(self) -> int:
        """The event time in whole seconds UTC since 1970."""
        return int(self.timestamp.timestamp())

    def body(self) -> dict[str, Any]:
        """Return the fields beyond the envelope."""
        return {key: value for key, value in vars(self).items() if key not in ENVELOPE}

    def mutate(self, aggregate: Any) -> Any:
        """Apply to the aggregate, or to an empty one of the owning class when this is the first event."""
        return super().mutate(
            OWNERS[self.TYPE].empty(self.originator_id, self.timestamp) if aggregate is None else aggregate
        )

    def apply(self, aggregate: Any) -> None:
        """Change the aggregate's state; never check, never refuse."""


#: Inside an aggregate ``Event`` is the base of its own events.
Fact = Event


class Aggregate(BaseAggregate[str]):
    """One proceeding. Subclasses nest their events, set their first state in ``start`` and offer verbs.

    ``matter`` is the proceeding under which the events are filed for replay (None: the register).
    ``ALREADY`` is the refusal for a second first event of the same id.
    """

    Event = Event
    ALREADY: ClassVar[type[Refusal]] = AlreadyRecorded

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for value in list(vars(cls).values()):
            if isinstance(value, type) and issubclass(value, Event) and value.TYPE:
                _register(cls, value)

    @classmethod
    def empty(cls, id: str, at: datetime, version: int = 0) -> Self:
        """Return an aggregate in its first state, though ``version`` events may lie before what is recorded on it."""
        aggregate = cls.__new__(cls)
        aggregate.__base_init__(id, version, at)
        aggregate._asides = []
        aggregate.receipt = None
        aggregate.start()
        return aggregate

    @classmethod
    def new(cls, id: str, by: Actor, version: int = 0) -> Self:
        """Return an empty aggregate on which a verb can act at once; ``version`` events of it lie before."""
        return cls.empty(id, by.at, version)

    @classmethod
    def overtaken(cls, version: int, latest: int) -> type[Refusal]:
        """Return the refusal for a version that is taken, or does not follow the latest one."""
        return cls.ALREADY if version == 1 else ChangedMeanwhile

    _asides: list[Any]
    receipt: Any

    def start(self) -> None:
        """Set the first state."""

    @property
    def matter(self) -> str | None:
        """The proceeding under which this aggregate's events are filed."""
        return self.id

    def trigger(self, event_class: type[Fact], by: Actor, **body: Any) -> None:
        """Record a fact: change the state by it and keep it for saving."""
        self.trigger_event(event_class, timestamp=by.at, by=by, **body)

    def set_aside(self, *things: Any) -> None:
        """Keep words or names for the vault: written with the events or not at all."""
        self._asides.extend(things)

    def take_asides(self) -> list[Any]:
        """Hand over what was set aside."""
        asides, self._asides = self._asides, []
        return asides


def _register(owner: type[Aggregate], event_class: type[Event]) -> None:
    known = EVENTS.get(event_class.TYPE)
    if known is not None and known.__qualname__ != event_class.__qualname__:
        raise TypeError(f"event name {event_class.TYPE!r} is taken by {known.__qualname__}")
    EVENTS[event_class.TYPE] = event_class
    OWNERS[event_class.TYPE] = owner
