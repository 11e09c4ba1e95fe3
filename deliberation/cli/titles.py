"""Owners and titles from a CSV file: bad rows are listed, good ones entered, nothing twice."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from deliberation.actors import Actor, operator
from deliberation.cli.console import FINDING, Bar, community, options, say, settings_of
from deliberation.cli.roster import enter_grids, tell_faults, text_of
from deliberation.council import Council
from deliberation.log.aggregate import id_of, new_id
from deliberation.register import owners
from deliberation.register.titles import Ledger, parse


@click.command("import-titles")
@options
@click.option("--grid", "grids", multiple=True, help="先登记这个网格 · a grid to enter first")
@click.option("--check", "only_check", is_flag=True, help="只检查，不记入 · check only, enter nothing")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_titles(database: str | None, grids: tuple[str, ...], only_check: bool, file: Path) -> None:
    """从 CSV 记入产权名册；同一份可以再交 · enter a ledger of titles from CSV; the same file may be sent again"""
    text = text_of(file)
    settings_of(database)
    with community(database) as council:
        by = operator(datetime.now(UTC))
        if not only_check:
            enter_grids(council, grids, by)
        ledger = read(council, text, grids)
        entered = 0 if only_check else enter(council, ledger, by)
    _print(ledger, entered)
    sys.exit(FINDING if ledger.faults else 0)


def read(council: Council, text: str, grids: tuple[str, ...] = ()) -> Ledger:
    """Return what a file adds to owners and titles; grids named here count as entered."""
    with council.reading() as r:
        known = owners.known(r)
    new = {label: id_of(known.community, "place", label) for label in grids}
    return parse(text, known._replace(grids={**new, **known.grids}), new_id)


def enter(council: Council, ledger: Ledger, by: Actor) -> int:
    """Enter a ledger, each page whole or not at all; return how many titles were entered."""
    steps = list(ledger.steps(by))
    with Bar("记入 enter") as bar:
        for number, step in enumerate(steps, start=1):
            council.save(*step)
            bar(number, len(steps))
    return len(ledger.titles)


def _print(ledger: Ledger, entered: int) -> None:
    tell_faults(ledger.faults)
    faults, rows = len(ledger.faults), len({fault.row for fault in ledger.faults})
    titles, heads, people = len(ledger.titles), len(ledger.owners), len(ledger.persons)
    say(
        f"新增产权记录{titles}套、产权人{heads}位、表决人{people}人，已记入{entered}套；{rows}行有问题（{faults}处），没有记入。",
        f"New: {titles} titles, {heads} owners, {people} voters; {entered} titles were entered; "
        f"{rows} rows with {faults} faults were left out.",
    )


COMMANDS = (import_titles,)
