"""Two communities in one database: nobody of one reads, guesses or changes anything of the other."""

import re

import pytest

from deliberation.actors import FREE_ROLES, ROLES, operator
from deliberation.council import Council
from deliberation.log.aggregate import id_of, new_id
from deliberation.register import vault
from deliberation.register.model import COMMUNITY_SPACE, Community, Holding, Page
from deliberation.register.private import PersonName
from tests.attacks.conftest import EVERYTHING, RESIDENT, Whole, site_of
from tests.attacks.crawling import crawl
from tests.attacks.ways import THINGS, Attacker, each, known
from tests.given import moment
from tests.web.conftest import Site

pytestmark = pytest.mark.slow

NEIGHBOURS = "yihe"
HOME = id_of(COMMUNITY_SPACE, NEIGHBOURS)
#: Somebody of the other village with every office there.
OFFICER = id_of(HOME, "person", "officer")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def theirs(council: Council, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The pages of 乙河村, which has one inhabitant, in the database of 甲河村."""
    by = operator(moment("2026-01-05 09:00"))
    other = Council(council.database, NEIGHBOURS)
    other.save(Community.found(NEIGHBOURS, "乙河村", kind="village", street="丁街道", by=by))
    other.save(
        Page.of_persons(
            [[OFFICER, "", "villager", 1, 1]], [PersonName(OFFICER, "卯某", "13900000000")], by=by
        )
    )
    offices = sorted(set(ROLES) - FREE_ROLES)
    other.save(*(Holding.grant(OFFICER, role, since="2026-01-05", by=by) for role in offices))
    return site_of(other, monkeypatch)


def test_their_pages_find_nothing_by_our_ids(theirs: Site, whole: Whole) -> None:
    attacker, wrong = Attacker(theirs, OFFICER), []
    for way, address in each(theirs.app, known(whole.ids), "GET"):
        answer = attacker.send("GET", address)
        ids = way.rule.arguments & set(THINGS)
        if ids and (answer is None or answer.status_code not in (403, 404)):
            wrong.append(f"{address}: {answer and answer.status_code}")
    assert (attacker.broken, wrong) == ([], [])


def test_their_forms_change_nothing_by_our_ids(theirs: Site, council: Council, whole: Whole) -> None:
    attacker, before, ours = Attacker(theirs, OFFICER), theirs.council.head(), council.head()
    accepted = []
    for way, address in each(theirs.app, known(whole.ids), "POST"):
        answer = attacker.send("POST", address)
        if way.rule.arguments & set(THINGS) and (answer is None or answer.status_code < 400):
            accepted.append(f"{address}: {answer and answer.status_code}")
    assert (attacker.broken, accepted) == ([], [])
    assert council.head() == ours
    assert theirs.council.head() == before


def test_somebody_of_ours_is_nobody_there(theirs: Site, whole: Whole) -> None:
    """The same secret seals both sessions; the register of the other village does not know the person."""
    for person in (EVERYTHING, RESIDENT):
        attacker = Attacker(theirs, person)
        for way, address in each(theirs.app, known(whole.ids)):
            if way.roles:
                answer = attacker.send(way.method, address)
                assert answer is not None
                assert answer.status_code == 403, address
        assert attacker.broken == []


def test_nothing_of_ours_stands_on_their_pages(theirs: Site, council: Council, whole: Whole) -> None:
    with council.reading() as r:
        names = {name for name in vault.all_names(r).values() if len(name) > 2}
    shown = []
    for page in crawl(Attacker(theirs, OFFICER), alike=8):
        text = page.text
        shown += [page.address for name in names if name in text]
        shown += [f"{page.address} {id}" for id in _ID.findall(text) if id in set(whole.ids.values())]
        shown += [page.address for word in ("甲河村", "安全自治十条", "停车场") if word in text]
    assert shown == []


def test_the_same_ids_in_both_are_two_things(theirs: Site, council: Council) -> None:
    """A role granted there under an id of here touches neither the proceeding nor the views of here."""
    by = operator(moment("2026-06-15 09:00"))
    digest, ours = council.digest(), council.head()
    theirs.council.save(
        Page.of_persons([[RESIDENT, "", "villager", 1, 1]], [PersonName(RESIDENT, "他人", "")], by=by)
    )
    theirs.council.save(Holding.grant(RESIDENT, "auditor", since="2026-06-15", by=by), command="the-same-key")
    council.save(Holding.grant(RESIDENT, "supervisor", since="2026-06-15", by=by), command="the-same-key")
    assert council.head().size == ours.size + 1
    with council.reading() as r:
        assert vault.names(r, [RESIDENT])[RESIDENT] != "他人"
    council.rebuild()
    theirs.council.rebuild()
    assert council.digest() != digest
    with theirs.council.reading() as r:
        assert vault.names(r, [RESIDENT]) == {RESIDENT: "他人"}


def test_one_command_key_answers_each_with_its_own_receipt(theirs: Site, council: Council) -> None:
    by, key = operator(moment("2026-06-15 09:00")), new_id()
    assert theirs.council.receipt(key) is None
    council.save(Holding.grant(RESIDENT, "supervisor", since="2026-06-15", by=by), command=key)
    assert theirs.council.receipt(key) is None
    assert council.receipt(key) is not None


def test_a_rebuild_of_theirs_leaves_our_views_alone(theirs: Site, council: Council) -> None:
    digest = council.digest()
    assert Attacker(theirs, OFFICER).send("POST", "/checks/rebuild").status_code == 200
    assert council.digest() == digest
