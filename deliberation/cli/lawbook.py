"""The catalogue of rules on the command line: list it, show a rule, check test vectors."""

from __future__ import annotations

import sys
from typing import TextIO

import click

from deliberation.cli.console import (
    FINDING,
    as_json,
    in_either_language,
    say,
    show,
    tell,
)
from deliberation.polls import vectors
from deliberation.polls.catalogue import RULES
from deliberation.polls.catalogue import rule as rule_named


@click.group("rule")
def rule() -> None:
    """表决规则 · the rules of votes"""


@rule.command("list")
@in_either_language
@as_json
def list_rules(as_json: bool) -> None:
    """目录里的规则 · the rules of the catalogue"""
    if as_json:
        show([one.to_json() for one in RULES.values()])
        return
    for one in RULES.values():
        say(f"{one.id:18} {one.version}  {one.name_zh}", f"{one.id:18} {one.version}  {one.name_en}")


@rule.command("show")
@click.argument("name", metavar="RULE")
def show_rule(name: str) -> None:
    """一条规则的全部内容和出处 · all of one rule, with its source"""
    show(rule_named(name).to_json())


@rule.command("check")
@in_either_language
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
def check(file: TextIO) -> None:
    """核对测试向量 · check vectors: id|rule|profile|roll|participating|for|against|abstain|expected

    Prints "id expected got" for each; exit status 1 on any difference.
    """
    wrong = 0
    for verdict in vectors.check(file):
        say(f"{verdict.id} {verdict.expected} {verdict.got}")
        if verdict.refusal is not None:
            tell(verdict.refusal.say("zh"), verdict.refusal.say("en"))
        wrong += not verdict.right
    sys.exit(FINDING if wrong else 0)


COMMANDS = [rule]
