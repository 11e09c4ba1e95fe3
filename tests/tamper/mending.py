"""What a forger mends after changing entries: everything that the keys in hand allow."""

from types import SimpleNamespace
from typing import Any

from deliberation.polls import counting
from deliberation.polls.counting import Cast
from deliberation.polls.roll import Line, summary
from deliberation.polls.rules import Rule
from tests.audit.forging import KEY, Entry, Log


def of(log: Log, type: str, poll: str) -> list[Entry]:
    """Return the entries of a type that belong to a poll."""
    return [entry for entry in log.entries if entry["type"] == type and entry["body"].get("poll") == poll]


def lines_of(log: Log, poll: str) -> dict[str, list[Line]]:
    """Return the rolls of a poll, as their pages have them."""
    found: dict[str, list[Line]] = {}
    for page in of(log, "roll.page_frozen", poll):
        found.setdefault(page["body"]["roll"], []).extend(Line(*line) for line in page["body"]["lines"])
    return found


def recounted(log: Log) -> None:
    """Count every poll anew and declare what comes out, with the position of its close."""
    for count in [entry for entry in log.entries if entry["type"] == "poll.counted"]:
        told = count["body"]
        closed = [n for n, entry in enumerate(log.entries) if entry["type"] == "poll.closed" and entry["agg"] == told["poll"]]
        told["cut_off"] = closed[0] if closed else told["cut_off"]
        notice = next((entry["body"] for entry in log.entries if (entry["type"], entry["agg"]) == ("poll.announced", told["poll"])), None)
        if notice is None:
            continue
        if "hands" in notice["channels"]:
            shown = next(entry["body"] for entry in log.entries if (entry["type"], entry["agg"]) == ("poll.hands_counted", told["poll"]))
            told |= counting.count_hands(Rule.from_json(notice["rule"]), SimpleNamespace(**shown))  # type: ignore[arg-type]
            continue
        grids = {line.voter: line.grid for lines in lines_of(log, told["poll"]).values() for line in lines}
        cast = [cast_of(entry, grids) for entry in of(log, "ballot.cast", told["poll"])]
        told |= counting.count(Rule.from_json(notice["rule"]), KEY, cast, rolls=notice["rolls"])


def cast_of(entry: Entry, grids: dict[str, str]) -> Cast:
    b: dict[str, Any] = entry["body"]
    return Cast(entry["agg"], b["sealed"], b["roll"], b["channel"], grids.get(b["voter"], ""), 0, entry["aggv"])


def rolled(log: Log) -> None:
    """Make the roots of every roll anew from its pages."""
    for entry in log.entries:
        if entry["type"] == "roll.page_frozen":
            entry["body"]["count"] = len(entry["body"]["lines"])
    for entry in log.entries:
        if entry["type"] == "poll.announced":
            for name, lines in lines_of(log, entry["agg"]).items():
                entry["body"]["rolls"][name] |= summary(lines)
