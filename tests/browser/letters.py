"""A village where people sign in with letters: the real server, its clock, visitors, and what a page must be."""

import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import segno
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import expect

from deliberation.access.letters import SignIn
from deliberation.actors import operator
from deliberation.council import Council
from tests.browser.conftest import PHONE, picture
from tests.given import SLUG, found, who
from tests.web.visitor import token_of
from web import create_app
from web.keydoor import KeyDoor
from web.serve import make_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

PIN = "274918"
#: Smallest side of what a thumb presses, in CSS pixels (WCAG 2.5.5).
TAP = 44
#: What is pressed: not a link within a sentence, nor what the page hides or keeps beside the screen.
SMALL = """least => [...document.querySelectorAll("a, button, input, select, textarea, summary, label.choice")].filter(one => {
  const box = one.getBoundingClientRect(), line = one.closest("p, li, dd, label.choice");
  if (!one.checkVisibility() || one.closest(".sr") || box.right <= 0) return false;
  if (one !== line && line && line.textContent.trim() !== one.textContent.trim() && !one.matches(".btn, label")) return false;
  return Math.min(box.width, box.height) < least - 0.5;
}).map(one => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().height)"""


class Letter(NamedTuple):
    """A letter as it lies in the hand: door, number and code as printed, the way the square code is drawn."""

    door: str
    number: str
    code: str
    square: str

    def digits(self) -> tuple[str, str]:
        """Return number and code without spaces."""
        return self.number.replace(" ", ""), self.code.replace(" ", "")


@dataclass
class Hall:
    """A running site with letters: address, council, app, and how far its clock is ahead of ours."""

    url: str
    council: Council
    app: Flask
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the moment on the site's clock."""
        return datetime.now(UTC) + self.ahead

    def address(self, letter: Letter) -> str:
        """Return what the square code of a letter says; it is drawn as this address is."""
        number, code = letter.digits()
        address = f"{self.url}/letter?number={number}&code={code}"
        drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
        assert f'd="{letter.square}"' in drawn
        return address


@contextmanager
def hall(folder: Path, furnish: Callable[[Council], None] = found) -> Iterator[Hall]:
    """A village served under a name, since no passkey is bound to a bare address."""
    council = Council.open(f"sqlite:///{folder / 'hall.db'}", SLUG)
    furnish(council)
    app = create_app(council, demo=False, secret=os.urandom(32), door=KeyDoor(), phone="021-5555 0199")
    server = make_server(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Hall(f"http://localhost:{server.effective_port}", council, app)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    council.close()


class Visits:
    """Opens browsers at a hall: somebody's of the desk, or a stranger's with a letter."""

    def __init__(self, hall: Hall, new_page: "Callable[..., Page]") -> None:
        self.hall = hall
        self.new_page = new_page

    def __call__(self, person: str = "", size: tuple[int, int] = PHONE, type: str = "standard", **options: Any) -> "Page":
        page = self.new_page(width=size[0], height=size[1], base_url=self.hall.url, **options)
        page.set_default_timeout(8_000)
        cookies = {"size": type, **({"session": self._session(person)} if person else {})}
        page.context.add_cookies([{"name": name, "value": value, "url": self.hall.url} for name, value in cookies.items()])
        return page

    def _session(self, person: str) -> str:
        signing = self.hall.app.session_interface.get_signing_serializer(self.hall.app)  # type: ignore[attr-defined]
        said: str = signing.dumps({"token": token_of(self.hall.app.test_client(), who(person))})
        return said

    def desk(self, size: tuple[int, int] = PHONE, type: str = "standard", *, hours: int = 72) -> "Page":
        """Return the secretary's page after how people sign in was adopted."""
        self.hall.council.save(SignIn.adopt(hours, 60, by=operator(self.hall.now())))
        page = self("secretary", size, type)
        page.goto("/letters")
        return page

    def letter(self, door: str = "1号楼101户") -> Letter:
        """Return the letter of a door, printed at the desk."""
        return printed(self.desk())[door]


def printed(desk: "Page", whom: str = "每户一封") -> dict[str, Letter]:
    """Make letters at the desk; return door -> letter as it stands on the page to print."""
    desk.get_by_role("radio", name=whom).check()
    desk.get_by_role("button", name="做信，准备打印").click()
    expect(desk.locator(".sheet.letter").first).to_be_visible()
    desk.wait_for_load_state()
    rows = desk.locator(".sheet.letter").evaluate_all(
        """all => all.map(one => [one.querySelector(".to"), one.querySelector(".numbers b"), one.querySelector(".key b")]
            .map(part => part.textContent).concat(one.querySelector("svg path:last-of-type").getAttribute("d")))"""
    )
    return {row[0]: Letter(*row) for row in rows}


def bind_by_pin(page: "Page", address: str = "", name: str = "张某", look: str = "") -> None:
    """Open a letter's address ("": number and code are typed already), say who one is, read the door back, set a PIN."""
    seen = functools.partial(fits, page) if look else lambda name: None
    if address:
        page.goto(address)
    seen(f"{look}-letter")
    page.get_by_label("您的姓名").fill(name)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请看一遍，对不对")
    expect(page.locator("main")).to_contain_text("1号楼101户")
    seen(f"{look}-choose")
    page.get_by_label("6个数字", exact=True).fill(PIN)
    page.get_by_label("再写一次").fill(PIN)
    page.get_by_role("button", name="用密码绑定").click()
    expect(page.get_by_role("status")).to_contain_text("绑定好了")
    assert page.url.endswith("/me")
    seen(f"{look}-me")


def sign_in(page: "Page", letter: Letter, pin: str = PIN) -> None:
    """Sign in with number and PIN."""
    page.get_by_label("登录号").fill(letter.number)
    page.get_by_label("密码").fill(pin)
    page.get_by_role("button", name="登录", exact=True).click()


def fits(page: "Page", name: str) -> None:
    """A page is no wider than the screen, everything on it is large enough to press, and axe finds nothing."""
    picture(page, name)
    small = page.evaluate(SMALL, TAP)
    assert not small, "\n".join([name, *small])
    found = Axe().run(page).response["violations"]
    assert not found, "\n".join([name, *(f"{each['id']}: {each['help']}: {[node['html'][:150] for node in each['nodes']]}" for each in found)])
