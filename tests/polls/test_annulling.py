"""Given a declared result, when it cannot stand, then it is annulled with ground and authority, and never edited."""

import json

import pytest

from deliberation.polls import queries
from deliberation.polls.annulling import (
    GROUNDS,
    AnnulledAlready,
    Annulment,
    GroundMissing,
)
from deliberation.polls.model import Poll
from deliberation.polls.refusals import WrongStage
from tests.given import RESIDENTS, actor, refuses, replays, town
from tests.polls.votes import begin, end, vote

BY = actor("secretary", at="2026-05-20 09:00")
TOLD = {"ground": "court", "authority": "乙区人民法院", "document": "（2026）乙01民初12号"}


@pytest.fixture
def counted(town):
    poll, key = begin(town)
    for person in RESIDENTS[:6]:
        vote(town, poll, key, person, "for")
    assert end(town, poll).outcome == "PASS"
    return poll


def annulment(town, poll, **changes):
    return Annulment.declare(town.get(Poll, poll), **TOLD | {"by": BY} | changes)


def test_the_count_stays_and_the_result_falls(town, counted):
    with town.reading() as r:
        before = queries.poll_row(r, counted)
    town.save(annulment(town, counted))
    with town.reading() as r:
        after, fallen = queries.poll_row(r, counted), queries.annulment_of(r, counted)
    assert (after.stage, after.outcome, after.result) == ("annulled", "PASS", before.result)
    assert json.loads(after.result)["in_favour"] == 6
    assert (fallen.ground, fallen.authority, fallen.document) == tuple(TOLD.values())
    replays(town)


def test_a_result_falls_once(town, counted):
    town.save(annulment(town, counted))
    with refuses(AnnulledAlready):
        town.save(annulment(town, counted))


def test_there_must_be_a_result(town):
    poll, _ = begin(town)
    with refuses(WrongStage):
        town.save(annulment(town, poll))


@pytest.mark.parametrize("missing", [{"ground": "因为"}, {"authority": ""}, {"document": ""}])
def test_it_needs_ground_authority_and_document(town, counted, missing):
    with refuses(GroundMissing):
        annulment(town, counted, **missing)


def test_every_ground_has_words():
    assert all(zh and en for zh, en in GROUNDS.values())


__all__ = ["town"]
