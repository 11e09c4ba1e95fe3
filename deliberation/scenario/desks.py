"""A moment before now, and the verbs that every part of "today" begins with."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from deliberation import deadlines
from deliberation.actors import COMMITTEE, DELEGATE, SECRETARY, Actor
from deliberation.clauses import Text
from deliberation.motions.model import Motion
from deliberation.procedures.model import Matter
from deliberation.scenario.data import load, moment
from deliberation.scenario.stage import Stage


class Now(NamedTuple):
    """The moment at which a visitor comes, and the stage."""

    stage: Stage
    moment: datetime

    def day(self, ago: int, clock: str) -> datetime:
        """Return a moment so many days ago, on the clocks of China."""
        on = deadlines.local_date(self.moment) - timedelta(days=ago)
        return datetime.combine(on, time.fromisoformat(clock), deadlines.SHANGHAI)

    def by(self, key: str, role: str, ago: int, clock: str) -> Actor:
        """Return somebody acting so many days ago."""
        return Actor.of(self.stage.person(key), role, self.day(ago, clock))

    def hours_ago(self, key: str, role: str, hours: int) -> Actor:
        """Return somebody acting earlier today."""
        return Actor.of(self.stage.person(key), role, self.moment - timedelta(hours=hours))

    def numbered(self, text: str) -> str:
        """Return a number of this year."""
        return text.format(year=deadlines.local_date(self.moment).year)


def not_before(now: datetime) -> datetime:
    """Return the moment, or three weeks after the end of the story where the clock stands before that.

    What waits today began within three weeks, and the log's time never steps back.
    """
    end = moment(load("story")["notice"]["closed"]) + timedelta(weeks=3)
    return max(now.astimezone(UTC), end.astimezone(UTC)).replace(microsecond=0)


def open_matter(now: Now, data: dict[str, Any], ago: int, template: str = "WU_BU") -> Matter:
    """Open a matter for one part of the day."""
    number = now.numbered(data["matter"])
    matter = Matter.open(
        number, data["matter_title"], template, by=now.by("secretary", SECRETARY, ago, "09:00")
    )
    now.stage.save(matter)
    return matter


def propose(now: Now, matter: Matter, data: dict[str, Any], ago: int, seconds_needed: int) -> Motion:
    """Propose a motion; a delegate or a member of the committee moves it."""
    role = COMMITTEE if data["mover"].startswith("committee") else DELEGATE
    text = Text.of(data["title"], data["clauses"])
    by = now.by(data["mover"], role, ago, "10:00")
    number = now.numbered(data["number"])
    motion = Motion.propose(matter.id, number, data["title"], data["kind"], text, seconds_needed, by=by)
    now.stage.save(motion)
    return motion
