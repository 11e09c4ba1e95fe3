"""Resolutions: adopted only by a vote that was counted, decided, passed, and held on exactly this text."""

import pytest

from deliberation.clauses import Clause, NoSuchClause, Text
from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import id_of, new_id
from deliberation.motions.model import Motion
from deliberation.polls.annulling import Annulment
from deliberation.polls.model import Poll, Question, Window
from deliberation.procedures.refusals import NoSuchMatter
from deliberation.resolutions import schemas
from deliberation.resolutions.model import (
    AlreadyAdopted,
    EffectTooEarly,
    MotionNotAdopted,
    NotCarried,
    OnlyAnOpinion,
    OtherText,
    ResolutionNumberTaken,
    caption,
)
from deliberation.resolutions.views import (
    compacts,
    fallen,
    in_force,
    resolution_of,
    resolution_page,
    resolutions_of,
    to_adopt,
)
from tests.given import RESIDENTS, actor, facts, refuses, replays, words
from tests.meetings.sittings import MATTER
from tests.polls import votes
from tests.resolutions.adoptions import (
    NEXT_MORNING,
    TEXT,
    Vote,
    adopted,
    moved,
    resolution,
    voted,
)

NOBODY = Vote(new_id(), new_id())


def test_a_resolution_carries_text_digest_and_dates() -> None:
    ((kind, body),) = facts(resolution(NOBODY))
    assert kind == "resolution.adopted"
    assert body["digest"] == TEXT.digest()
    assert body["text"]["clauses"][0] == ["c1", "消防车通道全天畅通。"]
    assert (body["adopted_on"], body["effective_on"]) == ("2026-04-29", "2026-05-18")


def test_the_caption_is_that_of_a_compact() -> None:
    assert caption("2026-04-29", "2026-05-18", "甲河村村民会议户代表表决") == (
        "（2026年4月29日甲河村村民会议户代表表决通过，自2026年5月18日起施行）"
    )


def test_nothing_takes_effect_before_it_was_adopted() -> None:
    with refuses(EffectTooEarly, adopted_on="2026-04-29"):
        resolution(NOBODY, effective_on="2026-04-28")
    assert facts(resolution(NOBODY, effective_on="2026-04-29"))


def test_provenance_is_of_clauses_that_are_there() -> None:
    line = {"clause": "c9", "origin": "amendment", "label": "甲", "version": 2, "position": 7}
    with refuses(NoSuchClause, clause="c9"):
        resolution(NOBODY, provenance=[line])


def test_a_vote_that_carried_the_text_makes_a_resolution(town: Council) -> None:
    made = adopted(town)
    with town.reading() as r:
        page = resolution_page(r, made.id)
    assert page.row.title == "甲河村安全自治十条"
    assert page.caption.startswith("（2026年4月29日")
    assert [(c.heading, c.text) for c in page.clauses][1] == ("第二条", "电动自行车不进楼。")
    assert page.clauses[0].origin == ("原案", "as proposed")
    assert page.clauses[0].version == 1
    assert page.poll.outcome == "PASS"
    assert made.id == id_of(page.row.motion, "resolution")


def test_a_motion_is_adopted_once(town: Council) -> None:
    vote = voted(town)
    town.save(resolution(vote))
    with refuses(ResolutionNumberTaken, number="甲村决〔2026〕1号"):
        town.save(resolution(vote._replace(motion=new_id())))
    with refuses(AlreadyAdopted):
        town.save(resolution(vote, number="甲村决〔2026〕2号"))


def test_a_vote_that_failed_adopts_nothing(town: Council) -> None:
    vote = voted(town, in_favour=4)
    with refuses(NotCarried, poll="甲表〔2026〕1号"):
        town.save(resolution(vote))


def test_a_vote_that_is_not_counted_adopts_nothing(town: Council) -> None:
    vote = voted(town, counted=False)
    with refuses(NotCarried):
        town.save(resolution(vote))


def test_a_vote_on_something_else_adopts_nothing(town: Council) -> None:
    vote = voted(town)
    other = moved_again(town)
    with refuses(NotCarried):
        town.save(resolution(vote._replace(motion=other)))


@pytest.mark.parametrize("law", ["DELIB", "ADV"])
def test_an_opinion_is_no_decision(town: Council, law: str) -> None:
    vote = voted(town, law=law)
    with refuses(OnlyAnOpinion, poll="甲表〔2026〕1号"):
        town.save(resolution(vote))


def test_only_the_text_that_was_voted_on_is_adopted(town: Council) -> None:
    vote = voted(town)
    altered = Text(TEXT.title, (Clause("c1", "消防车通道白天畅通。"), *TEXT.clauses[1:]), TEXT.last)
    with refuses(OtherText):
        town.save(resolution(vote, text=altered))


def test_a_withdrawn_motion_is_not_adopted(town: Council) -> None:
    vote = voted(town)
    with town.change(Motion, vote.motion) as motion:
        motion.withdraw(words("不提了"), by=actor("resident", at="2026-04-29 20:00"))
    with refuses(MotionNotAdopted):
        town.save(resolution(vote))


def test_poll_and_matter_are_known(town: Council) -> None:
    vote = voted(town)
    with refuses(NotFound):
        town.save(resolution(vote._replace(poll=new_id())))
    with refuses(NoSuchMatter):
        town.save(resolution(vote, matter=new_id()))
    with town.reading() as r, refuses(NotFound):
        resolution_page(r, new_id())


def test_it_is_in_force_from_its_day_and_replays(town: Council) -> None:
    made = adopted(town)
    with town.reading() as r:
        assert in_force(r, "2026-05-17") == []
        assert [row.id for row in in_force(r, "2026-05-18")] == [made.id]
        assert [row.id for row in resolutions_of(r, MATTER)] == [made.id]
        motion = resolutions_of(r, MATTER)[0].motion
        found = resolution_of(r, motion)
        assert found is not None
        assert found.id == made.id
        assert resolution_of(r, new_id()) is None
    replays(town)


def test_the_form_asks_for_number_poll_and_dates() -> None:
    with pytest.raises(BadForm) as refused:
        load(schemas.Adopt, {"title": "十条", "effective_on": "5月18日"})
    missing = {"number", "motion", "poll", "assembly", "adopted_on", "effective_on"}
    assert set(refused.value.errors) == missing


def moved_again(town: Council) -> str:
    """A second motion of the same matter."""
    motion = Motion.propose(MATTER, "2", "另一件事", "decision", TEXT, 0, by=actor("resident"))
    town.save(motion)
    return motion.id


def test_a_motion_alone_is_no_resolution(town: Council) -> None:
    motion = moved(town)
    with refuses(NotFound):
        town.save(resolution(Vote(motion.id, new_id())))


def annul(town: Council, poll: str) -> None:
    told = {"ground": "court", "authority": "乙区人民法院", "document": "（2026）乙01民初12号"}
    town.save(Annulment.declare(town.get(Poll, poll), **told, by=actor("secretary", at="2026-06-01 09:00")))


def test_a_resolution_falls_with_the_vote_that_carried_it(town: Council) -> None:
    made = adopted(town)
    with town.reading() as r:
        page = resolution_page(r, made.id)
        assert not page.fallen
        assert [row.id for row in in_force(r, "2026-06-02")] == [made.id]
    annul(town, page.poll.id)
    with town.reading() as r:
        assert resolution_page(r, made.id).fallen
        assert in_force(r, "2026-06-02") == []
        assert compacts(r, "2026-06-02") == []
        assert fallen(r) == {page.poll.id}
        assert to_adopt(r, 0) == []
    replays(town)


def test_an_annulled_vote_adopts_nothing(town: Council) -> None:
    vote = voted(town)
    annul(town, vote.poll)
    with refuses(NotCarried):
        town.save(resolution(vote))


def voted_again(town: Council, first: Vote) -> Vote:
    """The same text carried once more in June, under a notice that names the vote it is held instead of."""
    question = Question(MATTER, "甲表〔2026〕2号", TEXT.title, "motion", first.motion, TEXT.digest(), repeats=first.poll)
    window = Window("2026-06-02", votes.seconds("2026-06-15 08:00"), votes.seconds("2026-06-16 18:00"))
    poll, pages, key = votes.announced(question=question, window=window, by=actor("secretary", at="2026-06-02 09:00"))
    town.save(poll, *pages)
    with town.change(Poll, poll.id) as opening:
        opening.open(by=actor("secretary", at="2026-06-15 09:00"))
    for person in RESIDENTS:
        votes.vote(town, poll.id, key, person, "for", at="2026-06-15 10:00")
    votes.end(town, poll.id, at="2026-06-16 18:05", counted_at="2026-06-16 18:30")
    return Vote(first.motion, poll.id)


def test_a_text_that_was_carried_again_becomes_a_resolution_again(town: Council) -> None:
    first = adopted(town)
    with town.reading() as r:
        row = resolution_page(r, first.id).row
    later = {"number": "甲村决〔2026〕2号", "adopted_on": "2026-06-16", "effective_on": "2026-07-01", "again": True}
    later["by"] = actor("secretary", at="2026-06-17 09:00")
    with refuses(AlreadyAdopted):
        town.save(resolution(Vote(row.motion, row.poll), **later | {"by": NEXT_MORNING}))
    annul(town, row.poll)
    vote = voted_again(town, Vote(row.motion, row.poll))
    with town.reading() as r:
        assert [one.poll for one in to_adopt(r, 0)] == [vote.poll]
    second = resolution(vote, **later)
    town.save(second)
    with town.reading() as r:
        assert resolution_of(r, row.motion).id == second.id
        assert [one.id for one in in_force(r, "2026-07-01")] == [second.id]
        assert to_adopt(r, 0) == []
    with refuses(AlreadyAdopted):
        town.save(resolution(vote, **later | {"number": "3"}))
    replays(town)


def test_nothing_is_adopted_again_that_was_not_adopted(town: Council) -> None:
    vote = voted(town)
    with refuses(NotFound):
        town.save(resolution(vote, again=True))
