"""Views of reports, their guards, and what pages ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, String, Text, func, or_, select

from deliberation.intake.model import (
    NotMergeable,
    Report,
    ReportFault,
    ReportNumberTaken,
)
from deliberation.log.reading import Reading
from deliberation.log.views import Change, Tx, guard, insert, on, update, view
from deliberation.numbering import first_free, numbers_after
from deliberation.register import vault
from deliberation.register.views import persons, places

#: Rows on one page of a list.
PAGE = 100

reports = view(
    "reports",
    Column("id", String(36), primary_key=True),
    Column("number", Text),
    Column("channel", String(16)),
    Column("colour", String(8)),
    Column("place", Text),
    Column("place_id", String(36)),
    Column("words", String(64)),
    Column("reporter", String(36)),
    Column("state", String(16)),
    Column("into", String(36)),
    Column("into_number", Text),
    Column("matter", String(36)),
    Column("matter_number", Text),
    Column("split_to", Text),
    Column("answer", String(64)),
    Column("received_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("position", BigInteger),
    index=["state", "matter", "into", "reporter"],
)
report_numbers = view(
    "report_numbers",
    Column("number", String(40), primary_key=True),
    Column("report", String(36)),
)


@on(Report.Received)
def received(e: Report.Received, position: int) -> Iterable[Change]:
    yield insert(report_numbers, number=e.number, report=e.id)
    yield insert(
        reports,
        id=e.id,
        number=e.number,
        channel=e.channel,
        colour=e.colour,
        place=e.place,
        place_id=e.place_id,
        words=e.words,
        reporter=e.reporter,
        state="received",
        into="",
        matter="",
        answer="",
        received_at=e.at,
        position=position,
    )


@on(Report.Reclassed)
def reclassed(e: Report.Reclassed, position: int) -> Iterable[Change]:
    yield update(reports, e.id, colour=e.colour)


@on(Report.Merged)
def merged(e: Report.Merged, position: int) -> Iterable[Change]:
    yield update(reports, e.id, state="merged", into=e.into, into_number=e.into_number)


@on(Report.TakenUp)
def taken_up(e: Report.TakenUp, position: int) -> Iterable[Change]:
    yield update(reports, e.id, state="taken_up", matter=e.matter, matter_number=e.matter_number)


@on(Report.SplitOff)
def split_off(e: Report.SplitOff, position: int) -> Iterable[Change]:
    yield update(reports, e.id, state="split_off", split_to=e.to)


@on(Report.Answered)
def answered(e: Report.Answered, position: int) -> Iterable[Change]:
    state = {"state": "answered"} if e.settles else {}
    yield update(reports, e.id, answer=e.words, answered_at=e.at, **state)


@guard(Report.Received)
def the_report_stands_on_known_ground(event: Report.Received, tx: Tx) -> None:
    if tx.row(report_numbers, event.number) is not None:
        raise ReportNumberTaken(number=event.number)
    if event.place_id and tx.row(places, event.place_id) is None:
        raise ReportFault(fault="所选的位置不在名册里", fault_en="the place chosen is not in the register")
    if event.reporter and tx.row(persons, event.reporter) is None:
        raise ReportFault(fault="反映人不在名册里", fault_en="the person reporting is not in the register")


@guard(Report.Merged)
def what_it_merges_into_stands_by_itself(event: Report.Merged, tx: Tx) -> None:
    into = tx.row(reports, event.into)
    if into is None or into["number"] != event.into_number or into["state"] == "merged":
        raise NotMergeable(number=event.into_number)


# what pages ask


def report_row(r: Reading, report: str) -> Any | None:
    """Return a report's row, or None."""
    return r.row(reports, report)


def reports_list(
    r: Reading, *, state: str = "", channel: str = "", colour: str = "", page: int = 1
) -> Sequence[Any]:
    """Return a page of 100 reports, the latest first, optionally of one state, channel or colour."""
    query = _chosen(r, reports.select(), state, channel, colour)
    return r.all(query.order_by(reports.c.position.desc()).limit(PAGE).offset(PAGE * (page - 1)))


def how_many(r: Reading, *, state: str = "", channel: str = "", colour: str = "") -> int:
    """Return how many reports ``reports_list`` has on all its pages."""
    return r.count(_chosen(r, select(func.count()).select_from(reports), state, channel, colour))


def _chosen(r: Reading, query: Any, state: str, channel: str, colour: str) -> Any:
    c = reports.c
    query = query.where(r.mine(reports))
    for column, value in ((c.state, state), (c.channel, channel), (c.colour, colour)):
        query = query.where(column == value) if value else query
    return query


def merged_into(r: Reading, report: str) -> Sequence[Any]:
    """Return the reports that were merged into one, in log order."""
    return r.all(
        reports.select().where(r.mine(reports), reports.c.into == report).order_by(reports.c.position)
    )


def waiting(r: Reading) -> Sequence[Any]:
    """Return the reports that nobody has dealt with, the oldest first."""
    query = reports.select().where(r.mine(reports), reports.c.state == "received")
    return r.all(query.order_by(reports.c.position))


def reports_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the reports taken up under a matter and those merged into them, in log order."""
    taken = select(reports.c.id).where(r.mine(reports), reports.c.matter == matter)
    mine = or_(reports.c.matter == matter, reports.c.into.in_(taken))
    return r.all(reports.select().where(r.mine(reports), mine).order_by(reports.c.position))


def reports_by(r: Reading, reporter: str) -> Sequence[Any]:
    """Return what a person has reported, the latest first."""
    query = reports.select().where(r.mine(reports), reports.c.reporter == reporter)
    return r.all(query.order_by(reports.c.position.desc()))


def counts(r: Reading, by: str) -> dict[str, int]:
    """Return how many reports there are ``by`` "state", "channel" or "colour"."""
    column = reports.c[by]
    query = select(column, func.count()).where(r.mine(reports)).group_by(column)
    return {row[0]: row[1] for row in r.all(query)}


def words_of(r: Reading, rows: Sequence[Any]) -> dict[str, str]:
    """Return commitment -> text for the words and answers of reports; erased ones are missing."""
    return vault.texts(r, [text for row in rows for text in (row.words, row.answer)])


def next_number(r: Reading, today: str = "") -> str:
    """Return the number that the next report gets if nobody chooses one: the first free after the last."""
    last = r.first(
        select(reports.c.number).where(r.mine(reports)).order_by(reports.c.position.desc()).limit(1)
    )
    wanted = list(numbers_after(last.number if last else "", today))
    numbers = select(report_numbers.c.number).where(
        r.mine(report_numbers), report_numbers.c.number.in_(wanted)
    )
    return first_free(iter(wanted), {row.number for row in r.all(numbers)})
