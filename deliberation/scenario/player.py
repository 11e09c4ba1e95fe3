"""The player: the chapters of the story in order, and whom a visitor may sign in as."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from deliberation.council import Council
from deliberation.scenario import (
    consulting,
    deliberating,
    drafting,
    opening,
    settling,
    voting,
)
from deliberation.scenario import today as continuation
from deliberation.scenario.data import load
from deliberation.scenario.desks import Now, not_before
from deliberation.scenario.roster import roster
from deliberation.scenario.stage import Stage

COMMUNITY = "jiahe"
TITLE = "甲河村《安全自治十条》"

Progress = Callable[[str, int, int], None]


class Chapter(NamedTuple):
    """A part of the story: name, the day it begins, and what happens."""

    name: str
    day: str
    play: Callable[[Stage], None]


STORY = (
    Chapter("founding", "2026-02-24", opening.found),
    Chapter("reports", "2026-03-02", opening.report),
    Chapter("matter", "2026-03-24", opening.open_matter),
    Chapter("draft", "2026-03-27", drafting.draft),
    Chapter("party meeting", "2026-03-30", drafting.party_meeting),
    Chapter("council meeting", "2026-03-31", deliberating.council_meeting),
    Chapter("comments", "2026-04-03", consulting.comment),
    Chapter("review", "2026-04-13", consulting.review),
    Chapter("revision", "2026-04-16", consulting.revise),
    Chapter("notice", "2026-04-17", voting.announce),
    Chapter("corrections", "2026-04-20", voting.correct),
    Chapter("opening", "2026-04-27", voting.open_poll),
    Chapter("first day", "2026-04-27", partial(voting.vote_on, day=0)),
    Chapter("second day", "2026-04-28", partial(voting.vote_on, day=1)),
    Chapter("third day", "2026-04-29", partial(voting.vote_on, day=2)),
    Chapter("count", "2026-04-29", voting.count),
    Chapter("resolution", "2026-04-30", settling.adopt),
    Chapter("objections", "2026-05-06", settling.object_to_result),
    Chapter("filing", "2026-05-08", settling.file),
    Chapter("rectification notice", "2026-05-21", settling.serve_notice),
    Chapter("inspection", "2026-05-25", settling.inspect_notice),
)


def play(council: Council, progress: Progress | None = None, *, today: datetime | None = None) -> Stage:
    """Play the whole story into an empty community, through the verbs that everybody uses.

    With ``today`` (aware), what waits on people's desks that day follows. ``progress`` is told title, chapters
    done, and chapters in all. Raises CommunityExists where the village stands already.
    """
    stage = Stage(council)
    chapters = [chapter.play for chapter in STORY]
    if today is not None:
        now = Now(stage, not_before(today))
        chapters += [partial(_follow, part=part, now=now) for part in continuation.PARTS]
    for done, chapter in enumerate(chapters):
        if progress is not None:
            progress(TITLE, done, len(chapters))
        chapter(stage)
    if progress is not None:
        progress(TITLE, len(chapters), len(chapters))
    return stage


def _follow(stage: Stage, part: Callable[[Now], None], now: Now) -> None:
    part(now)


class Visitor(NamedTuple):
    """Somebody to sign in as: ``desk`` home, desk or audit; ``why`` (Chinese, English), one sentence."""

    desk: str
    role: str
    person: str
    name: str
    why: tuple[str, str]


def people() -> list[Visitor]:
    """Return whom a visitor of the demonstration may sign in as, and what there is to do for them."""
    cast, names = roster().cast, roster().names()
    return [
        Visitor(one["desk"], one["role"], cast[one["key"]], names[cast[one["key"]]], (one["zh"], one["en"]))
        for one in load("today")["people"]
    ]
