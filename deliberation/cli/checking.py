"""Checking: views against the log, declared results against the ballots, a bundle against itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from deliberation.audit import bundle, verify
from deliberation.audit.recount import recount
from deliberation.cli.console import (
    FINDING,
    Bar,
    as_json,
    community,
    language,
    options,
    say,
    show,
)


@click.command()
@options
def rebuild(database: str | None) -> None:
    """从日志重建所有视图，比较前后指纹 · fold all views anew and compare the digests"""
    with community(database) as council:
        before, size = council.digest(), council.head().size
        with Bar("重建 rebuild") as bar:
            council.rebuild(lambda done: bar(done, size))
        after = council.digest()
    say(f"重建前 {before}", f"before {before}")
    say(f"重建后 {after}", f"after  {after}")
    same = before == after
    say(
        "一致。" if same else "不一致：视图被改过，现在已按日志重建。",
        "The same." if same else "Different: views had been changed.",
    )
    sys.exit(0 if same else FINDING)


@click.command("recount")
@options
@as_json
def recount_all(database: str | None, as_json: bool) -> None:
    """从日志重新计每一次票 · check every entry and count every poll again, from the log alone"""
    with community(database) as council, Bar("核对 check") as bar:
        checker = recount(council, bar)
    _answer(checker, as_json)


@click.command()
@options
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(database: str | None, folder: Path) -> None:
    """导出证据包（C2SP tlog-tiles） · write the log as plain files that other people's tools read"""
    with community(database) as council, Bar("导出 export") as bar:
        size = bundle.export(council, folder, bar)
        root = council.head().root.hex()
    say(f"{size} 条已写入 {folder}，总指纹 {root}", f"{size} events written to {folder}, root {root}")
    say(f"核对：python3 {verify.__file__} {folder}", f"check with: python3 {verify.__file__} {folder}")


@click.command("verify")
@options
@as_json
@click.option(
    "--pin", "pins", multiple=True, metavar="SIZE:ROOT", help="早先的存证点 · an earlier checkpoint"
)
@click.argument("folder", type=click.Path(path_type=Path))
def verify_folder(database: str | None, as_json: bool, pins: tuple[str, ...], folder: Path) -> None:
    """核对导出的证据包，有问题时退出码为1 · check an exported bundle; exit code 1 if anything does not hold"""
    with Bar("核对 verify") as bar:
        checker = verify.check(folder, dict(map(_pin, pins)), bar)
    _answer(checker, as_json)


def _pin(text: str) -> tuple[int, bytes]:
    try:
        size, root = text.split(":")
        return int(size), bytes.fromhex(root)
    except ValueError:
        raise click.BadParameter("写成 条数:指纹 · write SIZE:ROOT", param_hint="--pin") from None


def _answer(checker: verify.Checker, as_json: bool) -> None:
    if as_json:
        show(plain(checker))
    else:
        click.echo("\n".join(verify.report(checker, language())))
    sys.exit(FINDING if checker.findings else 0)


def plain(checker: verify.Checker) -> dict[str, Any]:
    """Return what a checker found, as JSON."""
    return {
        "events": checker.size,
        "root": checker.tree.root().hex(),
        "findings": [finding._asdict() for finding in checker.findings],
        "polls": [
            {
                "poll": poll.poll,
                "number": poll.number,
                "title": poll.title,
                "outcome": poll.declared["outcome"],
                "same": poll.same,
            }
            for poll in checker.recounted
        ],
        "resolutions": checker.resolutions,
    }


COMMANDS = (rebuild, recount_all, export, verify_folder)
