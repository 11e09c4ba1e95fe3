"""Names, telephone numbers and words lie in the vault: no entry and no stranger's page has them."""

import io
import re
import tarfile

import pytest

from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.log.store import events, rows_between
from deliberation.register import vault
from tests.attacks.conftest import EVERYTHING, RESIDENT
from tests.attacks.crawling import crawl
from tests.attacks.ways import Attacker
from tests.web.conftest import Site


@pytest.fixture
def leaves(council: Council) -> str:
    """Every entry of the demonstration, as published."""
    with council.reading() as r:
        rows = r.live.execute(events.select().where(events.c.community == council.community))
        return "\n".join(bytes(row.leaf).decode() for row in rows)


def people(council: Council) -> list[tuple[str, str]]:
    """(name, telephone) of everybody in the register."""
    with council.reading() as r:
        return [(each.name, each.phone) for each in vault.everybody(r)]


def within(texts: set[str], whole: str) -> list[str]:
    """Those that stand somewhere in the whole; they are many, so its stretches of Chinese are looked up."""
    lengths = {len(text) for text in texts}
    runs = set(re.findall("[\u4e00-\u9fff·]{2,}", whole))
    parts = {run[at : at + length] for run in runs for length in lengths for at in range(len(run))}
    return sorted(texts & parts) + sorted(text for text in texts if not text.isalpha() and text in whole)


def test_there_are_names_numbers_and_words_to_be_found(council: Council) -> None:
    with council.reading() as r:
        words = [*vault.every_text(r.live, r.community)]
    assert len(people(council)) > 1_000
    assert any(phone for _, phone in people(council))
    assert len(words) > 100
    name = people(council)[0][0]
    assert within({name}, f'"{name}"') == [name]


def test_no_name_and_no_number_of_anybody_is_in_an_entry(council: Council, leaves: str) -> None:
    everybody = people(council)
    assert within({name for name, _ in everybody}, leaves) == []
    assert [phone for _, phone in everybody if phone and phone in leaves] == []
    assert not re.search(r"(?<![0-9a-f-])1[3-9][0-9]{9}(?![0-9a-f-])", leaves)


def test_no_words_of_anybody_are_in_an_entry(council: Council, leaves: str) -> None:
    with council.reading() as r:
        words = {text for _, _, text in vault.every_text(r.live, r.community)}
    assert [text for text in words if len(text) > 4 and text in leaves] == []


def test_no_salt_and_no_key_of_a_running_vote_is_in_an_entry(council: Council, leaves: str) -> None:
    with council.reading() as r:
        salts = [salt.hex() for _, salt, _ in vault.every_text(r.live, r.community)]
        keys = {poll: key.hex() for poll, key in vault.every_poll_key(r.live, r.community)}
    assert [salt for salt in salts if salt in leaves] == []
    counted = {poll.poll for poll in recount(council).recounted}
    running = {poll for poll in keys if poll not in counted}
    assert running
    assert [poll for poll in running if keys[poll] in leaves] == []
    assert all(keys[poll] in leaves for poll in counted & set(keys)), (
        "and those of counted ones are published"
    )


def test_a_stranger_reads_no_name_on_any_page(site: Site) -> None:
    names = {name for name, _ in people(site.council) if len(name) > 2}
    phones = {phone for _, phone in people(site.council) if phone}
    shown = []
    for page in crawl(Attacker(site, ""), alike=6):
        if not page.address.startswith("/sign-in"):
            text = re.sub("<[^>]+>", " ", page.text)
            shown += [f"{page.address}: {name}" for name in within(names, text)]
            shown += [f"{page.address}: {phone}" for phone in phones if phone in page.text]
    assert shown == []


def test_nobody_reads_a_telephone_number_but_the_staff(site: Site) -> None:
    phones = {phone for _, phone in people(site.council) if phone}
    pages = list(crawl(Attacker(site, RESIDENT), alike=6))
    assert [page.address for page in pages for phone in phones if phone in page.text] == []


def test_no_page_shows_a_salt_or_the_key_of_a_running_vote(site: Site) -> None:
    with site.council.reading() as r:
        salts = [salt.hex() for _, salt, _ in vault.every_text(r.live, r.community)]
        counted = {poll.poll for poll in recount(site.council).recounted}
        keys = [key.hex() for poll, key in vault.every_poll_key(r.live, r.community) if poll not in counted]
    text = "\n".join(page.text for page in crawl(Attacker(site, EVERYTHING), alike=6))
    assert keys
    assert [secret for secret in salts + keys if secret in text] == []


def test_what_is_taken_home_is_the_log_and_no_more(site: Site) -> None:
    answer = Attacker(site, "").send("GET", "/audit/bundle.tar")
    assert answer is not None
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        names = tar.getnames()
        whole = b"".join(tar.extractfile(name).read() for name in names if name.startswith("tile/entries/"))
    assert {name.partition("/")[0] for name in names} == {"README", "checkpoint", "checkpoints", "policy", "spec", "tile", "verify.py"}
    with site.council.reading() as r:
        stored = [leaf for _, _, leaf in rows_between(r.connection, r.community)]
    assert whole == b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in stored)


def test_erased_words_are_on_no_page_of_the_past_either(site: Site) -> None:
    """Pages of an earlier moment read today's vault."""
    with site.council.reading() as r:
        theirs = vault.words_table.select().where(vault.words_table.c.person != "")
        row = r.live.execute(theirs).first()
        assert row is not None
        text = vault.texts(r, [row.commitment])[row.commitment]
        size = r.size
    with site.council.database.engine.begin() as connection:
        connection.execute(vault.words_table.delete())
    attacker = Attacker(site, EVERYTHING)
    start = [f"{path}?as_of={size}" for path in ("/", "/motions", "/reports", "/meetings", "/publications")]
    pages = [*crawl(attacker), *crawl(attacker, *start, alike=1)]
    assert attacker.broken == []
    assert len([page for page in pages if "as_of" in page.address]) > 20
    assert [page.address for page in pages if text in page.text] == []
