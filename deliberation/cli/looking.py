"""Looking back: the history as sentences, and the views as they stood."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import click

from deliberation import deadlines
from deliberation.actors import OPERATOR, ROLES
from deliberation.cli.console import as_json, community, language, options, say, show
from deliberation.log import fold, history
from deliberation.log.reading import Reading
from deliberation.polls import queries as polls
from deliberation.polls.counting import RESULTS
from deliberation.polls.model import STAGES
from deliberation.register import views as register


@click.command("history")
@options
@as_json
@click.option("--after", type=click.IntRange(0), default=0, help="跳过前N条 · skip the first N entries")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="最多几条 · how many"
)
@click.option("--matter", metavar="ID", help="只看一件事 · of one matter only")
def read(database: str | None, as_json: bool, after: int, limit: int, matter: str | None) -> None:
    """一条一条读经过 · read what happened, a sentence an event"""
    with community(database) as council, council.reading() as r:
        found = history.entries(r.connection, r.community, after=after, limit=limit, matter=matter)
        names = people(r, [entry.event.by.person for entry in found])
    if as_json:
        show([_plain(entry, names) for entry in found])
        return
    for entry in found:
        say(f"{entry.position:>7}  {clock(entry.event.at)}  {entry.sentence(language(), names.__getitem__)}")


def people(r: Reading, ids: Sequence[str]) -> dict[str, str]:
    """Return how people are called; whoever stands at the machine has no name."""
    machine = ROLES[OPERATOR][language() == "en"]
    return register.named(r, sorted(set(ids))) | {"operator": machine}


def clock(at: int) -> str:
    """Return an instant (seconds UTC) as local time."""
    return f"{deadlines.local(datetime.fromtimestamp(at, UTC)):%Y-%m-%d %H:%M:%S}"


def _plain(entry: history.Entry, names: dict[str, str]) -> dict[str, Any]:
    sentences = {tongue: entry.sentence(tongue, names.__getitem__) for tongue in ("zh", "en")}
    place = {"position": entry.position, "matter": entry.matter, "leaf_hash": entry.hash}
    return {**place, **sentences, "entry": json.loads(entry.leaf)}


@click.command()
@options
@as_json
@click.option("--to", "position", type=click.IntRange(0), help="只算前N条 · after the first N entries")
@click.option("--at", "day", metavar="DATE", help="那一天结束时 · at the end of a day, 2026-04-17")
def replay(database: str | None, as_json: bool, position: int | None, day: str | None) -> None:
    """重放到某一刻：视图的指纹和主要数字 · fold the log up to a moment and print digest and figures"""
    if (position is None) == (day is None):
        raise click.UsageError("请写 --to 或 --at 其中一个。Name either --to or --at.")
    moment = {"position": position} if day is None else {"time": _end_of(day)}
    with community(database) as council, council.as_of(**moment) as r:
        figures = _figures(r)
    if as_json:
        show(figures)
    else:
        _print(figures)


def _end_of(day: str) -> int:
    try:
        return int(deadlines.end_of(date.fromisoformat(day)).timestamp()) - 1
    except (ValueError, OverflowError):
        raise click.BadParameter(
            "日期写成 2026-04-17 · write a date as 2026-04-17", param_hint="--at"
        ) from None


def _figures(r: Reading) -> dict[str, Any]:
    decided = [
        {"number": poll.number, "title": poll.title, "stage": poll.stage, "outcome": poll.outcome}
        for poll in polls.polls_at(r, *STAGES)
    ]
    return {
        "events": r.size,
        "time": clock(r.time) if r.size else "",
        "digest": fold.digest(r.connection, r.community),
        "register": register.size(r),
        "polls": decided,
        "kinds": dict(sorted(history.counts(r.live, r.community, r.size).items())),
    }


def _print(figures: dict[str, Any]) -> None:
    size = figures["register"]
    say(
        f"前 {figures['events']} 条，到 {figures['time']}",
        f"The first {figures['events']} events, up to {figures['time']}",
    )
    say(f"视图指纹 {figures['digest']}", f"digest of the views {figures['digest']}")
    say(
        f"名册：位置{size['places']}、房屋{size['units']}、户{size['households']}、人{size['persons']}",
        "register: " + ", ".join(f"{count} {name}" for name, count in size.items()),
    )
    for poll in figures["polls"]:
        state = (RESULTS | STAGES)[poll["outcome"] or poll["stage"]]
        say(
            f"  {poll['number']} {poll['title']}：{state[0]}",
            f"  {poll['number']} {poll['title']}: {state[1]}",
        )
    for kind, count in figures["kinds"].items():
        say(f"{count:>7}  {kind}")


COMMANDS = (read, replay)
