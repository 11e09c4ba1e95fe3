"""An auditor who trusts nobody: walks the history, looks at pages as they stood, rebuilds, recounts."""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deliberation.polls import queries
from tests.browser.conftest import DESK, picture
from tests.unpacking import unpack

pytestmark = pytest.mark.browser

VERIFY = Path(__file__).parents[2] / "deliberation" / "audit" / "verify.py"


def test_the_history_reads_as_sentences(enter, size, site):
    page = enter("auditor", size, "/audit")
    picture(page, "audit")
    page.goto("/history")
    picture(page, "history")
    with site.council.reading() as r:
        compact = next(row for row in queries.polls_at(r, "counted") if "安全自治十条》" in row.title and row.result)
    page.goto(f"/history/{compact.counted_position}")
    expect(page.locator("main")).to_contain_text("同意338、反对21、弃权12，通过")
    expect(page.locator("main")).to_contain_text("poll.counted")
    picture(page, "entry")


def test_a_page_is_seen_as_it_stood_and_nothing_can_be_done_there(enter, size):
    page = enter("auditor", size, "/polls?at=2026-04-28")
    expect(page.locator("body")).to_contain_text("样子")
    page.get_by_role("link", name=re.compile("安全自治十条》$")).first.click()
    expect(page.locator("main")).to_contain_text("投票中")
    expect(page.locator("main")).not_to_contain_text("338")
    expect(page.locator("main form[method=post]")).to_have_count(0)
    picture(page, "as-of")


def test_views_are_computed_anew_and_votes_recounted_from_the_page(enter):
    page = enter("auditor", DESK, "/checks")
    page.get_by_role("button", name="重算并比较").click()
    expect(page.get_by_role("status")).to_contain_text("照记录重新算过，和页面用的一样。")
    page.goto("/checks")
    page.get_by_role("button", name=re.compile("全部重查")).first.click()
    expect(page.locator("main")).to_contain_text("338")
    picture(page, "checks")


def test_the_slider_leads_to_a_moment_without_javascript(enter):
    page = enter("auditor", DESK, "/replay", java_script_enabled=False)
    page.get_by_role("button", name="看滑到的那一天").click()
    expect(page.locator("main")).to_contain_text("这一刻的表决")


def test_the_log_taken_home_verifies_with_nothing_installed(enter, site, tmp_path):
    page = enter("auditor", DESK, "/checks")
    with page.expect_download() as download:
        page.evaluate("location.href = '/audit/bundle.tar'")
    download.value.save_as(tmp_path / "bundle.tar")
    with tarfile.open(tmp_path / "bundle.tar") as tar:
        unpack(tar, tmp_path / "bundle")
    folder = next(path.parent for path in (tmp_path / "bundle").rglob("checkpoint"))
    done = subprocess.run([sys.executable, "-I", "-S", str(VERIFY), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
