"""Given ballots by phone under a binding, when somebody objects to it, then they are voided with it, and the doors vote again."""

import json
import threading
from dataclasses import replace

import pytest

from deliberation.access.model import Binding
from deliberation.access.refusals import NotBound, NotBoundYet
from deliberation.access.tables import bindings
from deliberation.audit.recount import recount
from deliberation.council import Council
from deliberation.errors import AlreadyRecorded, ChangedMeanwhile, Refusal
from deliberation.polls import booth, queries
from deliberation.polls.ballots import ASSISTED, PAPER, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll
from deliberation.polls.paper import Box
from deliberation.polls.proxies import NoProxy, Proxy, ProxyDead, ProxyFault
from deliberation.polls.readings import SlipReading
from deliberation.polls.refusals import (
    AlreadyVoted,
    CountDiffers,
    CountedMeanwhile,
    NothingToVoid,
    PollClosed,
)
from deliberation.polls.sealing import unseal
from deliberation.polls.tallying import count_of
from deliberation.polls.views import ballots
from deliberation.polls.voiding import ballots_to_void, dead_letters
from tests.given import (
    RESIDENTS,
    actor,
    facts,
    given,
    household,
    refuses,
    replays,
    town,
    village,
    who,
    words,
)
from tests.polls.bound import adopt, bind, letters, objection
from tests.polls.votes import MATTER, OPEN, OVER, begin, end, seconds, vote

__all__ = ["town"]
AGAIN = "2026-04-28 12:00"
WAYS = [PHONE, PAPER, ASSISTED]
BY_LETTER = replace(rule("VIL_H"), proxies=1)


@pytest.fixture
def council(database_url):
    with village(database_url) as council:
        yield council


def opened(council, *people, law="VIL_H"):
    """Rules adopted, some bound by the letters of their homes, a poll open."""
    adopt(council, *RESIDENTS)
    bound = {person: bind(council, person).id for person in people}
    return bound, *begin(council, channels=WAYS, law=law)


def dated_back_alone(council):
    """These bindings are dated days before what stands in front of them: the verifier says so, and finds nothing else."""
    return [(finding.code, "waiting time" in finding.en) for finding in recount(council).findings] == [("C08", True)]


def entrusted(council, poll, key, voter, agent):
    """A letter on paper by which one resident casts another's ballot."""
    proxy = Proxy.grant(
        council.get(Poll, poll), household(voter), who(agent), until=seconds("2026-04-29 18:00"), letter="a" * 64, key=key,
        by=actor("secretary", at=OPEN),
    )  # fmt: skip
    council.save(proxy)
    cast = Ballot.cast(poll, MATTER, household(voter), "for", key=key, aid={"proxy": proxy.id}, by=actor(person=agent, at=OPEN))
    return proxy.id, cast


def named(council, poll, key, voter, agent, *, at=OPEN, scan=""):
    """A letter that one resident gives another by phone."""
    until, by = seconds("2026-04-29 18:00"), actor(person=voter, at=at)
    made = Proxy.grant(council.get(Poll, poll), household(voter), who(agent), until=until, letter=scan, key=key, by=by)
    council.save(made)
    return made.id


def cast_by(council, poll, key, agent, voter, letter, choice="for", *, at=OPEN, again=0):
    """An agent casts the ballot of a voter, by a letter and by phone."""
    aid, by = {"proxy": letter}, actor(person=agent, at=at)
    council.save(Ballot.cast(poll, MATTER, household(voter), choice, key=key, aid=aid, voided=again, by=by))


def assisted(council, poll, key, person, choice, *, voided, at=AGAIN):
    aid = {"witness": who("scrutineer"), "place": "家里"}
    by = actor("secretary", at=at)
    council.save(Ballot.cast(poll, MATTER, household(person), choice, key=key, channel=ASSISTED, aid=aid, voided=voided, by=by))


def cast_of(council, poll, person):
    with council.reading() as r:
        return r.row(ballots, poll, household(person))


def voided_of(council, poll):
    with council.reading() as r:
        return queries.voided_of(r, poll)


def turnout_of(council, poll):
    with council.reading() as r:
        return queries.turnout(r, queries.poll_row(r, poll)).cast


def test_a_ballot_goes_and_says_which_and_why():
    ballot = given(Ballot.cast(who("poll"), MATTER, household("zhang"), "for", key=bytes(32), by=actor(at=OPEN)))
    ballot.void(MATTER, binding=who("binding"), entry=77, by=actor("secretary", at=AGAIN))
    assert facts(ballot) == [(
        "ballot.voided",
        {"poll": who("poll"), "roll": "binding", "voter": household("zhang"), "binding": who("binding"), "entry": 77},
    )]  # fmt: skip
    with refuses(NothingToVoid):
        ballot.void(MATTER, binding=who("binding"), entry=77, by=actor("secretary", at=AGAIN))


def test_only_a_ballot_by_phone_is_voided():
    ballot = given(Ballot.cast(who("poll"), MATTER, household("zhang"), "for", key=bytes(32), channel=PAPER, by=actor(at=OPEN)))
    with refuses(NothingToVoid):
        ballot.void(MATTER, binding=who("binding"), entry=77, by=actor("secretary", at=AGAIN))


def test_an_objection_takes_the_ballots_of_its_binding_with_it(council):
    bound, poll, key = opened(council, "zhang", "li")
    vote(council, poll, key, "zhang", "against")
    vote(council, poll, key, "li", "for")
    entry = cast_of(council, poll, "zhang").position
    council.save(*objection(council, bound["zhang"]))
    assert cast_of(council, poll, "zhang") is None
    assert turnout_of(council, poll) == 1
    (gone,) = voided_of(council, poll)
    assert (gone.voter, gone.version, gone.roll, gone.binding, gone.entry) == (household("zhang"), 2, "binding", bound["zhang"], entry)
    assert (gone.label, gone.position) == ("zhang的门", entry + 3)
    assert json.loads(end(council, poll).result)["tallies"]["binding"] == {"for": 1, "against": 0, "abstain": 0, "roll": 8}
    assert recount(council).findings == []
    replays(council)


def test_the_door_votes_again_with_help_and_another_pad(council):
    bound, poll, key = opened(council, "zhang")
    first = vote(council, poll, key, "zhang", "against")
    sealed = cast_of(council, poll, "zhang").sealed
    council.save(*objection(council, bound["zhang"]))
    assisted(council, poll, key, "zhang", "against", voided=1)
    row = cast_of(council, poll, "zhang")
    assert (row.id, row.version, row.channel) == (first.id, 3, ASSISTED)
    assert row.sealed != sealed
    assert unseal(key, row.id, 3, row.sealed) == "against"
    with refuses(AlreadyVoted):
        assisted(council, poll, key, "zhang", "for", voided=1)
    assert json.loads(end(council, poll).result)["against"] == 1
    assert recount(council).findings == []
    replays(council)


def test_a_slip_of_paper_counts_after_a_voided_ballot(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "against")
    council.save(*objection(council, bound["zhang"]))
    box = Box.seal(poll, MATTER, 1, "党群中心", "station", 1, second=who("chair"), by=actor("scrutineer", at="2026-04-29 17:50"))
    council.save(box)
    read = SlipReading.read(poll, MATTER, box.id, 1, household("zhang"), "for", key=key, by=actor("secretary", at=OVER))
    council.save(read)
    by = actor("scrutineer", at=OVER)
    with refuses(ChangedMeanwhile):  # nobody takes it for a second ballot of the door
        council.save(read.again(MATTER, "for", door="zhang", key=key, by=by))
    council.save(read.again(MATTER, "for", door="zhang", key=key, voided=1, by=by))
    result = json.loads(end(council, poll).result)
    assert (result["in_favour"], result["against"]) == (1, 0)
    assert recount(council).findings == []
    replays(council)


def test_voided_twice_is_version_four_and_the_fifth_counts(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "against")
    council.save(*objection(council, bound["zhang"], at="2026-04-27 10:00"))
    letters(council, "zhang", at="2026-04-27 11:00", mark="b")
    with council.reading() as r:
        assert booth.times_voided(r, poll, household("zhang")) == 1
        found = booth.to_cast(r, poll, household("zhang"))
        assert found is not None
        assert (found.key, found.roll, found.voided) == (key, "binding", 1)
    with council.change(Poll, poll) as longer:
        longer.extend(seconds("2026-05-06 18:00"), words("再等几天"), by=actor("secretary", at="2026-04-27 12:00"))
    second = bind(council, "zhang", at="2026-04-27 12:00", mark="b").id
    vote(council, poll, key, "zhang", "against", at="2026-05-01 09:00", voided=1)
    council.save(*objection(council, second, at="2026-05-01 10:00"))
    assisted(council, poll, key, "zhang", "for", voided=2, at="2026-05-01 11:00")
    assert [one.version for one in voided_of(council, poll)] == [2, 4]
    assert cast_of(council, poll, "zhang").version == 5
    end(council, poll, at="2026-05-06 18:05", counted_at="2026-05-06 18:30")
    assert recount(council).findings == []
    replays(council)


# what is not voided


def test_a_ballot_of_a_counted_poll_stays(council):
    bound, poll, key = opened(council, "zhang")
    ballot = vote(council, poll, key, "zhang", "for").id
    end(council, poll)
    late, entry = actor("secretary", at="2026-04-30 09:00"), cast_of(council, poll, "zhang").position
    objected, counted = council.get(Binding, bound["zhang"]), council.get(Ballot, ballot)
    objected.object(words("不是我们家的人"), second=who("chair"), by=late)
    counted.void(MATTER, binding=bound["zhang"], entry=entry, by=late)
    with refuses(CountedMeanwhile, title="安全自治十条"):
        council.save(objected, counted)
    (alone,) = objection(council, bound["zhang"], at="2026-04-30 09:00")
    council.save(alone)
    assert cast_of(council, poll, "zhang") is not None
    assert recount(council).findings == []


def test_a_ballot_on_paper_or_with_help_stays(council):
    bound, poll, key = opened(council, "zhang")
    assisted(council, poll, key, "zhang", "for", voided=0, at=OPEN)
    council.save(*objection(council, bound["zhang"]))
    assert cast_of(council, poll, "zhang").channel == ASSISTED


def test_a_ballot_is_not_voided_without_an_objection_nor_by_another_ones(council):
    bound, poll, key = opened(council, "zhang", "li")
    vote(council, poll, key, "zhang", "for")
    vote(council, poll, key, "li", "for")
    by, row = actor("secretary", at=AGAIN), cast_of(council, poll, "zhang")

    def void(**changes):
        ballot = council.get(Ballot, row.id)
        ballot.void(MATTER, **{"binding": bound["zhang"], "entry": row.position, "by": by} | changes)
        return ballot

    for wrong in (void(), void(binding=who("nothing")), void(entry=row.position + 1)):
        with refuses(NothingToVoid):
            council.save(wrong)
    objected, *others = objection(council, bound["li"], at=AGAIN)
    with refuses(NothingToVoid):
        council.save(objected, *others, void(binding=bound["li"]))
    with refuses(ChangedMeanwhile):  # the ballots come with the objection, not before it
        council.save(*reversed(objection(council, bound["li"], at=AGAIN)[:1]))
    first, *ballots_after = objection(council, bound["li"], at=AGAIN)
    with refuses(NothingToVoid):
        council.save(*ballots_after, first)
    council.save(*objection(council, bound["li"], at=AGAIN))
    with refuses(NothingToVoid):
        council.save(void(binding=bound["li"]))
    assert cast_of(council, poll, "zhang") is not None


def test_a_ballot_cast_while_somebody_objects_is_not_left_standing(council):
    bound, poll, key = opened(council, "zhang")
    waiting = objection(council, bound["zhang"])
    vote(council, poll, key, "zhang", "for")
    with refuses(ChangedMeanwhile):
        council.save(*waiting)
    council.save(*objection(council, bound["zhang"]))
    assert cast_of(council, poll, "zhang") is None


def test_a_ballot_under_a_new_binding_is_not_voided_by_the_old_objection(council):
    bound, poll, key = opened(council, "zhang")
    council.save(*objection(council, bound["zhang"], at="2026-04-24 10:00"))
    letters(council, "zhang", at="2026-04-24 11:00", mark="b")
    bind(council, "zhang", at="2026-04-24 11:30", mark="b")
    vote(council, poll, key, "zhang", "for", at="2026-04-28 09:00")
    row = cast_of(council, poll, "zhang")
    ballot = council.get(Ballot, row.id)
    ballot.void(MATTER, binding=bound["zhang"], entry=row.position, by=actor("secretary", at=AGAIN))
    with refuses(NothingToVoid):
        council.save(ballot)


def test_a_ballot_cast_for_another_by_a_letter_goes_too_and_the_letter_may_be_taken_back(council):
    bound, poll, key = opened(council, "zhang", law=BY_LETTER)
    letter, cast = entrusted(council, poll, key, "li", "zhang")
    vote(council, poll, key, "zhang", "for")
    council.save(cast)
    council.save(*objection(council, bound["zhang"]))
    assert {one.voter for one in voided_of(council, poll)} == {household("zhang"), household("li")}
    with council.change(Proxy, letter) as taken:
        taken.revoke(MATTER, by=actor("secretary", at=AGAIN))
    assisted(council, poll, key, "li", "against", voided=1)
    end(council, poll)
    assert recount(council).findings == []


# letters given by phone


@pytest.mark.parametrize("scan", ["", "a" * 64], ids=["plain", "with-a-scan-of-ones-own"])
def test_a_ballot_cast_by_a_letter_given_under_the_binding_goes_too_and_the_letter_with_it(council, scan):
    bound, poll, key = opened(council, "zhang", "li", law=BY_LETTER)
    letter = named(council, poll, key, "zhang", "li", scan=scan)
    cast_by(council, poll, key, "li", "zhang", letter, "against")
    vote(council, poll, key, "li", "for")
    council.save(*objection(council, bound["zhang"]))
    (gone,) = voided_of(council, poll)
    assert (gone.voter, gone.binding) == (household("zhang"), bound["zhang"])
    with council.reading() as r:
        assert dead_letters(r, poll) == {letter}
    with refuses(ProxyDead):
        cast_by(council, poll, key, "li", "zhang", letter, "against", at=AGAIN, again=1)
    assisted(council, poll, key, "zhang", "for", voided=1)
    result = json.loads(end(council, poll).result)
    assert (result["in_favour"], result["against"]) == (2, 0)
    assert recount(council).findings == []
    replays(council)


def test_an_unused_letter_is_dead_until_it_is_taken_back_and_given_on_paper(council):
    bound, poll, key = opened(council, "zhang", "li", law=BY_LETTER)
    letter = named(council, poll, key, "zhang", "li")
    council.save(*objection(council, bound["zhang"]))
    with refuses(ProxyDead) as refused:
        cast_by(council, poll, key, "li", "zhang", letter, at=AGAIN)
    assert "没有投进去" in refused.value.say("zh")
    assert "take this proxy back" in refused.value.say("en")
    with refuses(ProxyFault, fault="这一户已经委托过了，先撤回再改"):
        entrusted(council, poll, key, "zhang", "li")
    with council.change(Proxy, letter) as taken:
        taken.revoke(MATTER, by=actor("secretary", at=AGAIN))
    with refuses(NoProxy):
        cast_by(council, poll, key, "li", "zhang", letter, at=AGAIN)
    _, cast = entrusted(council, poll, key, "zhang", "li")
    council.save(cast)
    end(council, poll)
    assert recount(council).findings == []
    replays(council)


def test_a_letter_on_paper_and_one_given_under_another_binding_hold(council):
    bound, poll, key = opened(council, "zhang", "li", "wang", law=replace(BY_LETTER, proxies=2))
    _, cast = entrusted(council, poll, key, "zhang", "li")
    council.save(cast)
    letter = named(council, poll, key, "wang", "li")
    cast_by(council, poll, key, "li", "wang", letter)
    council.save(*objection(council, bound["zhang"]))
    assert voided_of(council, poll) == []
    end(council, poll)
    assert recount(council).findings == []


def test_of_a_binding_that_has_ended_the_letters_given_before_are_dead(council):
    """Whenever they are used: what the binding was good for is over, not what others did with it."""
    bound, poll, key = opened(council, "zhang", "li", "wang", law=replace(BY_LETTER, proxies=2))
    used, unused = (named(council, poll, key, person, "li") for person in ("zhang", "wang"))
    for person in ("zhang", "wang"):
        with council.change(Binding, bound[person]) as leaving:
            leaving.end("moved", by=actor(person=person, at="2026-04-27 20:00"))
    cast_by(council, poll, key, "li", "zhang", used, at="2026-04-28 09:00")
    for person in ("zhang", "wang"):
        council.save(*objection(council, bound[person]))
    assert {one.voter for one in voided_of(council, poll)} == {household("zhang")}
    with refuses(ProxyDead):
        cast_by(council, poll, key, "li", "wang", unused, at=AGAIN)
    end(council, poll)
    assert recount(council).findings == []
    replays(council)


def test_a_letter_given_under_a_new_binding_is_not_dead_by_the_old_objection(council):
    bound, poll, key = opened(council, "zhang", "li", law=BY_LETTER)
    council.save(*objection(council, bound["zhang"], at="2026-04-24 10:00"))
    letters(council, "zhang", at="2026-04-24 11:00", mark="b")
    bind(council, "zhang", at="2026-04-24 11:30", mark="b")
    letter = named(council, poll, key, "zhang", "li", at="2026-04-28 09:00")
    cast_by(council, poll, key, "li", "zhang", letter, at="2026-04-28 10:00")
    row = cast_of(council, poll, "zhang")
    ballot = council.get(Ballot, row.id)
    ballot.void(MATTER, binding=bound["zhang"], entry=row.position, by=actor("secretary", at=AGAIN))
    with refuses(NothingToVoid):
        council.save(ballot)
    end(council, poll)
    assert dated_back_alone(council)


def test_a_ballot_cast_by_such_a_letter_while_somebody_objects_is_not_left_standing(council):
    bound, poll, key = opened(council, "zhang", "li", law=BY_LETTER)
    letter = named(council, poll, key, "zhang", "li")
    waiting = objection(council, bound["zhang"])
    cast_by(council, poll, key, "li", "zhang", letter)
    with refuses(ChangedMeanwhile):
        council.save(*waiting)
    council.save(*objection(council, bound["zhang"]))
    assert cast_of(council, poll, "zhang") is None


def test_a_ballot_by_such_a_letter_in_a_counted_poll_stays(council):
    bound, poll, key = opened(council, "zhang", "li", law=BY_LETTER)
    cast_by(council, poll, key, "li", "zhang", named(council, poll, key, "zhang", "li"))
    end(council, poll)
    (alone,) = objection(council, bound["zhang"], at="2026-04-30 09:00")
    council.save(alone)
    assert recount(council).findings == []


# who may vote by phone


def test_without_rules_of_signing_in_anybody_on_the_roll_votes_by_phone(town):
    poll, key = begin(town)
    vote(town, poll, key, "zhang", "for")
    assert turnout_of(town, poll) == 1


@pytest.mark.parametrize(("people", "said"), [((), "凭登录信绑定"), (("zhang",), "以后才能用手机委托")])
def test_nobody_names_a_proxy_by_phone_before_they_may_vote_by_phone(town, people, said):
    """Or another would cast at once what must wait; a letter on paper, handed to the staff, is good at any time."""
    adopt(town, *RESIDENTS)
    poll, key = begin(town, channels=WAYS, law=BY_LETTER)
    for person in people:
        bind(town, person, at=OPEN)
    mine = Proxy.grant(
        town.get(Poll, poll), household("zhang"), who("li"), until=seconds("2026-04-29 18:00"), key=key, by=actor(person="zhang", at=OPEN)
    )
    with refuses(ProxyFault) as refused:
        town.save(mine)
    assert said in refused.value.say("zh")
    entrusted(town, poll, key, "zhang", "li")


def test_whoever_is_not_bound_votes_on_paper_or_with_help(town):
    _, poll, key = opened(town)
    with refuses(NotBound):
        vote(town, poll, key, "zhang", "for")
    assisted(town, poll, key, "zhang", "for", voided=0, at=OPEN)


def test_a_young_binding_casts_no_ballot_yet(town):
    adopt(town, "zhang")
    poll, key = begin(town)
    bind(town, "zhang", at="2026-04-26 09:00")
    with refuses(NotBoundYet, moment="2026-04-29 09:00"):
        vote(town, poll, key, "zhang", "for", at="2026-04-29 08:59")
    vote(town, poll, key, "zhang", "for", at="2026-04-29 09:00")


def test_whoever_casts_for_another_by_phone_is_bound(town):
    _, poll, key = opened(town, law=BY_LETTER)
    _, cast = entrusted(town, poll, key, "li", "zhang")
    with refuses(NotBound):
        town.save(cast)


def test_after_the_objection_the_person_is_bound_no_more(town):
    bound, poll, key = opened(town, "zhang")
    town.save(*objection(town, bound["zhang"]))
    with refuses(NotBound):
        vote(town, poll, key, "zhang", "for", at=AGAIN)


# order and races


def test_between_close_and_count_a_ballot_is_voided_and_a_count_made_before_is_refused(council):
    bound, poll, key = opened(council, "zhang", "li")
    vote(council, poll, key, "zhang", "for")
    vote(council, poll, key, "li", "for")
    with council.change(Poll, poll) as closing:
        closing.close(by=actor("secretary", at=OVER))
    with council.reading() as r:
        counted = count_of(r, queries.poll_row(r, poll))
    council.save(*objection(council, bound["zhang"], at="2026-04-29 18:10"))
    by = actor("scrutineer", at="2026-04-29 18:30")
    with refuses(CountDiffers):
        council.save(PollCount.declare(council.get(Poll, poll), **counted._asdict(), by=by))
    with council.reading() as r:
        counted = count_of(r, queries.poll_row(r, poll))
    council.save(PollCount.declare(council.get(Poll, poll), **counted._asdict(), by=by))
    with refuses(PollClosed):
        assisted(council, poll, key, "zhang", "for", voided=1, at="2026-04-29 18:31")
    assert counted.result["in_favour"] == 1
    assert recount(council).findings == []
    replays(council)


def test_an_objection_read_before_the_count_and_made_after_it_is_made_anew(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "for")
    waiting = objection(council, bound["zhang"], at="2026-04-29 18:20")
    end(council, poll)
    with refuses(CountedMeanwhile):
        council.save(*waiting)
    with council.reading() as r:
        assert ballots_to_void(r, r.row(bindings, bound["zhang"])) == []
        assert r.row(bindings, bound["zhang"]).state == "bound"
    council.save(*objection(council, bound["zhang"], at="2026-04-30 09:00"))
    assert recount(council).findings == []


def test_objection_and_close_at_once_leave_one_story(council):
    """Whichever comes first, the ballot is voided, the close is recorded, and both counters agree."""
    bound, poll, key = opened(council, "zhang", "li")
    vote(council, poll, key, "zhang", "for")
    vote(council, poll, key, "li", "for")
    gate, failed = threading.Barrier(2), []

    def hurry(step):
        gate.wait()
        try:
            step()
        except Refusal as refusal:
            failed.append(refusal)

    def close() -> None:
        with council.change(Poll, poll) as closing:
            closing.close(by=actor("secretary", at=OVER))

    steps = [lambda: council.save(*objection(council, bound["zhang"], at=OVER)), close]
    threads = [threading.Thread(target=hurry, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with council.reading() as r:
        counted = count_of(r, queries.poll_row(r, poll))
    by = actor("scrutineer", at="2026-04-29 18:30")
    council.save(PollCount.declare(council.get(Poll, poll), **counted._asdict(), by=by))
    assert counted.result["in_favour"] == 1
    assert recount(council).findings == []
    replays(council)


def test_of_many_new_ballots_at_once_after_a_voided_one_exactly_one_is_accepted(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "against")
    council.save(*objection(council, bound["zhang"]))
    answers, lock, gate = [], threading.Lock(), threading.Barrier(8)

    def hurry() -> None:
        gate.wait()
        for _ in range(20):
            try:
                assisted(council, poll, key, "zhang", "for", voided=1)
                said = "accepted"
            except AlreadyRecorded as refusal:
                said = type(refusal).__name__
            with lock:
                answers.append(said)

    threads = [threading.Thread(target=hurry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["AlreadyVoted"] * 159 + ["accepted"]


def test_two_objections_to_one_binding_are_one(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "for")
    first, second = objection(council, bound["zhang"]), objection(council, bound["zhang"])
    council.save(*first)
    with refuses(ChangedMeanwhile):
        council.save(*second)
    assert len(voided_of(council, poll)) == 1


def test_the_same_ballot_sent_twice_is_answered_by_its_first_receipt(council: Council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "for")
    council.save(*objection(council, bound["zhang"]))
    aid = {"witness": who("scrutineer"), "place": "家里"}
    told = {"key": key, "channel": ASSISTED, "aid": aid, "voided": 1, "by": actor("secretary", at=AGAIN)}
    receipts = [
        council.save(Ballot.cast(poll, MATTER, household("zhang"), "for", **told), command="once") for _ in range(2)
    ]
    assert receipts[0].positions == receipts[1].positions


def test_there_is_no_ballot_before_the_first(town):
    _, poll, key = opened(town, "zhang")
    with refuses(ChangedMeanwhile):
        vote(town, poll, key, "zhang", "for", voided=1)


def test_whoever_votes_and_leaves_does_not_escape_the_objection(council):
    bound, poll, key = opened(council, "zhang")
    vote(council, poll, key, "zhang", "against")
    with council.change(Binding, bound["zhang"]) as leaving:
        leaving.end("asked", by=actor(person="zhang", at=OPEN))
    council.save(*objection(council, bound["zhang"]))
    with council.reading() as r:
        assert r.row(ballots, poll, household("zhang")) is None
        assert r.row(bindings, bound["zhang"]).ended == seconds(OPEN)
    end(council, poll)
    assert recount(council).findings == []
    replays(council)


def test_an_objection_reaches_no_ballot_of_a_later_binding(council):
    bound, poll, key = opened(council, "zhang")
    with council.change(Binding, bound["zhang"]) as leaving:
        leaving.end("asked", by=actor(person="zhang", at="2026-04-11 10:00"))
    letters(council, "zhang", at="2026-04-11 11:00", mark="b")
    bind(council, "zhang", at="2026-04-11 12:00", mark="b")
    vote(council, poll, key, "zhang", "for")
    council.save(*objection(council, bound["zhang"]))
    with council.reading() as r:
        assert r.row(ballots, poll, household("zhang")) is not None
    end(council, poll)
    assert dated_back_alone(council)

