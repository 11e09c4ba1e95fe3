"""Two people, two devices: one seals a box, the other confirms it with a sign-in of their own."""

import re
import shutil
import threading

import pytest
from playwright.sync_api import expect

from deliberation import scenario
from deliberation.council import Council
from deliberation.polls import queries
from deliberation.scenario.roster import roster
from tests.browser.conftest import Site, picture
from tests.web.seconds import OpenDoor
from web import create_app
from web.serve import make_server

pytestmark = pytest.mark.browser


@pytest.fixture
def site(story, tmp_path):
    """The village as one signs in to it outside the demonstration."""
    shutil.copy(story, tmp_path / "jiahe.db")
    council = Council.open(f"sqlite:///{tmp_path / 'jiahe.db'}", scenario.COMMUNITY)
    people = dict(roster().cast)
    app = create_app(council, demo=False, secret=b"x" * 32, door=OpenDoor(people))
    server = make_server(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.effective_port}", council, people)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    council.close()


@pytest.fixture
def parking(site):
    """The open vote on the parking."""
    with site.council.reading() as r:
        return next(row for row in queries.polls_at(r, "open") if "停车场" in row.title)


def fill(page, name, second):
    page.get_by_text("封一个票箱").click()
    form = page.locator("form#seal")
    form.get_by_label("票箱名称").fill(name)
    form.get_by_label("投票站票箱").check()
    form.get_by_label("清点张数").fill("7")
    form.get_by_label("另一位封箱人").select_option(second)
    form.get_by_role("button", name="两人封箱").click()


def test_a_box_is_sealed_once_the_other_has_confirmed_it(enter, site, parking, size):
    first = enter("secretary", size, f"/polls/{parking.id}/desk")
    fill(first, "村口票箱", site.people["scrutineer"])
    trouble = first.locator("#trouble")
    expect(trouble).to_contain_text("还没有记下")
    expect(trouble).to_contain_text("您填的内容都在")
    picture(first, "second-waits")
    second = enter("scrutineer", size, "/desk")
    expect(second.locator("main")).to_contain_text("等您确认：1 件")
    picture(second, "second-desk")
    second.goto("/")
    picture(second, "second-home")
    second.get_by_role("link", name="去看一看").click()
    main = second.locator("main")
    for said in ("封好一个票箱", "村口票箱", "投票站票箱", "清点张数", "停车场"):
        expect(main).to_contain_text(said)
    picture(second, "second-confirm")
    # Too early: nothing is lost by pressing again.
    trouble.get_by_role("button", name="对方确认了，再交一次").click()
    expect(first.locator("#trouble")).to_contain_text("还没有记下")
    second.get_by_role("button", name="确认", exact=True).click()
    expect(second.locator("main")).to_contain_text("您确认了")
    picture(second, "second-done")
    first.get_by_role("button", name="对方确认了，再交一次").click()
    expect(first.locator("main")).to_contain_text("票箱封好了")
    with site.council.reading() as r:
        (box,) = [each for each in queries.boxes_of(r, parking.id) if each.label == "村口票箱"]
    assert box.slips == 7


def test_a_no_comes_back_in_words(enter, site, parking, size):
    first = enter("secretary", size, f"/polls/{parking.id}/desk")
    fill(first, "村口票箱", site.people["scrutineer"])
    second = enter("scrutineer", size, "/confirm")
    second.get_by_role("button", name="不同意").click()
    expect(second.locator("main")).to_contain_text("您没有同意")
    first.get_by_role("button", name="对方确认了，再交一次").click()
    expect(first.locator("#trouble")).to_contain_text(re.compile("没有同意，什么也没有记下"))
    picture(first, "second-no")
    assert first.locator("form#seal").get_by_label("票箱名称").input_value() == "村口票箱"
