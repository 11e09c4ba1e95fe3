"""Rectification notices: numbers, service, periods, inspections, ends."""

from typing import Any

import pytest

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import new_id
from deliberation.procedures.refusals import NoSuchMatter
from deliberation.register import vault
from deliberation.tasks import schemas
from deliberation.tasks.model import Notice, clock, due_of
from deliberation.tasks.refusals import (
    NoticeNumberTaken,
    NoticeStands,
    NoticeUnclear,
    NotInForce,
    PeriodNotOver,
    PersonsUnknown,
    ReplacesNothing,
    ServedInFuture,
    TwoPersonsNeeded,
    WitnessNeeded,
)
from deliberation.tasks.views import (
    notice_counts,
    notice_page,
    notices_of,
    open_notices,
    overdue,
)
from tests.given import actor, facts, given, moment, place, refuses, replays, who, words
from tests.meetings.sittings import MATTER
from tests.resolutions.adoptions import adopted

TWO = [who("grid_worker"), who("second_grid_worker")]
ISSUER = actor("grid_worker", at="2026-05-21 10:30")
SERVED = "2026-05-21 10:20"


def notice(resolution: str = "", number: str = "甲安〔2026〕12号", **more: Any) -> Notice:
    """A notice for a charging cable hanging out of a window."""
    body: dict[str, Any] = {
        "matter": MATTER,
        "place": place("2号楼"),
        "place_label": "2号楼2单元",
        "resolution": resolution or new_id(),
        "clause": "c2",
        "clause_label": "第二条第一款",
        "level": "ordinary",
        "words": words("三楼垂下飞线充电", "grid_worker"),
        "by": ISSUER,
    }
    return Notice.issue(number=number, **(body | more))


def seconds(at: str) -> int:
    """A moment on the clocks of China in seconds UTC."""
    return int(moment(at).timestamp())


def served(it: Notice, how: str = "signed", **more: Any) -> Notice:
    """The same notice, served on Thursday morning."""
    more = {"workers": TWO, "served_at": seconds(SERVED), "by": ISSUER} | more
    it.serve(how, more.pop("workers"), **more)
    return it


def inspected(it: Notice, result: str, at: str, **more: Any) -> Notice:
    """The same notice after an inspection."""
    it.inspect(result, TWO, **more, by=actor("grid_worker", at=at))
    return it


def test_an_ordinary_hazard_is_mended_within_three_days_not_counting_a_weekend_at_the_end() -> None:
    it = served(given(notice()))
    ((kind, body),) = facts(it)
    assert kind == "notice.served"
    assert clock(body["due"]) == body["due_text"] == "2026-05-25 24:00"


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-05-18 23:59", "2026-05-21 24:00"),
        ("2026-05-21 10:20", "2026-05-25 24:00"),
        ("2026-04-30 09:00", "2026-05-06 24:00"),
        ("2026-05-06 09:00", "2026-05-09 24:00"),
    ],
)
def test_the_day_of_service_is_not_counted_and_days_off_move_the_last_day(at: str, due: str) -> None:
    assert clock(due_of(seconds(at), 3, 0)) == due


def test_a_serious_hazard_is_mended_within_twenty_four_hours_at_night_and_on_sundays() -> None:
    it = served(notice(level="serious"), served_at=seconds("2026-05-21 10:20"))
    assert clock(it.due) == "2026-05-22 10:20"
    assert clock(due_of(seconds("2026-05-23 22:30"), 0, 24)) == "2026-05-24 22:30"


def test_the_period_is_frozen_into_the_notice() -> None:
    assert facts(notice())[0][1]["days"] == 3
    assert facts(notice(level="serious"))[0][1]["hours"] == 24


def test_serving_takes_two_persons() -> None:
    for workers in ([TWO[0]], [TWO[0], TWO[0]], [*TWO, who("zhang")], [TWO[0], ""]):
        with refuses(TwoPersonsNeeded):
            served(notice(), workers=workers)


def test_a_refusal_to_sign_needs_a_witness_who_is_neither_of_the_two() -> None:
    for witness in ("", TWO[0]):
        with refuses(WitnessNeeded):
            served(notice(), "refused_witnessed", witness=witness)
    assert served(notice(), "refused_witnessed", witness=who("zhang")).state == "served"


def test_a_notice_cannot_have_been_served_tomorrow() -> None:
    with refuses(ServedInFuture, now="2026-05-21 10:30"):
        served(notice(), served_at=seconds("2026-05-21 10:31"))


def test_levels_ways_and_results_are_those_of_the_list() -> None:
    for fault in ({"level": "terrible"}, {"place_label": ""}):
        with refuses(NoticeUnclear):
            notice(**fault)
    with refuses(NoticeUnclear):
        served(notice(), "by pigeon")
    with refuses(NoticeUnclear):
        inspected(served(notice()), "so so", "2026-05-26 09:00")


def test_a_hazard_mended_in_time_is_closed() -> None:
    it = inspected(served(notice()), "ok", "2026-05-25 15:00")
    it.close(by=actor("grid_worker", at="2026-05-25 15:05"))
    assert [kind for kind, _ in facts(it)] == [
        "notice.issued", "notice.served", "notice.inspected", "notice.closed",
    ]  # fmt: skip


def test_not_mended_counts_only_when_the_period_is_over() -> None:
    it = served(notice())
    with refuses(PeriodNotOver, due="2026-05-25 24:00"):
        inspected(it, "not_ok", "2026-05-25 23:59")
    inspected(it, "not_ok", "2026-05-26 00:00")
    assert it.state == "failed"


def test_a_second_inspection_may_find_it_mended() -> None:
    it = inspected(inspected(served(notice()), "not_ok", "2026-05-26 09:00"), "ok", "2026-05-28 09:00")
    assert facts(it)[-1][1]["n"] == 2
    it.close(by=ISSUER)


def test_what_is_never_mended_goes_to_the_authority() -> None:
    it = inspected(served(notice()), "not_ok", "2026-05-26 09:00")
    it = inspected(it, "not_ok", "2026-05-28 09:00")
    it.escalate("街道安监办、消防救援站", by=ISSUER)
    assert it.state == "escalated"
    for step in (lambda: it.escalate("公安", by=ISSUER), lambda: it.withdraw(words("撤"), by=ISSUER)):
        with refuses(NoticeStands, state="已经上报"):
            step()


def test_a_notice_is_closed_only_after_a_good_inspection() -> None:
    for it in (notice(), served(notice()), inspected(served(notice()), "not_ok", "2026-05-26 09:00")):
        with refuses(NoticeStands):
            it.close(by=ISSUER)


def test_only_a_served_notice_is_inspected_and_only_a_failed_one_escalated() -> None:
    with refuses(NoticeStands, state_en="issued but not served"):
        inspected(notice(), "ok", "2026-05-25 09:00")
    with refuses(NoticeStands):
        served(served(notice()))
    with refuses(NoticeStands):
        served(notice()).escalate("街道", by=ISSUER)


def test_a_withdrawn_notice_keeps_its_number_and_another_is_issued_in_its_place(town: Council) -> None:
    compact = adopted(town).id
    old = notice(compact, "甲安〔2026〕31号")
    town.save(old)
    with refuses(ReplacesNothing):
        town.save(notice(compact, "甲安〔2026〕32号", replaces=old.id))
    with town.change(Notice, old.id) as it:
        it.withdraw(words("线是物业公司的", "zhang"), by=actor("grid_worker", at="2026-06-01 09:00"))
    with refuses(NoticeNumberTaken, number="甲安〔2026〕31号"):
        town.save(notice(compact, "甲安〔2026〕31号"))
    new = notice(compact, "甲安〔2026〕32号", replaces=old.id, place_label="物业公司")
    town.save(new)
    with town.reading() as r:
        page = notice_page(r, old.id)
        counts = notice_counts(r, MATTER)
    assert (page.row.state, page.reason, page.successor.number) == ("withdrawn", "线是物业公司的", "甲安〔2026〕32号")
    assert counts == {"withdrawn": 1, "issued": 1}


def test_a_notice_cites_a_clause_in_force(town: Council) -> None:
    compact = adopted(town).id
    with refuses(NotInForce, clause="第二条第一款", effective_on="2026-05-18"):
        town.save(notice(compact, by=actor("grid_worker", at="2026-05-17 09:00")))
    for wrong in ({"clause": "c9"}, {"place": new_id()}, {"resolution": new_id()}):
        with refuses(NotFound):
            town.save(notice(**({"resolution": compact} | wrong)))
    with refuses(NoSuchMatter):
        town.save(notice(compact, matter=new_id()))


def test_those_who_serve_and_inspect_are_in_the_register(town: Council) -> None:
    it = notice(adopted(town).id)
    town.save(it)
    with refuses(PersonsUnknown):
        town.save(served(town.get(Notice, it.id), workers=[TWO[0], new_id()]))
    with refuses(PersonsUnknown):
        town.save(served(town.get(Notice, it.id), "refused_witnessed", witness=new_id()))


def test_the_page_of_a_notice_tells_its_whole_way(town: Council) -> None:
    it = notice(adopted(town).id)
    town.save(it)
    town.save(served(it, "refused_witnessed", witness=who("zhang")))
    town.save(inspected(it, "ok", "2026-05-25 15:00", words=words("线已拆", "grid_worker")))
    with town.reading() as r:
        page = notice_page(r, it.id)
        assert [row.id for row in notices_of(r, MATTER)] == [it.id]
        with refuses(NotFound):
            notice_page(r, new_id())
    assert (page.row.state, page.row.how) == ("passed", "refused_witnessed")
    assert clock(page.row.due) == "2026-05-25 24:00"
    assert (page.hazard, page.reason, page.successor) == ("三楼垂下飞线充电", "", None)
    assert [(each.n, each.result, each.said) for each in page.inspections] == [(1, "ok", "线已拆")]


def test_the_hazard_in_words_is_in_the_vault_only(town: Council) -> None:
    it = notice(adopted(town).id, words=words("301户张三家"))
    assert "张三" not in str(facts(it))
    town.save(it)
    with town.database.engine.begin() as connection:
        connection.execute(vault.words_table.delete())
    with town.reading() as r:
        assert notice_page(r, it.id).hazard == "（已删除）"


def test_what_is_due_first_comes_first_and_what_is_late_is_listed(town: Council) -> None:
    compact = adopted(town).id
    waiting, ordinary, serious = (notice(compact, f"甲安〔2026〕{n}号") for n in (1, 2, 3))
    serious = notice(compact, "甲安〔2026〕3号", level="serious")
    town.save(waiting, ordinary, serious)
    town.save(served(ordinary), served(serious))
    with town.reading() as r:
        assert [row.id for row in open_notices(r)] == [serious.id, ordinary.id, waiting.id]
        assert overdue(r, seconds("2026-05-22 10:19")) == []
        assert [row.id for row in overdue(r, seconds("2026-05-22 10:20"))] == [serious.id]
        assert [row.id for row in overdue(r, seconds("2026-05-26 00:00"))] == [serious.id, ordinary.id]
    town.save(inspected(serious, "not_ok", "2026-05-22 11:00"))
    serious.escalate("消防救援站", by=actor("grid_worker", at="2026-05-23 11:00"))
    town.save(serious)
    town.save(inspected(ordinary, "ok", "2026-05-24 11:00"))
    ordinary.close(by=actor("grid_worker", at="2026-05-24 11:05"))
    town.save(ordinary)
    with town.reading() as r:
        assert overdue(r, seconds("2026-06-01 00:00")) == []
        assert notice_counts(r, MATTER) == {"issued": 1, "escalated": 1, "closed": 1}
    replays(town)


def test_numbers_have_six_cornered_brackets_and_no_leading_zero() -> None:
    form = {
        "matter": MATTER,
        "place_label": "2号楼2单元",
        "resolution": new_id(),
        "clause": "c2",
        "clause_label": "第二条第一款",
        "level": "一般隐患",
        "hazard": "飞线充电",
    }
    assert load(schemas.Issue, form | {"number": "甲安〔2026〕12号"})["level"] == "ordinary"
    for number in ("甲安〔2026〕012号", "甲安[2026]12号", "12", "甲安〔26〕12号", ""):
        with pytest.raises(BadForm) as refused:
            load(schemas.Issue, form | {"number": number})
        assert set(refused.value.errors) == {"number"}
    assert load(schemas.Serve, {"how": "本人签收", "workers": TWO, "served_at": SERVED})["workers"] == TWO
