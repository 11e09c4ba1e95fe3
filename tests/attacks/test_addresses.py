"""Whatever stands in the address or the envelope of a request: an answer, never a breakdown, never elsewhere."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import web
from tests.attacks.conftest import EVERYTHING, RESIDENT, Whole
from tests.attacks.ways import THINGS, Attacker, Way, each, known, ways
from tests.web.conftest import Site

pytestmark = pytest.mark.slow

ROOT = Path(web.__file__).parent
NIL = "00000000-0000-0000-0000-000000000000"
FULL = "ffffffff-ffff-ffff-ffff-ffffffffffff"


#: Arguments that lead nowhere; ids are made up.
NOTHING = {"review": 10**6, "position": 10**6, "size": 10**6, "path": "0/000.p/1", "kind": "motion", "clause": "c1"}


@pytest.mark.parametrize("person", ["", RESIDENT, EVERYTHING])
def test_ids_that_nothing_has_are_not_found_on_any_route(site: Site, person: str) -> None:
    attacker, size = Attacker(site, person), site.council.head().size
    for way, address in each(site.app, NOTHING):
        answer = attacker.send(way.method, address)
        if answer is not None and answer.status_code == 200 and way.rule.arguments & set(THINGS):
            attacker.broken.append(f"{way.method} {address} is shown: {answer.status_code}")
    assert attacker.broken == []
    assert site.council.head().size == size


def test_an_id_of_one_kind_is_none_of_another(site: Site, whole: Whole) -> None:
    """A meeting where a motion belongs, a motion where a poll belongs, and so on."""
    attacker = Attacker(site, EVERYTHING)
    values, names = known(whole.ids), list(THINGS)
    for shift in (1, 4, 9):
        turned = values | {name: values[names[(at + shift) % len(names)]] for at, name in enumerate(names)}
        for way, address in each(site.app, turned):
            attacker.send(way.method, address)
    assert attacker.broken == []


ODD = {
    "id": [NIL, FULL, NIL.replace("0", "O"), FULL.upper(), "1", "..", "%00", "null", "'", "*", "a" * 3000],
    "int": [
        "0",
        "1",
        "999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "1" * 400,
        "-1",
        "1.5",
        "０",
    ],
    "string": [
        "..",
        "%2e%2e",
        "%00",
        "%ff",
        "%ed%a0%80",
        "<script>",
        "'",
        "\\",
        "x" * 3000,
        "%0d%0aX:1",
        "中",
    ],
}


def odd_addresses(way: Way, good: dict[str, Any]) -> list[str]:
    """The way's address with each argument replaced in turn by what it should not be."""
    made = []
    for name in way.rule.arguments:
        kind = "id" if name in THINGS else "int" if isinstance(good.get(name), int) else "string"
        for odd in [*ODD[kind], *ODD["string"][:4]]:
            text = way.rule.rule
            for other in way.rule.arguments:
                value = odd if other == name else str(good.get(other, NIL))
                start, end = _place(text, other)
                text = text[:start] + value + text[end:]
            made.append(quote(text, safe="/%?=&'*\\<>-._~:"))
    return made


def _place(rule: str, name: str) -> tuple[int, int]:
    end = rule.index(f"{name}>") + len(name) + 1
    return rule.rindex("<", 0, end), end


def test_odd_arguments_of_every_page_are_answered(site: Site, whole: Whole) -> None:
    attacker, good = Attacker(site, EVERYTHING), known(whole.ids)
    for way in ways(site.app, "GET"):
        for address in odd_addresses(way, good):
            attacker.send("GET", address)
    assert attacker.broken == []


@pytest.mark.slow
def test_odd_arguments_of_every_form_are_answered(site: Site, whole: Whole) -> None:
    attacker, good = Attacker(site, EVERYTHING), known(whole.ids)
    for way in ways(site.app, "POST"):
        for address in odd_addresses(way, good):
            attacker.send("POST", address)
    assert attacker.broken == []


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_breaks_down_over_no_address_either(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deliberation.council import Council
    from tests.attacks.conftest import furnish, site_of

    council = Council.open(postgres_url, "jiahe")
    try:
        good = known(furnish(council))
        attacker = Attacker(site_of(council, monkeypatch), EVERYTHING)
        for way in ways(attacker.site.app):
            for address in odd_addresses(way, good):
                attacker.send(way.method, address)
        for way, address in each(attacker.site.app, NOTHING):
            attacker.send(way.method, address)
        for way, address in each(attacker.site.app, good, "GET"):
            for question in QUESTIONS[3:]:
                if way.endpoint != "audit.bundle_tar":
                    attacker.send("GET", f"{address}?{question}")
    finally:
        council.close()
    assert attacker.broken == []


# questions

MOMENTS = [
    "x", "-1", "0", "1e3", "1.0", "９", "99999999999999999999", "0x10", " 5", "5 ", "5\0", "%", "'; DROP TABLE events; --",
    "2026-02-30", "0000-01-01", "9999-12-31", "10000-01-01", "2026-04-17T25:00", "2026-04-17T10:00+99:99", "\ud83d", "中",
    "2026-04-17T10:00:00.000001Z", "0001-01-01", "0001-01-01T00:00", "9999-12-31T23:59", "-001-01-01", "1" * 5000, "[]",
]  # fmt: skip
PAGES = ["/", "/motions", "/history", "/polls", "/desk", "/sign-in", "/no-such-page", "/audit"]


@pytest.mark.parametrize("name", ["as_of", "at"])
def test_a_moment_that_is_none_is_said_plainly(site: Site, name: str) -> None:
    attacker = Attacker(site, EVERYTHING)
    for moment in MOMENTS:
        for page in PAGES[:2]:
            value = quote(moment, errors="surrogatepass")
            answer = attacker.send("GET", f"{page}?{name}={value}")
            assert answer is None or answer.status_code in (200, 400, 404), moment
    for page in PAGES:
        for value in ("x", "999999999", "2026-02-30"):
            attacker.send("GET", f"{page}?{name}={value}&{name}=1")
    assert attacker.broken == []


#: What the pages ask addresses for, found in their code.
ASKED = sorted(
    {
        name
        for path in ROOT.rglob("*.py")
        for name in re.findall(r'args\.get\("(\w+)"', path.read_text("utf-8"))
    }
    - {"as_of", "at"}
)
QUESTIONS = [
    "&".join(f"a{n}=1" for n in range(5_000)),
    "a" + "[b]" * 3_000 + "=1",
    "q=" + "x" * 60_000,
    "q=%ff%fe&%ff=1",
    "&".join(f"{name}=a%00b" for name in ASKED),
    "&".join(f"{name}=99999999999999999999999" for name in ASKED),
    "&".join(f"{name}=-1" for name in ASKED),
    "&".join(f"{name}=00000000-0000-0000-0000-000000000000" for name in ASKED),
    "=&==&&&;;%",
    "&".join(f"{name}=x&{name}=y" for name in ASKED),
    "kind=poll.counted&kind=x&matter=00000000-0000-0000-0000-000000000000",
    "&".join(f"{name}=%27%20OR%201%3D1%20--%25_" for name in ASKED),
    "&".join(f"{name}={'%E7%94%B2' * 300}" for name in ASKED),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_odd_questions_to_every_page_are_answered(site: Site, whole: Whole, question: str) -> None:
    attacker = Attacker(site, EVERYTHING)
    for way, address in each(site.app, known(whole.ids), "GET"):
        if way.endpoint != "audit.bundle_tar":
            attacker.send("GET", f"{address}?{question}")
    assert attacker.broken == []


# files and headers

PATHS = [
    "/static/../web/__init__.py",
    "/static/..%2f..%2fsetup.cfg",
    "/static/%2e%2e/%2e%2e/README.md",
    "/static//etc/passwd",
    "/static/..\\..\\setup.cfg",
    "/static/%00",
    "/static/app.css%00.html",
    "/static/" + "../" * 50 + "etc/passwd",
    "/static/" + "x" * 5000,
    "/static/",
    "//evil.example/%2e%2e",
    "/.git/config",
    "/secret.key",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_file_is_read_but_those_of_the_site(site: Site, path: str) -> None:
    attacker = Attacker(site, "")
    answer = attacker.send("GET", path)
    assert attacker.broken == []
    assert answer.status_code in (301, 308, 400, 404)
    assert "root:" not in answer.text
    assert "[metadata]" not in answer.text


TARGETS = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aSet-Cookie:%20x=1", "/\r\nSet-Cookie: x=1",
    "/x\r\n\r\n<script>", "javascript:alert(1)", "data:text/html,x", "http://localhost:9/", "http://localhost@evil.example",
    "/%5cevil.example", "/\t/evil.example", "\u2215evil.example", "/ⓔvil", "http:///evil.example", "https:evil.example",
    "/" + "x" * 9000,
]  # fmt: skip
NAMES = ("towards", "next", "back", "return", "url", "to", "from")


def test_no_answer_leads_to_another_site(site: Site, whole: Whole) -> None:
    for person in ("", EVERYTHING):
        attacker = Attacker(site, person)
        for way, address in each(site.app, known(whole.ids), "GET"):
            for target in TARGETS if way.endpoint.startswith(("sign", "switch")) else TARGETS[:2]:
                question = "&".join(f"{name}={quote(target)}" for name in NAMES)
                stays(
                    attacker.send(
                        "GET", f"{address}?{question}", headers={"Referer": "https://evil.example/x"}
                    )
                )
        assert attacker.broken == []


def test_no_form_leads_to_another_site(site: Site, whole: Whole) -> None:
    attacker = Attacker(site, EVERYTHING)
    for way, address in each(site.app, known(whole.ids), "POST"):
        headers = {"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.example/x"}
        for target in TARGETS[:3]:
            stays(attacker.send("POST", address, data=dict.fromkeys(NAMES, target), headers=headers))
        if way.endpoint == "signing.leave":
            attacker = Attacker(site, EVERYTHING)
    assert attacker.broken == []


def stays(answer: Any) -> None:
    """The answer leads nowhere, or to a path of this site."""
    if answer is not None and "Location" in answer.headers:
        location = answer.headers["Location"]
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location
        assert not any(ord(character) < 33 for character in location), location
    assert answer is None or "x=1" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost:x", "", "[", "a" * 300],
)
def test_the_demonstration_answers_to_no_other_name(site: Site, host: str) -> None:
    attacker = Attacker(site, "")
    answer = attacker.send("GET", "/sign-in", headers={"Host": host})
    assert attacker.broken == []
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_odd_headers_are_answered(site: Site) -> None:
    attacker = Attacker(site, EVERYTHING)
    for name in (
        "Accept-Language",
        "Accept",
        "Cookie",
        "Referer",
        "Origin",
        "If-None-Match",
        "If-Modified-Since",
        "Range",
    ):
        for value in (
            "x",
            "\xff\xfe",
            "*" * 9000,
            "en;q=x,;;;",
            "bytes=0-,5-1,-",
            "'\"<script>",
            "http://[",
            "zh-" * 500,
        ):
            for page in ("/", "/history", "/static/app.css"):
                attacker.send("GET", page, headers={name: value})
    assert attacker.broken == []
