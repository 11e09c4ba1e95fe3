"""A secretary: runs a meeting by keyboard while people talk, enters slips, opens, closes and counts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, picture

pytestmark = pytest.mark.browser


def test_slips_are_entered_and_a_poll_is_counted(enter, size):
    page = enter("secretary", size, "/desk")
    picture(page, "desk")
    page.get_by_role("link", name=re.compile("办老年食堂")).first.click()
    page.get_by_role("button", name=re.compile("投票截止|开始计票")).first.click()
    count = page.get_by_role("button", name="开始计票")
    if count.count():
        count.click()
    expect(page.locator("main")).to_contain_text("意见统计")
    picture(page, "counted")


def test_paper_is_entered_by_door_and_choice(enter):
    page = enter("secretary", DESK, "/desk")
    page.get_by_role("link", name=re.compile("通过《集体停车场")).first.click()
    page.get_by_role("link", name="录入纸票").first.click()
    picture(page, "slips")
    done = page.locator(".big.num").inner_text()
    door = page.locator("datalist#doors option").nth(40).get_attribute("value")
    page.get_by_label("票上的门牌").fill(door)
    page.get_by_role("radio", name=re.compile("^同意")).check()
    page.get_by_role("button", name="记下这一张").click()
    expect(page.locator(".big.num")).not_to_have_text(done)
    expect(page.locator("main")).to_contain_text(door)


def test_a_poll_page_fits_a_telephone_for_staff_too(enter):
    page = enter("secretary", PHONE, "/desk")
    page.get_by_role("link", name=re.compile("通过《集体停车场")).first.click()
    picture(page, "poll-desk")
