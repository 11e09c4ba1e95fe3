"""What a resident takes home of a vote, and how it is checked later: by the page, and by the phone's own arithmetic."""

import re

import pytest
from playwright.sync_api import expect

from deliberation.meetings.views import latest_meetings
from tests.browser.conftest import PHONE, picture
from tests.browser.letters import fits
from tests.browser.test_resident import vote

pytestmark = pytest.mark.browser


def test_a_vote_is_proved_by_a_file_that_page_and_phone_check(enter, size, tmp_path):
    page = enter("elder", size)
    vote(page)
    page.get_by_role("link", name="拿凭证").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"第 \d+ 条的凭证"))
    assert page.evaluate("document.querySelector('.proofcode svg').getBoundingClientRect().width / 125") > 2  # px a module
    fits(page, "proof")
    with page.expect_download() as download:
        page.get_by_role("link", name="存成文件").click()
    download.value.save_as(tmp_path / "mine.tlog-proof")
    copied = page.locator(".pinned b").inner_text()
    page.get_by_role("link", name="核对一份凭证").click()
    page.get_by_label("凭证文件").set_input_files(tmp_path / "mine.tlog-proof")
    expect(page.locator("#check-own")).to_contain_text("您的手机自己也算过了")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main")).to_contain_text("一个字节也没有变")
    expect(page.locator("#check-own")).to_contain_text("您的手机自己也算过了")
    fits(page, "proof-checked")
    page.get_by_label("或者贴上文字").fill(copied)
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main")).to_contain_text("跟您手里的存证点一样")


def test_a_file_that_is_no_receipt_and_one_that_was_altered_are_told_apart(enter, tmp_path):
    page = enter("elder", PHONE, "/receipts/check")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8" * 40)
    page.get_by_label("凭证文件").set_input_files(tmp_path / "photo.jpg")
    expect(page.locator("#check-own")).to_contain_text("这个文件不是凭证")
    page.goto("/receipts/100")
    text = page.locator(".proof-text").text_content()
    page.goto("/receipts/check")
    page.get_by_label("或者贴上文字").fill(text.replace("index 100\n", "index 101\n"))
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main [role=alert]")).to_contain_text("对不上！")
    expect(page.locator("#check-own")).to_contain_text("不在这个存证点里")


def test_an_auditor_starts_a_check_and_sees_it_end(enter, size):
    page = enter("auditor", size, "/checks")
    page.get_by_role("button", name="全部重查").click()
    expect(page.locator("#watch[data-done]")).to_contain_text("全部对得上", timeout=15_000)
    picture(page, "check-done")
    page.get_by_role("link", name="重建和重查").click()
    expect(page.locator("main")).to_contain_text("全部对得上")
    page.goto("/receipts/100")  # the first one asked for has a checkpoint made
    page.get_by_role("link", name="看所有存证点").click()
    expect(page.locator("main")).to_contain_text("正在用")
    picture(page, "checkpoints")


def test_on_paper_the_checkpoint_stands_on_the_page_of_the_signature(enter, site):
    page = enter("secretary")
    page.goto("/receipts/100")
    with site.council.reading() as r:
        papers = [f"/meetings/{meeting.id}/notice" for meeting in latest_meetings(r, 2)]
    for path in [*papers, "/receipts/100"]:
        page.goto(path)
        if path in papers:
            expect(page.locator(".signoff figure.docmark svg")).to_have_count(1)
        pdf = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, path
