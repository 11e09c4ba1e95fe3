"""A resident over seventy with a telephone: votes, reads it back, keeps the receipt; seconds; comments."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, picture

pytestmark = pytest.mark.browser

PARKING = "集体停车场夜间共享"


def test_a_resident_votes_with_read_back_and_receipt(enter, size, site):
    page = enter("elder", size)
    picture(page, "home")
    vote(page, "home-vote")
    expect(page.get_by_role("heading", level=1)).to_have_text("投票成功，票在票柜里")
    expect(page.locator("dl.facts").first).to_contain_text(re.compile(r"第\s*\d+\s*条"))
    picture(page, "receipt")
    before = site.council.head().size
    page.goto("/")
    expect(page.locator("main")).to_contain_text("您已经投了")
    assert site.council.head().size == before


def vote(page, shot=""):
    page.locator("article", has_text=PARKING).get_by_role("link", name="去投票").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    if shot:
        picture(page, f"{shot}-ballot")
    page.get_by_text("反对", exact=True).click()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("main")).to_contain_text("您选的是：反对")
    if shot:
        picture(page, f"{shot}-check")
    page.get_by_role("button", name="确认投出").click()


def test_voting_needs_no_javascript(enter):
    page = enter("elder", PHONE, java_script_enabled=False)
    vote(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("投票成功，票在票柜里")


def test_voting_in_large_type_keeps_to_the_screen(enter):
    page = enter("elder", PHONE)
    page.context.add_cookies([{"name": "size", "value": "huge", "url": page.url}])
    page.goto("/")
    vote(page, "large")
    picture(page, "large-receipt")


def test_nothing_chosen_says_so_beside_the_choices(enter):
    page = enter("elder", PHONE)
    page.locator("article", has_text=PARKING).get_by_role("link", name="去投票").click()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("alert")).to_contain_text("选")
    picture(page, "nothing-chosen")


def test_a_second_click_records_nothing_twice(enter, site):
    page = enter("elder", PHONE)
    page.locator("article", has_text=PARKING).get_by_role("link", name="去投票").click()
    page.get_by_text("同意", exact=True).click()
    page.get_by_role("button", name="下一步：核对").click()
    before = site.council.head().size
    page.get_by_role("button", name="确认投出").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("投票成功，票在票柜里")
    assert site.council.head().size == before + 1


def test_a_resident_seconds_and_comments(enter, size):
    page = enter("neighbour", size)
    page.locator("main").get_by_role("link", name=re.compile("车棚")).first.click()
    page.wait_for_url("**/motions/*")
    picture(page, "motion")
    page.get_by_role("button", name="附议").first.click()
    expect(page.locator("main")).to_contain_text("附议")
    page.locator("summary", has_text="提一条意见").click()
    page.get_by_label("想说的话").fill("车棚入口的灯请装感应的，省电。")
    picture(page, "motion-comment")
    page.locator("#comment button").click()
    expect(page.locator("main")).to_contain_text("车棚入口的灯请装感应的")


def test_hostile_words_are_only_words(enter):
    page = enter("neighbour", PHONE)
    page.locator("main").get_by_role("link", name=re.compile("车棚")).first.click()
    page.wait_for_url("**/motions/*")
    words = "<script>document.title='x'</script><img src=x onerror=alert(1)>"
    page.locator("summary", has_text="提一条意见").click()
    page.get_by_label("想说的话").fill(words)
    page.locator("#comment button").click()
    expect(page.locator("main")).to_contain_text(words)
    assert page.title() != "x"


def test_the_result_explains_itself(enter, size):
    page = enter("neighbour", size, "/polls")
    page.get_by_role("link", name=re.compile("安全自治十条")).first.click()
    main = page.locator("main")
    for words in ("通过", "同意 338 × 2 = 676 > 371", "371", "486", "另外统计"):
        expect(main).to_contain_text(words)
    picture(page, "result")


def test_english_is_complete_on_the_way_to_the_receipt(enter):
    page = enter("elder", PHONE)
    page.goto("/language/en")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("article", has_text=PARKING).get_by_role("link", name="Vote").click()
    page.get_by_text("For", exact=True).click()
    page.get_by_role("button", name="Next: check").click()
    page.get_by_role("button", name="Cast this ballot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in: it lies in the ballot box")
    picture(page, "english-receipt")
