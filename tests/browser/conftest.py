"""The village after its story, served as a visitor would start it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deliberation import scenario
from deliberation.council import Council
from deliberation.scenario.roster import roster
from web import create_app
from web.serve import make_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Narrow telephone and desk, as wide as the pages are judged at.
PHONE, DESK = (360, 740), (1280, 800)


@dataclass
class Site:
    """A running site: its address, its council, and whom one may be (key of the story -> person)."""

    url: str
    council: Council
    people: dict[str, str]


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after the story, with what waits on the desks today."""
    path = tmp_path_factory.mktemp("story") / "jiahe.db"
    council = Council.open(f"sqlite:///{path}", scenario.COMMUNITY)
    scenario.play(council, today=datetime.now(UTC))
    council.close()
    return path


@pytest.fixture
def site(story: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of one's own, on a copy of the village."""
    shutil.copy(story, tmp_path / "jiahe.db")
    council = Council.open(f"sqlite:///{tmp_path / 'jiahe.db'}", scenario.COMMUNITY)
    app = create_app(council, demo=True, secret=os.urandom(32), guide=scenario.people())
    server = make_server(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", council, dict(roster().cast))
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    council.close()


@pytest.fixture(params=[PHONE, DESK], ids=["360px", "1280px"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Each of the two widths in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def enter(site: Site, new_page: "Callable[..., Page]") -> "Callable[..., Page]":
    """Sign in as somebody of the story: ``enter("elder", size, path="/")``."""

    def open_as(key: str, size: tuple[int, int] = PHONE, path: str = "/", **options: Any) -> "Page":
        page = new_page(width=size[0], height=size[1], base_url=site.url, **options)
        page.set_default_timeout(8_000)
        page.goto("/sign-in")
        with page.expect_navigation():
            page.locator("form[action$='/sign-in']").first.evaluate(
                """(form, person) => {
                    const choice = document.createElement("input");
                    choice.type = "hidden"; choice.name = "person"; choice.value = person;
                    form.append(choice); form.submit();
                }""",
                site.people[key],
            )
        if path != "/":
            page.goto(path)
        return page

    return open_as


def picture(page: "Page", name: str) -> None:
    """Keep a picture of the page where DELIBERATION_PICTURES names a folder; never wider than the screen."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.clientWidth")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{name}: the page is {wide} px wide on {width} px"
    folder = os.environ.get("DELIBERATION_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder, f"{name}-{width}.png")), full_page=True)
