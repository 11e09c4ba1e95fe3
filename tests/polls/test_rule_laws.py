"""Laws that hold of every rule and every tally."""

import ast
import inspect
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation import clauses, deadlines, wording
from deliberation.log import tlog
from deliberation.polls import conditions, rules
from deliberation.polls.catalogue import RULES, rule
from deliberation.polls.conditions import Condition
from deliberation.polls.rules import Measures, Tally, decide


def tally(roll, participating, for_, against, abstain):
    return Tally(*(Measures(heads) for heads in (roll, participating, for_, against, abstain)))


COUNTS = st.integers(0, 60)
BINDING = st.sampled_from([one for one in RULES.values() if one.binding])


@given(BINDING, COUNTS, COUNTS, COUNTS, COUNTS)
def test_one_more_vote_for_instead_of_against_never_turns_pass_into_fail(one, for_, against, abstain, absent):
    numbers = for_ + against + abstain
    before = decide(one, tally(numbers + absent, numbers, for_, against, abstain)).status
    if before == "PASS" and against:
        assert decide(one, tally(numbers + absent, numbers, for_ + 1, against - 1, abstain)).status == "PASS"
    if before == "PASS" and abstain:
        assert decide(one, tally(numbers + absent, numbers, for_ + 1, against, abstain - 1)).status == "PASS"


BY_AREA = replace(
    rule("VIL_P"),
    quorum=tuple(Condition(measure, "participating", "roll", ">=", 2, 3) for measure in ("area", "heads")),
    majority=tuple(Condition(measure, "for", "participating", ">", 1, 2) for measure in ("area", "heads")),
)
CHOICES = st.sampled_from(["for", "for", "for", "against", "abstain", "absent"])
CROWD = st.lists(st.tuples(CHOICES, st.integers(1, 30000)), min_size=1)


def by_area(crowd):
    sums = {choice: Measures(0) for choice in ("for", "against", "abstain", "absent")}
    for choice, area in crowd:
        sums[choice] += Measures(1, area)
    votes = sums["for"] + sums["against"] + sums["abstain"]
    return Tally(votes + sums["absent"], votes, sums["for"], sums["against"], sums["abstain"])


@given(CROWD, st.integers(0))
def test_an_owner_who_turns_to_for_never_turns_pass_into_fail(crowd, at):
    before = decide(BY_AREA, by_area(crowd)).status
    assert before in ("PASS", "FAIL", "NO_QUORUM")
    at %= len(crowd)
    if before == "PASS" and crowd[at][0] != "absent":
        crowd[at] = "for", crowd[at][1]
        assert decide(BY_AREA, by_area(crowd)).status == "PASS"


@given(BINDING, COUNTS, COUNTS, COUNTS, COUNTS, st.integers(1, 10**12))
def test_a_crowd_many_times_as_large_decides_alike(one, for_, against, abstain, absent, times):
    numbers = [for_ + against + abstain + absent, for_ + against + abstain, for_, against, abstain]
    larger = tally(*(number * times for number in numbers))
    assert decide(one, tally(*numbers)).status == decide(one, larger).status


@given(BINDING, COUNTS, COUNTS, COUNTS)
def test_a_tie_never_passes(one, each, abstain, absent):
    numbers = 2 * each + abstain
    assert decide(one, tally(numbers + absent, numbers, each, each, abstain)).status != "PASS"


@given(BINDING, COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_steps_bear_the_status_out(one, for_, against, abstain, absent):
    numbers = for_ + against + abstain
    outcome = decide(one, tally(numbers + absent, numbers, for_, against, abstain))
    assert (outcome.status == "PASS") == all(step.holds for step in outcome.steps)
    failing = {step.kind for step in outcome.steps if not step.holds}
    assert (outcome.status == "NO_QUORUM") == bool(failing & {"quorum", "turnout"})
    assert (outcome.status == "FAIL") == bool(failing & {"majority", "tie"})


@given(st.sampled_from(list(RULES.values())), *[st.integers(-3, 30)] * 5)
def test_a_status_is_given_for_any_numbers(one, roll, participating, for_, against, abstain):
    outcome = decide(one, tally(roll, participating, for_, against, abstain))
    negative = min(for_, against, abstain) < 0
    impossible = negative or participating > roll or for_ + against + abstain != participating
    assert (outcome.status == "VOID") == impossible
    assert outcome.steps


EXACT = [rules, conditions, clauses, wording, deadlines, tlog]


@pytest.mark.parametrize("module", EXACT, ids=lambda one: one.__name__)
def test_there_is_no_float_in_a_decision(module):
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        assert not isinstance(node, ast.Div), "division makes floats"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))
        assert not (isinstance(node, ast.Name) and node.id in ("float", "round"))
