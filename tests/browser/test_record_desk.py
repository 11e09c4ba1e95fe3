"""The secretary's desk when something is in the way: the network, an unknown name, an input method."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(enter):
    """A meeting in session, the cursor in its entry line."""
    page = enter("secretary", DESK, "/desk")
    page.get_by_role("link", name=re.compile("老甲议事会例会")).first.click()
    page.get_by_role("button", name=re.compile("都到会")).click()
    page.get_by_role("button", name="宣布开会").click()
    expect(page.locator("#entry-said")).to_be_focused()
    return page


def record(page, text):
    """Type an entry and record it."""
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def test_a_speaker_is_chosen_by_initials(desk):
    desk.keyboard.press("Alt+0")
    desk.keyboard.type("hdq")
    expect(desk.locator("#pick li").first).to_contain_text("黄德琴")
    desk.keyboard.press("Tab")
    expect(desk.locator("#entry-said")).to_be_focused()
    record(desk, "灯要亮。")
    expect(desk.locator(".log")).to_contain_text(re.compile("黄德琴.*灯要亮"))


def test_entries_written_without_a_network_are_saved_in_order_when_it_is_back(desk):
    desk.evaluate(
        "() => { window.online = window.fetch; window.fetch = () => Promise.reject(new TypeError()); }"
    )
    record(desk, "第一句")
    record(desk, "第二句")
    expect(desk.locator("#saved")).to_contain_text("本机草稿 2 条")
    desk.keyboard.type("第三句还在写")
    desk.evaluate("() => { window.fetch = window.online; window.dispatchEvent(new Event('online')); }")
    expect(desk.locator("#saved")).to_contain_text("第 2 条已存")
    expect(desk.locator("#entry-said")).to_have_value("第三句还在写")
    expect(desk.locator(".log")).to_contain_text(re.compile("第一句.*第二句", re.DOTALL))
    desk.reload()
    expect(desk.locator(".log li .mend")).to_have_count(2)


def test_no_key_is_acted_on_while_an_input_method_composes(desk):
    desk.keyboard.type("正在拼")
    for composing in ("isComposing: true", "keyCode: 229"):
        desk.evaluate(
            "() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter',"
            f" code: 'Enter', ctrlKey: true, bubbles: true, {composing}}}))"
        )
    desk.wait_for_timeout(300)
    expect(desk.locator("#entry-said")).to_have_value("正在拼")
    expect(desk.locator(".log")).to_have_count(0)
