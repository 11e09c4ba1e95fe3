"""``python3 -m tests.browser.pictures``: take the README's pictures of the three desks anew."""

import os
import re
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deliberation.bootstrap import ensure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parent / "pictures"


def main() -> int:
    """Play the story, open it in a browser and look at each desk once."""
    from deliberation import scenario
    from deliberation.council import Council
    from tests import chromium
    from web import create_app
    from web.serve import make_server

    with tempfile.TemporaryDirectory() as folder:
        council = Council.open(f"sqlite:///{folder}/jiahe.db", scenario.COMMUNITY)
        scenario.play(council, today=datetime.now(UTC))
        app = create_app(council, demo=True, secret=os.urandom(32), guide=scenario.people())
        server = make_server(app)
        threading.Thread(target=server.run, daemon=True).start()
        with chromium.browser() as browser:
            desks = Desks(browser, f"http://127.0.0.1:{server.effective_port}")
            desks.resident()
            desks.secretary()
            desks.auditor()
        server.close()
        council.close()
    return 0


class Desks:
    """The three desks of a running site."""

    def __init__(self, browser: "Browser", url: str) -> None:
        self.browser = browser
        self.url = url

    def _enter(self, name: str, width: int, height: int, **options: Any) -> "Page":
        size: Any = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, base_url=self.url, locale="zh-CN", **options)
        page = context.new_page()
        page.goto("/sign-in")
        page.locator(".guide").get_by_role("button", name=name).click()
        return page

    def resident(self) -> None:
        """The ballot on a telephone."""
        page = self._enter("宋桂兰", 360, 740, device_scale_factor=2)
        page.get_by_role("link", name="去投票").first.click()
        page.screenshot(path=str(FOLDER / "resident.png"))

    def secretary(self) -> None:
        """A meeting while people talk."""
        page = self._enter("乙秘书", 1280, 800)
        page.goto("/desk")
        page.get_by_role("link", name=re.compile("老甲议事会例会")).first.click()
        page.get_by_role("button", name=re.compile("都到会")).click()
        page.get_by_role("button", name="宣布开会").click()
        speakers = [page.locator("datalist#people option").nth(n).get_attribute("value") or "" for n in (3, 9, 14)]
        for speaker, words in zip(speakers, WORDS, strict=True):
            page.keyboard.press("Alt+0")
            page.keyboard.type(speaker)
            page.keyboard.press("Tab")
            page.keyboard.type(words)
            page.keyboard.press("Control+Enter")
            page.wait_for_function("document.getElementById('entry-said').value === ''")
        page.wait_for_timeout(500)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=str(FOLDER / "secretary.png"))

    def auditor(self) -> None:
        """Any moment of the history."""
        page = self._enter("子审计员", 1280, 800)
        page.goto("/replay?as_of=2031")
        page.screenshot(path=str(FOLDER / "auditor.png"))


WORDS = (
    "代步车的位子要靠近单元门，我们六号楼老人多。",
    "充电不加价这一条好，账目每月贴出来，大家都看得见。",
    "三十天太短，建议改成六十天，出差打工的人也来得及。",
)


if __name__ == "__main__":
    ensure("tests.browser.pictures", "test")
    sys.exit(main())
