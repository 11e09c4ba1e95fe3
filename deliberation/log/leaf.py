"""The leaf: the exact bytes of an event, as stored, hashed and published.

RFC 8785 canonical JSON of one envelope::

    {"actor": {"person": …, "role": …}, "agg": id, "aggv": n, "at": "2026-04-17T01:00:00Z",
     "body": {…}, "type": "motion.seconded", "v": 1}

Keys are ASCII and numbers are integers within ±(2^53-1), so sorting keys and writing compactly gives exactly
the bytes that RFC 8785 asks for. Stored bytes are hashed as they are and never serialised again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from deliberation.actors import Actor
from deliberation.log.aggregate import EVENTS, Event

#: C2SP tlog-tiles entry bundles carry 16-bit lengths.
MOST_BYTES = 65_535
_WHOLE_SECONDS_UTC = len("2026-04-17T01:00:00+00:00")
_PLAIN = frozenset({str, int, bool, type(None)})
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


class NotCanonical(ValueError):
    """A body holds what a leaf cannot: a float, a tuple, a non-ASCII key, too large a number, too many bytes,
    a time that is not a whole second UTC."""


class UnknownEvent(ValueError):
    """A stored row names an event type that is not ours."""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value without floats. Raises NotCanonical."""
    try:
        _insist(value)
        return orjson.dumps(value, option=_OPTIONS)
    except (TypeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def moment(at: datetime) -> str:
    """Return the event time as it stands in a leaf. Raises NotCanonical if it would read back otherwise."""
    text = at.isoformat()
    if len(text) != _WHOLE_SECONDS_UTC or not text.endswith("+00:00"):
        raise NotCanonical(f"{text} is not a whole second UTC")
    return f"{text[:19]}Z"


class LeafMapper(Mapper[str]):
    """Turns events into leaves and back; old versions of an event are upcast on reading, never rewritten."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Return the event with its leaf as ``state``. Raises NotCanonical."""
        event = cast(Event, domain_event)
        leaf = canonical(
            {
                "actor": {"person": event.by.person, "role": event.by.role},
                "agg": event.originator_id,
                "aggv": event.originator_version,
                "at": moment(event.timestamp),
                "body": event.body(),
                "type": event.TYPE,
                "v": event.class_version,
            }
        )
        if len(leaf) > MOST_BYTES:
            raise NotCanonical(f"{event.TYPE}: {len(leaf)} bytes, at most {MOST_BYTES} fit into one event")
        return StoredEvent(event.originator_id, event.originator_version, event.TYPE, leaf)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """Return the event of a stored row."""
        return read_leaf(stored_event.state)


def read_leaf(leaf: bytes) -> Event:
    """Return the event of a leaf. Raises UnknownEvent for a type or version unknown to this release."""
    envelope = orjson.loads(leaf)
    event_class = EVENTS.get(envelope["type"])
    version, body = envelope["v"], envelope["body"]
    if event_class is None or version > event_class.class_version:
        raise UnknownEvent(f"{envelope['type']} v{version}")
    while version < event_class.class_version:
        getattr(event_class, f"upcast_v{version}_v{version + 1}")(body)
        version += 1
    at = datetime.fromisoformat(envelope["at"])
    actor = envelope["actor"]
    body["originator_id"] = envelope["agg"]
    body["originator_version"] = envelope["aggv"]
    body["timestamp"] = at
    body["by"] = Actor(actor["person"], actor["role"], at)
    event = object.__new__(event_class)
    object.__setattr__(event, "__dict__", body)
    return event


def _insist(value: Any) -> None:
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"key {key!r} is not ASCII text")
            if type(item) not in _PLAIN:
                _insist(item)
    elif kind is list:
        for item in value:
            if type(item) not in _PLAIN:
                _insist(item)
    elif kind not in _PLAIN:
        raise NotCanonical(
            f"{value!r} is a {kind.__name__}: a leaf holds text, whole numbers, lists and objects only"
        )
