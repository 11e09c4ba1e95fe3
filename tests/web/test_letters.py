"""Given a letter, when its owner opens it, then they are bound, know their number, and come in by themselves."""

import re
from datetime import timedelta

import pyotp
import pytest

from deliberation.access import finding
from deliberation.access import keys as kept
from deliberation.access.letters import SignIn
from deliberation.access.views import binding_of_person
from deliberation.actors import SECRETARY, operator
from deliberation.cli.letters import admit
from deliberation.register.model import Holding
from tests.given import who
from tests.web.conftest import Site
from tests.web.visitor import Visitor
from web.keydoor import KeyDoor

LETTER = re.compile(r'class="to">([^<]*)<.*?登录号 <b>([0-9 ]+)</b>.*?<p>码<b>([0-9 ]+)</b>', re.DOTALL)


@pytest.fixture
def site(town, monkeypatch):
    site = Site(town, demo=False, door=KeyDoor())
    monkeypatch.setattr("web.moment.clock", lambda: site.now)
    return site


@pytest.fixture
def desk(site) -> Visitor:
    site.council.save(SignIn.adopt(72, 60, by=operator(site.now)))
    return site.visitor("secretary")


def letters_of(page) -> dict[str, tuple[str, str]]:
    """Return door -> (number, code) as printed."""
    return {door: (number, code) for door, number, code in LETTER.findall(page.text)}


def opened(visitor: Visitor, number: str, code: str, name: str):
    return visitor.press("/letter", "letter", number=number, code=code, name=name)


def test_letters_are_printed_once_for_each_household_and_name_nobody(site, desk):
    page = desk.press("/letters", "make", whom="households")
    found = letters_of(page)
    assert len(found) == 8
    assert "张某" not in page.text
    again = desk.press("/letters", "make", whom="households")
    assert "没有要做的信" in again.text
    body = str(_leaves(site))
    for number, code in found.values():
        assert number.replace(" ", "") in body
        assert code.replace(" ", "") not in body


def test_a_form_that_comes_twice_at_the_same_instant_prints_no_codes_that_open_nothing(site, desk, monkeypatch):
    with site.council.reading() as r:
        homes = finding.homes_without(r, "", 0, units_too=False)
    monkeypatch.setattr(finding, "homes_without", lambda *_given, **_more: homes)  # as both read it before either wrote
    fields = dict(desk.form("/letters", "make").fields) | {"whom": "households"}
    assert len(letters_of(desk.send("/letters", fields))) == 8
    again = desk.send("/letters", fields, follow=True)
    assert letters_of(again) == {}
    assert "已经记下了" in again.text


def _leaves(site):
    from deliberation.log.fold import read_events

    with site.council.reading() as r:
        return [event.body() for _, event in read_events(r.live, r.community)]


def test_from_a_letter_to_a_pin_and_back_in(site, desk):
    door, (number, code) = next(iter(letters_of(desk.press("/letters", "make", whom="households")).items()))
    visitor = site.visitor()
    page = opened(visitor, number, code, "张某")
    assert door in page.text
    weak = visitor.press(page, "pin", pin="123456", pin_again="123456")
    assert "一猜就中" in weak.text
    done = visitor.press(weak, "pin", pin="274 918", pin_again="274918")
    assert "绑定好了" in done.text
    assert number in done.text
    with site.council.reading() as r:
        bound = binding_of_person(r, who("zhang"))
        assert bound is not None
        assert bound.votes_from == bound.made + 72 * 3600
        assert b"274918" not in b"".join(key.secret for key in kept.keys_of(r, who("zhang")))
    other = site.visitor()
    wrong = other.press("/sign-in", "by-number", number=number, secret="111111")
    assert "登录号和密码对不上" in wrong.text
    assert "还可以试4次" in wrong.text
    entered = other.press(wrong, "by-number", number=number, secret="274918")
    assert "张某" in entered.text


def test_staff_bind_with_a_password_and_a_code(site, desk):
    number, code = admit(site.council, site.app.extensions["locks"], "工作人员2", "", site.now)
    visitor = site.visitor()
    page = opened(visitor, number, code, "工作人员2")
    assert 'name="pin"' not in page.text
    secret = re.search(r'<p class="mono groups">([A-Z2-7 ]{39})</p>', page.text)[1].replace(" ", "")
    totp = pyotp.TOTP(secret).at(site.now)
    done = visitor.press(page, "password", password="山高月小水落石出啊啊", password_again="山高月小水落石出啊啊", code=totp)
    assert "绑定好了" in done.text
    assert visitor.get("/desk").status_code == 200
    other = site.visitor()
    replay = other.press("/sign-in?staff=1", "by-number", number=number, secret="山高月小水落石出啊啊", code=totp)
    assert "登录号和密码对不上" in replay.text
    later = pyotp.TOTP(secret).at(site.now, counter_offset=1)
    assert "工作人员2" in other.press(replay, "by-number", number=number, secret="山高月小水落石出啊啊", code=later).text


def test_a_letter_to_a_home_opens_no_office(site, desk):
    """It lay in a mailbox; whoever lives there may have opened it."""
    site.council.save(Holding.grant(who("zhang"), SECRETARY, since="2026-04-01", by=operator(site.now)))
    number, code = letters_of(desk.press("/letters", "make", whom="households"))["1号楼101户"]
    visitor = site.visitor()
    page = opened(visitor, number, code, "张某")
    assert 'name="password"' not in page.text
    visitor.press(page, "pin", pin="274918", pin_again="274918")
    assert visitor.get("/me").status_code == 200
    assert visitor.get("/desk").status_code == 403


def test_letters_of_the_staff_are_not_made_at_the_desk(site, desk):
    page = desk.get("/letters").text
    assert 'value="staff"' not in page
    assert desk.press("/letters", "make", whom="staff").status_code == 422


def test_english_is_complete_on_the_way_in(site, desk):
    number, code = letters_of(desk.press("/letters", "make", whom="households"))["1号楼101户"]
    visitor = site.visitor()
    for each in (visitor, desk):
        each.get("/language/en")
    pages = [visitor.get("/sign-in"), visitor.get("/sign-in?staff=1"), visitor.get("/letter"), opened(visitor, number, code, "李某")]
    pages.append(opened(visitor, number, code, "张某"))
    pages.append(visitor.press(pages[-1], "pin", pin="274918", pin_again="274918"))
    pages += [desk.get("/letters"), desk.press("/letters", "make", whom="units"), desk.get("/bindings")]
    binding = re.search(r"/bindings/[0-9a-f-]{36}", pages[-1].text)[0]
    pages += [desk.get(binding), desk.get(f"{binding}/note")]
    for page in pages:
        text = re.sub(r"<title>.*?</title>|甲河村|丙街道|中文|[张李]某|工作人员\d*|\d号楼\d+户|网格一|\d号楼|议", "", page.text)
        assert not re.findall("[\u4e00-\u9fff]+", text), page.request.path


def test_another_adult_of_the_home_gets_a_letter_of_their_own(site, desk):
    letters = letters_of(desk.press("/letters", "make", whom="households"))
    more = letters_of(desk.press("/letters", "more", door="1号楼101户"))
    assert list(more) == ["1号楼101户"]
    assert more["1号楼101户"] != letters["1号楼101户"]
    unknown = desk.press("/letters", "more", door="9号楼999户")
    assert "名册里没有这个门牌" in unknown.text
    assert "9号楼999户" in unknown.text


def test_the_code_leaves_the_address_at_once(site, desk):
    number, code = letters_of(desk.press("/letters", "make", whom="households"))["1号楼101户"]
    visitor = site.visitor()
    answer = visitor.get(f"/letter?number={number}&code={code}".replace(" ", "%20"))
    assert answer.headers["Location"] == "/letter"
    page = visitor.get("/letter").text
    assert f'value="{code}"' in page
    assert f"code={code.replace(' ', '')}" not in page


def test_an_expired_letter_counts_as_dead(site, desk):
    desk.press("/letters", "make", whom="households")
    assert "还能用 8" in desk.get("/letters").text
    site.now += timedelta(days=61)
    assert "还能用 8" not in desk.get("/letters").text
    assert len(letters_of(desk.press("/letters", "make", whom="households"))) == 8
