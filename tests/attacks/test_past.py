"""Every page in the past: it opens, for everybody who may see it today, and shows nothing that they may not see today."""

import re

import pytest

from deliberation import actors
from deliberation.log import earlier
from deliberation.register import vault
from tests.attacks.conftest import EVERYTHING, RESIDENT, Whole
from tests.attacks.crawling import crawl
from tests.attacks.ways import Attacker, each, known
from tests.web.conftest import Site
from web.earlier import ALONE

SHARES = (0, 3, 7, 10)
#: Numbers drawn anew for each page.
DRAWN = re.compile(r'name="(csrf_token|key)" value="[^"]*"')


def moments(site: Site) -> list[int]:
    size = site.council.head().size
    return [size * share // 10 for share in SHARES]


def past(site: Site, whole: Whole, person: str, size: int) -> tuple[Attacker, dict[str, int]]:
    """Open every page as of a moment."""
    attacker, seen = Attacker(site, person), {}
    for _way, address in each(site.app, known(whole.ids), "GET"):
        if not address.startswith(("/static", "/audit/", "/language", "/size", "/sign-")):
            answer = attacker.send("GET", f"{address}?as_of={size}")
            seen[address] = answer.status_code if answer else 500
    return attacker, seen


@pytest.mark.parametrize("person", ["", RESIDENT, EVERYTHING], ids=["stranger", "resident", "everything"])
def test_every_page_opens_in_the_past_or_is_not_there_yet(site: Site, whole: Whole, person: str) -> None:
    for size in moments(site):
        attacker, seen = past(site, whole, person, size)
        assert attacker.broken == []
        assert set(seen.values()) <= {200, 302, 303, 403, 404}, seen


def test_a_page_that_is_refused_today_is_refused_in_the_past(site: Site, whole: Whole) -> None:
    """Roles are those of today, whatever moment is shown."""
    attacker, wrong = Attacker(site, RESIDENT), []
    for way, address in each(site.app, known(whole.ids), "GET"):
        if way.roles and actors.RESIDENT not in way.roles:
            answer = attacker.send("GET", f"{address}?as_of={moments(site)[2]}")
            if answer is None or answer.status_code != 403:
                wrong.append(f"{address}: {answer and answer.status_code}")
    assert (attacker.broken, wrong) == ([], [])


def test_a_stranger_reads_no_name_in_the_past(site: Site) -> None:
    with site.council.reading() as r:
        names = {name for name in vault.all_names(r).values() if len(name) > 2}
    shown = []
    for size in moments(site)[1:3]:
        for page in crawl(Attacker(site, ""), f"/?as_of={size}", f"/audit?as_of={size}", alike=1):
            text = re.sub("<[^>]+>", " ", page.text)
            shown += [f"{page.address}: {name}" for name in names if name in text]
    assert shown == []


def test_names_that_are_gone_from_the_vault_leave_pages_of_the_past_in_order(site: Site, whole: Whole) -> None:
    with site.council.database.engine.begin() as connection:
        connection.execute(vault.people_table.delete())
        connection.execute(vault.words_table.delete())
    attacker, _seen = past(site, whole, EVERYTHING, moments(site)[2])
    assert attacker.broken == []


def test_a_page_made_from_one_matter_is_that_made_from_all(
    site: Site, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For somebody with all offices, and for somebody who is asked to vote."""
    pages = [(way, address) for way, address in each(site.app, known(whole.ids), "GET") if way.endpoint in ALONE]
    assert {way.endpoint for way, _ in pages} == set(ALONE)
    differing = []
    for person in (EVERYTHING, RESIDENT):
        attacker = Attacker(site, person)
        for size in moments(site)[1:]:
            for way, address in pages:
                alone = attacker.send("GET", f"{address}?as_of={size}")
                with monkeypatch.context() as patched:
                    patched.setattr("web.moment.matter_alone", lambda _council: None)
                    whole_page = attacker.send("GET", f"{address}?as_of={size}")
                assert alone is not None
                assert whole_page is not None
                if DRAWN.sub("", alone.text) != DRAWN.sub("", whole_page.text):
                    differing.append(f"{way.endpoint} {size}")
    assert differing == []


def test_a_long_fold_says_how_far_it_is_and_then_shows_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "AT_ONCE", 50)
    visitor = site.visitor("auditor")
    size = site.council.head().size
    answer = visitor.get(f"/?as_of={size - 1}")
    assert answer.status_code == 503
    assert (answer.headers["Refresh"], answer.headers["Retry-After"]) == ("2", "2")
    assert f"共 {size - 1:,} 条" in answer.text
    assert "<progress" in answer.text
    for _ in range(200):
        answer = visitor.get(f"/?as_of={size - 1}")
        if answer.status_code == 200:
            break
        earlier.threading.Event().wait(0.1)
    assert answer.status_code == 200
    assert "您看到的是" in answer.text
    # The entries themselves need no fold, nor does the next entry.
    assert visitor.get(f"/history?as_of={size // 2}").status_code == 200
    assert visitor.get(f"/?as_of={size}").status_code == 200


def test_the_bar_of_the_past_steps_from_entry_to_entry(site: Site) -> None:
    visitor, size = site.visitor(), site.council.head().size
    middle = visitor.get("/?as_of=40").text
    for href in ('href="/?as_of=39"', 'href="/?as_of=41"', 'href="/replay/changes?from=40"'):
        assert href in middle
    assert 'href="/?as_of=-1"' not in visitor.get("/?as_of=0").text
    assert f'href="/?as_of={size + 1}"' not in visitor.get(f"/?as_of={size}").text
