"""What a second person is asked: good for one form, of one community, for an hour."""

from collections.abc import Iterator

import pytest

from deliberation.access import consents
from deliberation.access.beside import consents as table
from deliberation.access.consents import GOOD_FOR, Ask, NothingToConfirm
from deliberation.council import Council
from tests.given import refuses, village, who

AT = 1_775_000_000
ID, OTHER = "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10", "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a11"
DIGEST, CHANGED = "a" * 64, "b" * 64


@pytest.fixture
def hall(database_url: str) -> Iterator[Council]:
    with village(database_url) as council:
        yield council


def ask(hall: Council, *, digest: str = DIGEST, at: int = AT, id: str = ID, community: str = "") -> None:
    asked = Ask(id, digest, who("secretary"), who("scrutineer"), '{"lines": []}', at)
    with hall.beside() as connection:
        consents.ask(connection, community or hall.community, [asked], at)


def answer(hall: Council, *, digest: str = DIGEST, person: str = "scrutineer", yes: bool = True, at: int = AT, id: str = ID) -> str:
    with hall.beside() as connection:
        return consents.answer(connection, hall.community, id, digest, second=who(person), yes=yes, at=at)


def answers(hall: Council, at: int = AT) -> dict[str, str]:
    with hall.reading() as r:
        return consents.answers(r, [DIGEST, CHANGED], at)


def waiting(hall: Council, person: str = "scrutineer", at: int = AT) -> list[str]:
    with hall.reading() as r:
        return [row.digest for row in consents.waiting(r, who(person), at)]


@pytest.mark.parametrize(("yes", "said"), [(True, "yes"), (False, "no")])
def test_who_was_asked_answers_once(hall: Council, yes: bool, said: str) -> None:
    ask(hall)
    assert (waiting(hall), waiting(hall, "secretary"), answers(hall)) == ([DIGEST], [], {DIGEST: ""})
    assert answer(hall, yes=yes) == who("secretary")
    assert (waiting(hall), answers(hall)) == ([], {DIGEST: said})
    with refuses(NothingToConfirm):
        answer(hall, yes=not yes)


def test_what_the_form_said_is_erased_with_the_answer_and_the_rest_with_its_use(hall: Council) -> None:
    ask(hall)
    answer(hall)
    with hall.beside() as connection:
        assert connection.execute(table.select()).one().told == ""
        consents.use(connection, hall.community, [DIGEST])
        assert connection.execute(table.select()).all() == []


@pytest.mark.parametrize("other", [{"person": "secretary"}, {"person": "zhang"}, {"digest": CHANGED}, {"id": OTHER}])
def test_nobody_else_answers_and_nothing_else_is_answered(hall: Council, other: dict[str, str]) -> None:
    ask(hall)
    with refuses(NothingToConfirm):
        answer(hall, **other)
    assert answers(hall) == {DIGEST: ""}


def test_an_ask_is_over_after_an_hour_and_so_is_its_answer(hall: Council) -> None:
    ask(hall)
    with refuses(NothingToConfirm):
        answer(hall, at=AT + GOOD_FOR)
    ask(hall)
    answer(hall, at=AT + GOOD_FOR - 1)
    assert answers(hall, AT + GOOD_FOR - 1) == {DIGEST: "yes"}
    assert answers(hall, AT + GOOD_FOR) == {}


def test_what_is_over_is_swept(hall: Council) -> None:
    ask(hall)
    ask(hall, id=OTHER, digest=CHANGED, at=AT + GOOD_FOR)
    with hall.beside() as connection:
        assert [row.id for row in connection.execute(table.select())] == [OTHER]


def test_a_changed_form_takes_the_place_of_the_old_one_and_asks_anew(hall: Council) -> None:
    ask(hall)
    answer(hall)
    ask(hall, digest=CHANGED)
    assert (waiting(hall), answers(hall)) == ([CHANGED], {CHANGED: ""})


def test_asking_again_leaves_an_answer_as_it_is(hall: Council) -> None:
    ask(hall)
    answer(hall)
    ask(hall, at=AT + 60)
    assert answers(hall) == {DIGEST: "yes"}


def test_a_consent_of_another_community_is_none_here(hall: Council) -> None:
    ask(hall, community="yonghe")
    assert (waiting(hall), answers(hall)) == ([], {})
    with refuses(NothingToConfirm):
        answer(hall)
