"""The stage: the council that is played to, the people, and the ids of what has been made so far."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from deliberation.actors import Actor
from deliberation.council import Council
from deliberation.log.aggregate import Aggregate
from deliberation.log.writer import Receipt
from deliberation.register.private import Words
from deliberation.scenario.data import moment
from deliberation.scenario.roster import Roster, roster

A = TypeVar("A", bound=Aggregate)

#: Telephones that vote at the same moment; whoever waits in line is saved together.
THREADS = 16


@dataclass
class Stage:
    """Where the story is played. ``ids`` maps a name such as "motion" or "report 3" to an id."""

    council: Council
    roster: Roster = field(default_factory=roster)
    ids: dict[str, str] = field(default_factory=dict)
    steps: int = 0

    def person(self, key: str) -> str:
        """Return the id of a person of the cast; "" for nobody; an id is returned as it is."""
        return key if len(key) == 36 or not key else self.roster.cast[key]

    def by(self, key: str, role: str, at: str) -> Actor:
        """Return a person of the cast acting in a role, "2026-04-17 09:00" on the clocks of China."""
        return Actor.of(self.person(key), role, moment(at))

    def words(self, text: str, key: str) -> Words:
        """Return words for the vault, freshly salted."""
        return Words(secrets.token_bytes(32), text, self.person(key))

    def save(self, *aggregates: Aggregate, key: str = "") -> Receipt:
        """Save, under a command key as a web form would."""
        return self.council.save(*aggregates, command=self.key(key))

    @contextmanager
    def change(self, kind: type[A], name: str) -> Iterator[A]:
        """Change what ``ids`` has under a name."""
        with self.council.change(kind, self.ids[name], command=self.key()) as aggregate:
            yield aggregate

    def key(self, key: str = "") -> str:
        """Return a command key: the one given, or the next number."""
        self.steps += 1
        return f"story/{key or self.steps}"

    def save_each(self, aggregates: Iterable[Aggregate]) -> None:
        """Save many people's acts, each as a command of its own, from many telephones at once."""
        keyed = [(aggregate, f"story/{aggregate.id}") for aggregate in aggregates]
        with ThreadPoolExecutor(THREADS) as telephones:
            list(telephones.map(lambda one: self.council.save(one[0], command=one[1]), keyed))
