"""Forgeries of letters, bindings and of ballots voided by an objection."""

import json
from collections.abc import Callable
from dataclasses import replace as with_
from pathlib import Path

import pytest

from deliberation.access.letters import HOME, Replacement
from deliberation.access.model import Binding, binding_of
from deliberation.access.private import Code, Key
from deliberation.audit import verify
from deliberation.council import Council
from deliberation.log.store import events
from deliberation.polls.ballots import ASSISTED, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll
from deliberation.polls.proxies import Proxy
from deliberation.polls.sealing import seal
from tests.audit.forging import Entry, Log, found
from tests.given import RESIDENTS, actor, household, village, who
from tests.polls.bound import BOUND, HOURS, UNTIL, adopt, bind, number_of, objection
from tests.polls.votes import MATTER, OPEN, begin, end, seconds, vote

REPLACED, AGAIN = "2026-04-10 11:00", "2026-04-28 12:00"


def hold(town: Council) -> None:
    """Five bound: one objected to, one with new keys, one by a letter replaced, one with help, one gone again; a vote over it."""
    adopt(town, *RESIDENTS)
    replace(town, "wang")
    bindings = {person: bind(town, person) for person in ("zhang", "li", "qian")}
    bind(town, "wang", mark="n")
    helped(town, "sun")
    new_keys(town, bindings["li"].id)
    with town.change(Binding, bindings["qian"].id) as gone:
        gone.end("moved", second=who("chair"), by=actor("secretary", at="2026-04-13 09:00"))
    poll, key = begin(town, channels=[PHONE, ASSISTED])
    for person, choice in (("zhang", "against"), ("li", "for"), ("wang", "for"), ("sun", "against")):
        vote(town, poll, key, person, choice)
    town.save(*objection(town, bindings["zhang"].id))
    aid = {"witness": who("scrutineer"), "place": "家里"}
    by = actor("secretary", at=AGAIN)
    town.save(Ballot.cast(poll, MATTER, household("zhang"), "for", key=key, channel=ASSISTED, aid=aid, voided=1, by=by))
    end(town, poll)


def replace(town: Council, home: str) -> None:
    old, new = number_of(home), number_of(home, "n")
    by = actor("secretary", at=REPLACED)
    town.save(
        Replacement.replace(old, HOME, household(home), Code(new, "1" * 64), until=UNTIL, reason="lost", second=who("chair"), by=by)
    )


def helped(town: Council, person: str) -> None:
    key = Key(f"key-{person}", who(person), "pin", b"secret", "", seconds(BOUND))
    aid, by = {"witness": who("chair"), "place": "居民厅"}, actor("secretary", at=BOUND)
    votes_from = seconds(BOUND) + HOURS * 3_600
    town.save(Binding.make(number_of(person), who(person), household(person), [key], way="pin", votes_from=votes_from, aid=aid, by=by))


def new_keys(town: Council, binding: str) -> None:
    by = actor("secretary", at="2026-04-12 09:00")
    with town.change(Binding, binding) as changed:
        changed.replace_keys(Code("RENEW", "2" * 64), until=UNTIL, reason="forgotten", second=who("chair"), by=by)
    key = Key("another", who("li"), "pin", b"secret", "", seconds("2026-04-12 10:00"))
    with town.change(Binding, binding) as changed:
        changed.renew("RENEW", [key], way="pin", by=actor(person="li", at="2026-04-12 10:00"))


@pytest.fixture(scope="module")
def honest() -> Log:
    return told(hold)


def told(happens: Callable[[Council], None]) -> Log:
    """Return the log of what happens in a village."""
    with village() as town:
        happens(town)
        with town.reading() as r:
            rows = r.all(events.select().where(r.mine(events)).order_by(events.c.position))
            return Log([json.loads(bytes(row.leaf)) for row in rows])


@pytest.fixture
def log(honest: Log) -> Log:
    return honest.copy()


def test_the_honest_log_has_no_findings(log: Log, tmp_path: Path) -> None:
    assert found(log, tmp_path) == set()
    assert log.body("poll.counted")["tallies"]["binding"] == {"for": 3, "against": 1, "abstain": 0, "roll": 8}


def settle(log: Log) -> None:
    """What a forger puts in order behind a change: versions, the position of the close and of the ballot that was voided."""
    log.renumber()
    log.body("poll.counted")["cut_off"] = log.where("poll.closed")
    for one in log.entries:
        if one["type"] == "ballot.voided":
            cast = [n for n, e in enumerate(log.entries) if e["agg"] == one["agg"] and e["type"] == "ballot.cast"]
            one["body"]["entry"] = next((n for n in cast if log.entries[n]["body"]["channel"] == PHONE), 0)


def binding(log: Log, person: str) -> Entry:
    return next(e for e in log.entries if e["type"] == "binding.made" and e["body"]["person"] == who(person))


def of(log: Log, person: str, number: int = 0) -> Entry:
    """Return a ballot of somebody's household."""
    return [e for e in log.entries if e["type"] == "ballot.cast" and e["body"]["voter"] == household(person)][number]


# letters and bindings


def a_letter_binds_twice(log: Log) -> None:
    second = json.loads(json.dumps(binding(log, "zhang")))
    second["agg"] = who("another binding")
    second["body"]["person"] = second["actor"]["person"] = who("chair")
    log.entries.insert(log.entries.index(binding(log, "zhang")) + 1, second)


def a_person_is_bound_twice(log: Log) -> None:
    second = json.loads(json.dumps(binding(log, "zhang")))
    letter = number_of("wu")
    second["agg"], second["body"]["letter"], second["body"]["home"] = binding_of(letter), letter, household("wu")
    log.entries.insert(log.entries.index(binding(log, "zhang")) + 1, second)


def a_letter_past_its_time(log: Log) -> None:
    log.body("letters.issued")["until"] = seconds(BOUND) - 1


def a_letter_that_was_replaced(log: Log) -> None:
    made = binding(log, "wang")
    made["body"]["letter"] = number_of("wang")
    made["agg"] = binding_of(number_of("wang"))


def a_letter_that_nobody_made(log: Log) -> None:
    made = binding(log, "wang")
    made["body"]["letter"] = "NONE"
    made["agg"] = binding_of("NONE")


def a_letter_of_another_home(log: Log) -> None:
    binding(log, "wang")["body"]["home"] = household("wu")


def a_renewal_letter_that_binds(log: Log) -> None:
    made = binding(log, "zhang")
    made["body"]["letter"] = "RENEW"
    made["agg"] = binding_of("RENEW")
    for type in ("binding.objected", "ballot.voided"):
        entry = log.find(type)
        entry["agg"] = made["agg"] if type == "binding.objected" else entry["agg"]
        entry["body"] |= {"binding": made["agg"]} if type == "ballot.voided" else {}


def a_shorter_wait(log: Log) -> None:
    binding(log, "wang")["body"]["votes_from"] -= 1


def the_same_letter_replaced_twice(log: Log) -> None:
    again = json.loads(json.dumps(log.find("letter.replaced")))
    again["body"]["number"] = "OTHER"
    log.entries.insert(log.where("letter.replaced") + 1, again)


def replaced_for_another_home(log: Log) -> None:
    log.body("letter.replaced")["target"] = household("wu")
    binding(log, "wang")["body"]["home"] = household("wu")


def the_same_number_twice(log: Log) -> None:
    log.body("letters.issued")["letters"][-1][0] = log.body("letters.issued")["letters"][-2][0]


def letters_without_rules(log: Log) -> None:
    log.drop("access.adopted")


def objected_to_twice(log: Log) -> None:
    again = json.loads(json.dumps(log.find("binding.objected")))
    log.entries.insert(log.where("poll.closed"), again)


def ended_twice(log: Log) -> None:
    log.entries.insert(log.where("poll.opened"), json.loads(json.dumps(log.find("binding.ended"))))


def renewed_with_another_letter(log: Log) -> None:
    log.body("binding.renewed")["letter"] = number_of("wu")


def renewed_past_its_time(log: Log) -> None:
    log.body("binding.keys_replaced")["until"] = seconds("2026-04-12 09:59")


@pytest.mark.parametrize("forge", [
    a_letter_binds_twice, a_person_is_bound_twice, a_letter_past_its_time, a_letter_that_was_replaced, a_letter_that_nobody_made,
    a_letter_of_another_home, a_renewal_letter_that_binds, a_shorter_wait, the_same_letter_replaced_twice, replaced_for_another_home,
    the_same_number_twice, letters_without_rules, objected_to_twice, ended_twice, renewed_with_another_letter, renewed_past_its_time,
])  # fmt: skip
def test_letters_and_bindings_out_of_order_are_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    settle(log)
    assert found(log, tmp_path) == {"C08"}


def alone(type: str) -> Callable[[Log], None]:
    def forge(log: Log) -> None:
        log.body(type)["second"] = log.find(type)["actor"]["person"]

    forge.__name__ = f"alone_{type}"
    return forge


def beside_a_neighbour(log: Log) -> None:
    log.body("binding.keys_replaced")["second"] = who("wu")


def beside_the_person(log: Log) -> None:
    log.body("binding.keys_replaced")["second"] = log.body("binding.keys_replaced")["person"]


def bound_by_somebody_else(log: Log) -> None:
    binding(log, "zhang")["actor"]["person"] = who("secretary")


def without_a_witness(log: Log) -> None:
    binding(log, "sun")["body"]["aid"]["witness"] = who("secretary")


def the_person_is_the_witness(log: Log) -> None:
    binding(log, "sun")["body"]["aid"]["witness"] = who("sun")


def keys_of_another_hand(log: Log) -> None:
    log.find("binding.renewed")["actor"]["person"] = who("secretary")


@pytest.mark.parametrize("forge", [
    alone("letter.replaced"), alone("binding.keys_replaced"), alone("binding.ended"), beside_a_neighbour, beside_the_person,
    bound_by_somebody_else, without_a_witness, the_person_is_the_witness, keys_of_another_hand,
])  # fmt: skip
def test_what_needs_two_is_found_when_one_did_it(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert found(log, tmp_path) == {"C16"}


# ballots


def by_phone_without_a_binding(log: Log) -> None:
    log.entries.remove(binding(log, "wang"))


def by_phone_too_early(log: Log) -> None:
    binding(log, "wang")["body"]["votes_from"] = seconds(OPEN) + 1


def by_phone_after_the_end_of_the_binding(log: Log) -> None:
    of(log, "wang")["body"] |= {"voter": household("qian")}
    of(log, "qian")["actor"]["person"] = who("qian")


def voided_without_an_objection(log: Log) -> None:
    log.drop("binding.objected")


def voided_before_the_objection(log: Log) -> None:
    log.move("ballot.voided", before="binding.objected")


def another_binding_named(log: Log) -> None:
    log.body("ballot.voided")["binding"] = binding(log, "li")["agg"]


def anothers_ballot_voided(log: Log) -> None:
    void, victim = log.find("ballot.voided"), of(log, "li")
    void["agg"] = victim["agg"]
    void["body"]["voter"] = victim["body"]["voter"]


def a_ballot_with_help_voided(log: Log) -> None:
    of(log, "zhang")["body"] |= {"channel": ASSISTED, "aid": {"witness": who("scrutineer"), "place": "家里"}}
    of(log, "zhang")["actor"]["person"] = who("secretary")


def a_ballot_before_the_binding_voided(log: Log) -> None:
    made = binding(log, "zhang")
    log.entries.remove(made)
    log.entries.insert(log.where("binding.objected"), made)


def not_voided(log: Log) -> None:
    log.drop("ballot.voided")


def not_voided_and_not_cast_again(log: Log) -> None:
    log.drop("ballot.voided")
    log.entries.remove(of(log, "zhang", 1))


def voided_twice(log: Log) -> None:
    again = json.loads(json.dumps(log.find("ballot.voided")))
    log.entries.insert(log.where("poll.closed"), again)


def cast_again_twice(log: Log) -> None:
    again = json.loads(json.dumps(of(log, "zhang", 1)))
    log.entries.insert(log.where("poll.closed"), again)


def cast_again_in_another_stream(log: Log) -> None:
    of(log, "zhang", 1)["agg"] = who("another ballot")


@pytest.mark.parametrize("forge", [
    by_phone_without_a_binding, by_phone_too_early, by_phone_after_the_end_of_the_binding, voided_without_an_objection,
    voided_before_the_objection, another_binding_named, anothers_ballot_voided, a_ballot_with_help_voided,
    a_ballot_before_the_binding_voided, not_voided, not_voided_and_not_cast_again, voided_twice, cast_again_twice,
    cast_again_in_another_stream,
])  # fmt: skip
def test_ballots_that_no_binding_allows_or_no_objection_voids_are_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    settle(log)
    assert "C12" in found(log, tmp_path)


def test_a_ballot_voided_after_the_count_is_found(log: Log, tmp_path: Path) -> None:
    objected, void, again = log.find("binding.objected"), log.find("ballot.voided"), of(log, "zhang", 1)
    for entry in (objected, void, again):
        log.entries.remove(entry)
    count = log.body("poll.counted")
    one_more(count)
    count["in_favour"] -= 1
    count["tallies"]["binding"]["for"] -= 1
    log.entries += [objected, void]
    settle(log)
    assert "C12" in found(log, tmp_path)


def one_more(count: dict) -> None:  # type: ignore[type-arg]
    count["against"] += 1
    count["tallies"]["binding"]["against"] += 1


def test_a_voided_ballot_that_is_counted_is_found(log: Log, tmp_path: Path) -> None:
    one_more(log.body("poll.counted"))
    assert found(log, tmp_path) == {"C13"}


def test_a_ballot_under_the_pad_of_the_voided_one_is_found(log: Log, tmp_path: Path) -> None:
    """Two choices under one pad would tell each other; and it opens to no choice."""
    again, key = of(log, "zhang", 1), bytes.fromhex(log.body("poll.counted")["key"])
    again["body"]["sealed"] = seal(key, again["agg"], 1, "for")
    assert "C12" in found(log, tmp_path)


def test_an_objection_that_misstates_when_the_binding_ended_is_found(log: Log, tmp_path: Path) -> None:
    """Else it would reach fewer ballots than were cast."""
    log.body("binding.objected")["over_at"] = 1
    settle(log)
    assert "C08" in found(log, tmp_path)


# letters given by phone


def entrust(town: Council) -> None:
    """Zhang and Wang name Li by phone, Li casts for Zhang, somebody objects to Zhang's binding, and Zhang votes with help."""
    adopt(town, *RESIDENTS)
    bound = {person: bind(town, person).id for person in ("zhang", "li", "wang")}
    poll, key = begin(town, channels=[PHONE, ASSISTED], law=with_(rule("VIL_H"), proxies=2))
    for person, choice in (("zhang", "against"), ("wang", "for")):
        named = Proxy.grant(
            town.get(Poll, poll), household(person), who("li"), until=seconds("2026-04-29 18:00"), key=key,
            by=actor(person=person, at=OPEN),
        )  # fmt: skip
        town.save(named)
        by = actor(person="li", at="2026-04-27 10:00")
        town.save(Ballot.cast(poll, MATTER, household(person), choice, key=key, aid={"proxy": named.id}, by=by))
    town.save(*objection(town, bound["zhang"]))
    aid = {"witness": who("scrutineer"), "place": "家里"}
    by = actor("secretary", at=AGAIN)
    town.save(Ballot.cast(poll, MATTER, household("zhang"), "for", key=key, channel=ASSISTED, aid=aid, voided=1, by=by))
    end(town, poll)


@pytest.fixture(scope="module")
def entrusted() -> Log:
    return told(entrust)


@pytest.fixture
def letters(entrusted: Log) -> Log:
    return entrusted.copy()


def test_the_honest_log_with_letters_has_no_findings(letters: Log, tmp_path: Path) -> None:
    assert found(letters, tmp_path) == set()
    assert letters.body("poll.counted")["in_favour"] == 2


def cast_by_a_dead_letter(log: Log) -> None:
    again = of(log, "zhang", 1)
    again["body"] |= {"channel": PHONE, "aid": dict(of(log, "zhang")["body"]["aid"])}
    again["actor"]["person"] = who("li")


def cast_by_letter_and_not_voided(log: Log) -> None:
    not_voided_and_not_cast_again(log)
    one_more(log.body("poll.counted"))
    log.body("poll.counted")["in_favour"] -= 1
    log.body("poll.counted")["tallies"]["binding"]["for"] -= 1


def cast_by_letter_with_a_scan_of_ones_own_and_not_voided(log: Log) -> None:
    log.body("proxy.granted")["letter"] = "a" * 64
    cast_by_letter_and_not_voided(log)


def voided_though_by_a_letter_on_paper(log: Log) -> None:
    log.find("proxy.granted")["actor"]["person"] = who("secretary")
    log.body("proxy.granted")["letter"] = "a" * 64


def voided_though_by_a_letter_of_another_binding(log: Log) -> None:
    void, victim = log.find("ballot.voided"), of(log, "wang")
    void["agg"], void["body"]["voter"] = victim["agg"], victim["body"]["voter"]


def voided_though_given_before_the_binding(log: Log) -> None:
    log.find("proxy.granted")["at"] = log.find("letters.issued")["at"]


@pytest.mark.parametrize("forge", [
    cast_by_a_dead_letter, cast_by_letter_and_not_voided, cast_by_letter_with_a_scan_of_ones_own_and_not_voided,
    voided_though_by_a_letter_on_paper, voided_though_by_a_letter_of_another_binding, voided_though_given_before_the_binding,
])  # fmt: skip
def test_ballots_by_letters_that_an_objection_voids_or_does_not_are_found(
    letters: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(letters)
    settle(letters)
    assert "C12" in found(letters, tmp_path)


def named_without_a_binding(log: Log) -> None:
    log.entries.remove(binding(log, "wang"))


def named_too_early(log: Log) -> None:
    binding(log, "wang")["body"]["votes_from"] = seconds(OPEN) + 1


def named_after_the_end_of_the_binding(log: Log) -> None:
    gone = json.loads(json.dumps(log.find("binding.objected")))
    made = binding(log, "wang")
    gone["agg"], gone["body"]["person"], gone["body"]["home"] = made["agg"], who("wang"), household("wang")
    gone["at"] = made["at"]
    log.entries.insert(log.where("poll.announced"), gone)


@pytest.mark.parametrize("forge", [named_without_a_binding, named_too_early, named_after_the_end_of_the_binding])
def test_a_proxy_named_by_phone_of_somebody_who_may_not_vote_by_phone_is_found(
    letters: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(letters)
    settle(letters)
    assert "C16" in found(letters, tmp_path)


# at home


def a_stranger_bound_by_the_letter_of_the_house(log: Log) -> None:
    """Whoever has the letter of one home binds, on a phone of their own, the voice of another."""
    log.body("register.persons_entered")["lines"] += [[who("stranger"), "", "tenant", 1, 0]]
    log.body("register.persons_entered")["count"] += 1
    made = binding(log, "zhang")
    made["body"]["person"] = made["actor"]["person"] = who("stranger")


def an_owner_named_beside(log: Log) -> None:
    binding(log, "zhang")["body"]["owner"] = who("owner")


def helped_by_a_neighbour(log: Log) -> None:
    made = binding(log, "zhang")
    made["actor"], made["body"]["aid"] = {"person": who("wu"), "role": "resident"}, {"witness": who("li")}


def witnessed_by_nobody(log: Log) -> None:
    made = binding(log, "zhang")
    made["actor"], made["body"]["aid"] = {"person": who("secretary"), "role": "secretary"}, {"witness": who("nobody at all")}


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (an_owner_named_beside, "C08"), (helped_by_a_neighbour, "C16"), (witnessed_by_nobody, "C16"),
    ],
)  # fmt: skip
def test_a_letter_binds_only_who_is_at_home_there(log: Log, tmp_path: Path, forge: Callable[[Log], None], code: str) -> None:
    forge(log)
    assert code in found(log, tmp_path)


def test_a_stranger_bound_by_the_letter_of_a_house_is_found(log: Log, tmp_path: Path) -> None:
    a_stranger_bound_by_the_letter_of_the_house(log)
    told = [finding.en for finding in verify.check(log.write(tmp_path)).findings]
    assert "bound by a letter for a home that is not the person's" in told


def test_an_objection_by_somebody_of_another_home_is_found(log: Log, tmp_path: Path) -> None:
    objected = next(e for e in log.entries if e["type"] == "binding.objected")
    objected["actor"], objected["body"]["second"] = {"person": who("sun"), "role": "resident"}, ""
    assert found(log, tmp_path) == {"C09"}
