"""Letters, help and witnesses: who may cast another's ballot, how often, until when, and who may not."""

from dataclasses import replace

import pytest

from deliberation.audit.recount import recount
from deliberation.polls.ballots import ASSISTED, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.proxies import FREE, NoProxy, Proxy, ProxyFault, ProxyOver
from deliberation.polls.queries import poll_row
from deliberation.polls.refusals import (
    AlreadyVoted,
    BallotStands,
    BoxFault,
    ChannelClosed,
    NotOnRoll,
    NotYourBallot,
    PollClosed,
    UnknownChoice,
    WrongStage,
)
from deliberation.polls.tallying import count_of
from deliberation.polls.views import ballots
from deliberation.register.model import Holding
from tests.given import RESIDENTS, actor, household, refuses, replays, town, who
from tests.polls.votes import (
    CLOSES,
    MATTER,
    OPEN,
    OPENS,
    OVER,
    begin,
    end,
    line,
    seconds,
    vote,
)

__all__ = ["town"]
KEY = bytes(range(32))
LETTER = "b" * 64


def proxy_poll(town, **changes):
    """Open a poll whose rule lets one agent hold three letters, unless changed."""
    law = replace(rule("VIL_H"), **{"proxies": 3, "notice_days": 0, **changes})
    question = Question(MATTER, "甲表1号", "换电梯", "question", MATTER, "d" * 64)
    window = Window("2026-04-17", seconds(OPENS), seconds(CLOSES))
    poll, pages = Poll.announce(
        question, law, window, ["phone", "paper", ASSISTED], KEY, binding=[line(one) for one in RESIDENTS],
        by=actor("secretary", at="2026-04-17 09:00"),
    )  # fmt: skip
    town.save(poll, *pages)
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    return poll.id


def grant(town, poll, principal, agent, *, by=None, instruction=FREE, until=CLOSES, letter="", at=OPEN):
    signer = by or actor("resident", person=principal, at=at)
    letter = Proxy.grant(
        town.get(Poll, poll), household(principal), who(agent), instruction=instruction, until=seconds(until), letter=letter,
        key=KEY, by=signer,
    )  # fmt: skip
    town.save(letter)
    return letter.id


def cast(town, poll, principal, agent, choice, letter, at="2026-04-28 09:00"):
    by = actor("resident", person=agent, at=at)
    town.save(Ballot.cast(poll, MATTER, household(principal), choice, key=KEY, aid={"proxy": letter} if letter else {}, by=by))


def holds(town):
    replays(town)
    assert recount(town).findings == []


def test_an_agent_casts_the_ballot_as_the_letter_allows(town):
    poll = proxy_poll(town)
    letter = grant(town, poll, "zhang", "li", instruction="for")
    cast(town, poll, "zhang", "li", "for", letter)
    with refuses(AlreadyVoted):
        vote(town, poll, KEY, "zhang", "against")
    end(town, poll)
    holds(town)


def test_without_a_letter_nobody_votes_for_another(town):
    poll = proxy_poll(town)
    with refuses(NotYourBallot):
        cast(town, poll, "zhang", "li", "for", "")
    letter = grant(town, poll, "wang", "li")
    with refuses(NoProxy):
        cast(town, poll, "zhang", "li", "for", letter)
    with refuses(NoProxy):
        cast(town, poll, "wang", "zhao", "for", letter)


def test_b3_a_fourth_letter_for_one_agent_is_refused(town):
    poll = proxy_poll(town)
    for principal in ("zhang", "li", "wang"):
        grant(town, poll, principal, "wu")
    with refuses(ProxyFault, fault="一个人最多受3户委托"):
        grant(town, poll, "zhao", "wu")


def test_a_letter_that_was_used_still_counts_when_its_term_is_over(town):
    poll = proxy_poll(town, proxies=1)
    letter = grant(town, poll, "zhang", "wu", until="2026-04-27 20:00")
    cast(town, poll, "zhang", "wu", "for", letter, at="2026-04-27 19:00")
    with refuses(ProxyFault, fault="一个人最多受1户委托"):
        grant(town, poll, "li", "wu", at="2026-04-28 08:00")
    unused = grant(town, poll, "li", "wang", until="2026-04-28 09:00", at="2026-04-28 08:00")
    assert grant(town, poll, "zhao", "wang", at="2026-04-28 10:00") != unused
    end(town, poll)
    holds(town)


@pytest.mark.parametrize("office", ["candidate", "property_staff"])
def test_b3_a_candidate_and_the_property_firms_staff_hold_no_letter(town, office):
    poll = proxy_poll(town, barred=("candidate", "property_staff"))
    town.save(Holding.grant(who("wu"), office, since="2026-01-05", by=actor("operator")))
    with refuses(ProxyFault, fault="按规则，这个人不能受托"):
        grant(town, poll, "zhang", "wu")
    grant(town, poll, "zhang", "li")


def test_a_rule_without_proxies_admits_none_and_of_a_collective_only_the_household(town):
    with refuses(ProxyFault, fault="这条规则不许委托"):
        grant(town, proxy_poll(town, proxies=0), "zhang", "li")
    with refuses(ProxyFault, fault="这次只能委托同一户的人"):
        grant(town, proxy_poll(town, agents="household"), "zhang", "li")
    assert (rule("COL_M").agents, rule("COL_M").proxies) == ("household", None)


def test_a_letter_is_not_handed_on(town):
    """Civil Code, article 169: only the principal names an agent."""
    poll = proxy_poll(town)
    grant(town, poll, "zhang", "li")
    with refuses(NotYourBallot):
        grant(town, poll, "zhang", "wang", by=actor("resident", person="li", at=OPEN))


def test_two_letters_of_one_voter_do_not_overlap(town):
    poll = proxy_poll(town)
    first = grant(town, poll, "zhang", "li")
    with refuses(ProxyFault, fault="这一户已经委托过了，先撤回再改"):
        grant(town, poll, "zhang", "wang")
    with town.change(Proxy, first) as letter:
        letter.revoke(MATTER, by=actor("resident", person="zhang", at=OPEN))
    second = grant(town, poll, "zhang", "wang")
    with refuses(NoProxy):
        cast(town, poll, "zhang", "li", "for", first)
    cast(town, poll, "zhang", "wang", "for", second)
    end(town, poll)
    holds(town)


def test_a_letter_is_taken_back_until_the_ballot_is_cast_and_by_its_principal(town):
    poll = proxy_poll(town)
    letter = grant(town, poll, "zhang", "li")
    with refuses(NotYourBallot), town.change(Proxy, letter) as changed:
        changed.revoke(MATTER, by=actor("resident", person="wang", at=OPEN))
    cast(town, poll, "zhang", "li", "for", letter)
    with refuses(ProxyOver), town.change(Proxy, letter) as changed:
        changed.revoke(MATTER, by=actor("resident", person="zhang", at="2026-04-28 10:00"))


def test_a_letter_has_a_term(town):
    poll = proxy_poll(town)
    letter = grant(town, poll, "zhang", "li", until="2026-04-27 20:00")
    with refuses(NoProxy):
        cast(town, poll, "zhang", "li", "for", letter)
    grant(town, poll, "zhang", "wang", at="2026-04-28 08:00")


def test_whoever_has_voted_names_nobody_and_whoever_named_somebody_may_still_vote(town):
    poll = proxy_poll(town)
    vote(town, poll, KEY, "zhang", "for")
    with refuses(BallotStands):
        grant(town, poll, "zhang", "li")
    letter = grant(town, poll, "wang", "li")
    vote(town, poll, KEY, "wang", "against")
    with refuses(AlreadyVoted):
        cast(town, poll, "wang", "li", "for", letter)
    end(town, poll)
    holds(town)


def test_staff_record_a_letter_on_paper_only_with_its_scan(town):
    poll = proxy_poll(town)
    with refuses(NotYourBallot):
        grant(town, poll, "zhang", "li", by=actor("secretary", at=OPEN))
    with refuses(NotYourBallot):
        grant(town, poll, "zhang", "li", by=actor("chair", at=OPEN), letter=LETTER)
    grant(town, poll, "zhang", "li", by=actor("secretary", at=OPEN), letter=LETTER)
    end(town, poll)
    holds(town)


def test_an_impossible_letter_is_refused_with_its_reason(town):
    poll = proxy_poll(town)
    with refuses(UnknownChoice):
        grant(town, poll, "zhang", "li", instruction="maybe")
    with refuses(ProxyFault, fault="有效期已经过了"):
        grant(town, poll, "zhang", "li", until="2026-04-27 08:30")
    with refuses(ProxyFault, fault="委托书的扫描件没有读到"):
        grant(town, poll, "zhang", "li", letter="x")
    with refuses(ProxyFault, fault="受托人要是名册里另一位成年人"):
        grant(town, poll, "zhang", "zhang")
    with refuses(ProxyFault, fault="受托人要是名册里另一位成年人"):
        grant(town, poll, "zhang", "nobody")
    with refuses(NotOnRoll):
        grant(town, poll, "secretary", "li")
    with refuses(PollClosed):
        grant(town, poll, "zhang", "li", at="2026-04-29 18:01", until="2026-04-30 18:00")
    end(town, poll)
    with refuses(WrongStage):
        grant(town, poll, "zhang", "li", at=OVER, until="2026-04-30 18:00")


def test_an_agent_that_does_not_follow_the_letter_is_found_when_the_key_is_out(town):
    poll = proxy_poll(town)
    letter = grant(town, poll, "zhang", "li", instruction="for")
    cast(town, poll, "zhang", "li", "against", letter)
    end(town, poll)
    assert {finding.code for finding in recount(town).findings} == {"C12"}


# help


def assisted(town, poll, person, choice, *, witness="secretary", place="党群中心", by=None):
    ballot = Ballot.cast(
        poll, MATTER, household(person), choice, key=KEY, channel=ASSISTED, aid={"witness": who(witness), "place": place},
        by=by or actor("grid_worker", at="2026-04-28 09:00"),
    )  # fmt: skip
    town.save(ballot)


def test_a_voter_is_helped_while_another_of_the_staff_looks_on(town):
    poll = proxy_poll(town)
    assisted(town, poll, "zhang", "for")
    with refuses(AlreadyVoted):
        vote(town, poll, KEY, "zhang", "against")
    with town.reading() as r:
        assert [row.channel for row in r.all(_ballots(r, poll))] == [ASSISTED]
    end(town, poll)
    holds(town)


def _ballots(r, poll):
    return ballots.select().where(r.mine(ballots), ballots.c.poll == poll)


@pytest.mark.parametrize(
    "how", [{"witness": "grid_worker"}, {"witness": "zhang"}, {"place": ""}, {"by": actor("resident", person="li", at=OPEN)}]
)
def test_help_needs_staff_a_witness_and_a_place(town, how):
    poll = proxy_poll(town)
    with refuses(BoxFault):
        assisted(town, poll, "zhang", "for", **how)


def test_help_is_given_only_where_the_notice_says_so(town):
    poll, key = begin(town)
    with refuses(ChannelClosed):
        town.save(
            Ballot.cast(
                poll, MATTER, household("zhang"), "for", key=key, channel=ASSISTED,
                aid={"witness": who("secretary"), "place": "家中"}, by=actor("grid_worker", at=OPEN),
            )
        )


def test_the_count_says_how_many_were_helped(town):
    poll = proxy_poll(town)
    for person in RESIDENTS[:6]:
        assisted(town, poll, person, "for")
    with town.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=OVER))
    with town.reading() as r:
        groups = count_of(r, poll_row(r, poll)).result["groups"]
    assert groups["channel"] == [{"name": ASSISTED, "for": 6, "against": 0, "abstain": 0}]
