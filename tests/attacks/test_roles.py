"""Nobody does what their office does not allow: every form, sent by everybody whom it is not for."""

from collections import Counter

import pytest

from deliberation import actors
from deliberation.actors import operator
from deliberation.register.model import Holding
from tests.attacks.conftest import EVERYTHING, NEIGHBOUR, RESIDENT, Whole
from tests.attacks.ways import THINGS, VALUES, Attacker, each, known
from tests.given import moment
from tests.web.conftest import Site

OPEN = {"signing.enter", "signing.leave", "access.open_letter", "access.bind", "proofs.checked"}


def refused(site: Site, whole: Whole, person: str, *roles: str) -> list[str]:
    """Send every form that is for none of the roles; return those that were not refused with 403."""
    attacker, size = Attacker(site, person), site.council.head().size
    wrong = []
    for way, address in each(site.app, known(whole.ids), "POST"):
        if way.endpoint in OPEN or way.roles & set(roles):
            continue
        answer = attacker.send("POST", address)
        if answer is None or answer.status_code != 403:
            wrong.append(f"{address}: {answer and answer.status_code}")
    assert not attacker.broken
    assert site.council.head().size == size
    return wrong


def test_a_plain_resident_is_refused_every_form_of_the_staff(site: Site, whole: Whole) -> None:
    assert refused(site, whole, RESIDENT, actors.RESIDENT) == []


def test_a_plain_resident_reads_no_page_of_the_staff(site: Site, whole: Whole) -> None:
    attacker, seen = Attacker(site, RESIDENT), Counter[int]()
    for way, address in each(site.app, known(whole.ids), "GET"):
        if way.roles and actors.RESIDENT not in way.roles:
            answer = attacker.send("GET", address)
            seen[answer.status_code if answer else 0] += 1
    assert set(seen) == {403}


def test_whoever_is_not_signed_in_is_asked_who_is_there(site: Site, whole: Whole) -> None:
    """A good token of a session without a person: nothing is recorded, and what was typed waits."""
    attacker, size = Attacker(site, ""), site.council.head().size
    attacker.token = dict(attacker.visitor.form("/sign-in", "/sign-in").fields)["csrf_token"]
    for way, address in each(site.app, known(whole.ids)):
        if way.roles:
            answer = attacker.send(way.method, address)
            assert answer is not None
            assert answer.status_code == {"GET": 303, "POST": 401}[way.method], address
    assert (attacker.broken, site.council.head().size) == ([], size)


def test_somebody_unknown_to_the_register_is_no_resident(site: Site, whole: Whole) -> None:
    assert refused(site, whole, "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10") == []


def test_an_office_that_has_ended_opens_nothing(site: Site, whole: Whole) -> None:
    by = operator(moment("2026-06-15 09:00"))
    holding = Holding.grant(NEIGHBOUR, actors.SECRETARY, since="2026-01-04", until="2026-06-14", by=by)
    site.council.save(holding)
    assert refused(site, whole, NEIGHBOUR, actors.RESIDENT) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(set(actors.ROLES) - actors.FREE_ROLES))
def test_an_office_opens_its_own_forms_only(site: Site, whole: Whole, role: str) -> None:
    by = operator(moment("2026-06-15 09:00"))
    site.council.save(Holding.grant(NEIGHBOUR, role, since="2026-06-15", by=by))
    assert refused(site, whole, NEIGHBOUR, role, actors.RESIDENT) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(set(actors.ROLES) - actors.FREE_ROLES))
def test_an_office_reads_its_own_pages_only(site: Site, whole: Whole, role: str) -> None:
    """With the forms above, every address for every role: 403 wherever the role is not named."""
    by = operator(moment("2026-06-15 09:00"))
    site.council.save(Holding.grant(NEIGHBOUR, role, since="2026-06-15", by=by))
    attacker, wrong = Attacker(site, NEIGHBOUR), []
    for way, address in each(site.app, known(whole.ids), "GET"):
        if way.roles and not way.roles & {role, actors.RESIDENT}:
            answer = attacker.send("GET", address)
            if answer is None or answer.status_code != 403:
                wrong.append(f"{address}: {answer and answer.status_code}")
    assert (attacker.broken, wrong) == ([], [])


def test_every_argument_of_an_address_is_known_to_these_tests(site: Site) -> None:
    named = {name for way, _ in each(site.app, {**VALUES}) for name in way.rule.arguments}
    assert named - set(THINGS) - set(VALUES) <= {"binding", "box", "consent", "doubt", "entry", "letter", "voter"}


def test_somebody_with_all_offices_reads_every_page(site: Site, whole: Whole) -> None:
    """So that the pages refused above are really there."""
    attacker, seen = Attacker(site, EVERYTHING), {}
    for way, address in each(site.app, known(whole.ids), "GET"):
        answer = attacker.send("GET", address)
        seen[way.endpoint] = answer.status_code if answer else 500
    assert attacker.broken == []
    assert {endpoint for endpoint, status in seen.items() if status == 403} <= {
        "polls.ballot",
        "polls.receipt",
    }
    assert Counter(seen.values())[200] > len(seen) * 2 // 3, seen
