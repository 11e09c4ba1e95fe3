"""Whatever is typed into any field of any form: checked, kept as words, shown as words, never run."""

import json
import re
import shutil
from collections.abc import Iterator
from urllib.parse import quote_plus

import pytest

from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.log.store import events
from deliberation.register import vault
from deliberation.scenario.player import COMMUNITY
from tests.attacks.conftest import EVERYTHING, Whole, furnish, site_of
from tests.attacks.crawling import Form, crawl, forms
from tests.attacks.ways import Attacker, each, known
from tests.given import replays
from tests.web.conftest import Site

pytestmark = pytest.mark.slow

MARK = "<script>alert(1)</script>"
#: As Python writes them down, or as they are.
UNSEEN = re.compile(
    r"\\x[01][0-9a-f]|\\u0000|\\u202[a-e]|[\x00-\x1f\x7f\x85\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
POISON: dict[str, str] = {
    "script": MARK,
    "attribute": "\"'><img src=x onerror=alert(1)>{{7*7}}{%raw%}${7*7}",
    "sql": "'; DROP TABLE events; -- ' OR '1'='1",
    "nul": "a\0b",
    "controls": "a\x01\x08\x0b\x1b[31m\x7f\x85\ufeff",
    "directions": "\u202eabc\u202d\u2066\u2069\u200b",
    "surrogate": "\ud83d",
    "long": "村" * 100_000,
    "lines": "\r\n" * 20_000,
    "template": "{by} {0} {title.__class__} %s %(x)s",
    "big": "9" * 400,
    "number": "-1",
    "float": "1e309",
    "nan": "NaN",
    "wide": "１２３",
    "date": "0000-00-00",
    "latest": "9999-12-31",
    "latest minute": "9999-12-31T23:59",
    "earliest": "0001-01-01T00:00",
    "id": "00000000-0000-0000-0000-000000000000",
    "path": "../../../etc/passwd",
    "file": "a.csv\0.exe",
    "json": '{"a": [1]}',
    "emoji": "👩‍👩‍👧‍👦" * 30,
    "combining": "e" + "\u0301" * 3_000,
    "empty": "",
    "spaces": " \u3000\t ",
}


def poisoned(form: Form, poison: str, only: str = "") -> dict[str, str]:
    """What somebody would fill in, with all fields (or one) poisoned."""
    return form.fields | dict.fromkeys([only] if only else form.names, poison)


def encoded(data: dict[str, str]) -> bytes:
    """As a browser sends it, but also what no browser would: lone surrogates."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(str(value), errors='surrogatepass')}" for name, value in data.items()
    ).encode()


def send(attacker: Attacker, form: Form, data: dict[str, str]) -> None:
    fresh = {"csrf_token": attacker.token, "key": f"{abs(hash(str(data))):x}"[:30]}
    attacker.send(
        "POST",
        form.action,
        data=encoded(data | fresh),
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def shows_no_script(attacker: Attacker) -> None:
    """No page holds the mark as markup, or breaks down."""
    marks = (MARK, "onerror=alert(1)>")
    shown = [page.address for page in crawl(attacker, alike=8) if any(mark in page.text for mark in marks)]
    assert (shown, attacker.broken) == ([], [])


@pytest.fixture(scope="module")
def found(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    """One form of each kind; the pages of every copy have the same."""
    file = shutil.copy(whole.file, tmp_path_factory.mktemp("forms") / "copy.db")
    council = Council.open(f"sqlite:///{file}", COMMUNITY)
    with pytest.MonkeyPatch.context() as patched:
        attacker = Attacker(site_of(council, patched), EVERYTHING)
        found = forms(attacker)
    council.close()
    assert attacker.broken == []
    return found


@pytest.fixture
def attacker(site: Site) -> Attacker:
    """Somebody with all offices: every form is open to them."""
    return Attacker(site, EVERYTHING)


@pytest.mark.slow
def test_the_crawl_finds_the_forms_and_no_page_breaks(found: list[Form]) -> None:
    assert len(found) > 40


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_poison_in_every_field_at_once(site: Site, attacker: Attacker, found: list[Form], part: int) -> None:
    for poison in list(POISON.values())[part::4]:
        for form in found:
            send(attacker, form, poisoned(form, poison))
    assert attacker.broken == []
    shows_no_script(attacker)
    sound(site)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["script", "nul", "surrogate", "latest", "id"])
def test_poison_in_one_field_after_the_other(
    site: Site, attacker: Attacker, found: list[Form], kind: str
) -> None:
    """The other fields filled in well; at last the whole form, so that things go on."""
    for form in found:
        for name in form.names:
            send(attacker, form, poisoned(form, POISON[kind], only=name))
        send(attacker, form, form.fields)
    assert attacker.broken == []
    shows_no_script(attacker)
    sound(site)


def sound(site: Site) -> None:
    """Whatever was recorded replays, recounts and has no character that nobody can see."""
    replays(site.council)
    assert recount(site.council).findings == []
    with site.council.reading() as r:
        leaves = [str(json.loads(bytes(row.leaf))) for row in r.live.execute(events.select())]
        words = [text for _, _, text in vault.every_text(r.live, r.community)]
        names = [each.name for each in vault.everybody(r)]
    assert [text[:300] for text in leaves + names if UNSEEN.search(text)] == []
    assert [text[:300] for text in words if UNSEEN.search(text.replace("\n", "").replace("\t", ""))] == []


def test_words_of_a_report_a_comment_and_a_motion_are_shown_as_words(
    site: Site, whole: Whole, attacker: Attacker
) -> None:
    evil = f"{MARK} '; DROP TABLE events; -- {{by}} {{7*7}}"
    motion, size = whole.ids["shed"], site.council.head().size
    typed = {"words": evil, "stance": "concern", "clause": "", "place": evil, "colour": "red"}
    for address in (f"/motions/{motion}/comments", "/reports/new"):
        send(attacker, Form(address), typed)
    assert site.council.head().size == size + 2
    shows_no_script(attacker)
    with site.council.reading() as r:
        assert r.live.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == site.council.head().size


# envelopes

BODIES = {
    "json": (b'{"choice": "for"}', "application/json"),
    "broken json": (b'{"choice": ', "application/json"),
    "text": (b"choice=for", "text/plain"),
    "xml": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "application/xml"),
    "none": (b"choice=for", None),
    "odd": (b"choice=for", ";;;=,"),
    "latin": (b"choice=\xe4\xf6", "application/x-www-form-urlencoded; charset=latin-1"),
    "utf-16": ("choice=for".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    "not utf-8": (b"choice=\xff\xfe&\xff=1&csrf_token=\xc0\xaf", "application/x-www-form-urlencoded"),
    "no boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "broken parts": (
        b"--x\r\nContent-Disposition: form-data\r\n\r\nfor\r\n",
        "multipart/form-data; boundary=x",
    ),
    "endless part": (b"--x\r\n" + b"A: b\r\n" * 60_000, "multipart/form-data; boundary=x"),
    "many fields": (b"&".join(b"a%d=1" % n for n in range(60_000)), "application/x-www-form-urlencoded"),
    "many lines": (
        b"&".join(b"agenda.%d.title=x" % n for n in range(1_500)),
        "application/x-www-form-urlencoded",
    ),
    "deep": (b"a" + b".0.b" * 9_000 + b"=1", "application/x-www-form-urlencoded"),
    "huge": (b"a=" + b"x" * (2 << 20), "application/x-www-form-urlencoded"),
}


#: What takes long to read is sent to a few.
HEAVY = ("many fields", "many lines", "endless part", "huge", "deep")
SOME = ("polls.cast", "meetings.call", "register.check", "signing.enter")


@pytest.mark.slow
@pytest.mark.parametrize("name", BODIES)
def test_a_form_in_another_envelope_is_refused(
    site: Site, whole: Whole, attacker: Attacker, name: str
) -> None:
    body, kind = BODIES[name]
    size, addresses = site.council.head().size, dict(addressed(site, whole))
    for endpoint in SOME if name in HEAVY else addresses:
        for token in ({}, {"X-CSRFToken": attacker.token}):
            headers = {"Sec-Fetch-Site": "same-origin", **token}
            attacker.send("POST", addresses[endpoint], data=body, content_type=kind, headers=headers)
    assert attacker.broken == []
    assert site.council.head().size == size


def addressed(site: Site, whole: Whole) -> Iterator[tuple[str, str]]:
    for way, address in each(site.app, known(whole.ids), "POST"):
        if way.endpoint != "signing.leave":
            yield way.endpoint, address


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_breaks_down_over_no_words_either(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Council.open(postgres_url, "jiahe")
    try:
        furnish(council)
        attacker = Attacker(site_of(council, monkeypatch), EVERYTHING)
        found = forms(attacker)
        for poison in POISON.values():
            for form in found:
                send(attacker, form, poisoned(form, poison))
        assert attacker.broken == []
        sound(attacker.site)
    finally:
        council.close()
