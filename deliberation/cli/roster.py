"""A register from a CSV file: bad rows are listed, good ones entered, nobody twice."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from deliberation.actors import FREE_ROLES, ROLES, Actor, operator
from deliberation.cli.console import (
    FINDING,
    Bar,
    community,
    options,
    say,
    settings_of,
    tell,
)
from deliberation.council import Council
from deliberation.deadlines import local_date
from deliberation.errors import Refusal
from deliberation.log.aggregate import id_of, new_id
from deliberation.register import views as register
from deliberation.register.model import Holding, Page
from deliberation.register.roster import Roster, parse
from deliberation.register.sheet import Fault

#: Faults shown; the rest are counted.
SHOWN = 50


class NobodyOrSeveral(Refusal):
    """A name that does not tell one person. Facts: name, count."""

    zh = "名册里叫“{name}”的有{count}人，没有登记职务。名字要和名册一样；同名的请用 --home 写明住处。"
    en = (
        "{count} people of the register are called “{name}”; no role was recorded. Write it so; "
        "--home tells namesakes apart."
    )


@click.command("import-register")
@options
@click.option("--grid", "grids", multiple=True, help="先登记这个网格 · a grid to enter first")
@click.option("--check", "only_check", is_flag=True, help="只检查，不记入 · check only, enter nothing")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_register(database: str | None, grids: tuple[str, ...], only_check: bool, file: Path) -> None:
    """从 CSV 记入名册；同一份可以再交 · enter a register from CSV; the same file may be sent again"""
    text = text_of(file)
    settings_of(database)
    with community(database) as council:
        by = operator(datetime.now(UTC))
        if not only_check:
            enter_grids(council, grids, by)
        roster = read(council, text, grids)
        entered = 0 if only_check else enter(council, roster, by)
    _print(roster, entered)
    sys.exit(FINDING if roster.faults else 0)


def text_of(file: Path) -> str:
    """Return what a file says, in either encoding of Chinese spreadsheets. Raises BadParameter."""
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.BadParameter("不是 UTF-8 或 GB18030 文字 · neither UTF-8 nor GB18030", param_hint="FILE")


def enter_grids(council: Council, labels: Iterable[str], by: Actor) -> None:
    """Enter those grids that the register does not have."""
    with council.reading() as r:
        known = register.known(r)
    new = [
        [id_of(known.community, "place", label), "grid", label, ""]
        for label in labels
        if label not in known.grids
    ]
    if new:
        council.save(Page.of_places(new, by=by))


def read(council: Council, text: str, grids: Iterable[str] = ()) -> Roster:
    """Return what a file adds to the register, without people who live there under the same name already."""
    with council.reading() as r:
        known = register.known(r)
        people = r.all(register.persons.select().where(r.mine(register.persons)))
        names = register.named(r, [person.id for person in people])
    new = {label: id_of(known.community, "place", label) for label in grids}
    roster = parse(text, known._replace(grids={**new, **known.grids}), new_id)
    there = {(person.home, names[person.id]) for person in people}
    pairs = list(zip(roster.persons, roster.names, strict=True))
    fresh = [(line, name) for line, name in pairs if (line[1], name.name) not in there]
    roster.persons, roster.names = [line for line, _ in fresh], [name for _, name in fresh]
    return roster


def enter(council: Council, roster: Roster, by: Actor) -> int:
    """Enter a roster, each page whole or not at all; return how many persons were entered."""
    steps = list(roster.steps(by))
    with Bar("记入 enter") as bar:
        for number, step in enumerate(steps, start=1):
            council.save(*step)
            bar(number, len(steps))
    return len(roster.persons)


def tell_faults(faults: Sequence[Fault]) -> None:
    """Say what is wrong with the rows of a file, the first of them."""
    for fault in faults[:SHOWN]:
        tell(f"第{fault.row}行：{fault.zh}", f"row {fault.row}: {fault.en}")
    more = len(faults) - SHOWN
    if more > 0:
        tell(f"……还有{more}处", f"… and {more} more")


def _print(roster: Roster, entered: int) -> None:
    tell_faults(roster.faults)
    faults, rows = len(roster.faults), len({fault.row for fault in roster.faults})
    units, households = len(roster.units), len(roster.households)
    say(
        f"新增房屋{units}套、户{households}户、人{len(roster.persons)}人，已记入{entered}人；{rows}行有问题（{faults}处），没有记入。",
        f"New: {units} units, {households} households, {len(roster.persons)} persons, of whom {entered} were entered; "
        f"{rows} rows with {faults} faults were left out.",
    )
    if roster.roles:
        say(f"文件里新增职务{len(roster.roles)}项，从导入那天起算。", f"New roles from the day of the import: {len(roster.roles)}.")


@click.command()
@options
@click.option(
    "--since", metavar="DATE", help="任期从哪天开始，默认今天 · first day of the term, today unless named"
)
@click.option("--home", default="", help="住处，同名时写明 · the home, where several have the name")
@click.argument("name")
@click.argument("role", type=click.Choice(sorted(set(ROLES) - FREE_ROLES)))
def appoint(database: str | None, since: str | None, home: str, name: str, role: str) -> None:
    """登记一人担任职务，比如第一位记录员 · record that a person holds a role, such as the first secretary"""
    now = datetime.now(UTC)
    with community(database) as council:
        with council.reading() as r:
            people = [person for person, label in register.people_called(r, name) if home in ("", label)]
        if len(people) != 1:
            raise NobodyOrSeveral(name=name, count=len(people))
        council.save(Holding.grant(people[0], role, since=_day(since, now), by=operator(now)))
    zh, en = ROLES[role]
    say(f"已登记：{name}担任{zh}。", f"Recorded: {name} is {en}.")


def _day(text: str | None, now: datetime) -> str:
    try:
        return (local_date(now) if text is None else date.fromisoformat(text)).isoformat()
    except ValueError:
        raise click.BadParameter(
            "日期写成 2026-04-17 · write a date as 2026-04-17", param_hint="--since"
        ) from None


COMMANDS = (import_register, appoint)
