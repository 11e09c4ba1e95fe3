"""Files of any kind, size and name, at the places that take some."""

import re
from typing import Any

import pytest

from deliberation.audit.recount import recount
from deliberation.filings.views import filings
from tests.attacks.conftest import EVERYTHING, Whole
from tests.attacks.ways import Attacker, ways
from tests.given import replays
from tests.web.conftest import Site

HEADING = "楼栋,单元,房号,网格,面积,户,姓名,电话,身份,成年,代表\n"
LEDGER = "楼栋,房号,面积,用途,网格,产权人编号,产权人,类型,表决人,电话,依据\n"
CONTENTS = {
    "nothing": b"",
    "binary": bytes(range(256)) * 400,
    "nul": b"\0" * 5_000,
    "not utf-8": b"\xff\xfe\xfd" * 900,
    "utf-16": HEADING.encode("utf-16"),
    "one line": b"x" * 2_000_000,
    "quotes": b'"' * 100_001,
    "columns": b"," * 200_000,
    "rows": b"a\n" * 60_000,
    "heading": HEADING.encode(),
    "formula": (HEADING + "=cmd|' /C calc'!A0,1,101,网格一,89.5,1,@SUM(A1),,村民,是,是\n").encode(),
    "script": (HEADING + "<script>alert(1)</script>,1,101,网格一,1e400,1,<b>,,村民,是,是\n").encode(),
    "ledger": (LEDGER + "=cmd|' /C calc'!A0,<script>alert(1)</script>,1e400,住宅,网格一,\0,@SUM(A1),一人,<b>,,测绘\n").encode(),
    "digits": (HEADING + "1号楼,1,101,网格一,99999999999999999999999999,1,张三,,村民,是,是\n").encode(),
    "zip": b"PK\x03\x04" + b"\0" * 30_000,
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
}
NAMES = [
    "../../../etc/passwd", "a\\b\\c.csv", "x" * 5_000, "<script>alert(1)</script>.csv", "a\r\nX: 1.csv", "a\u202etxt.exe",
    "\x01\x02.csv", "名册.csv", ".", "\"';--.csv", "a\udcff.csv", "a\0.csv",
]  # fmt: skip


def upload(attacker: Attacker, address: str, field: str, content: bytes, name: str, **fields: str) -> Any:
    boundary = "------------------------x"
    parts = {"csrf_token": attacker.token, "key": f"{abs(hash((content, name))):x}", **fields}
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in parts.items()
    ).encode()
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body += head.encode("utf-8", "surrogateescape") + content + f"\r\n--{boundary}--\r\n".encode()
    return attacker.send(
        "POST",
        address,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def test_the_places_that_take_files_are_known_to_these_tests(site: Site) -> None:
    taking = {
        way.endpoint
        for way in ways(site.app, "POST")
        if hasattr(site.app.view_functions[way.endpoint], "limit")
    }
    assert taking == {
        "register.check", "register.apply", "register.faults", "filings.make", "polls.serve", "polls.grant", "polls.scanned",
        "register.check_titles", "register.enter_titles", "register.title_faults",
    }  # fmt: skip


@pytest.mark.parametrize(("address", "form"), [("/register/roster", "roster"), ("/register/owners", "titles")])
def test_a_roster_of_anything_is_answered_and_nothing_is_entered(site: Site, address: str, form: str) -> None:
    attacker, size = Attacker(site, EVERYTHING), site.council.head().size
    for content in CONTENTS.values():
        answer = upload(attacker, address, "file", content, "roster.csv", form=form)
        assert answer is None or "<script>alert" not in answer.text
    for name in NAMES:
        answer = upload(attacker, address, "file", CONTENTS["script"], name, form=form)
        assert answer is None or "<script>alert" not in answer.text
    assert attacker.broken == []
    assert site.council.head().size == size


@pytest.mark.parametrize("bundle", ["", "x", "." * 500, "eyJhIjoxfQ.aR2xIA.AAAA"])
def test_a_roster_that_this_site_did_not_check_is_not_entered(site: Site, bundle: str) -> None:
    attacker, size = Attacker(site, EVERYTHING), site.council.head().size
    for address in (
        f"/register/{one}/{step}" for one in ("roster", "owners") for step in ("apply", "faults")
    ):
        answer = attacker.send("POST", address, data={"bundle": bundle})
        assert answer is not None
        assert answer.status_code == 400
    assert (attacker.broken, site.council.head().size) == ([], size)


def test_an_attachment_of_any_name_is_a_digest_and_a_title(site: Site, whole: Whole) -> None:
    attacker = Attacker(site, EVERYTHING)
    form = attacker.visitor.form(f"/filings/new/{whole.ids['matter']}", f"/filings/new/{whole.ids['matter']}")
    typed = {name: value for name, value in form.fields if name not in ("csrf_token", "key")}
    typed |= {"decided_on": "2026-06-01"}
    size = site.council.head().size
    for number, name in enumerate(NAMES):
        fields = typed | {"number": f"甲备〔2026〕{90 + number}号"}
        upload(attacker, form.action, "attachments.5.file", b"content", name, **fields)
    assert attacker.broken == []
    assert site.council.head().size > size
    pages = attacker.visitor.get("/filings").text
    assert "<script>alert" not in pages
    with site.council.reading() as r:
        rows = r.all(filings.select().where(r.mine(filings)))
    assert not [row.number for row in rows if re.search(r"[\x00-\x1f\u202e]|u0000|u202e", row.attachments)]
    replays(site.council)
    assert recount(site.council).findings == []


def test_a_file_where_none_belongs_is_left_alone(site: Site, whole: Whole) -> None:
    attacker, size = Attacker(site, EVERYTHING), site.council.head().size
    for address in (f"/motions/{whole.ids['shed']}/comments", "/reports/new", "/sign-out"):
        upload(attacker, address, "words", b"x" * 50_000, "x.txt")
    assert attacker.broken == []
    assert site.council.head().size == size
