"""Given letters and bindings, when somebody bends the rules, then the log refuses with a sentence."""

from collections.abc import Iterator

import pytest

from deliberation.access.keys import keys_of
from deliberation.access.letters import LetterPage, Replacement, SignIn
from deliberation.access.locks import Locks
from deliberation.access.model import Binding, binding_of
from deliberation.access.private import PIN, Key
from deliberation.access.refusals import (
    BindingOver,
    BoundAlready,
    LetterFault,
    LetterOver,
    LetterUsed,
    MayNotObject,
    NoRulesYet,
    NoSecondPerson,
    NotOfThisHome,
    RulesUnclear,
    StaffLettersElsewhere,
    VoterNamedAlready,
)
from deliberation.access.views import binding_of_person, bindings_of_home
from deliberation.council import Council
from deliberation.errors import RoleNotHeld
from deliberation.log.aggregate import id_of, new_id
from deliberation.register.model import Page
from deliberation.register.ownership import Owner, TitlePage
from deliberation.register.private import PersonName
from tests import postgres
from tests.given import VILLAGE, actor, household, moment, refuses, replays, unit, village, who, words

LOCKS = Locks(b"pepper of the tests, 32 bytes ..")
UNTIL = int(moment("2026-06-01 12:00").timestamp())
DESK = actor("secretary")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def town(request: pytest.FixtureRequest) -> Iterator[Council]:
    with village(postgres.fresh_url() if request.param == "postgres" else "") as council:
        council.save(adopted())
        yield council


def adopted(**more: object) -> SignIn:
    return SignIn.adopt(72, 60, **{"second": who("chair"), "by": DESK, **more})  # type: ignore[arg-type]


def issue(town: Council, *letters: tuple[str, str, str], until: int = UNTIL) -> None:
    town.save(LetterPage.issue(letters, [LOCKS.code(number, "1234567890") for number, *_ in letters], until=until, by=DESK))


def key_of(person: str) -> Key:
    return Key(new_id(), who(person), PIN, b"hash", "", 1)


def bind(letter: str, person: str, home: str, at: str = "2026-04-02 12:00", **more: object) -> Binding:
    by = more.pop("by", actor(person=person, at=at))
    from_ = int(moment(at).timestamp()) + 72 * 3600
    return Binding.make(letter, who(person), home, [key_of(person)], way="pin", votes_from=from_, by=by, **more)  # type: ignore[arg-type]


def keys_left(town: Council) -> int:
    with town.reading() as r:
        return len(keys_of(r, who("zhang")))


def test_a_letter_binds_once(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with refuses(LetterUsed):
        town.save(bind("11112222", "zhang", household("zhang")))
    with town.reading() as r:
        assert binding_of_person(r, who("zhang")).state == "bound"  # type: ignore[union-attr]
    replays(town)


def test_letters_need_rules_and_known_homes() -> None:
    with village() as town:
        with refuses(NoRulesYet):
            issue(town, ("11112222", "home", household("zhang")))
        with refuses(RulesUnclear):
            SignIn.adopt(-1, 60, by=DESK)
        town.save(adopted())
        for kind, target in (("home", new_id()), ("renewal", who("zhang")), ("", who("li"))):
            with refuses(LetterFault):
                issue(town, ("11112222", kind, target))


def test_two_letters_never_have_one_number(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    with refuses(LetterFault):
        issue(town, ("11112222", "home", household("li")))
    with refuses(LetterFault):
        LetterPage.issue([("1", "home", "a"), ("1", "home", "b")], [LOCKS.code("1", "2")], until=UNTIL, by=DESK)


def test_a_letter_is_for_the_people_of_its_home(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    with refuses(NotOfThisHome):
        town.save(bind("11112222", "li", household("zhang")))
    with refuses(LetterFault):  # another home than the letter's
        town.save(bind("11112222", "li", household("li")))


def test_an_expired_letter_opens_nothing(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")), until=int(moment("2026-04-02 13:00").timestamp()))
    with refuses(LetterOver):
        town.save(bind("11112222", "zhang", household("zhang"), at="2026-04-02 13:01"))


def test_a_person_is_bound_once(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")), ("33334444", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with refuses(BoundAlready):
        town.save(bind("33334444", "zhang", household("zhang")))


def test_nobody_votes_before_the_adopted_waiting_time(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    early = Binding.make("11112222", who("zhang"), household("zhang"), [key_of("zhang")], way="pin",
                         votes_from=int(moment("2026-04-02 12:00").timestamp()), by=actor())  # fmt: skip
    with refuses(LetterFault):
        town.save(early)


def test_nobody_binds_somebody_else_without_a_witness(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    for aid in ({}, {"witness": who("secretary"), "place": "厅"}, {"witness": who("zhang"), "place": "厅"}):
        with refuses(LetterFault):
            town.save(bind("11112222", "zhang", household("zhang"), by=DESK, aid=aid))
    town.save(bind("11112222", "zhang", household("zhang"), by=DESK, aid={"witness": who("second_secretary"), "place": "厅"}))


def test_a_replaced_letter_is_dead_and_the_new_one_binds(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    made = replaced("11112222", "55556666", household("zhang"))
    town.save(made)
    with refuses(LetterOver):
        town.save(bind("11112222", "zhang", household("zhang")))
    town.save(bind("55556666", "zhang", household("zhang")))
    with refuses(LetterUsed):
        town.save(replaced("55556666", "77778888", household("zhang")))
    with refuses(LetterUsed):  # twice the same
        town.save(replaced("11112222", "77778888", household("zhang")))
    replays(town)


def replaced(old: str, new: str, target: str, second: str = "second_secretary") -> Replacement:
    code = LOCKS.code(new, "1")
    return Replacement.replace(old, "home", target, code, until=UNTIL, reason="lost", second=who(second), by=DESK)


def test_a_letter_is_replaced_by_two_of_the_desk(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    with refuses(NoSecondPerson):
        replaced("11112222", "55556666", household("zhang"), "secretary")
    with refuses(RoleNotHeld):
        town.save(replaced("11112222", "55556666", household("zhang"), "li"))
    with refuses(LetterFault):  # to another home
        town.save(replaced("11112222", "55556666", household("li")))


def test_an_objection_ends_a_binding_and_its_keys(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    assert keys_left(town) == 1
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("不是我们家的人"), second=who("chair"), by=DESK)
    assert keys_left(town) == 0
    with refuses(BindingOver), town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("再来一次"), second=who("chair"), by=DESK)
    replays(town)


def test_a_stranger_does_not_object(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with refuses(MayNotObject), town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("眼红"), by=actor(person="li"))


def test_a_lost_phone_takes_two_and_a_letter(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    code = LOCKS.code("99990000", "1")
    with refuses(NoSecondPerson), town.change(Binding, binding_of("11112222")) as binding:
        binding.replace_keys(code, until=UNTIL, reason="lost", second=who("zhang"), by=DESK)
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.replace_keys(code, until=UNTIL, reason="lost", second=who("second_secretary"), by=DESK)
    assert keys_left(town) == 0
    with refuses(LetterUsed), town.change(Binding, binding_of("11112222")) as binding:
        binding.renew("11112222", [key_of("zhang")], way="pin", by=actor())
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.renew("99990000", [key_of("zhang")], way="pin", by=actor())
    with refuses(LetterUsed), town.change(Binding, binding_of("11112222")) as binding:
        binding.renew("99990000", [key_of("zhang")], way="pin", by=actor())
    replays(town)


def test_somebody_else_does_not_end_a_binding_alone(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with refuses(NoSecondPerson), town.change(Binding, binding_of("11112222")) as binding:
        binding.end("moved", by=DESK)
    with refuses(RoleNotHeld), town.change(Binding, binding_of("11112222")) as binding:
        binding.end("moved", second=who("li"), by=DESK)
    with refuses(RoleNotHeld), town.change(Binding, binding_of("11112222")) as binding:  # two neighbours are no desk
        binding.end("moved", second=who("secretary"), by=actor(person="li"))


def test_of_two_co_owners_who_bind_one_unit_one_becomes_its_voter(town: Council) -> None:
    by = actor("operator")
    pair = [[id_of(VILLAGE, "person", name), unit("zhang"), "owner", 1, 0] for name in ("jia", "yi")]
    town.save(Page.of_persons(pair, [PersonName(line[0], "甲某", "") for line in pair], by=by))
    owner = id_of(VILLAGE, "owner", "pair")
    town.save(TitlePage.of_owners([[owner, "joint", ""]], [PersonName(owner, "甲某、乙某")], by=by))
    town.save(TitlePage.of_titles([[unit("zhang"), owner, "dwelling", "register"]], by=by))
    issue(town, ("11112222", "home", unit("zhang")), ("33334444", "home", unit("zhang")))

    def naming(letter: str, name: str) -> list[object]:
        person = id_of(VILLAGE, "person", name)
        return [bind(letter, person, unit("zhang"), owner=owner), Owner.name_voter(owner, person, by=actor(person=person))]

    town.save(*naming("11112222", "jia"))  # type: ignore[arg-type]
    with refuses(VoterNamedAlready):
        town.save(*naming("33334444", "yi"))  # type: ignore[arg-type]
    replays(town)


def test_how_people_sign_in_is_adopted_by_two_or_by_the_operator() -> None:
    with village() as town:
        for second in ("", who("secretary")):
            with refuses(NoSecondPerson):
                town.save(adopted(second=second))
        with refuses(RoleNotHeld):
            town.save(adopted(second=who("li")))
        town.save(adopted(second="", by=actor("operator")))


def test_letters_of_the_staff_are_made_by_the_operator_alone(town: Council) -> None:
    with refuses(StaffLettersElsewhere):
        issue(town, ("11112222", "staff", who("chair")))
    code = LOCKS.code("11112222", "1")
    by = actor("operator")
    town.save(LetterPage.issue([("11112222", "staff", who("chair"))], [code], until=UNTIL, by=by))
    again = LOCKS.code("33334444", "1")
    made = Replacement.replace("11112222", "staff", who("chair"), again, until=UNTIL, reason="lost", second=who("chair"), by=DESK)
    with refuses(StaffLettersElsewhere):
        town.save(made)


def test_the_desk_objects_by_two_and_a_housemate_alone(town: Council) -> None:
    by = actor("operator")
    mate = id_of(VILLAGE, "person", "mate")
    town.save(Page.of_persons([[mate, household("zhang"), "villager", 1, 0]], [PersonName(mate, "张二")], by=by))
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with refuses(NoSecondPerson), town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("电话里说的"), by=DESK)
    with refuses(MayNotObject), town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("我是监票人"), by=actor("scrutineer"))
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("不是本人"), by=actor(person=mate))


def test_of_somebody_with_an_office_the_home_hears_and_may_object(town: Council) -> None:
    by = actor("operator")
    mate = id_of(VILLAGE, "person", "mate")
    town.save(Page.of_persons([[mate, household("zhang"), "villager", 1, 0]], [PersonName(mate, "张二")], by=by))
    town.save(LetterPage.issue([("11112222", "staff", who("zhang"))], [LOCKS.code("11112222", "1")], until=UNTIL, by=by))
    town.save(bind("11112222", "zhang", ""))
    with town.reading() as r:
        assert [row.person for row in bindings_of_home(r, [household("zhang")])] == [who("zhang")]
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.object(words("不是本人"), by=actor(person=mate))


def test_new_keys_may_be_set_with_a_helper_and_a_witness(town: Council) -> None:
    issue(town, ("11112222", "home", household("zhang")))
    town.save(bind("11112222", "zhang", household("zhang")))
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.replace_keys(LOCKS.code("99990000", "1"), until=UNTIL, reason="forgotten", second=who("chair"), by=DESK)
    for aid in ({}, {"witness": who("secretary"), "place": "厅"}):
        with refuses(LetterFault), town.change(Binding, binding_of("11112222")) as binding:
            binding.renew("99990000", [key_of("zhang")], way="pin", aid=aid, by=DESK)
    with town.change(Binding, binding_of("11112222")) as binding:
        binding.renew("99990000", [key_of("zhang")], way="pin", aid={"witness": who("chair"), "place": "厅"}, by=DESK)
    replays(town)
