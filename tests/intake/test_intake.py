"""Reports: whatever the channel, nothing is lost and nothing is done twice."""

import json

import pytest

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.forms import BadForm, load
from deliberation.intake import schemas, views
from deliberation.intake.model import (
    NotMergeable,
    Report,
    ReportAnswered,
    ReportFault,
    ReportNumberTaken,
    ReportSettled,
)
from tests.given import actor, facts, given, place, refuses, replays, who, words

SECRETARY = actor("secretary")


def report(number: str = "2", said: str = "三楼垂下飞线充电", **more: str) -> Report:
    entry = {"channel": "photo", "place": "9号楼2单元", "colour": "red", **more}
    return Report.receive(number, words=words(said), by=SECRETARY, **entry)


def test_a_report_carries_channel_place_and_colour_but_not_its_words():
    [(kind, body)] = facts(report())
    assert kind == "report.received"
    assert (body["channel_zh"], body["colour_zh"], body["place"]) == ("随手拍", "红", "9号楼2单元")
    assert "飞线" not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("wrong", [{"channel": "telepathy"}, {"colour": "green"}])
def test_a_channel_or_colour_must_be_one_of_the_list(wrong):
    with refuses(ReportFault):
        report(**wrong)


def test_a_report_can_be_reclassed_and_split_off_to_another_body():
    canteen = given(report("12", "写字楼空着，能不能办个食堂", colour="red"))
    canteen.reclass("blue", by=SECRETARY)
    canteen.split_off("联席协商会", by=SECRETARY)
    assert [kind for kind, _ in facts(canteen)] == ["report.reclassed", "report.split_off"]
    assert facts(canteen)[1][1] == {"number": "12", "to": "联席协商会"}


def test_a_report_keeps_its_colour_unless_another_is_given():
    with refuses(ReportFault):
        given(report(colour="red")).reclass("red", by=SECRETARY)


SETTLING = {
    "merged": lambda it: it.merge(given(report("1")).id, "1", by=SECRETARY),
    "taken_up": lambda it: it.take_up(who("zhang"), "1", by=SECRETARY),
    "split_off": lambda it: it.split_off("联席协商会", by=SECRETARY),
    "answered": lambda it: it.answer(words("已清理"), by=SECRETARY),
}
VERBS = {**SETTLING, "reclass": lambda it: it.reclass("gold", by=SECRETARY)}
del VERBS["answered"]


@pytest.mark.parametrize("state", SETTLING)
@pytest.mark.parametrize("verb", VERBS)
def test_a_settled_report_refuses_every_verb_but_an_answer(state, verb):
    it = given(report())
    SETTLING[state](it)
    assert it.state == state
    with refuses(ReportSettled, number="2"):
        VERBS[verb](it)


@pytest.mark.parametrize("state", SETTLING)
def test_a_reporter_is_answered_once(state):
    it = given(report())
    SETTLING[state](it)
    if state != "answered":
        it.answer(words("已列入十条草案"), by=SECRETARY)
        assert it.state == state, "an answer does not undo what was done with the report"
    with refuses(ReportAnswered):
        it.answer(words("再说一次"), by=SECRETARY)


def test_a_report_is_not_merged_into_itself():
    it = given(report())
    with refuses(NotMergeable):
        it.merge(it.id, "2", by=SECRETARY)


def test_a_report_is_filed_under_its_matter_once_it_is_taken_up():
    it = report()
    assert it.matter == it.id
    it.take_up(who("zhang"), "1", by=SECRETARY)
    assert it.matter == who("zhang")


def test_a_number_is_given_once(town: Council):
    town.save(report("2"))
    with refuses(ReportNumberTaken, number="2"):
        town.save(report("2"))
    with town.reading() as r:
        assert [row.number for row in views.reports_list(r)] == ["2"]
        assert views.next_number(r) == "3", "2 is the next by count, but taken"


def test_place_and_reporter_must_be_in_the_register(town: Council):
    for wrong in ({"place_id": who("nowhere")}, {"reporter": who("nobody")}):
        with refuses(ReportFault):
            town.save(report("2", **wrong))
    town.save(report("2", place_id=place("1号楼"), reporter=who("li")))
    with town.reading() as r:
        assert [row.number for row in views.reports_by(r, who("li"))] == ["2"]


def test_a_duplicate_is_merged_into_the_first_report_and_not_into_a_merged_one(town: Council):
    first, again, third = report("2"), report("10", channel="online"), report("11")
    town.save(first, again, third)
    with town.change(Report, again.id) as it:
        it.merge(first.id, "2", by=SECRETARY)
    for into, number in ((again.id, "10"), (who("nothing"), "99"), (first.id, "3")):
        with refuses(NotMergeable, number=number), town.change(Report, third.id) as it:
            it.merge(into, number, by=SECRETARY)
    with town.reading() as r:
        assert [row.number for row in views.waiting(r)] == ["2", "11"]
        assert views.report_row(r, again.id).into_number == "2"
        assert views.counts(r, "state") == {"received": 2, "merged": 1}
        assert views.counts(r, "channel") == {"photo": 2, "online": 1}


def test_the_words_are_found_in_the_vault_and_the_views_replay(town: Council):
    it = report("2", said="三楼垂下飞线充电")
    town.save(it)
    with town.change(Report, it.id) as found:
        found.answer(words("网格员已到场"), by=SECRETARY)
    with town.reading() as r:
        [row] = views.reports_list(r, state="answered", colour="red", channel="photo")
        texts = views.words_of(r, [row])
        assert (texts[row.words], texts[row.answer]) == ("三楼垂下飞线充电", "网格员已到场")
        assert views.reports_list(r, page=2) == []
    replays(town)


def test_an_unknown_report_is_not_found(town: Council):
    with refuses(NotFound):
        town.get(Report, who("zhang"))


def test_the_form_names_every_field_that_is_wrong():
    with pytest.raises(BadForm) as caught:
        load(schemas.Receive, {"channel": "意见箱", "place": " ", "colour": "绿"})
    assert set(caught.value.errors) == {"place", "colour", "words"}
    entry = {
        "channel": "意见箱",
        "place": "6号楼",
        "colour": "金",
        "words": " 充电位太远 ",
        "csrf_token": "x",
    }
    assert load(schemas.Receive, entry) == {
        "number": "",
        "channel": "box",
        "place": "6号楼",
        "place_id": "",
        "colour": "gold",
        "words": "充电位太远",
        "reporter": "",
    }
