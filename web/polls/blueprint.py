"""The blueprint that the pages of polls share, and what several of them need."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple, cast

from flask import Blueprint, request

from deliberation.actors import GRID_WORKER, SCRUTINEER, SECRETARY
from deliberation.errors import NotFound
from deliberation.polls import aftermath, queries
from deliberation.polls.ballots import HANDS
from deliberation.polls.conditions import WORDS, Condition, Quantity
from deliberation.polls.counting import RESULTS
from deliberation.polls.roll import ADVICE, BINDING, Line
from deliberation.polls.rules import Rule
from deliberation.polls.schemas import CHANNEL_WORDS
from deliberation.register.views import labels
from web.shell import _, local, moment_shown, reading
from web.wordings import area

bp = Blueprint("polls", __name__)

CHANNELS = CHANNEL_WORDS | {HANDS: ("举手", "show of hands")}


class Page(NamedTuple):
    """A poll as pages show it: its row, the rule it froze, and the declared result (None before the count)."""

    row: Any
    rule: Rule
    rolls: dict[str, dict[str, Any]]
    channels: list[str]
    result: dict[str, Any] | None


def page_of(poll: str) -> Page:
    """Return a poll. Raises NotFound."""
    row = queries.poll_row(reading(), poll)
    if row is None:
        raise NotFound
    rule = Rule.from_json(json.loads(row.rule))
    return Page(row, rule, json.loads(row.rolls), json.loads(row.channels), json.loads(row.result) if row.result else None)


#: Who handles ballots.
CLERKS = (SECRETARY, SCRUTINEER, GRID_WORKER)


def digest_of(field: str) -> str:
    """Return the SHA-256 (hex) of a file that came with the form, "" without one. The file is not kept."""
    file = request.files.get(field)
    content = file.read() if file is not None else b""
    return sha256(content).hexdigest() if content else ""


@bp.app_template_filter()
def channel(name: str) -> str:
    """Return how a way of voting is called."""
    return local(CHANNELS.get(name, (name, name)))


@bp.app_template_filter()
def silence(rule: Rule) -> str:
    """Return what silence means under a rule that counts it: the warning that stands on notice and ballot."""
    if rule.silence == "abstain":
        return _("请注意：签收了表决票或者登录了系统，就算参加；没有选的，按弃权计。依据：%(source)s", source=rule.source)
    told = _("请注意：送达了表决票而没有投的，会计入多数意见。依据：%(source)s", source=rule.source)
    doubtful = _("这种算法法院看法不一，结果有可能被撤销。")
    return f"{told} {doubtful}" if rule.contested else told


@bp.app_template_filter()
def roll_told(page: Page) -> str:
    """Return how large the binding roll is, and of which part of the place it is the roll."""
    binding = page.rolls[BINDING]
    told = _("%(n)s 户（人）", n=binding["count"])
    if "area" in binding:
        told = f"{told}，{area(binding['area'])}"
    if "scope" in binding:
        places = labels(reading(), "grid") | labels(reading(), "building")
        told = _("%(told)s，只限%(where)s", told=told, where=places.get(binding["scope"], ""))
    return told


@bp.app_template_filter()
def advice(roll: str) -> str:
    """Return whose roll of advice it is."""
    return local(ADVICE.get(roll, (roll, roll)))


@bp.app_template_filter()
def outcome(status: str) -> str:
    """Return what an outcome is called."""
    return local(RESULTS[status])


@bp.app_template_filter()
def stage(poll: Any) -> tuple[str, str]:
    """Return where a poll stands in a word, and the tone of its tag."""
    at = poll.outcome if poll.stage == "counted" else poll.stage
    if aftermath.preliminary(poll, int(moment_shown().timestamp())):
        return _("初步结果"), "seal"
    return {
        "announced": (_("已公告，还没开始"), ""),
        "open": (_("投票中"), "seal"),
        "closed": (_("已截止，等计票"), "clay"),
        "cancelled": (_("公告已撤销"), ""),
        "annulled": (_("结果已撤销"), "clay"),
        "PASS": (_("通过"), "pine"),
        "FAIL": (_("未通过"), "clay"),
        "NO_QUORUM": (_("人数不足"), "clay"),
        "REPORTED": (_("意见统计"), ""),
        "VOID": (_("无效"), "clay"),
    }[at]


@bp.app_template_filter()
def doors(lines: list[Line]) -> list[tuple[str, str]]:
    """Return (voter, door) of roll lines, by door."""
    return sorted(((line.voter, line.label) for line in lines), key=lambda pair: pair[1])


@bp.app_template_filter()
def conditions(rule: Rule, channels: list[str]) -> list[str]:
    """Return what a rule asks for, each condition as a sentence; where nobody sits in a room, taking part is being there."""
    asked = (*rule.quorum, *rule.majority)
    return [_sentence(condition if HANDS in channels else _without_a_room(condition)) for condition in asked]


def _without_a_room(condition: Condition) -> Condition:
    there = {"present": "participating"}
    subject, base = (there.get(name, name) for name in (condition.subject, condition.base))
    return replace(condition, subject=cast(Quantity, subject), base=cast(Quantity, base))


def _sentence(condition: Condition) -> str:
    subject, base = (local((WORDS[name][0], WORDS[name][at])) for name, at in ((condition.subject, 1), (condition.base, 2)))
    share = f"{condition.numerator}/{condition.denominator}"
    if condition.measure == "area":
        subject, base = _("%(whose)s的专有部分面积", whose=subject), _("%(whose)s的专有部分面积", whose=base)
    if condition.operator == "<=":
        return _("%(subject)s不能超过%(base)s的 %(share)s", subject=subject, base=base, share=share)
    if condition.operator == ">":
        return _("%(subject)s要超过%(base)s的 %(share)s（刚好一样多不算）", subject=subject, base=base, share=share)
    return _("%(subject)s要达到%(base)s的 %(share)s（刚好达到就算）", subject=subject, base=base, share=share)
