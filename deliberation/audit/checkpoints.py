"""Checkpoints of a community: which key is in force, and when one is made.

At each act that others rely on, and at least once a day if anything came since, by a thread beside the pages; on request for a
receipt, but not more often than every few seconds, so that a crowd of voters shares one.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from deliberation.actors import Actor, operator
from deliberation.audit.logkeys import LogKeys
from deliberation.council import Council
from deliberation.custody.model import LogKey, key_of
from deliberation.custody.refusals import KeyAlreadyThere, KeyMissing
from deliberation.errors import NotFound, Refusal
from deliberation.log import seals
from deliberation.log.aggregate import id_of
from deliberation.log.note import Signer, Verifier
from deliberation.log.seals import KeyChanged, Seal, Sealer
from deliberation.register.model import COMMUNITY_SPACE

#: Seconds: between two checkpoints made for receipts; between two looks whether one is due; after which one is due; and for
#: which the first visitors of a server that was just started are left alone.
APART, LOOK, DAY, SETTLE = 15, 600, 86_400, 20


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Checkpoints:
    """Makes the checkpoints of one community with the private keys kept for it."""

    def __init__(self, council: Council, private: LogKeys, clock: Callable[[], datetime] = _now) -> None:
        self.council, self.private, self.clock = council, private, clock
        self._sealer: Sealer | None = None
        self._lock = threading.Lock()
        self._due, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        council.relied_on = self._due.set

    @property
    def due(self) -> bool:
        """Whether something was entered that others rely on and that no checkpoint covers yet."""
        return self._due.is_set()

    def keys(self) -> Sequence[Verifier]:
        """Return the keys on record, the last one in force; a log that has none gets its first."""
        found = self.on_record()
        if found:
            return found
        by, signer = operator(self.clock()), self.private.make(self.council.community)
        with suppress(KeyAlreadyThere):  # another process was faster; its key lies in the same folder
            self.council.save(LogKey.adopt(_id(self.council), self.council.community, signer.verifier, by=by))
        return self.on_record()

    def on_record(self) -> Sequence[Verifier]:
        """Return the keys on record in order; none before the first checkpoint."""
        try:
            return [Verifier.read(key) for key in self.council.get(LogKey, key_of(_id(self.council))).keys]
        except NotFound:
            return []

    def ever(self) -> Sequence[Verifier]:
        """Return the keys on record and all others whose private half is here: what one of these signed was said by this place,
        also if the entry that named the key was cut off."""
        recorded = self.on_record()
        return [*recorded, *(key for key in self.private.ours(self.council.community) if key not in recorded)]

    def seal(self, *, fresh: int = 0, whole: bool = False) -> Seal:
        """Make a checkpoint over all entries and return it; the last one if nothing came since or it is younger than ``fresh``
        seconds. ``whole``: hash every entry again first. Raises NotFound, KeyMissing, LogBroken."""
        if not fresh:  # one that may be a few seconds old does not cover what is due
            self._due.clear()
        at = int(self.clock().timestamp())
        try:
            try:
                return self._ready().seal(at, fresh=fresh, whole=whole)
            except KeyChanged:
                return self._ready().seal(at, fresh=fresh, whole=whole)
        except BaseException:
            self._due.set()
            raise

    def at_once(self) -> None:
        """Make a checkpoint within each act that others rely on, dated as the log is: while a story is played."""

        def follow() -> None:
            self.clock = lambda: datetime.fromtimestamp(self.council.head().time, UTC)
            self.seal()

        self.council.relied_on = follow

    def seal_if_due(self) -> None:
        """Make a checkpoint if one is due. Raises as ``seal`` does."""
        if self.due:
            self.seal()

    def covering(self, position: int) -> Seal | None:
        """Return a checkpoint over an entry; None if one was made a few seconds ago, without it, and the next has to wait."""
        with self.council.database.reader.connect() as connection:
            found = seals.covering(connection, self.council.community, position)
        if found is not None:
            return found
        made = self.seal(fresh=APART)
        return made if made.size > position else None

    def rotate(self, *, reason: str, second: str, by: Actor, command: str | None = None) -> Signer:
        """Make a new key and hand over to it; what the old key vouches for is sealed first.

        Raises KeyMissing, and what the verb and its guards raise: then the old key stays.
        """
        self.seal()
        signer = self.private.make(self.council.community)
        old = self._ready().signer
        with self.council.change(LogKey, key_of(_id(self.council)), command=command) as key:
            key.rotate(self.council.community, signer.verifier, old.bytes_signed, reason=reason, second=second, by=by)
        self.seal()
        return signer

    def start(self, first: bool = True) -> None:
        """Begin to make checkpoints by itself, with one over what a process before this may have left without. The ``first`` of
        several processes alone makes those that are due by the calendar, and hashes the whole log at its start."""
        self._thread = threading.Thread(target=self._run, args=(first,), name="checkpoints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Make what is due and stop."""
        self._stop.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, first: bool) -> None:
        self._due.wait(SETTLE)
        looked = stopping = False
        while not stopping:
            stopping = self._stop.is_set()
            if not looked or self.due or (first and self._a_day_old()):
                self._attempt(whole=first and not (looked and self.due))
                looked = True
            if not self._stop.is_set():  # whoever stops this sets what is waited for here last
                self._due.wait(LOOK)

    def _attempt(self, *, whole: bool) -> None:
        """What stands in the way is told to whoever runs the machine; pages and votes go on."""
        try:
            self.seal(whole=whole)
        except Refusal as refusal:
            print(refusal.say("zh"), refusal.say("en"), sep="\n", file=sys.stderr, flush=True)
            self._stop.wait(LOOK)
        except Exception as error:  # the database is away: look again later
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            self._stop.wait(LOOK)

    def _a_day_old(self) -> bool:
        with self.council.database.reader.connect() as connection:
            last = seals.latest(connection, self.council.community)
        return last is None or not last.made <= self.clock().timestamp() < last.made + DAY

    def _ready(self) -> Sealer:
        """The sealer with the key in force; it changes when another process hands over."""
        with self._lock:
            keys = self.keys()
            verifier = keys[-1]
            if self._sealer is None or self._sealer.signer.verifier != verifier:
                signer = self.private.find(verifier)
                if signer is None:
                    raise KeyMissing(key=f"{verifier.name}+{verifier.key_id.hex()}", folder=self.private.folder)
                stream = key_of(_id(self.council))
                self._sealer = Sealer(self.council.database.engine, self.council.community, signer, keys, stream, self.private.memory(verifier))
            return self._sealer


def _id(council: Council) -> str:
    return id_of(COMMUNITY_SPACE, council.community)
