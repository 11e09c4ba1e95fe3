"""A secretary: runs a meeting by keyboard while people talk, enters slips, opens, closes and counts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, picture

pytestmark = pytest.mark.browser


def opened_meeting(enter, size=DESK):
    page = enter("secretary", size, "/desk")
    page.get_by_role("link", name=re.compile("老甲议事会例会")).first.click()
    picture(page, "meeting-called")
    page.get_by_role("button", name=re.compile("都到会")).click()
    chair = page.get_by_label("主持人")
    if not chair.input_value():
        chair.select_option(index=1)
    page.get_by_role("button", name="宣布开会").click()
    expect(page.locator("#entry-said")).to_be_focused()
    return page


def test_twenty_entries_are_written_by_keyboard_alone_and_are_there_after_a_reload(enter, site):
    page = opened_meeting(enter)
    speaker = page.locator("datalist#people option").first.get_attribute("value")
    before = site.council.head().size
    for n in range(1, 21):
        if n % 5 == 0:
            page.keyboard.press("Alt+6" if n % 10 else "Alt+1")
        if n % 4 == 1:
            page.keyboard.press("Alt+0")
            page.keyboard.type(speaker)
            page.keyboard.press("Tab")
        page.keyboard.type(f"第{n}句：车棚要有人管，灯要亮。")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#entry-said")).to_have_value("")
    expect(page.locator("#log")).to_contain_text("20 条")
    assert site.council.head().size == before + 20
    page.reload()
    for n in (1, 10, 20):
        expect(page.locator("#log")).to_contain_text(f"第{n}句：车棚要有人管")
    picture(page, "meeting-running")


def test_a_half_written_entry_is_still_there_after_a_reload(enter):
    page = opened_meeting(enter)
    page.keyboard.type("写到一半，电脑")
    page.wait_for_timeout(500)
    page.reload()
    assert page.locator("#entry-said").input_value() == "写到一半，电脑"


def test_a_meeting_is_held_from_hands_to_signatures(enter, site):
    page = opened_meeting(enter)
    page.locator("#exception-who").fill(page.locator("datalist#everyone option").nth(3).get_attribute("value"))
    page.locator("label", has_text=re.compile("^请假")).click()
    page.locator("#exception-reason").fill("出差")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.locator("table.heads")).to_contain_text("45")
    page.get_by_role("link", name=re.compile("举手")).first.click()
    for label, number in (("同意", "40"), ("反对", "3"), ("弃权", "2")):
        page.get_by_label(label, exact=True).fill(number)
    picture(page, "hands")
    page.get_by_role("button", name="记下举手结果").click()
    expect(page.locator("main")).to_contain_text("同意 40 × 2 = 80 > 45")
    page.goto("/desk")
    page.get_by_role("link", name=re.compile("老甲议事会例会")).first.click()
    page.get_by_role("button", name=re.compile("^记下：")).click()
    page.locator("summary", has_text="散会").click()
    page.get_by_role("button", name="宣布散会").click()
    picture(page, "record")
    expect(page.locator("main")).to_contain_text("同意40")
    page.get_by_role("button", name=re.compile("记录人确认")).click()
    chair = enter("chair", DESK, page.url.removeprefix(site.url))
    chair.get_by_role("button", name=re.compile("主持人确认")).click()
    expect(chair.locator("main")).not_to_contain_text("还没有确认")


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
