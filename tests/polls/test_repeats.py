"""Given a vote without a result, it is held again at once; given one that did not carry, only after its months or on a petition."""

import json
from dataclasses import replace
from datetime import date

import pytest

from deliberation.deadlines import months_after
from deliberation.log.leaf import read_leaf
from deliberation.polls import aftermath, queries
from deliberation.polls.annulling import Annulment
from deliberation.polls.catalogue import profile, rule
from deliberation.polls.doubts import StillPreliminary
from deliberation.polls.lawbook import Adoption, ByLaws
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.repeats import NothingToRepeat, SubjectBarred, call_of, enough
from tests.given import RESIDENTS, actor, refuses, replays, town, village, who, words
from tests.polls.votes import MATTER, announced, begin, end, seconds, vote

#: Counted on 29 April: barred through 29 July.
LAW = replace(rule("VIL_H"), bar_months=3)
OTHER = who("another question")
BARRED, FREE = "2026-07-29", "2026-07-30"


def voted(town, in_favour=0, cast=8, law=LAW):
    poll, key = begin(town, law=law)
    for number, person in enumerate(RESIDENTS[:cast]):
        vote(town, poll, key, person, "for" if number < in_favour else "against")
    return end(town, poll).id


def again(town, day, law=LAW, *, subject=MATTER, kind="question", **more):
    question = Question(MATTER, "甲表2号", "安全自治十条", kind, subject, "d" * 64, **more)
    window = Window(day, seconds(f"{day} 20:00") + 15 * 86_400, seconds(f"{day} 20:00") + 16 * 86_400)
    made, pages, _key = announced(law, question=question, window=window, by=actor("secretary", at=f"{day} 23:00"))
    town.save(made, *pages)
    return made.id


def annul(town, poll):
    told = {"ground": "count", "authority": "监票组", "document": "复核1号", "by": actor("secretary", at="2026-05-02 09:00")}
    town.save(Annulment.declare(town.get(Poll, poll), **told))


def adopt(town, *rules, **changes):
    by_laws = ByLaws(**{name: changes.pop(name) for name in ByLaws._fields if name in changes})
    told = {"by_laws": by_laws, "basis": "村民会议", "since": "2026-03-01", "second": who("chair")} | changes
    told["by"] = actor("secretary", at="2026-03-01 09:00")
    town.save(Adoption.adopt(profile("national-strict"), [rule(one) for one in rules], **told))
    with town.reading() as r:
        return queries.lawbook_of(r).rules


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-04-29", 3, "2026-07-29"), ("2026-11-30", 3, "2027-02-28"), ("2027-12-31", 2, "2028-02-29"), ("2026-01-31", 0, "2026-01-31"),
     ("2026-12-01", 12, "2027-12-01")],
)  # fmt: skip
def test_months_end_on_the_day_of_the_same_number_or_the_last(start, months, end):
    assert months_after(date.fromisoformat(start), months).isoformat() == end


def test_what_was_voted_down_waits_for_its_months(town):
    voted(town)
    with refuses(SubjectBarred, until=BARRED, again=FREE):
        again(town, BARRED)
    again(town, FREE)


def test_the_bar_is_on_the_same_thing_alone(town):
    voted(town)
    again(town, "2026-05-01", subject=OTHER)


def test_a_rule_without_months_bars_nothing(town):
    voted(town, law=rule("VIL_H"))
    again(town, "2026-05-01", rule("VIL_H"))


def test_without_a_quorum_there_is_no_bar(town):
    first = voted(town, cast=2)
    second = again(town, "2026-05-01", repeats=first)
    with town.reading() as r:
        before, after = aftermath.linked(r, r.row(aftermath.polls, first))
        assert (before, [row.id for row in after]) == (None, [second])
        assert aftermath.linked(r, r.row(aftermath.polls, second))[0].id == first
    replays(town)


def test_what_is_preliminary_is_not_repeated_yet(town):
    """Three days for asking end on 6 May, after the holidays."""
    first = voted(town, cast=2, law=replace(LAW, doubt_days=3))
    with refuses(StillPreliminary):
        again(town, "2026-05-06", repeats=first)
    again(town, "2026-05-07", repeats=first)


def test_an_annulled_result_bars_nothing_and_may_be_repeated(town):
    first = voted(town)
    annul(town, first)
    again(town, "2026-05-03", repeats=first)


def test_a_cancelled_notice_may_be_repeated(town):
    made, pages, _key = announced(LAW)
    town.save(made, *pages)
    with town.change(Poll, made.id) as poll:
        poll.cancel(words("写错了"), by=actor("secretary", at="2026-04-18 09:00"))
    again(town, "2026-05-01", repeats=made.id)


def test_what_carried_or_still_runs_is_not_repeated(town):
    carried = voted(town, in_favour=8)
    with refuses(NothingToRepeat):
        again(town, "2026-05-01", repeats=carried)
    running = again(town, "2026-05-01")
    with refuses(NothingToRepeat):
        again(town, "2026-05-02", repeats=running)


def test_what_asked_something_else_is_not_repeated(town):
    first = voted(town, cast=2)
    with refuses(NothingToRepeat):
        again(town, "2026-05-01", subject=OTHER, repeats=first)
    with refuses(NothingToRepeat):
        again(town, "2026-05-01", repeats=OTHER)


# the petition


def test_enough_signatures_lift_the_bar(town):
    """A tenth of the village's eight adults is one person."""
    law = adopt(town, "VIL_H", "CALL_V", bar_months=3)["VIL_H"]
    assert law.bar_months == 3
    voted(town, law=law)
    with refuses(SubjectBarred):
        again(town, "2026-05-01", law)
    again(town, "2026-05-01", law, petition=1)


def test_more_signatures_than_people_lift_nothing(town):
    law = adopt(town, "VIL_H", "CALL_V", bar_months=3)["VIL_H"]
    voted(town, law=law)
    with refuses(SubjectBarred):
        again(town, "2026-05-01", law, petition=9)


def test_where_no_rule_says_how_many_the_bar_holds(town):
    law = adopt(town, "VIL_H", bar_months=3)["VIL_H"]
    voted(town, law=law)
    with refuses(SubjectBarred):
        again(town, "2026-05-01", law, petition=8)


@pytest.mark.parametrize(("signed", "lifted"), [(0, False), (145, False), (146, True), (1453, False)])
def test_a_tenth_of_the_villagers_call_their_assembly(signed, lifted):
    assert enough(rule("CALL_V"), signed, 1452) is lifted


def test_an_assembly_is_called_by_its_own_rule():
    adopted = [rule(id) for id in ("CALL_V/delegate", "CALL_V", "CALL_R", "OWN_CALL/sichuan")]
    called = {id: getattr(call_of(id, adopted), "id", None) for id in ("VIL_H", "RES_P", "OWN_G", "DELIB", "LOCAL_1")}
    assert called == {"VIL_H": "CALL_V", "RES_P": "CALL_R", "OWN_G": "OWN_CALL/sichuan", "DELIB": None, "LOCAL_1": None}


def test_only_rules_that_decide_take_days_and_months(town):
    held = adopt(town, "VIL_H", "DELIB", "PARTY4", "ADV", bar_months=3, doubt_days=5)
    assert {id: (law.doubt_days, law.bar_months) for id, law in held.items()} == {
        "VIL_H": (5, 3), "DELIB": (0, 0), "PARTY4": (0, 0), "ADV": (0, 0),
    }  # fmt: skip
    assert "doubt_days" not in rule("VIL_H").to_json()


def test_an_old_notice_reads_as_one_that_repeats_nothing(town):
    poll, _pages, _key = announced()
    (event,) = poll.pending_events[:1]
    body = {name: value for name, value in event.body().items() if name not in ("repeats", "petition")}
    actor_of = {"person": event.by.person, "role": event.by.role}
    leaf = {"actor": actor_of, "agg": poll.id, "aggv": 1, "at": "2026-04-17T01:00:00Z", "body": body, "type": event.TYPE, "v": 1}
    old = read_leaf(json.dumps(leaf, ensure_ascii=False).encode())
    assert (old.repeats, old.petition, old.number) == ("", 0, event.number)


@pytest.mark.postgres
def test_it_is_so_on_postgresql(postgres_url):
    with village(postgres_url) as council:
        law = adopt(council, "VIL_H", "CALL_V", bar_months=3)["VIL_H"]
        first = voted(council, law=law)
        with refuses(SubjectBarred, until=BARRED):
            again(council, "2026-05-01", law, petition=9)
        again(council, "2026-05-01", law, petition=1, repeats=first)
        replays(council)


__all__ = ["town"]
