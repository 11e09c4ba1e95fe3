"""The demonstration's story, and a register from a file."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import click

from deliberation.audit import bundle, verify
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.keyring import Keyring
from deliberation.cli import serving
from deliberation.cli.console import (
    FINDING,
    Bar,
    as_json,
    language,
    opened,
    options,
    say,
    settings_of,
    show,
)
from deliberation.config import Settings
from deliberation.polls.catalogue import RULES
from deliberation.polls.counting import RESULTS


class Verified(NamedTuple):
    """What the verifier found, and the digests of the views before and after a rebuild."""

    checker: verify.Checker
    before: str
    after: str

    @property
    def good(self) -> bool:
        """Whether all of it holds."""
        return not self.checker.findings and self.before == self.after


@click.command()
@options
@as_json
def demo(database: str | None, as_json: bool) -> None:
    """放完整个故事、核对、打印结果，不留下文件 · play the whole story into a temporary file, verify it, print the result"""
    with tempfile.TemporaryDirectory(prefix="deliberation-") as folder:
        scratch = f"sqlite:///{Path(folder, 'demo.db')}"
        community = import_module("deliberation.scenario").COMMUNITY
        verified = _verified(
            replace(settings_of(None), database=database or scratch, community=community),
            Path(folder, "bundle"),
        )
    if as_json:
        show(verify.summary(verified.checker) | {"views_before": verified.before, "views_rebuilt": verified.after})
    else:
        _print(verified)
    sys.exit(0 if verified.good else FINDING)


def _verified(settings: Settings, folder: Path) -> Verified:
    with opened(settings) as council:
        serving.play(council)
        bundle.export(Checkpoints(council, Keyring()), folder)
        with Bar("核对 verify") as bar:
            checker = verify.check(folder, progress=bar)
        before = council.digest()
        council.rebuild()
        return Verified(checker, before, council.digest())


def _print(verified: Verified) -> None:
    checker = verified.checker
    if checker.recounted:
        _print_vote(max(checker.recounted, key=lambda poll: int(poll.declared["tallies"]["binding"]["roll"])))
    for line in verify.report(checker, language()):
        say(line)
    same = verified.before == verified.after
    say(
        f"视图按日志重建，前后指纹{'一致' if same else '不一致'}：{verified.after}",
        f"Views rebuilt from the log, digests {'equal' if same else 'different'}: {verified.after}",
    )


def _print_vote(poll: verify.Recount) -> None:
    d = poll.declared
    zh, en = RESULTS[d["outcome"]]
    say(
        f"{poll.title}：{zh}。同意{d['in_favour']}、反对{d['against']}、弃权{d['abstain']}",
        f"{poll.title}: {en}. {d['in_favour']} for, {d['against']} against, {d['abstain']} abstaining",
    )
    for law, steps in groupby(d["steps"], itemgetter("rule")):
        rule = RULES[law]
        say(f"  {rule.name_zh}（{rule.body_zh}）", f"  {rule.name_en} ({rule.body_en})")
        for step in steps:
            mark = "✓" if step["holds"] else "✕"
            say(f"    {mark} {step['zh']}", f"    {mark} {step['en']}")


@click.command()
@options
@click.option("--empty", is_flag=True, help="只建社区，不放故事 · found the community only")
def seed(database: str | None, empty: bool) -> None:
    """在空的数据库里放入示例 · put the demonstration into an empty database"""
    settings = settings_of(database)
    settings.make()
    if serving.first(settings, empty=empty):
        say(f"已放入 {settings.database}", f"Put into {settings.database}")
    else:
        say("库里已经有这个社区，没有改动。", "The community is there already; nothing was changed.")


COMMANDS = (demo, seed)
