"""Seconding: three neighbours, each once, and not the proposer."""

import pytest

from deliberation.clauses import Text
from deliberation.council import Council
from deliberation.motions import queries
from deliberation.motions.model import Motion, Second
from deliberation.motions.refusals import (
    AlreadySeconded,
    MotionClosed,
    NoSuchMotion,
    NotEnoughSeconds,
    NotProposed,
    OwnMotion,
)
from deliberation.procedures.model import Matter
from tests.given import actor, refuses, replays, who, words

SECRETARY = actor("secretary")
DRAFT = Text.of("十条", ["通道畅通。"])


@pytest.fixture
def matter(town: Council) -> str:
    it = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
    town.save(it)
    return it.id


def motion(matter: str, needed: int = 3) -> Motion:
    return Motion.propose(matter, "1", "安全自治十条", "compact", DRAFT, needed, by=actor())


def second(it: Motion, person: str) -> Second:
    return Second.of(it.id, it.matter, it.number, by=actor(person=person))


def test_a_motion_needs_three_seconders(town: Council, matter: str):
    it = motion(matter)
    town.save(it)
    for person in ("li", "wang"):
        town.save(second(it, person))
    with refuses(NotEnoughSeconds, seconds=2, needed=3, missing=1), town.change(Motion, it.id) as found:
        found.admit(by=SECRETARY)
    town.save(second(it, "zhao"))
    with town.change(Motion, it.id) as found:
        found.admit(by=SECRETARY)
    with town.reading() as r:
        page = queries.motion_page(r, it.id)
        assert page is not None
        assert (page.row.state, page.row.seconds) == ("admitted", 3)
        assert queries.second_of(r, it.id, who("li")) is not None
        assert queries.second_of(r, it.id, who("wu")) is None
        assert [row.person for row in queries.seconders(r, it.id)] == [who("li"), who("wang"), who("zhao")]
    replays(town)


def test_nobody_seconds_twice_nor_their_own_motion(town: Council, matter: str):
    it = motion(matter)
    town.save(it)
    town.save(second(it, "li"))
    with refuses(AlreadySeconded):
        town.save(second(it, "li"))
    with refuses(OwnMotion):
        town.save(second(it, "zhang"))
    with town.reading() as r:
        assert [row.seconds for row in queries.open_motions(r)] == [1]


def test_only_what_is_proposed_is_seconded(town: Council, matter: str):
    it = motion(matter, needed=0)
    with refuses(NoSuchMotion):
        town.save(second(it, "li"))
    town.save(it)
    with refuses(NoSuchMotion):
        town.save(Second.of(it.id, it.matter, "2", by=actor(person="li")))
    with town.change(Motion, it.id) as found:
        found.admit(by=SECRETARY)
    with refuses(NotProposed):
        town.save(second(it, "li"))
    with town.change(Motion, it.id) as found:
        found.withdraw(words("不提了"), by=actor())
    with refuses(MotionClosed, state="已撤回"):
        town.save(second(it, "li"))
