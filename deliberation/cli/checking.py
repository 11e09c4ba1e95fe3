"""Checking: views against the log, declared results against the ballots, a bundle against itself."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import BinaryIO

import click

from deliberation.audit import bundle, comparing, restoring, verify
from deliberation.audit.recount import recount
from deliberation.cli.console import (
    FINDING,
    Bar,
    as_json,
    community,
    in_either_language,
    language,
    opened,
    options,
    say,
    sealing,
    settings_of,
    show,
)


@click.command()
@options
def rebuild(database: str | None) -> None:
    """从日志重算所有视图，和现有的比较，不一致就重建 · fold all views anew and compare them; rebuild them if they differ"""
    with community(database) as council:
        with Bar("重算 fold") as bar:
            _, views, log = council.compared(bar)
        same = views == log
        if not same:
            council.rebuild()
    say(f"视图 {views}", f"views {views}")
    say(f"日志 {log}", f"log   {log}")
    say(
        "一致。" if same else "不一致：视图和日志对不上，现在已按日志重建。",
        "The same." if same else "Different: the views were not what the log says. They have been rebuilt from it.",
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
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path))
def export(database: str | None, target: Path) -> None:
    """导出证据包（文件夹，或者一个 .tar 文件） · write the log as plain files that other people's tools read"""
    with community(database) as council, Bar("导出 export") as bar:
        seal = bundle.export(sealing(council, settings_of(database)), target, bar)
    root = seal.root.hex()
    say(f"{seal.size} 条已写入 {target}，总指纹 {root}", f"{seal.size} events written to {target}, root {root}")
    say(f"核对：python3 {verify.__file__} {target}", f"check with: python3 {verify.__file__} {target}")


@click.command("verify")
@options
@as_json
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="PIN",
    help="早先的存证点：文件、条数:指纹，或者纸上印的短码 · an earlier checkpoint: a file, SIZE:ROOT, or the short form on papers",
)
@click.option(
    "--policy", type=click.File("rb"), help="您信得过的钥匙和见证（C2SP tlog-policy） · the keys and witnesses that you trust"
)
@click.argument("folder", type=click.Path(path_type=Path))
def verify_folder(
    database: str | None, as_json: bool, pins: tuple[str, ...], policy: BinaryIO | None, folder: Path
) -> None:
    """核对导出的证据包，有问题时退出码为1 · check an exported bundle; exit code 1 if anything does not hold"""
    known, trusted = [_pin(text) for text in pins], policy.read() if policy else None
    with Bar("核对 verify") as bar:
        checker = verify.check(folder, known, bar, policy=trusted, now=int(time.time()))
    _answer(checker, as_json)


@click.command("import")
@options
@click.argument("bundle", metavar="FOLDER", type=click.Path(exists=True, path_type=Path))
def restore(database: str | None, bundle: Path) -> None:
    """从证据包恢复整个社区，先核对；有问题一条也不写 · check a bundle and restore the community; nothing is written if it does not hold"""
    settings = settings_of(database)
    settings.make()
    with opened(settings) as council, Bar("导入 import") as bar:
        restored = restoring.restore(council, bundle, bar)
    say(
        f"{restored.events} 条记录、{restored.checkpoints} 个存证点已恢复。姓名、原话和没有开的票箱钥匙不在证据包里，要从保管库的备份恢复。",
        f"{restored.events} events and {restored.checkpoints} checkpoints restored. Names, words and keys of open polls are not in "
        "a bundle: restore them from the backup of the vault.",
    )


@click.command("verify-diff")
@in_either_language
@as_json
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
def verify_diff(as_json: bool, old: Path, new: Path) -> None:
    """核对新的证据包是旧的接着写的 · prove that one bundle continues another"""
    with Bar("核对 verify") as bar:
        difference = comparing.compare(old, new, bar)
    if as_json:
        show(difference.plain())
    else:
        click.echo("\n".join(difference.report(language())))
    sys.exit(0 if difference.holds else FINDING)


def _pin(text: str) -> verify.Pin:
    try:
        return verify.read_pin(text)
    except ValueError:
        raise click.BadParameter("写成 条数:指纹 · write SIZE:ROOT", param_hint="--pin") from None


def _answer(checker: verify.Checker, as_json: bool) -> None:
    if as_json:
        show(verify.summary(checker))
    else:
        click.echo("\n".join(verify.report(checker, language())))
    sys.exit(FINDING if checker.findings else 0)


COMMANDS = (rebuild, recount_all, export, restore, verify_folder, verify_diff)
