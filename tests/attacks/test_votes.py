"""One household, one ballot, by its own holder, while the vote is open: whatever is sent instead."""

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deliberation.actors import SECRETARY, Actor
from deliberation.log.reading import Reading
from deliberation.polls import queries
from deliberation.polls.readings import SlipReading
from deliberation.register import vault
from deliberation.scenario.roster import roster
from tests.attacks.conftest import CAST, EVERYTHING, RESIDENT, Whole
from tests.attacks.ways import Attacker
from tests.given import moment
from tests.web.conftest import Site

CHOICE = {"choice": "for"}


def voter_of(site: Site, poll: str, person: str) -> str:
    with site.council.reading() as r:
        return str(queries.voters_of(r, poll, person)[0].voter)


def ballots(site: Site, poll: str) -> int:
    """How many have been cast."""
    with site.council.reading() as r:
        row = queries.poll_row(r, poll)
        assert row is not None
        return sum(queries.turnout(r, row, roll).cast for roll in ("binding", "advisory"))


def cast(site: Site, poll: str, voter: str, person: str, **more: Any) -> int:
    data = {"voter": voter, **more.pop("data", CHOICE)}
    answer = Attacker(site, person).send("POST", f"/polls/{poll}/vote/{voter}", data=data, **more)
    assert answer is not None
    return answer.status_code


@pytest.fixture
def poll(whole: Whole) -> str:
    """The open vote on the parking."""
    return whole.ids["parking"]


@pytest.fixture
def mine(site: Site, poll: str) -> str:
    """The household for which the resident votes, and has not yet."""
    return voter_of(site, poll, RESIDENT)


def test_the_holder_of_a_household_votes_once_and_not_again(site: Site, poll: str, mine: str) -> None:
    before = ballots(site, poll)
    answers = [
        cast(site, poll, mine, RESIDENT, data={"choice": choice}) for choice in ("for", "against", "for")
    ]
    assert answers == [303, 409, 409]
    assert ballots(site, poll) == before + 1


def test_nobody_votes_for_another_household(site: Site, poll: str, mine: str) -> None:
    before, size = ballots(site, poll), site.council.head().size
    others = [CAST[key] for key in ("neighbour", "tenant", "secretary", "chair", "scrutineer", "auditor")]
    assert {cast(site, poll, mine, person) for person in others} == {403}
    assert (ballots(site, poll), site.council.head().size) == (before, size)


def test_nobody_votes_for_whom_no_roll_has(site: Site, poll: str, mine: str) -> None:
    size = site.council.head().size
    for voter in (
        RESIDENT,
        poll,
        secrets.token_hex(16),
        mine.upper(),
        mine[:-1],
        "00000000-0000-4000-8000-000000000000",
    ):
        assert cast(site, poll, voter, RESIDENT) in (403, 404)
    assert site.council.head().size == size


def test_a_household_of_another_vote_is_none_of_this_one(site: Site, whole: Whole, mine: str) -> None:
    size = site.council.head().size
    for name in ("poll", "canteen", "party poll"):
        assert cast(site, whole.ids[name], mine, RESIDENT) in (403, 409)
    assert site.council.head().size == size


def test_a_ballot_says_one_of_three_things(site: Site, poll: str, mine: str) -> None:
    before = ballots(site, poll)
    for choice in ("", "yes", "FOR", "blank", "for\0", "abstain,for", "for for", "x" * 500_000):
        assert cast(site, poll, mine, RESIDENT, data={"choice": choice}) == 422, choice
    assert ballots(site, poll) == before


def test_two_choices_in_one_form_are_one_ballot_at_most(site: Site, poll: str, mine: str) -> None:
    before = ballots(site, poll)
    cast(site, poll, mine, RESIDENT, data={"choice": ["for", "against"]})
    assert ballots(site, poll) - before <= 1


def test_the_household_in_the_form_cannot_differ_from_the_one_in_the_address(
    site: Site, poll: str, mine: str
) -> None:
    with site.council.reading() as r:
        lines = queries.lines_of(r, poll, "binding")
        taken = {voter for line in lines for voter in took_part(r, poll, line.holder)}
    other = next(line for line in lines if line.voter not in {*taken, mine} and line.holder)
    assert cast(site, poll, other.voter, RESIDENT, data={"voter": mine, **CHOICE}) == 403
    cast(site, poll, mine, RESIDENT, data={"voter": other.voter, **CHOICE})
    with site.council.reading() as r:
        assert took_part(r, poll, other.holder) == []


def took_part(r: Reading, poll: str, holder: str) -> list[str]:
    return [line.voter for line in queries.voters_of(r, poll, holder) if line.position is not None]


def test_nobody_votes_by_a_link_in_the_past_or_outside_the_window(site: Site, poll: str, mine: str) -> None:
    size, address = site.council.head().size, f"/polls/{poll}/vote/{mine}"
    attacker, form = Attacker(site, RESIDENT), CHOICE | {"voter": mine}
    assert attacker.visitor.get(address, query_string=CHOICE).status_code == 200
    assert attacker.send("POST", f"{address}?as_of=2000", data=form).status_code == 409
    assert attacker.send("POST", f"{address}?at=2026-06-14", data=form).status_code == 409
    site.at("2026-06-18 18:01")
    assert attacker.send("POST", address, data=form).status_code == 409
    assert site.council.head().size == size


def test_other_methods_do_nothing(site: Site, poll: str, mine: str) -> None:
    size, attacker = site.council.head().size, Attacker(site, RESIDENT)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        answer = attacker.send(method, f"/polls/{poll}/vote/{mine}", data=CHOICE)
        assert answer.status_code == 405
    overridden = {"X-HTTP-Method-Override": "POST"}
    attacker.send("GET", f"/polls/{poll}/vote/{mine}", query_string=CHOICE, headers=overridden)
    assert site.council.head().size == size


def test_whoever_holds_every_office_votes_for_nobody_else(site: Site, poll: str, mine: str) -> None:
    before = ballots(site, poll)
    assert cast(site, poll, mine, EVERYTHING) == 403
    assert ballots(site, poll) == before


# at the same moment


def at_once(poll: str, voter: str, attackers: list[Attacker], key: str = "") -> Counter[int]:
    """Everybody sends at the same moment; with a key, all the same form."""
    address, data = f"/polls/{poll}/vote/{voter}", CHOICE | {"voter": voter} | ({"key": key} if key else {})
    with ThreadPoolExecutor(len(attackers)) as telephones:
        answers = list(telephones.map(lambda one: one.send("POST", address, data=data), attackers))
    assert [one.broken for one in attackers if one.broken] == []
    return Counter(answer.status_code for answer in answers if answer)


def test_of_ballots_sent_at_the_same_moment_one_counts(site: Site, poll: str, mine: str) -> None:
    before = ballots(site, poll)
    attackers = [Attacker(site, RESIDENT) for _ in range(8)]
    assert at_once(poll, mine, attackers) == {303: 1, 409: 7}
    assert ballots(site, poll) == before + 1


def test_one_form_sent_many_times_at_once_is_recorded_once_and_answered_calmly(
    site: Site, poll: str, mine: str
) -> None:
    before = ballots(site, poll)
    attackers = [Attacker(site, RESIDENT) for _ in range(6)]
    assert at_once(poll, mine, attackers, secrets.token_hex(16)) == {303: 6}
    assert ballots(site, poll) == before + 1


def test_a_ballot_and_a_slip_of_one_household_do_not_both_count(site: Site, poll: str) -> None:
    """The phone and the ballot box at the same moment: one counts, the other is refused or put aside."""
    with site.council.reading() as r:
        (box,) = queries.boxes_of(r, poll)
        line = next(
            line
            for line in queries.lines_of(r, poll, "binding")
            if line.voter == voter_of(site, poll, RESIDENT)
        )
        matter, key = queries.poll_row(r, poll).matter, vault.poll_key(r, poll)
    by = Actor.of(roster().cast["clerk"], SECRETARY, moment("2026-06-15 10:30"))
    site.council.save(SlipReading.read(poll, matter, box.id, box.read + 1, line.voter, "against", key=key, by=by))
    before = ballots(site, poll)
    phone, clerk = Attacker(site, RESIDENT), Attacker(site, EVERYTHING)
    with ThreadPoolExecutor(2) as two:
        ballot = CHOICE | {"voter": line.voter}
        sent = two.submit(phone.send, "POST", f"/polls/{poll}/vote/{line.voter}", data=ballot)
        slip = {"box": box.id, "door": line.label, "found": "against"}
        entered = two.submit(clerk.send, "POST", f"/polls/{poll}/slips/{box.id}/again", data=slip)
    assert entered.result().status_code == 303
    assert sent.result().status_code in (303, 409)
    assert ballots(site, poll) == before + 1
    assert not phone.broken + clerk.broken


def test_what_somebody_voted_is_on_no_page_and_in_no_entry(site: Site, poll: str, mine: str) -> None:
    """Before the count, the sealed bytes are all there is; nobody reads a choice from the answer either."""
    attacker = Attacker(site, RESIDENT)
    answer = attacker.send("POST", f"/polls/{poll}/vote/{mine}", data={"voter": mine, "choice": "against"})
    assert answer.status_code == 303
    position = site.council.head().size - 1
    for person in (RESIDENT, EVERYTHING, ""):
        visitor = site.visitor(person)
        for address in (
            answer.location,
            f"/history/{position}",
            f"/history/{position}/leaf",
            f"/polls/{poll}",
        ):
            page = visitor.get(address).text
            assert '"choice"' not in page
            assert "against" not in page.replace("against-", ""), address
    assert roster().names()[RESIDENT] not in site.visitor().get(f"/history/{position}").text
