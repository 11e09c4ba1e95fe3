"""The street office's review: a finding quotes the text, and stands until the wording is gone."""

import pytest

from deliberation.clauses import Replace, Text
from deliberation.council import Council
from deliberation.motions import queries
from deliberation.motions.model import Motion
from deliberation.motions.refusals import NoSuchMotion
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import FindingFault, OtherVersion
from tests.given import actor, refuses, replays, who

SECRETARY = actor("secretary")
DRAFT = Text.of("十条", ["通道畅通。", "电动自行车不进楼。", "逾期不改的，罚款二百元。"])


@pytest.fixture
def motion(town: Council) -> Motion:
    matter = Matter.open("1", "安全自治十条", "SI_YI", by=SECRETARY)
    town.save(matter)
    it = Motion.propose(matter.id, "1", "安全自治十条", "compact", DRAFT, 0, by=actor())
    town.save(it)
    return it


def test_the_text_reviewed_is_that_of_the_motion(town: Council, motion: Motion):
    for version, digest in ((2, DRAFT.digest()), (1, "0" * 64)):
        with refuses(OtherVersion), town.change(Matter, motion.matter) as asking:
            asking.ask_review(motion.id, digest, version, "丙街道", by=SECRETARY)
    with refuses(NoSuchMotion), town.change(Matter, motion.matter) as asking:
        asking.ask_review(who("another motion"), DRAFT.digest(), 1, "丙街道", by=SECRETARY)


def test_a_finding_stands_until_its_wording_is_gone(town: Council, motion: Motion):
    with town.change(Matter, motion.matter) as asking:
        asking.ask_review(motion.id, DRAFT.digest(), 1, "丙街道", by=SECRETARY)
    fine = {"clause": "c3", "wording": "罚款二百元", "ground": "行政处罚法第十六条"}
    for wrong in ({"wording": "罚款三百元"}, {"clause": "c1"}, {"clause": "c99"}):
        with refuses(FindingFault), town.change(Matter, motion.matter) as answering:
            answering.answer_review(motion.id, DRAFT.digest(), [fine | wrong], by=SECRETARY)
    with town.change(Matter, motion.matter) as answering:
        answering.answer_review(motion.id, DRAFT.digest(), [fine], by=actor("street_office"))
    with town.reading() as r:
        assert [finding.ground for finding in queries.standing_findings(r, motion.id)] == [
            "行政处罚法第十六条"
        ]
    with town.change(Motion, motion.id) as found:
        struck = Replace("c3", "逾期不改的，罚款二百元。", "逾期不改的，公示隐患位置。")
        found.revise([struck], "review", "删去罚款", by=SECRETARY)
    with town.reading() as r:
        assert queries.standing_findings(r, motion.id) == []
    replays(town)
