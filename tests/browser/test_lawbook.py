"""The rules of votes, read by a neighbour and adopted by a secretary."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import picture

pytestmark = pytest.mark.browser


def test_a_neighbour_reads_by_which_rules_we_vote(enter, size):
    page = enter("elder", size, "/rules")
    expect(page.get_by_role("heading", level=1)).to_have_text("表决规则")
    expect(page.locator("#VIL_H")).to_contain_text("要达到名册的 2/3")
    picture(page, "rules")


def test_a_secretary_adopts_rules_and_adds_a_local_one(enter, size):
    page = enter("secretary", size, "/rules")
    page.get_by_role("link", name="登记采用的规则").click()
    page.get_by_role("radio", name=re.compile("村（按户表决）")).check()
    picture(page, "rules-adopt")
    page.get_by_label("依据").fill("2026年3月1日村民会议通过的议事规则")
    page.get_by_label("一起办的另一位").select_option(index=1)
    page.get_by_role("button", name="登记采用").click()
    expect(page.locator("main")).to_contain_text("规则登记了")
    picture(page, "rules-adopted")
    page.get_by_role("link", name="添加本地规则").click()
    page.get_by_label("规则名称").fill("楼栋协商会")
    page.get_by_label("谁来投票").select_option("household")
    page.get_by_label("占谁的").select_option("present")
    page.get_by_label("比较").last.select_option(">")
    page.get_by_label("弃权的票").select_option("stays")
    page.get_by_label("依据").fill("楼栋议事规则")
    page.get_by_label("一起办的另一位").select_option(index=1)
    picture(page, "rules-local")
    page.get_by_role("button", name="登记采用").click()
    expect(page.locator("main")).to_contain_text("“楼栋协商会”登记了")
    expect(page.locator("#LOCAL_1")).to_contain_text("楼栋议事规则")
