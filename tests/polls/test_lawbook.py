"""Given rules that a council adopted, when it votes, then by these and no others, word for word."""

import json
from dataclasses import replace

import pytest

from deliberation import actors
from deliberation.audit.recount import recount
from deliberation.polls import queries
from deliberation.polls.catalogue import PROFILES, RULES, profile, rule
from deliberation.polls.electorate import electorate
from deliberation.polls.lawbook import Adoption, ByLaws, RuleFault, RuleNotAdopted
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.refusals import WindowFault
from deliberation.register.model import Page
from tests.given import actor, moment, refuses, replays, town, unit, who, words
from tests.polls.votes import CLOSES, MATTER, OPENS, line, seconds

BY = actor("secretary", at="2026-03-01 09:00")


def adopt(*rules, name="village-household", **changes):
    by_laws = ByLaws(**{name: changes.pop(name) for name in ByLaws._fields if name in changes})
    told = {"by_laws": by_laws, "basis": "3月1日村民会议", "since": "2026-03-01", "second": who("chair"), "by": BY} | changes
    return Adoption.adopt(profile(name), [rule(one) if isinstance(one, str) else one for one in rules], **told)


def poll_under(law):
    return Poll.announce(
        Question(MATTER, "甲表1号", "安全自治十条", "question", MATTER, "d" * 64), law,
        Window("2026-04-17", seconds(OPENS), seconds(CLOSES)), ["phone"], b"k" * 32, binding=[line("zhang")],
        by=actor("secretary", at="2026-04-17 09:00"),
    )  # fmt: skip


def test_before_any_adoption_the_catalogue_holds(town):
    with town.reading() as r:
        book = queries.lawbook_of(r)
        assert (book.rules, book.row) == (RULES, None)
        assert set(RULES) - set(book.offered) == {
            id for id, law in RULES.items() if law.secrecy == "secret" or "CALL" in id or law.dissent
        }
        assert queries.law_of(r, "VIL_H") == rule("VIL_H")
        with refuses(RuleNotAdopted):
            queries.law_of(r, "ELE_V")


def test_an_adopted_rule_is_frozen_in_the_poll(town):
    town.save(adopt("VIL_H", "DELIB"))
    with town.reading() as r:
        law = queries.law_of(r, "VIL_H")
        assert law.profile == "village-household"
        with refuses(RuleNotAdopted):
            queries.law_of(r, "VIL_P")
    poll, pages = poll_under(law)
    town.save(poll, *pages)
    with town.reading() as r:
        assert json.loads(queries.poll_row(r, poll.id).rule)["profile"] == "village-household"
    replays(town)


@pytest.mark.parametrize("law", [rule("VIL_P"), rule("VIL_H"), replace(rule("VIL_H"), profile="village-household", notice_days=1)])
def test_a_poll_under_another_rule_is_refused(town, law):
    town.save(adopt("VIL_H", "DELIB"))
    poll, pages = poll_under(law)
    with refuses(RuleNotAdopted):
        town.save(poll, *pages)


def test_the_last_adoption_holds(town):
    town.save(adopt("VIL_H"))
    town.save(adopt("VIL_P", name="national-strict", basis="4月1日村民会议"))
    with town.reading() as r:
        book = queries.lawbook_of(r)
        assert (set(book.rules), book.row.profile, book.row.basis) == ({"VIL_P"}, "national-strict", "4月1日村民会议")
    replays(town)


def test_rules_are_adopted_on_their_day_and_not_before():
    assert adopt("VIL_H", since="2026-03-01")
    with refuses(RuleFault):
        adopt("VIL_H", since="2026-03-02")


@pytest.mark.parametrize(("rules", "basis"), [((), "会议"), (("VIL_H", "VIL_H"), "会议"), (("VIL_H",), "")])
def test_a_set_of_rules_that_cannot_hold_is_refused(rules, basis):
    with refuses(RuleFault):
        adopt(*rules, basis=basis)


def test_no_vote_lasts_longer_than_the_rule_has_it(town):
    town.save(adopt("VIL_H", longest_days=2))
    with town.reading() as r:
        law = queries.law_of(r, "VIL_H")
    poll, pages = poll_under(law)
    town.save(poll, *pages)
    by = actor("secretary", at="2026-04-28 10:00")
    with refuses(WindowFault), town.change(Poll, poll.id) as changed:
        changed.extend(seconds("2026-04-30 08:00"), words("人数不足"), by=by)
    with town.change(Poll, poll.id) as changed:
        changed.extend(seconds("2026-04-29 22:00"), words("人数不足"), by=by)
    town.save(adopt("VIL_H", longest_days=1))
    with town.reading() as r:
        law = queries.law_of(r, "VIL_H")
    long, pages = poll_under(law)
    with refuses(WindowFault):
        town.save(long, *pages)


def test_tenants_are_residents_and_no_villagers(town):
    tenant = who("a tenant")
    line = [tenant, unit("li"), "tenant", 1, 0]
    town.save(Page.of_persons([line], [], by=actors.operator(moment("2026-02-01 09:00"))))
    with town.reading() as r:
        residents, villagers = (
            {line.voter for line in electorate(r, rule(id), "2026-04-02").lines} for id in ("RES_P", "VIL_P")
        )
    assert residents - villagers == {tenant}


def test_the_whole_catalogue_fits_into_one_entry(town):
    for each in PROFILES.keys() - {"sichuan"}:
        town.save(adopt(*RULES, name=each))
    with town.reading() as r:
        assert len(queries.lawbook_of(r).rules) == len(RULES)
    town.save(adopt(*RULES, name="sichuan"))
    with town.reading() as r:
        held = queries.lawbook_of(r).rules
        assert RULES.keys() - held.keys() == {"OWN_CALL"}
        assert held["OWN_G"].silence == "abstain"


__all__ = ["town"]


def test_by_laws_shape_the_rules_they_concern_and_are_read_back():
    laws = ByLaws(60, 3, 6, ("dwelling", "shop", "parking"), 3, ("property_staff",))
    owners, household, dissent = (laws.shape(rule(id)) for id in ("OWN_G", "VIL_H", "ADV"))
    assert (owners.unit_kinds, owners.proxies, owners.barred) == (("dwelling", "shop", "parking"), 3, ("property_staff",))
    assert (household.unit_kinds, household.proxies, household.barred) == (("dwelling", "shop"), 0, ())
    assert (owners.doubt_days, household.bar_months, dissent.doubt_days, dissent.longest_days) == (3, 6, 0, 60)
    assert ByLaws.of([owners, household, dissent]) == laws


def test_an_adopted_owners_rule_is_found_word_for_word_by_the_poll(town):
    town.save(adopt("OWN_G", name="sichuan", unit_kinds=("dwelling",), cap=3, barred=("property_staff",)))
    with town.reading() as r:
        law = queries.law_of(r, "OWN_G")
        row = queries.lawbook_of(r).row
    assert law.to_json() in json.loads(row.rules)
    assert (law.silence, law.unit_kinds, law.proxies) == ("abstain", ("dwelling",), 3)


def test_an_adoption_leaves_nothing_to_find(town):
    town.save(adopt("VIL_H", "DELIB"))
    assert recount(town).findings == []
