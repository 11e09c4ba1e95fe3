"""Filings: in time or late, acknowledged or returned."""

from typing import Any

import pytest

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.filings import schemas
from deliberation.filings.model import (
    AnsweredAlready,
    Filing,
    FilingNumberTaken,
    FilingUnclear,
    NotTheStreetOffice,
    ReceiptDateUnclear,
)
from deliberation.filings.views import (
    awaiting_receipt,
    filing_page,
    filings_of,
    unfiled,
)
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import new_id
from deliberation.procedures.refusals import NoSuchMatter
from tests.given import actor, facts, given, refuses, replays, words
from tests.meetings.sittings import MATTER
from tests.resolutions.adoptions import adopted

BUNDLE = [{"title": "决议", "digest": "a" * 64}, {"title": "表决结果公示", "digest": "b" * 64}]
STREET = actor("street_office", at="2026-05-11 10:00")


def filing(**more: Any) -> Filing:
    """The compact filed on 8 May."""
    body: dict[str, Any] = {
        "matter": MATTER,
        "number": "甲村报〔2026〕3号",
        "to": "丙街道办事处",
        "decided_on": "2026-04-29",
        "attachments": BUNDLE,
        "by": actor("secretary", at="2026-05-08 15:00"),
    }
    return Filing.make(**(body | more))


def test_a_compact_is_due_ten_days_after_its_adoption_on_a_saturday_that_is_worked() -> None:
    ((kind, body),) = facts(filing())
    assert kind == "filing.made"
    assert (body["due_on"], body["days"], body["made_on"]) == ("2026-05-09", 10, "2026-05-08")
    assert body["count"] == 2


@pytest.mark.parametrize(("at", "late"), [("2026-05-09 23:59", 0), ("2026-05-10 00:00", 1)])
def test_a_filing_after_the_last_day_is_marked_late(town: Council, at: str, late: int) -> None:
    it = filing(by=actor("secretary", at=at))
    town.save(it)
    with town.reading() as r:
        assert filing_page(r, it.id).row.late == late


@pytest.mark.parametrize(
    "fault",
    [
        {"to": ""},
        {"attachments": []},
        {"attachments": [{"title": "决议", "digest": "short"}]},
        {"attachments": [{"title": "", "digest": "a" * 64}]},
        {"decided_on": "2026-05-09"},
    ],
)
def test_a_bundle_is_complete_and_of_a_decision_already_made(fault: dict[str, Any]) -> None:
    with refuses(FilingUnclear):
        filing(**fault)


def test_the_street_office_acknowledges_or_the_secretary_enters_its_paper() -> None:
    for by in (STREET, actor("secretary", at="2026-05-11 10:00")):
        it = given(filing())
        it.acknowledge("丙街备〔2026〕7号", "2026-05-11", by=by)
        assert facts(it)[0][1]["receipt_number"] == "丙街备〔2026〕7号"
    for role in ("chair", "resident", "grid_worker"):
        with refuses(NotTheStreetOffice):
            filing().acknowledge("丙街备〔2026〕7号", "2026-05-11", by=actor(role, at="2026-05-11 10:00"))


def test_a_receipt_is_dated_between_the_filing_and_today() -> None:
    for on in ("2026-05-07", "2026-05-12"):
        with refuses(ReceiptDateUnclear, earliest="2026-05-08", latest="2026-05-11"):
            filing().acknowledge("丙街备〔2026〕7号", on, by=STREET)


def test_a_filing_is_answered_once() -> None:
    it = filing()
    it.return_(words("请补签到表", "street_office"), by=STREET)
    with refuses(AnsweredAlready, state_en="returned"):
        it.acknowledge("丙街备〔2026〕7号", "2026-05-11", by=STREET)
    done = filing()
    done.acknowledge("丙街备〔2026〕7号", "2026-05-11", by=STREET)
    with refuses(AnsweredAlready, state="已备案"):
        done.return_(words("晚了", "street_office"), by=STREET)


def test_what_was_returned_is_filed_again_under_another_number(town: Council) -> None:
    compact = adopted(town)
    with town.reading() as r:
        assert [each.resolution for each in unfiled(r)] == [compact.id]
    first = filing(resolution=compact.id)
    town.save(first)
    with town.reading() as r:
        assert unfiled(r) == []
        assert [row.id for row in awaiting_receipt(r)] == [first.id]
    with town.change(Filing, first.id) as it:
        it.return_(words("请补签到表", "street_office"), by=STREET)
    with town.reading() as r:
        page = filing_page(r, first.id)
        (open_,) = unfiled(r)
    assert (page.said, page.row.state, page.attachments) == ("请补签到表", "returned", BUNDLE)
    assert (open_.number, open_.adopted_on) == ("甲村决〔2026〕1号", "2026-04-29")
    with refuses(FilingNumberTaken, number="甲村报〔2026〕3号"):
        town.save(filing(resolution=compact.id))
    again = filing(resolution=compact.id, number="甲村报〔2026〕4号", by=actor("secretary", at="2026-05-11 15:00"))
    town.save(again)
    with town.change(Filing, again.id) as it:
        it.acknowledge("丙街备〔2026〕7号", "2026-05-12", by=actor("street_office", at="2026-05-12 09:00"))
    with town.reading() as r:
        assert [row.receipt_number for row in filings_of(r, MATTER)] == ["", "丙街备〔2026〕7号"]
        assert (awaiting_receipt(r), unfiled(r)) == ([], [])
    replays(town)


def test_matter_and_resolution_are_known(town: Council) -> None:
    with refuses(NoSuchMatter):
        town.save(filing(matter=new_id()))
    with refuses(NotFound):
        town.save(filing(resolution=new_id()))
    with town.reading() as r, refuses(NotFound):
        filing_page(r, new_id())


def test_the_forms_say_what_is_missing() -> None:
    bad = {"matter": MATTER, "attachments": [{"title": "决议", "digest": "xyz"}], "decided_on": "2026-04-29"}
    with pytest.raises(BadForm) as refused:
        load(schemas.Make, bad)
    assert set(refused.value.errors) == {"number", "to", "attachments.0.digest"}
    good = {"matter": MATTER, "number": "3", "to": "丙街道", "decided_on": "2026-04-29", "attachments": BUNDLE}
    assert load(schemas.Make, good)["attachments"] == BUNDLE
    with pytest.raises(BadForm):
        load(schemas.Acknowledge, {"receipt_number": "", "on": ""})
