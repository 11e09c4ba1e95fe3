"""Owners vote: the warning about silence, a letter, help, and the result by heads and by area."""

import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from deliberation.actors import RESIDENT, SECRETARY, Actor
from deliberation.council import Council
from deliberation.polls.ballots import ASSISTED, Ballot
from deliberation.polls.electorate import electorate
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.queries import poll_row
from deliberation.polls.serving import Serving
from tests.browser.conftest import PHONE, Site, picture
from tests.given import RESIDENTS, SLUG, found, place, who
from tests.polls.estates import KEY, SCAN, furnish, head, law
from tests.polls.votes import MATTER
from web import create_app
from web.serve import make_server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A village of two buildings with owners, served as its own site."""
    council = Council.open(f"sqlite:///{tmp_path / 'estate.db'}", SLUG)
    found(council)
    furnish(council)
    app = create_app(council, demo=True, secret=os.urandom(32))
    server = make_server(app)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    people = {name: who(name) for name in (*RESIDENTS, "secretary", "scrutineer")}
    yield Site(f"http://127.0.0.1:{server.effective_port}", council, people)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    council.close()


@pytest.fixture
def poll(site: Site) -> str:
    """A vote under the profile of Sichuan, open for a few seconds more; five owners were served, one has voted."""
    council, now = site.council, datetime.now(UTC)
    by_law = replace(law(how="sichuan"), proxies=3)
    with council.reading() as r:
        lines = electorate(r, by_law, now.date().isoformat(), place("网格二")).lines
    secretary = Actor.of(who("secretary"), SECRETARY, now)
    question = Question(MATTER, "甲业〔2026〕1号", "更换3号楼和4号楼电梯", "question", MATTER, "d" * 64)
    window = Window(now.date().isoformat(), int(now.timestamp()), int((now + timedelta(seconds=25)).timestamp()))
    made, pages = Poll.announce(
        question, by_law, window, ["phone", "paper", ASSISTED], KEY, binding=lines, scope=place("网格二"), by=secretary
    )
    council.save(made, *pages)
    with council.change(Poll, made.id) as opening:
        opening.open(by=secretary)
    served = [head(name) for name in ("five", "couple", "qian", "sun", "wu")]
    council.save(*Serving.record(made, "signed", served, evidence=SCAN, by=secretary))
    council.save(Ballot.cast(made.id, MATTER, head("five"), "for", key=KEY, by=Actor.of(who("zhang"), RESIDENT, now)))
    return made.id


@pytest.mark.browser
def test_owners_vote_with_a_letter_and_with_help(enter, site, poll, size):
    page = enter("li", PHONE, f"/polls/{poll}")
    expect(page.locator("main")).to_contain_text("就算参加；没有选的，按弃权计")
    picture(page, "owners-poll")
    page.get_by_role("link", name="自己不方便投，委托别人代投").click()
    page.get_by_label(re.compile("受托人姓名")).fill("赵某")
    page.get_by_role("radio", name="同意").check()
    picture(page, "owners-letter")
    page.get_by_role("button", name="记下委托").click()
    expect(page.locator("body")).to_contain_text("委托记下了")
    picture(page, "owners-letters")
    agent = enter("zhao", PHONE, f"/polls/{poll}")
    agent.get_by_role("link", name="去投票").click()
    agent.get_by_role("radio", name=re.compile("^同意")).check()
    agent.get_by_role("button", name="下一步：核对").click()
    agent.get_by_role("button", name="确认投出").click()
    expect(agent.locator("main")).to_contain_text("投票成功")
    clerk = enter("scrutineer", size, f"/polls/{poll}/assist")
    clerk.get_by_label("门牌").fill("4号楼101")
    clerk.get_by_role("radio", name=re.compile("^反对")).check()
    clerk.get_by_label("在场见证的另一位").select_option(who("secretary"))
    clerk.get_by_label("在哪里").fill("党群中心")
    picture(clerk, "owners-assist")
    clerk.get_by_role("button", name="本人确认，投出").click()
    expect(clerk.locator("body")).to_contain_text("投好了")
    with site.council.reading() as r:
        closes = poll_row(r, poll).closes
    time.sleep(max(0.0, closes + 1 - time.time()))
    desk = enter("secretary", size, f"/polls/{poll}/desk")
    desk.get_by_role("button", name="投票截止").click()
    picture(desk, "owners-desk")
    desk.get_by_role("button", name="开始计票").click()
    expect(desk.locator("main")).to_contain_text("收到票没有投的，另外列出")
    picture(desk, "owners-result")


@pytest.mark.browser
def test_who_owns_what_is_listed_by_door(enter, size):
    page = enter("secretary", size, "/register/owners")
    expect(page.locator("main")).to_contain_text("产权")
    picture(page, "owners-list")
