"""From a letter in the hand to a signed-in phone and a vote: by PIN, by passkey, by keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.letters import PIN, Hall, Visits, bind_by_pin, fits, hall, sign_in

pytestmark = pytest.mark.browser


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


def test_a_letter_leads_to_a_pin_and_its_number_back_in(site, visit, size, type):
    letter = visit.letter()
    page = visit(size=size, type=type)
    bind_by_pin(page, site.address(letter), look=f"pin-{type}")
    expect(page.locator("main")).to_contain_text(letter.number)
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_role("link", name="登录").first.click()
    fits(page, f"sign-in-{type}")
    sign_in(page, letter, "000000")
    expect(page.locator("main")).to_contain_text("登录号和密码对不上")
    fits(page, f"sign-in-wrong-{type}")
    sign_in(page, letter)
    expect(page.locator("header")).to_contain_text("张某")
