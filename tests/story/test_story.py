"""《安全自治十条》 from the first report to the text that is voted on: every number of it, from the views."""

import json
from collections import Counter

import pytest
from sqlalchemy import func, select

from deliberation.actors import COMMITTEE, DELEGATE, GRID_WORKER, PARTY_MEMBER
from deliberation.discussion import views as discussion
from deliberation.intake import views as intake
from deliberation.log.reading import Reading
from deliberation.meetings.record import Record, record
from deliberation.motions import queries as motions
from deliberation.polls import queries as polls
from deliberation.procedures import views as procedures
from deliberation.register import views as register
from deliberation.register.model import CommunityExists
from deliberation.resolutions import views as resolutions
from deliberation.scenario import play
from deliberation.scenario.data import load
from deliberation.scenario.roster import make, roster
from tests.given import refuses
from tests.story.conftest import Story
from tests.story.reading import day, hands, result

# the village


def test_the_village_has_2782_flats_486_households_1452_villagers_and_2310_tenants(r: Reading) -> None:
    assert register.size(r) == {"places": 24, "units": 2782, "households": 486, "persons": 3811}
    standing = register.persons.c.standing
    query = select(standing, func.count()).where(register.persons.c.adult == 1).group_by(standing)
    assert dict(r.all(query)) == {"villager": 1452, "tenant": 2310, "staff": 49}
    query = select(register.places.c.kind, func.count()).group_by(register.places.c.kind)
    assert dict(r.all(query)) == {"grid": 6, "building": 14, "point": 4}


def test_forty_grid_workers_46_seats_and_62_party_members_hold_their_offices(r: Reading) -> None:
    held = {
        role: len(register.people_in(r, role, "2026-04-01"))
        for role in (GRID_WORKER, DELEGATE, COMMITTEE, PARTY_MEMBER)
    }
    assert held == {GRID_WORKER: 40, DELEGATE: 41, COMMITTEE: 5, PARTY_MEMBER: 62}
    places = r.all(select(register.roles.c.place).where(register.roles.c.role == GRID_WORKER))
    labels = register.labels(r, "grid")
    assert Counter(labels[row.place] for row in places) == {
        "网格一": 7, "网格二": 7, "网格三": 6, "网格四": 8, "专属网格一": 6, "专属网格二": 6,
    }  # fmt: skip


def test_the_same_data_give_the_same_people_homes_and_ids() -> None:
    assert make(load("village")) == roster()
    assert roster().home(9, 12).flat.label == "9号楼1单元1602"
    assert "9号楼2单元301" in {flat.label for flat in roster().flats}


def test_a_village_is_not_played_into_twice(story: Story) -> None:
    before = story.council.head().size
    with refuses(CommunityExists):
        play(story.council)
    assert story.council.head().size == before


# reports and the first gates


def test_twelve_reports_arrive_and_each_finds_its_way(r: Reading, story: Story) -> None:
    assert intake.counts(r, "state") == {"taken_up": 10, "merged": 1, "split_off": 1}
    assert intake.counts(r, "colour") == {"red": 8, "gold": 3, "blue": 1}
    assert intake.report_row(r, story.ids["report 10"]).into == story.ids["report 2"]
    assert intake.report_row(r, story.ids["report 12"]).split_to == "联席协商会"
    assert len(intake.reports_of(r, story.ids["matter"])) == 11


def test_nine_gates_are_passed_in_order_and_the_last_is_left(r: Reading, story: Story) -> None:
    gates = procedures.gates_of(r, story.ids["matter"])
    numbers = [(g.stage, g.on[5:], g.due, g.present, g.in_favour, g.against, g.abstain) for g in gates]
    assert numbers == [
        ("proposed", "03-24", 7, 7, 7, 0, 0),
        ("consulted", "03-27", 11, 9, 0, 0, 0),
        ("reviewed_by_party", "03-30", 62, 51, 47, 2, 2),
        ("deliberated", "04-02", 46, 42, 40, 1, 1),
        ("commented", "04-13", 0, 0, 0, 0, 0),
        ("prefiled", "04-16", 0, 0, 0, 0, 0),
        ("decided", "04-29", 486, 371, 338, 21, 12),
        ("published", "05-01", 0, 0, 0, 0, 0),
        ("filed", "05-11", 0, 0, 0, 0, 0),
        ("result_published", "", None, None, None, None, None),
    ]


def test_the_party_members_agree_by_47_of_62_and_51_came(r: Reading, story: Story) -> None:
    assert hands(r, story.ids["party poll"]) == ("PASS", 47, 2, 2)
    steps = [step["zh"] for step in result(r, story.ids["party poll"])["steps"]]
    assert steps == [
        "到会 51 × 3 = 153 ≥ 62 × 2 = 124，达到名册的 2/3",
        "同意 47 × 2 = 94 ≥ 62，达到全体的 1/2",
    ]


# the meeting of 2 April


@pytest.fixture
def minutes(r: Reading, story: Story) -> Record:
    return record(r, story.ids["council meeting"])


def test_46_seats_are_42_present_3_on_leave_and_1_absent(minutes: Record) -> None:
    numbers = {status: len(minutes.sheet("seat", status)) for status in ("present", "leave", "absent")}
    assert numbers == {"present": 42, "leave": 3, "absent": 1}
    assert sum(numbers.values()) == minutes.meeting.due == 46
    assert [a.reason for a in minutes.sheet("seat", "leave")] == ["去区里开会", "在外地看病", "夜班"]


def test_eleven_observe_six_of_them_tenants(minutes: Record) -> None:
    observers = Counter(a.affiliation for a in minutes.sheet("observer", "present"))
    assert observers == {"租户代表": 6, "物业公司": 2, "社区民警": 1, "街道办事处": 1, "法律顾问": 1}


def test_the_record_has_23_speeches_four_votes_and_two_signatures(minutes: Record) -> None:
    kinds = Counter(line.kind for line in minutes.lines)
    assert (kinds["speech"], kinds["vote"], kinds["decision"]) == (23, 4, 1)
    head = minutes.meeting
    assert (day(head.opened), day(head.closed), head.state) == ("04-02 19:00", "04-02 21:20", "signed")
    assert head.chair_digest == head.secretary_digest == minutes.digest
    assert (minutes.chair, minutes.secretary) == ("甲书记", "乙秘书")
    assert [line.said.rsplit("：")[-1] for line in minutes.votes] == [
        "同意36，反对4，弃权2，通过。",
        "同意20，反对20，弃权2，未通过。",
        "同意31，反对9，弃权2，通过。",
        "同意40，反对1，弃权1，通过。",
    ]


def test_a_tie_is_not_passed_and_the_second_wording_names_the_first(r: Reading, story: Story) -> None:
    first, second, third = motions.amendments_of(r, story.ids["motion"])
    assert [(a.label, a.outcome, a.state) for a in (first, second, third)] == [
        ("甲", "PASS", "passed"), ("乙", "FAIL", "not_passed"), ("乙", "PASS", "passed"),
    ]  # fmt: skip
    assert (second.replaces, third.replaces) == ("", second.id)
    assert [hands(r, a.poll)[1:] for a in (first, second, third)] == [(36, 4, 2), (20, 20, 2), (31, 9, 2)]


def test_the_council_gives_an_opinion_and_decides_nothing(r: Reading, story: Story) -> None:
    assert hands(r, story.ids["submit"]) == ("PASS", 40, 1, 1)
    assert json.loads(polls.poll_row(r, story.ids["submit"]).rule)["opinion"] is True


# the text


def test_each_clause_tells_where_its_wording_comes_from(r: Reading, story: Story) -> None:
    clauses = motions.clauses_of(r, story.ids["motion"])
    changed = {c.clause: (c.origin, c.label, c.since_version) for c in clauses if c.origin != "draft"}
    assert changed == {"c2": ("amendment", "甲", 2), "c7": ("amendment", "乙", 3), "c9": ("review", "丙", 4)}
    assert len(clauses) == 10
    assert [v.version for v in motions.versions_of(r, story.ids["motion"])] == [1, 2, 3, 4]
    adopted = resolutions.resolution_page(r, story.ids["resolution"])
    assert [c.text for c in adopted.clauses] == [c.text for c in clauses]
    assert [(c.label, c.version) for c in adopted.clauses if c.label] == [("甲", 2), ("乙", 3), ("丙", 4)]


def test_no_fine_no_photographs_and_thirty_chargers_stand_in_the_compact(r: Reading, story: Story) -> None:
    text = {c.clause: c.text for c in motions.clauses_of(r, story.ids["motion"])}
    assert "罚款" not in text["c9"]
    assert "公示隐患位置、不公示姓名，并报有权机关依法处理" in text["c9"]
    assert "不收集人脸照片，退租满六个月删除" in text["c7"]
    assert "六十日内，使每栋楼的集中充电位不少于三十个" in text["c2"]
    assert motions.standing_findings(r, story.ids["motion"]) == []
    assert [f.wording for f in procedures.findings_of(r, story.ids["motion"])] == ["罚款二百元"]


def test_36_comments_have_36_answers(r: Reading, story: Story) -> None:
    assert discussion.counts_by_outcome(r, story.ids["motion"]) == {
        "adopted": 9,
        "explained": 22,
        "merged": 5,
    }
    page = discussion.comments_of(r, story.ids["motion"])
    assert len({page.texts[row.answer] for row in page.rows}) == len({row.person for row in page.rows}) == 36
    assert list(discussion.unanswered(r)) == []
