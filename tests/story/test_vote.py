"""The vote of 27 to 29 April and what came of it: every number, from the views."""

import json
from collections import Counter
from datetime import date

from sqlalchemy import func, select

from deliberation import deadlines
from deliberation.filings import views as filings
from deliberation.log import history
from deliberation.log.reading import Reading
from deliberation.polls import queries as polls
from deliberation.polls.conditions import percentage
from deliberation.polls.views import ballots, boxes
from deliberation.publications import views as publications
from deliberation.register import views as register
from deliberation.resolutions import views as resolutions
from deliberation.scenario.data import seconds
from deliberation.scenario.roster import roster
from deliberation.tasks import views as tasks
from tests.story.conftest import Story
from tests.story.reading import day, hands, result

# the vote


def test_the_roll_of_486_is_corrected_twice_and_stays_486(r: Reading, story: Story) -> None:
    poll = polls.poll_row(r, story.ids["poll"])
    assert {name: some["count"] for name, some in json.loads(poll.rolls).items()} == {
        "binding": 486,
        "advisory": 2310,
    }
    holders = {home.id: home.adults[0] for home in roster().households}
    changed = {
        line.label for line in polls.lines_of(r, poll.id, "binding") if line.holder != holders[line.voter]
    }
    assert changed == {roster().home(5, 3).flat.label, roster().home(10, 7).flat.label}
    corrected = history.entries(r.connection, r.community, kinds=["roll.corrected"])
    assert [day(entry.event.at) for entry in corrected] == ["04-20 15:10", "04-22 10:40"]


def test_a_notice_of_17_april_allows_27_april_and_not_the_26th(r: Reading, story: Story) -> None:
    poll = polls.poll_row(r, story.ids["poll"])
    assert (poll.noticed, day(poll.opens), day(poll.closes)) == ("2026-04-17", "04-27 08:00", "04-29 18:00")
    posted, rule_days = date.fromisoformat(poll.noticed), json.loads(poll.rule)["notice_days"]
    assert deadlines.notice_is_long_enough(posted, date(2026, 4, 27), rule_days)
    assert not deadlines.notice_is_long_enough(posted, date(2026, 4, 26), rule_days)


def test_374_come_back_of_486_delivered_and_three_are_put_aside(r: Reading, story: Story) -> None:
    poll = polls.poll_row(r, story.ids["poll"])
    assert (poll.delivered_phone, poll.delivered_paper) == (301, 185)
    turnout = polls.turnout(r, poll)
    assert turnout == polls.Turnout(cast=371, roll=486, phone=232, paper=139)
    aside = Counter(slip.reason for slip in polls.slips_of(r, poll.id))
    assert aside == {"duplicate": 1, "no_letter": 1, "moved_away": 1}
    assert turnout.phone + sum(box.slips for box in polls.boxes_of(r, poll.id)) == 232 + 142 == 374
    roving = [box for box in polls.boxes_of(r, poll.id) if box.kind == "roving"]
    assert [(box.slips, box.entered, box.refused) for box in roving] == [(27, 27, 0)]


def test_every_box_is_sealed_by_two_before_the_end_and_entered_whole(r: Reading, story: Story) -> None:
    sealed = history.entries(r.connection, r.community, kinds=["box.sealed"])
    closes = polls.poll_row(r, story.ids["poll"]).closes
    assert all(e.event.at < closes and e.event.body()["second"] != e.event.by.person for e in sealed)
    assert all(
        b.entered + b.refused == b.slips
        for b in r.all(boxes.select().where(boxes.c.poll == story.ids["poll"]))
    )


def test_338_for_21_against_12_abstaining_of_371_is_carried(r: Reading, story: Story) -> None:
    counted = result(r, story.ids["poll"])
    assert hands(r, story.ids["poll"]) == ("PASS", 338, 21, 12)
    assert [step["zh"] for step in counted["steps"]][:2] == [
        "参加 371 × 3 = 1113 ≥ 486 × 2 = 972，达到名册的 2/3",
        "同意 338 × 2 = 676 > 371，超过参加的 1/2",
    ]
    assert (percentage(338, 371), percentage(338, 486)) == ("91.11%", "69.55%")
    assert 3 * 324 == 2 * 486


def test_the_grids_and_the_channels_add_up_to_the_whole(r: Reading, story: Story) -> None:
    groups, labels = result(r, story.ids["poll"])["groups"], register.labels(r, "grid")
    by_grid = {labels[g["name"]]: (g["for"], g["against"], g["abstain"]) for g in groups["grid"]}
    assert by_grid == {"网格一": (99, 5, 4), "网格二": (72, 5, 2), "网格三": (74, 5, 3), "网格四": (93, 6, 3)}
    assert {name: sum(counts) for name, counts in by_grid.items()} == {
        "网格一": 108,
        "网格二": 79,
        "网格三": 82,
        "网格四": 102,
    }
    by_channel = {g["name"]: g["for"] + g["against"] + g["abstain"] for g in groups["channel"]}
    assert by_channel == {"phone": 232, "paper": 139}


def test_the_tenants_are_counted_apart_and_never_added(r: Reading, story: Story) -> None:
    tallies = result(r, story.ids["poll"])["tallies"]
    assert tallies["advisory"] == {"for": 987, "against": 96, "abstain": 43, "roll": 2310}
    assert tallies["binding"]["for"] + tallies["binding"]["against"] + tallies["binding"]["abstain"] == 371
    assert percentage(987, 1126) == "87.66%"
    by_roll = (
        select(ballots.c.roll, func.count())
        .where(ballots.c.poll == story.ids["poll"])
        .group_by(ballots.c.roll)
    )
    assert dict(r.all(by_roll)) == {"binding": 371, "advisory": 1126}


# afterwards


def test_the_result_is_on_display_until_18_may(r: Reading, story: Story) -> None:
    shown = publications.publications_of(r, story.ids["matter"])
    assert [(p.kind, p.from_date[5:], p.until[5:]) for p in shown] == [
        ("draft", "04-03", "04-13"),
        ("notice", "04-17", "04-27"),
        ("roll", "04-17", "04-24"),
        ("result", "05-01", "05-18"),
        ("resolution", "05-11", "05-26"),
    ]
    assert date(2026, 5, 16).strftime("%a") == "Sat"


def test_two_objections_are_answered_in_writing_and_change_nothing(r: Reading, story: Story) -> None:
    lines = publications.objections_to(r, story.ids["publication result"])
    assert [(day(line.raised)[:5], line.upheld, bool(line.answer)) for line in lines] == [
        ("05-06", False, True)
    ] * 2
    assert "74" in lines[0].answer
    aside = {slip.reason: slip.voter for slip in polls.slips_of(r, story.ids["poll"])}
    voted = {row.voter for row in r.all(ballots.select().where(ballots.c.poll == story.ids["poll"]))}
    assert aside["no_letter"] not in voted
    assert aside["duplicate"] in voted


def test_it_is_filed_a_day_before_the_last_and_acknowledged(r: Reading, story: Story) -> None:
    (filing,) = filings.filings_of(r, story.ids["matter"])
    assert (filing.due_on, filing.made_on, filing.state) == ("2026-05-09", "2026-05-08", "acknowledged")
    assert (filing.receipt_number, filing.receipt_on) == ("丙街备〔2026〕7号", "2026-05-11")
    (compact,) = resolutions.in_force(r, "2026-05-18")
    assert resolutions.resolution_page(r, compact.id).caption == (
        "（2026年4月29日甲河村村民会议户代表表决通过，自2026年5月18日起施行）"
    )
    assert list(resolutions.in_force(r, "2026-05-17")) == []


def test_a_notice_due_on_a_sunday_runs_until_monday_and_is_closed(r: Reading, story: Story) -> None:
    page = tasks.notice_page(r, story.ids["notice"])
    assert (page.row.number, page.row.state, page.row.how) == (
        "甲安〔2026〕12号",
        "closed",
        "refused_witnessed",
    )
    assert page.row.due == seconds("2026-05-26 00:00")
    assert date(2026, 5, 24).strftime("%a") == "Sun"
    assert [(i.n, i.result) for i in page.inspections] == [(1, "ok")]
    assert "301" not in page.row.place_label
