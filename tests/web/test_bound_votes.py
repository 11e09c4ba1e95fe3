"""Given rules of signing in, when somebody bound comes to a ballot, then the page says from when it can be cast, and it is."""

import pytest

from deliberation.polls.views import ballots
from tests.given import household, who
from tests.polls.bound import adopt, bind
from tests.polls.votes import OPEN, begin
from tests.web.conftest import Site


@pytest.fixture
def poll(site: Site) -> str:
    adopt(site.council, "zhang")
    poll, _key = begin(site.council)
    return poll


def ballot(site: Site, poll: str, at: str = OPEN) -> str:
    site.at(at)
    return site.visitor("zhang").get(f"/polls/{poll}/vote/{household('zhang')}").text


def test_whoever_is_not_bound_reads_so_before_choosing(site, poll):
    page = ballot(site, poll)
    assert "要先凭登录信绑定" in page
    assert 'name="choice"' not in page


def test_whoever_was_bound_just_now_reads_from_when(site, poll):
    bind(site.council, "zhang", at=OPEN)
    page = ballot(site, poll)
    assert "以后才能用手机投票" in page
    assert 'name="choice"' not in page


def test_after_the_waiting_time_the_ballot_is_there_and_cast(site, poll):
    bind(site.council, "zhang")
    assert 'name="choice"' in ballot(site, poll)
    visitor = site.visitor("zhang")
    checked = visitor.press(f"/polls/{poll}/vote/{household('zhang')}", "ballot", choice="for")
    done = visitor.press(checked, f"/polls/{poll}/vote/{household('zhang')}")
    assert "回执" in done.text
    with site.council.reading() as r:
        assert r.row(ballots, poll, household("zhang")).signer == who("zhang")
