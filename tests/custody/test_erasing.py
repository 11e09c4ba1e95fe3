"""Given a person of the register, when two of the desk erase them, then nothing of them is left and every count stands."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from deliberation.access.beside import consents, keys, sessions
from deliberation.access.letters import LetterPage, SignIn
from deliberation.access.locks import Locks
from deliberation.access.model import Binding, binding_of
from deliberation.access.private import PIN, Key
from deliberation.access.refusals import NoSecondPerson
from deliberation.access.views import binding_of_person
from deliberation.actors import RESIDENT
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.custody import views
from deliberation.custody.erasing import GROUNDS, MOST, PersonErasure, WordsErasure, all_of
from deliberation.custody.refusals import (
    ErasedAlready,
    ErasureUnclear,
    HoldsOffice,
    NotByThemselves,
    NothingToErase,
    StillBound,
    WasErased,
    WordsErasedAlready,
    WordsMeanwhile,
)
from deliberation.errors import RoleNotHeld
from deliberation.intake.model import Report
from deliberation.log.aggregate import Aggregate, new_id
from deliberation.register import vault
from deliberation.register.model import Holding
from deliberation.register.private import Words
from tests import postgres
from tests.custody.spying import dump
from tests.given import actor, facts, household, moment, refuses, replays, village, who, words

DESK, CHAIR, QIAN = actor("secretary"), who("chair"), who("qian")
SAID = "三楼垂下飞线充电，孩子天天经过"
LOCKS = Locks(b"pepper of the tests, 32 bytes ..")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def town(request: pytest.FixtureRequest) -> Iterator[Council]:
    with village(postgres.fresh_url() if request.param == "postgres" else "") as council:
        yield council


def said(town: Council, text: str = SAID, person: str = "qian", number: str = "77") -> Words:
    spoken = words(text, person)
    town.save(Report.receive(number, channel="photo", place="1号楼", colour="red", words=spoken, reporter=who(person), by=DESK))
    return spoken


def erasing(town: Council, person: str = QIAN, **more: Any) -> list[Aggregate]:
    with town.reading() as r:
        kept = views.kept_of(r, person)
    return [*all_of(person, kept, **{"ground": "request", "second": CHAIR, "by": DESK, **more})]


def kept(town: Council) -> tuple[dict[str, str], list[str]]:
    with town.reading() as r:
        return vault.names(r, [QIAN]), views.kept_of(r, QIAN)


def bind(town: Council) -> None:
    town.save(SignIn.adopt(72, 60, second=CHAIR, by=DESK))
    until, made = int(moment("2026-06-01 12:00").timestamp()), int(moment("2026-04-02 12:00").timestamp())
    town.save(LetterPage.issue([("11112222", "home", household("qian"))], [LOCKS.code("11112222", "1234567890")], until=until, by=DESK))
    key = Key(new_id(), QIAN, PIN, b"hash", "", 1)
    town.save(Binding.make("11112222", QIAN, household("qian"), [key], way="pin", votes_from=made + 72 * 3600, by=actor(person="qian")))


def ended(town: Council) -> Binding:
    bound = town.get(Binding, binding_of("11112222"))
    bound.end("erased", second=CHAIR, by=DESK)
    return bound


# what two may decide


def test_the_entry_names_nobody_and_says_the_ground() -> None:
    erasure = PersonErasure.declare(QIAN, ["b" * 64, "a" * 64], ground="request", second=CHAIR, by=DESK)
    body = {"person": QIAN, "ground": "request", "contents": ["a" * 64, "b" * 64], "second": CHAIR}
    assert facts(erasure) == [("person.erased", body)]
    assert erasure.matter is None


@pytest.mark.parametrize("wrong", [{"ground": "钱某不高兴"}, {"ground": ""}, {"second": ""}, {"second": DESK.person}])
def test_a_ground_of_the_list_and_a_second_person_are_needed(wrong: dict[str, str]) -> None:
    given = {"ground": "request", "second": CHAIR, "by": DESK, **wrong}
    with refuses(ErasureUnclear):
        PersonErasure.declare(QIAN, [], **given)  # type: ignore[arg-type]
    with refuses(ErasureUnclear):
        WordsErasure.declare(["a" * 64], **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("person", [DESK.person, CHAIR])
def test_nobody_erases_themselves(person: str) -> None:
    with refuses(NotByThemselves):
        PersonErasure.declare(person, [], ground="request", second=CHAIR, by=DESK)


def test_more_words_than_one_entry_holds_go_in_several() -> None:
    many = [f"{number:064x}" for number in range(2 * MOST + 1)]
    made = all_of(QIAN, many, ground="request", second=CHAIR, by=DESK)
    bodies = [body for each in made for _, body in facts(each)]
    assert sorted(one for body in bodies for one in body.get("contents") or body["commitments"]) == many
    assert [kind for each in made for kind, _ in facts(each)] == ["content.erased", "content.erased", "person.erased"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_ground_is_said_in_both_languages(ground: str) -> None:
    assert all(len(name) > 5 for name in GROUNDS[ground])


# what becomes of it


def test_name_words_keys_sessions_and_asks_are_gone_and_the_log_replays(town: Council) -> None:
    spoken = said(town)
    bind(town)
    session = {"token": "0" * 64, "id": new_id(), "person": QIAN, "staff": 0, "made": 1, "seen": 1, "label": "x"}
    asked = {"id": new_id(), "digest": "0" * 64, "first": CHAIR, "second": QIAN, "told": "钱某", "asked": 1, "given": 0, "answer": ""}
    with town.beside() as connection:
        connection.execute(sessions.insert(), [{"community": town.community, **session}])
        connection.execute(consents.insert(), [{"community": town.community, **asked}])
    before = town.head().size
    town.save(ended(town), *erasing(town))
    assert kept(town) == ({}, [])
    with town.reading() as r:
        assert vault.texts(r, [spoken.commitment]) == {}
        assert vault.called(r, "钱某") == []
        assert binding_of_person(r, QIAN) is None
        for table in (keys, sessions):
            assert r.live.execute(select(func.count()).where(table.c.person == QIAN)).scalar_one() == 0
        assert r.live.execute(consents.select()).fetchall() == []
        row = views.erasure(r, QIAN)
        assert row is not None
        assert (row.ground, row.words, row.second) == ("request", 1, CHAIR)
    with town.as_of(position=before) as past:
        assert vault.texts(past, [spoken.commitment]) == vault.names(past, [QIAN]) == {}
    replays(town)
    assert recount(town).findings == []


def test_nothing_of_it_is_in_any_byte(town: Council) -> None:
    spoken = said(town)
    bind(town)
    with town.reading() as r:
        rows = [
            bytes(row.sealed)
            for table in (vault.words_table, vault.people_table)
            for row in r.live.execute(table.select().where(table.c.person == QIAN))
        ]
    url = town.database.engine.url.render_as_string(hide_password=False)
    assert len(rows) == 2
    assert all(row in dump(url) for row in rows)
    town.save(ended(town), *erasing(town))
    raw = dump(url)
    assert [part for part in (*rows, SAID.encode(), "钱某".encode(), spoken.salt) if part in raw] == []


def test_other_words_of_others_stay(town: Council) -> None:
    mine, other = said(town), said(town, "另一件事", "sun", "78")
    town.save(*erasing(town))
    with town.reading() as r:
        assert vault.texts(r, [mine.commitment, other.commitment]) == {other.commitment: "另一件事"}


def test_some_words_alone_can_be_erased(town: Council) -> None:
    mine, other = said(town), said(town, "另一件事", number="78")
    erasure = {"ground": "unlawful", "second": CHAIR, "by": DESK}
    town.save(WordsErasure.declare([mine.commitment], **erasure))  # type: ignore[arg-type]
    assert kept(town) == ({QIAN: "钱某"}, [other.commitment])
    with refuses(WordsErasedAlready):
        town.save(WordsErasure.declare([mine.commitment], **erasure))  # type: ignore[arg-type]
    with refuses(WordsErasedAlready):
        town.save(WordsErasure.declare([mine.commitment, other.commitment], **erasure))  # type: ignore[arg-type]
    with refuses(NothingToErase):
        town.save(WordsErasure.declare(["0" * 64], **erasure))  # type: ignore[arg-type]
    replays(town)
    assert recount(town).findings == []


# what stands in the way


def test_nobody_is_erased_twice(town: Council) -> None:
    town.save(*erasing(town))
    with refuses(ErasedAlready):
        town.save(*erasing(town))


def test_somebody_unknown_is_not_erased(town: Council) -> None:
    with refuses(NothingToErase):
        town.save(*erasing(town, new_id()))


def test_whoever_holds_an_office_ends_it_first(town: Council) -> None:
    with refuses(HoldsOffice, role="议事代表"):
        town.save(*erasing(town, who("zhang")))


def test_only_the_desk_erases_and_only_the_desk_confirms(town: Council) -> None:
    with refuses(RoleNotHeld):
        town.save(*erasing(town, by=actor(RESIDENT, person="li")))
    with refuses(RoleNotHeld):
        town.save(*erasing(town, second=who("li")))
    with refuses(RoleNotHeld):
        town.save(WordsErasure.declare([said(town).commitment], ground="request", second=who("li"), by=DESK))
    with refuses(NoSecondPerson):
        event = PersonErasure.declare(QIAN, [], ground="request", second=CHAIR, by=DESK)
        event.pending_events[0].__dict__["second"] = DESK.person
        town.save(event)


def test_words_that_came_meanwhile_are_not_left_behind(town: Council) -> None:
    made = erasing(town)
    said(town)
    with refuses(WordsMeanwhile):
        town.save(*made)
    assert len(kept(town)[1]) == 1


def test_words_of_somebody_else_are_not_erased_with_a_person(town: Council) -> None:
    other = said(town, person="sun")
    with refuses(WordsMeanwhile):
        town.save(*all_of(QIAN, [other.commitment], ground="request", second=CHAIR, by=DESK))


def test_a_binding_is_not_left_standing(town: Council) -> None:
    bind(town)
    with refuses(StillBound):
        town.save(*erasing(town))


def test_whoever_was_erased_is_neither_bound_nor_put_into_an_office(town: Council) -> None:
    town.save(*erasing(town))
    with refuses(WasErased):
        bind(town)
    with refuses(WasErased):
        town.save(Holding.grant(QIAN, "delegate", since="2026-04-02", second=CHAIR, by=DESK))


def test_the_operator_at_the_machine_needs_a_second_of_the_desk_too(town: Council) -> None:
    with refuses(RoleNotHeld):
        town.save(*erasing(town, by=actor("operator"), second=who("li")))
    town.save(*erasing(town, by=actor("operator")))
    assert kept(town) == ({}, [])
