"""Who and what was erased, as tables, and what the pages ask: no name is here.

Of the log's key nothing is kept beside the log: its own proceeding says all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, select

from deliberation.access.views import binding_of_person
from deliberation.custody.erasing import PersonErasure, WordsErasure
from deliberation.custody.model import LogKey as LogKey
from deliberation.log.reading import Reading
from deliberation.log.views import Change, insert, on, view
from deliberation.register import vault
from deliberation.register.owners import owners
from deliberation.register.views import people_called, persons, roles

#: Erasures on the page at the desk.
SHOWN = 30

erased_people = view(
    "erased_people",
    Column("person", String(36), primary_key=True),
    Column("ground", String(16)),
    Column("words", BigInteger),
    Column("by", String(36)),
    Column("second", String(36)),
    Column("at", BigInteger),
    Column("position", BigInteger),
    index=["position"],
)
#: ``ground`` is that of the person or of the words alone.
erased_words = view(
    "erased_words",
    Column("commitment", String(64), primary_key=True),
    Column("ground", String(16)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)


@on(PersonErasure.Erased)
def person_erased(e: PersonErasure.Erased, position: int) -> Iterable[Change]:
    yield insert(
        erased_people, person=e.person, ground=e.ground, words=len(e.contents), by=e.by.person, second=e.second, at=e.at,
        position=position,
    )  # fmt: skip
    for commitment in e.contents:
        yield _words(commitment, e.ground, e.at, position)


@on(WordsErasure.Erased)
def words_erased(e: WordsErasure.Erased, position: int) -> Iterable[Change]:
    for commitment in e.commitments:
        yield _words(commitment, e.ground, e.at, position)


def _words(commitment: str, ground: str, at: int, position: int) -> Change:
    return insert(erased_words, commitment=commitment, ground=ground, at=at, position=position)


def lately(r: Reading) -> Sequence[Any]:
    """Return who was erased lately (id, ground, by, second, at), the latest first."""
    return r.all(erased_people.select().where(r.mine(erased_people)).order_by(erased_people.c.position.desc()).limit(SHOWN))


def erasure(r: Reading, person: str) -> Any | None:
    """Return how a person was erased, or None."""
    return r.row(erased_people, person)


def somebody(r: Reading, person: str) -> bool:
    """Whether the register has a person or an owner with that id."""
    return r.row(persons, person) is not None or r.row(owners, person) is not None


def called(r: Reading, name: str) -> list[tuple[str, str]]:
    """Return (id, door, "" for an owner or somebody without one) of all persons and owners who are called exactly so."""
    ids = vault.called(r, name)
    entered = r.all(select(owners.c.id).where(r.mine(owners), owners.c.id.in_(ids)).order_by(owners.c.id)) if ids else []
    return people_called(r, name) + [(row.id, "") for row in entered]


def owners_through(r: Reading, person: str) -> dict[str, str]:
    """Return owner -> names of the owners for whom a person votes: their names may stand there too, and go by themselves."""
    query = select(owners.c.id).where(r.mine(owners), owners.c.voter == person).order_by(owners.c.id)
    return vault.names(r, [row.id for row in r.all(query)])


def kept_of(r: Reading, person: str) -> list[str]:
    """Return the commitments of a person's words that are still kept."""
    return vault.of_person(r.live, r.community, person)


def binding_to_end(r: Reading, person: str) -> str:
    """Return the id of the binding that ends with the person, "" for none."""
    row = binding_of_person(r, person)
    return "" if row is None else str(row.id)


def roles_running(r: Reading, person: str, day: str) -> list[str]:
    """Return the roles of a person that have not ended on a day (ISO date)."""
    c = roles.c
    query = select(c.role).where(r.mine(roles), c.person == person, (c.until == "") | (c.until >= day)).distinct()
    return [row.role for row in r.all(query.order_by(c.role))]


def erased_in(connection: Connection) -> dict[str, list[str]]:
    """Return community -> everybody of it whose data were erased."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(erased_people.c.community, erased_people.c.person)):
        found.setdefault(row.community, []).append(row.person)
    return found
