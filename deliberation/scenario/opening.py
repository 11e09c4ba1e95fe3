"""February and March: the village is entered, twelve reports arrive, a matter is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deliberation.actors import GRID_WORKER, SECRETARY, Actor, operator
from deliberation.intake.model import Report
from deliberation.procedures.model import Matter
from deliberation.register.model import PAGE, Community, Holding, Page
from deliberation.register.private import PersonName
from deliberation.scenario.data import load, moment
from deliberation.scenario.stage import Stage


def found(stage: Stage) -> None:
    """Found the village, and enter places, homes, people and offices."""
    data = load("village")
    by = operator(moment(data["founded"]))
    stage.council.save(
        Community.found(data["slug"], data["name"], kind=data["kind"], street=data["street"], by=by)
    )
    register(stage, by)
    since = data["terms_since"]
    offices = stage.roster.offices
    stage.save(*(Holding.grant(o.person, o.role, since=since, place=o.place, by=by) for o in offices))


def register(stage: Stage, by: Actor) -> None:
    """Enter the register page by page."""
    roster = stage.roster
    stage.save(Page.of_places(roster.places, by=by))
    for some in _pages(roster.flats):
        stage.save(Page.of_units([[f.id, f.building, f.label, f.area] for f in some], by=by))
    # Four ids a line: fewer lines fit into one event.
    for some in _pages(roster.households, PAGE // 2):
        stage.save(Page.of_households([[h.id, h.flat.id, h.flat.label, h.flat.grid] for h in some], by=by))
    for start, some in zip(range(0, len(roster.persons), PAGE), _pages(roster.persons), strict=True):
        names = [PersonName(p.id, p.name, f"000{start + n:08d}") for n, p in enumerate(some)]
        stage.save(Page.of_persons([[p.id, p.home, p.standing, 1, p.speaks] for p in some], names, by=by))


def _pages(lines: Sequence[Any], width: int = PAGE) -> Iterator[Sequence[Any]]:
    for start in range(0, len(lines), width):
        yield lines[start : start + width]


def report(stage: Stage) -> None:
    """Receive the reports; one says what another says already, and one is for another body."""
    data = load("reports")
    for one in data["reports"]:
        stage.ids[f"report {one['number']}"] = receive(stage, one)
        if one["number"] == data["merge"]["report"]:
            merge(stage, data["merge"])
    split = data["split"]
    with stage.change(Report, f"report {split['report']}") as one:
        one.reclass(split["colour"], by=stage.by("secretary", SECRETARY, split["at"]))
        one.split_off(split["to"], by=stage.by("secretary", SECRETARY, split["at"]))


def receive(stage: Stage, one: dict[str, Any]) -> str:
    """Receive one report and return its id."""
    role = GRID_WORKER if one["by"].startswith("worker") else SECRETARY
    received = Report.receive(
        one["number"],
        channel=one["channel"],
        place=one["place"],
        place_id=stage.roster.place(one["place_id"]) if one["place_id"] else "",
        colour=one["colour"],
        words=stage.words(one["words"], one["from"]),
        reporter=stage.person(one["from"]),
        by=stage.by(one["by"], role, one["at"]),
    )
    stage.save(received)
    return received.id


def merge(stage: Stage, merged: dict[str, str]) -> None:
    """Join a report to an earlier one."""
    with stage.change(Report, f"report {merged['report']}") as one:
        into = stage.ids[f"report {merged['into']}"]
        one.merge(into, merged["into"], by=stage.by("clerk", SECRETARY, merged["at"]))


def open_matter(stage: Stage) -> None:
    """Open the matter, take the reports up under it and answer them; the Party branch proposes."""
    data = load("story")["matter"]
    by = stage.by("secretary", SECRETARY, data["opened"])
    matter = Matter.open(data["number"], data["title"], data["template"], by=by)
    stage.save(matter)
    stage.ids["matter"] = matter.id
    pass_gate(stage, "proposed")
    taken = load("reports")["take_up"]
    by = stage.by("secretary", SECRETARY, taken["at"])
    for number in taken["reports"]:
        with stage.change(Report, f"report {number}") as one:
            one.take_up(matter.id, data["number"], by=by)
            one.answer(stage.words(taken["answer"], "secretary"), by=by)


def pass_gate(stage: Stage, gate: str, **numbers: Any) -> None:
    """Pass a gate of the matter, on the day and with the numbers that the story has."""
    data = {**load("story")["gates"].get(gate, {}), **numbers}
    at = data.pop("at")
    by = stage.by("secretary", SECRETARY, at)
    with stage.change(Matter, "matter") as matter:
        matter.pass_gate(gate, on=at[:10], by=by, **data)
