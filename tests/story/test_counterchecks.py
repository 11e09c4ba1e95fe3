"""Whatever was recorded in whatever order: the views of every moment, folded in whichever way, are those that stood then."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deliberation.council import Council
from deliberation.discussion.model import Comment
from deliberation.errors import Refusal
from deliberation.intake.model import Report
from deliberation.log import cuts, database, fold, moments, views
from deliberation.log.cuts import Cut, Source, matter_of
from deliberation.log.moments import Moments
from deliberation.log.store import events
from deliberation.procedures.model import Matter
from deliberation.register.model import Holding
from tests.given import RESIDENTS, actor, polls_taken_for_granted, village, who, words
from tests.motions.test_replay import VERBS, Bench, Choice
from tests.story.conftest import Story

SECRETARY, OPERATOR = actor("secretary"), actor("operator")


class Village(Bench):
    """Motions as elsewhere; reports, comments, offices and a second matter beside them."""

    def report(self, choice: Choice) -> None:
        number = f"诉{self.town.head().size}"
        made = Report.receive(number, channel="hotline", place="1号楼", colour="gold", words=words("灯不亮"), by=SECRETARY)
        self.town.save(made)
        if choice[1] % 2:
            made.take_up(self.matter, "1", by=SECRETARY)
            self.town.save(made)

    def comment(self, choice: Choice) -> None:
        motion = self.motion(choice)
        by = actor(person=RESIDENTS[choice[1] % 8])
        self.town.save(Comment.make(motion.id, motion.matter, words("赞成"), stance="support", by=by))

    def office(self, choice: Choice) -> None:
        self.town.save(Holding.grant(who(RESIDENTS[choice[0] % 8]), "scrutineer", since="2026-04-03", by=OPERATOR))

    def matter_more(self, choice: Choice) -> None:
        self.town.save(Matter.open(f"事{self.town.head().size}", "别的事", "SI_YI", by=SECRETARY))


EVERY = [*VERBS, Village.report, Village.report, Village.comment, Village.office, Village.matter_more]
NUMBERS = st.integers(0, 7)
STEPS = st.lists(st.tuples(st.sampled_from(EVERY), st.tuples(NUMBERS, NUMBERS, NUMBERS)), max_size=12)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round sizes come often, and little is kept, so that moments go on from one another."""
    monkeypatch.setattr(cuts, "STEP", 5)
    monkeypatch.setattr(cuts, "ROUND", 3)
    monkeypatch.setattr(moments, "KEPT", 3)
    monkeypatch.setattr(moments, "BULK", 4)


@pytest.mark.usefixtures("small")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_a_digest_taken_when_an_entry_was_appended_is_that_of_a_fresh_replay(steps, order: random.Random) -> None:
    check("", steps, order)


@pytest.mark.postgres
@pytest.mark.usefixtures("small")
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_a_digest_is_that_of_a_fresh_replay_in_postgresql(steps, order: random.Random) -> None:
    from tests import postgres

    url = postgres.fresh_url()
    try:
        check(url, steps, order)
    finally:
        postgres.drop(url)


def check(url: str, steps, order: random.Random) -> None:
    with village(url) as town, polls_taken_for_granted():
        bench = Village(town)
        for verb, choice in steps:
            try:
                verb(bench, choice)
            except Refusal:
                continue
            bench.keep()
        sizes = list(bench.digests)
        order.shuffle(sizes)
        for size in sizes:
            with town.as_of(position=size) as past:
                assert fold.digest(past.connection, past.community) == bench.digests[size]
            assert _alone(town, size, bench.matter) == _in_order(town, size, bench.matter)


def _alone(town: Council, size: int, matter: str) -> str:
    with town.as_of(position=size, matter=matter) as past:
        return fold.digest(past.connection, past.community)


def _in_order(town: Council, size: int, matter: str) -> str:
    """The same entries one after the other as they lie in the log, into an empty database."""
    with town.database.snapshot() as live, Moments().at(Cut(town.community, 0), Source(live)) as blank:
        c = events.c
        reports = select(c.stream).where(c.type == "report.taken_up", c.matter == matter, c.position < size)
        mine = {None, matter, *live.execute(reports.where(c.community == town.community)).scalars()}
        query = select(c.position, c.matter, c.leaf).where(c.community == town.community, c.position < size)
        rows = [row for row in live.execute(query.order_by(c.position)) if row.matter in mine]
        fold.take(rows, blank, town.community)
        return fold.digest(blank, town.community)


@pytest.mark.usefixtures("small")
def test_each_matter_of_the_story_folds_alone_as_it_does_in_order(story: Story) -> None:
    """The register is folded first and the matter after it: no entry of the one writes to rows of the other."""
    council = story.council
    for matter in (story.ids["matter"], story.ids.get("parking matter", story.ids["matter"])):
        for chapter in ("council meeting", "opening", "count"):
            size = story.after[chapter].size
            assert _alone(council, size, matter) == _in_order(council, size, matter)


def test_a_matter_is_found_by_anything_that_is_filed_under_it(story: Story) -> None:
    with story.council.database.snapshot() as live:
        assert matter_of(live, story.council.community, story.ids["poll"]) == story.ids["matter"]
        assert matter_of(live, story.council.community, story.ids["matter"]) == story.ids["matter"]
        assert matter_of(live, story.council.community, "nothing") is None


def test_the_blank_file_has_every_table_and_no_row(tmp_path: Path) -> None:
    engine = database.scratch(str(tmp_path / "blank.db"))
    (tmp_path / "blank.db").write_bytes(Moments()._blanks())
    with engine.connect() as connection:
        assert all(connection.execute(select(table)).first() is None for table in views.tables.sorted_tables)
    engine.dispose()
