"""From a letter in the hand to a signed-in phone and a vote: by PIN, by passkey, by keyboard, without scripts, on paper."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from deliberation.actors import SECRETARY, Actor
from deliberation.deadlines import local_date
from deliberation.log.aggregate import id_of
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import Line
from deliberation.register.model import Page
from tests.browser.conftest import DESK, PHONE
from tests.browser.letters import PIN, Hall, Visits, bind_by_pin, fits, hall, printed, sign_in
from tests.given import RESIDENTS, VILLAGE, actor, found, household, place, unit, who
from tests.polls.estates import KEY
from tests.polls.votes import MATTER

pytestmark = pytest.mark.browser

HOMES = 1_000
TITLE = "安全自治十条"


@pytest.fixture
def site(tmp_path, monkeypatch):
    with hall(tmp_path) as here:
        monkeypatch.setattr("web.moment.clock", lambda: here.now())
        yield here


@pytest.fixture
def visit(site: Hall, new_page) -> Visits:
    return Visits(site, new_page)


@pytest.fixture(params=["standard", "huge"])
def type(request):
    return request.param


def leave(page):
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已经退出登录")


def is_in(page):
    expect(page.locator("header")).to_contain_text("张某")


# By PIN


def test_a_letter_leads_to_a_pin_and_its_number_back_in(site, visit, size, type):
    letter = visit.letter()
    page = visit(size=size, type=type)
    bind_by_pin(page, site.address(letter), look=f"pin-{type}")
    expect(page.locator("main")).to_contain_text(letter.number)
    leave(page)
    page.get_by_role("link", name="登录").first.click()
    fits(page, f"sign-in-{type}")
    sign_in(page, letter, "000000")
    expect(page.locator("main")).to_contain_text("登录号和密码对不上")
    fits(page, f"sign-in-wrong-{type}")
    sign_in(page, letter)
    is_in(page)


def test_a_wrong_name_keeps_what_was_typed(site, visit, type):
    letter = visit.letter()
    page = visit(type=type)
    page.goto(site.address(letter))
    page.get_by_label("您的姓名").fill("李某")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("信也没有用掉")
    assert page.get_by_label("码", exact=True).input_value() == letter.code
    assert page.get_by_label("您的姓名").input_value() == "李某"
    fits(page, f"letter-wrong-{type}")


def test_everything_works_without_scripts(site, visit):
    letter = visit.letter()
    page = visit(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="登录").first.click()
    expect(page.locator("#by-passkey")).to_be_hidden()
    page.get_by_role("link", name="我有登录信").click()
    page.get_by_label("登录号").fill(letter.number)
    page.get_by_label("码", exact=True).fill(letter.code)
    bind_by_pin(page)
    leave(page)
    page.goto("/sign-in")
    sign_in(page, letter)
    is_in(page)
    page.goto("/me")
    page.locator("summary", has_text="换数字密码").click()
    for label, pin in (("现在的密码", PIN), ("6个数字", "530164"), ("再写一次", "530164")):
        page.locator("#pin").get_by_label(label, exact=True).fill(pin)
    page.get_by_role("button", name="换密码").click()
    expect(page.get_by_role("status")).to_contain_text("数字密码换好了")


def test_the_keyboard_alone_leads_from_the_letter_to_oneself(site, visit):
    letter = visit.letter()
    page = visit(size=DESK)
    page.goto("/letter")

    def reach(label: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            here = page.evaluate("(one => (one.labels?.[0] || one).textContent.trim())(document.activeElement)")
            if here == label:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
                return
        raise AssertionError(f"no Tab leads to {label}")

    for label, words in (("登录号", letter.number), ("码", letter.code), ("您的姓名", "张某")):
        reach(label)
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("请看一遍，对不对")
    for label in ("6个数字", "再写一次"):
        reach(label)
        page.keyboard.type(PIN)
    reach("用密码绑定")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("绑定好了")
    assert page.url.endswith("/me")


# By passkey


class Device:
    """What holds passkeys and asks for finger, face or screen lock, in the browser of a page."""

    def __init__(self, page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
        options |= dict.fromkeys(("hasResidentKey", "hasUserVerification", "isUserVerified"), True)
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def knows_its_user(self, yes: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})

    def keys(self) -> int:
        return len(self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])


def chosen(page, address: str) -> Device:
    """Go to the choice of how to sign in, with a device at hand."""
    device = Device(page)
    page.goto(address)
    page.get_by_label("您的姓名").fill("张某")
    page.get_by_role("button", name="下一步").click()
    return device


def test_a_letter_leads_to_a_passkey_and_it_alone_back_in(site, visit, size):
    page = visit(size=size)
    device = chosen(page, site.address(visit.letter()))
    page.get_by_role("button", name="用这台设备绑定").click()
    expect(page.get_by_role("status")).to_contain_text("绑定好了")
    assert device.keys() == 1
    fits(page, "passkey-me")
    expect(page.get_by_role("button", name="停用")).to_have_count(0)
    leave(page)
    page.goto("/sign-in?towards=/me")
    page.get_by_role("button", name="用这台设备登录").click()
    page.wait_for_url("**/me")
    is_in(page)
    expect(page.get_by_text("就是这台")).to_be_visible()


def test_a_device_that_does_not_know_its_user_binds_nothing(site, visit):
    page = visit()
    device = chosen(page, site.address(visit.letter()))
    device.knows_its_user(False)
    page.get_by_role("button", name="用这台设备绑定").click()
    expect(page.get_by_role("alert")).to_contain_text("设备没有答应，什么也没有记下")
    fits(page, "passkey-not-agreed")
    assert device.keys() == 0
    device.knows_its_user(True)
    page.get_by_role("button", name="用这台设备绑定").click()
    expect(page.get_by_role("status")).to_contain_text("绑定好了")


def test_a_device_that_does_not_know_its_user_opens_nothing(site, visit):
    page = visit()
    device = chosen(page, site.address(visit.letter()))
    page.get_by_role("button", name="用这台设备绑定").click()
    expect(page.get_by_role("status")).to_contain_text("绑定好了")
    leave(page)
    device.knows_its_user(False)
    page.goto("/sign-in")
    page.get_by_role("button", name="用这台设备登录").click()
    expect(page.get_by_role("alert")).to_contain_text("这台设备没有认出来")
    # A page made to ask for less does not help: the server looks for the mark of a checked user.
    page.locator("#by-passkey").evaluate(
        "form => { form.dataset.options = form.dataset.options.replace(/\"userVerification\": ?\"required\"/, '\"userVerification\":\"discouraged\"') }"
    )
    page.get_by_role("button", name="用这台设备登录").click()
    expect(page.locator("main")).to_contain_text("通行密钥没有认出来，没有登录也没有绑定")
    fits(page, "passkey-refused")
    page.goto("/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


# At the desk, and home again


@pytest.mark.parametrize(("size", "type"), [(PHONE, "huge"), (DESK, "standard")], ids=["phone-huge", "desk-standard"])
def test_pages_of_the_desk_fit_every_screen(site, visit, size, type):
    desk = visit.desk(size, type)
    desk.locator("summary", has_text="改登录办法").click()
    fits(desk, f"letters-desk-{type}")
    letter = printed(desk)["1号楼101户"]
    fits(desk, f"letters-printed-{type}")
    bind_by_pin(visit(), site.address(letter))
    desk.goto("/bindings")
    expect(desk.locator("main")).to_contain_text("还不能投票")
    fits(desk, f"bindings-{type}")
    desk.get_by_role("link", name=re.compile("1号楼101户")).click()
    fits(desk, f"binding-{type}")
    desk.get_by_role("link", name="打印绑定告知单").click()
    expect(desk.locator("article")).to_contain_text("021-5555 0199")
    fits(desk, f"note-{type}")


def test_with_help_at_the_desk_no_key_is_made_on_the_helpers_device(site, visit, type):
    desk = visit.desk(type=type)
    desk.goto(site.address(printed(desk)["1号楼101户"]))
    desk.get_by_label("您的姓名").fill("张某")
    desk.get_by_role("button", name="下一步").click()
    expect(desk.locator("main")).to_contain_text("您在替别人办")
    expect(desk.locator("[data-passkey]")).to_have_count(0)
    fits(desk, f"helped-{type}")
    for label in ("6个数字", "再写一次"):
        desk.get_by_label(label, exact=True).fill(PIN)
    desk.get_by_label("在场见证的另一位").select_option(who("chair"))
    desk.get_by_label("在哪里").fill("党群中心")
    desk.get_by_role("button", name="用密码绑定").click()
    expect(desk.get_by_role("alert")).to_contain_text("这一步要等工作人员2确认")
    witness = visit("chair", type=type)
    witness.goto("/confirm")
    expect(witness.locator("main")).to_contain_text("1号楼101户 张某")
    fits(witness, f"witness-{type}")
    witness.get_by_role("button", name="确认", exact=True).click()
    for label in ("6个数字", "再写一次"):
        desk.get_by_label(label, exact=True).fill(PIN)
    desk.get_by_role("button", name="用密码绑定").click()
    expect(desk.get_by_role("status")).to_contain_text("您这里没有留下")


def announced(site: Hall) -> str:
    """Open a vote of the households for ten days; the notice was posted in time."""
    now = site.now().replace(microsecond=0)
    posted = now - timedelta(days=12)
    by = Actor.of(who("secretary"), SECRETARY, posted)
    lines = [Line(household(one), f"1号楼{101 + n}户", place("网格一"), who(one)) for n, one in enumerate(RESIDENTS)]
    question = Question(MATTER, "甲表〔2026〕1号", TITLE, "question", MATTER, "d" * 64)
    window = Window(local_date(posted).isoformat(), int(now.timestamp()), int((now + timedelta(days=10)).timestamp()))
    poll, pages = Poll.announce(question, rule("VIL_H"), window, ["phone", "paper"], KEY, binding=lines, by=by)
    site.council.save(poll, *pages)
    with site.council.change(Poll, poll.id) as opening:
        opening.open(by=by._replace(at=now))
    return poll.id


def test_from_the_letter_to_the_receipt_of_a_vote(site, visit, size):
    poll = announced(site)
    page = visit(size=size)
    bind_by_pin(page, site.address(visit.letter()))
    expect(page.locator("main")).to_contain_text("以后才能用手机投票")
    site.ahead = timedelta(hours=72, minutes=1)
    page.goto("/me")
    expect(page.locator("main")).not_to_contain_text("以后才能用手机投票")
    page.goto("/")
    page.locator("article, section, li", has_text=TITLE).get_by_role("link", name="去投票").first.click()
    page.get_by_text("同意", exact=True).click()
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="确认投出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("投票成功，票在票柜里")
    fits(page, "letter-receipt")
    page.goto(f"/polls/{poll}")
    expect(page.locator("main")).to_contain_text("已经投了，记在第")


# On paper


def homes(council) -> None:
    """Found the village and bring it to a thousand households."""
    found(council)
    more = range(len(RESIDENTS), HOMES)
    lines = [[id_of(VILLAGE, "household", str(n)), unit("zhang"), f"{3 + n // 100}号楼{n // 4 % 25 + 1}{n % 4 + 1:02}户", place("网格一")] for n in more]
    for at in range(0, len(lines), 250):
        council.save(Page.of_households(lines[at : at + 250], by=actor("operator")))


@pytest.mark.slow
def test_a_thousand_letters_are_one_document_of_a_page_each(tmp_path, monkeypatch, new_page):
    with hall(tmp_path, homes) as here:
        monkeypatch.setattr("web.moment.clock", lambda: here.now())
        desk = Visits(here, new_page).desk(DESK)
        desk.set_default_timeout(120_000)
        began = time.monotonic()
        letters = printed(desk)
        made = time.monotonic()
        paper = desk.pdf(prefer_css_page_size=True)
        print(f"{HOMES} letters: made in {made - began:.1f} s, printed in {time.monotonic() - made:.1f} s, {len(paper) >> 10} KiB")
    assert len(letters) == HOMES
    assert len({letter.number for letter in letters.values()}) == HOMES
    pages = re.findall(rb"/Type\s*/Page\b", paper)
    assert len(pages) == HOMES
    assert {*re.findall(rb"/MediaBox\s*\[([^]]*)\]", paper)} <= {b"0 0 594.95996 841.91998", b"0 0 595 842"}
