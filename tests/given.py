"""Given, when, then on events: what the tests of all capabilities stand on.

motion = given(Motion.propose(..., by=actor("resident")))     # happened before
motion.admit(by=actor("secretary"))                           # happens now
assert facts(motion) == [("motion.admitted", {...})]
with refuses(NotEnoughSeconds, missing=1): ...
with village() as town: town.save(motion)                     # with guards and views, on SQLite
"""

import functools
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deliberation import actors, deadlines
from deliberation.actors import Actor
from deliberation.council import Council
from deliberation.errors import Refusal
from deliberation.log import fold
from deliberation.log.aggregate import Aggregate, id_of
from deliberation.log.views import GUARDS
from deliberation.register.model import COMMUNITY_SPACE, Community, Holding, Page
from deliberation.register.private import PersonName, Words

A = TypeVar("A", bound=Aggregate)

SLUG = "jiahe"
VILLAGE = id_of(COMMUNITY_SPACE, SLUG)
#: Residents: each a household of their own, in the order of the register; the first four are delegates too.
RESIDENTS = ("zhang", "li", "wang", "zhao", "qian", "sun", "zhou", "wu")
DELEGATES = RESIDENTS[:4]
#: Everyone else is called like the role. Some roles need two.
OFFICES = (
    "secretary",
    "chair",
    "committee",
    "party_member",
    "scrutineer",
    "supervisor",
    "grid_worker",
    "street_office",
    "auditor",
)
SECONDS = {
    "second_scrutineer": "scrutineer",
    "second_grid_worker": "grid_worker",
    "second_secretary": "secretary",
}
NOON = "2026-04-02 12:00"


def who(person: str) -> str:
    """Return the id of somebody in the village; an id is returned as it is."""
    return person if len(person) == 36 else id_of(VILLAGE, "person", person)


def place(label: str) -> str:
    """Return the id of "网格一", "1号楼" or "2号楼"."""
    return id_of(VILLAGE, "place", label)


def unit(person: str) -> str:
    """Return the unit in which a resident lives."""
    return id_of(VILLAGE, "unit", person)


def household(person: str) -> str:
    """Return the household that a resident speaks for."""
    return id_of(VILLAGE, "household", person)


def moment(at: str) -> datetime:
    """Return a moment given on the clocks of China, "2026-04-17 09:00"."""
    return datetime.fromisoformat(at).replace(tzinfo=deadlines.SHANGHAI)


def actor(role: str = "resident", *, at: str = NOON, person: str = "") -> Actor:
    """Return somebody acting in a role: whoever holds it, or the person named."""
    usual = {"resident": "zhang", "delegate": "zhang", "operator": "operator"}
    return Actor.of(
        who(person or usual.get(role, role)) if role != "operator" else "operator", role, moment(at)
    )


def words(text: str, person: str = "zhang") -> Words:
    """Return words for the vault, freshly salted."""
    return Words(secrets.token_bytes(32), text, who(person))


def given(aggregate: A) -> A:
    """Return the aggregate with what it has done so far lying in the past."""
    aggregate.collect_events()
    aggregate.take_asides()
    return aggregate


def facts(aggregate: Aggregate) -> list[tuple[str, dict[str, Any]]]:
    """Return what the aggregate has recorded since: [(event type, body)]."""
    return [(event.TYPE, event.body()) for event in aggregate.pending_events]


@contextmanager
def refuses(refusal: type[Refusal], **expected: Any) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Expect exactly this refusal, both its sentences complete, with at least the facts named."""
    with pytest.raises(refusal) as caught:
        yield caught
    assert type(caught.value) is refusal, f"{caught.value!r} was raised"
    for language in ("zh", "en"):
        assert len(caught.value.say(language)) > 8
    assert {name: caught.value.facts[name] for name in expected} == expected


@contextmanager
def village(url: str = "") -> Iterator[Council]:
    """A council founded with a handful of people and roles, on a new SQLite file or an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="village-"))
    if not url:
        url = f"sqlite:///{folder / 'village.db'}"
        (folder / "village.db").write_bytes(_founded_once())
    council = Council.open(url, SLUG)
    try:
        if not council.log.max_notification_id():
            found(council)
        yield council
    finally:
        council.close()
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _founded_once() -> bytes:
    """The village's database file; founding it anew for each test would take most of the tests' time."""
    with tempfile.TemporaryDirectory(prefix="village-") as folder:
        file = Path(folder, "village.db")
        council = Council.open(f"sqlite:///{file}", SLUG)
        found(council)
        council.close()
        return file.read_bytes()


def found(council: Council) -> None:
    """Found the village: one grid, two buildings, eight households of one, and who holds which role."""
    by = actors.operator(moment("2026-01-04 09:00"))
    council.save(Community.found(SLUG, "甲河村", kind="village", street="丙街道", by=by))
    grid = [place("网格一"), "grid", "网格一", ""]
    buildings = [[place(label), "building", label, place("网格一")] for label in ("1号楼", "2号楼")]
    council.save(Page.of_places([grid, *buildings], by=by))
    homes = [
        (person, f"{1 + number // 4}号楼", f"{101 + number % 4}") for number, person in enumerate(RESIDENTS)
    ]
    council.save(Page.of_units([[unit(who), place(b), f"{b}{u}", 8_950] for who, b, u in homes], by=by))
    lines = [[household(person), unit(person), f"{b}{u}户", place("网格一")] for person, b, u in homes]
    council.save(Page.of_households(lines, by=by))
    people = [[who(person), household(person), "villager", 1, 1] for person in RESIDENTS]
    people += [[who(person), "", "staff", 1, 0] for person in (*OFFICES, *SECONDS)]
    names = [PersonName(line[0], name, "") for line, name in zip(people, _names(), strict=True)]
    council.save(Page.of_persons(people, names, by=by))
    holders = [(person, person) for person in OFFICES] + list(SECONDS.items())
    holders += [(person, "delegate") for person in DELEGATES]
    council.save(*(Holding.grant(who(person), role, since="2026-01-04", by=by) for person, role in holders))


def _names() -> list[str]:
    return [f"{stem}某" for stem in "张李王赵钱孙周吴"] + [
        f"工作人员{n}" for n in range(1, 1 + len(OFFICES) + len(SECONDS))
    ]


@contextmanager
def polls_taken_for_granted() -> Iterator[None]:
    """Steps that rest on a count are taken without one. That they cannot be is tested where the polls are."""
    guards = {kind: list(checks) for kind, checks in GUARDS.items()}
    for checks in GUARDS.values():
        checks[:] = [check for check in checks if not check.__module__.startswith("deliberation.polls.")]
    try:
        yield
    finally:
        GUARDS.update(guards)


def replays(council: Council) -> None:
    """The log alone gives the same views again: folded elsewhere, and rebuilt in place."""
    live = council.digest()
    with council.as_of(position=council.head().size) as past:
        assert fold.digest(past.connection, past.community) == live
    council.rebuild()
    assert council.digest() == live


@pytest.fixture
def town() -> Iterator[Council]:
    """A village of one's own."""
    with village() as council:
        yield council
