"""A small council's log as plain entries, and forgers who change it and then repair whatever they can.

The log is made by the public verbs. A forger edits entries and has every byte, length and hash made anew, so that
a fault is found for what it is and not because a hash is broken.
"""

import base64
import copy
import functools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from deliberation.audit import shapes, verify
from deliberation.audit.tiles import Tile
from deliberation.clauses import Text
from deliberation.log.aggregate import Aggregate
from deliberation.log.leaf import LeafMapper, canonical
from deliberation.log.tlog import leaf_hash, root_of
from deliberation.motions.model import Motion, Second
from deliberation.polls import ballots, counting, roll
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import Cast, PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.readings import SlipReading
from deliberation.polls.roll import Line
from deliberation.procedures.model import Matter
from deliberation.register.model import Page
from deliberation.register.private import PersonName
from deliberation.resolutions.model import Resolution
from tests.given import RESIDENTS, SLUG, actor, household, moment, place, who, words
from tests.given import found as founded

MATTER = who("matter")
KEY = bytes(range(32))
OPENS, CLOSES = "2026-04-27 08:00", "2026-04-29 18:00"
TEXT = Text.of("楼道公约", ["楼道不堆放物品。", "电动自行车不进楼。"])
#: Seven households vote by phone, one on paper; six for, one against, one abstaining.
CHOICES = ("for", "for", "for", "against", "abstain", "for", "for", "for")

Entry = dict[str, Any]


class Log:
    """Entries in order, to be changed at will."""

    def __init__(self, entries: list[Entry] | None = None) -> None:
        self.entries = entries or []
        self._mapper = LeafMapper()

    def add(self, *aggregates: Aggregate) -> None:
        for aggregate in aggregates:
            for event in aggregate.collect_events():
                self.entries.append(json.loads(self._mapper.to_stored_event(event).state))

    def copy(self) -> "Log":
        return Log(copy.deepcopy(self.entries))

    def find(self, type: str, number: int = 0) -> Entry:
        """Return the number-th entry of a type."""
        return [entry for entry in self.entries if entry["type"] == type][number]

    def body(self, type: str, number: int = 0) -> Entry:
        found: Entry = self.find(type, number)["body"]
        return found

    def where(self, type: str, number: int = 0) -> int:
        return self.entries.index(self.find(type, number))

    def drop(self, type: str, number: int = 0) -> None:
        self.entries.remove(self.find(type, number))

    def move(self, type: str, *, before: str = "", after: str = "") -> None:
        entry = self.find(type)
        self.entries.remove(entry)
        self.entries.insert(self.where(before or after) + bool(after), entry)

    def renumber(self) -> None:
        """A forger numbers the versions of every stream anew."""
        versions: dict[str, int] = {}
        for entry in self.entries:
            entry["aggv"] = versions[entry["agg"]] = versions.get(entry["agg"], 0) + 1

    def leaves(self) -> list[bytes]:
        return [canonical(entry) for entry in self.entries]

    def write(self, folder: Path, *, seal: bool = True) -> Path:
        return write(folder, self.leaves(), seal=seal)


def write(folder: Path, leaves: list[bytes], *, seal: bool = True, origin: str = SLUG) -> Path:
    """Write a bundle; without ``seal`` the checkpoint that lies there stays."""
    for first in range(0, len(leaves), 256):
        some = leaves[first : first + 256]
        path = folder / Tile(None, first // 256, len(some)).path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in some))
    if seal:
        root = base64.b64encode(root_of(map(leaf_hash, leaves))).decode()
        (folder / "checkpoint").write_bytes(f"{origin}\n{len(leaves)}\n{root}\n".encode())
    return folder


def whole(type: str, body: Entry, form: int = 1) -> Entry:
    """Return a body with every field that its type has; those not given are empty."""
    empty: dict[str, Any] = {"n": 0, "b": False, "[": [], "{": {}, "<": {}}
    return {field: empty.get(shape[0], "") for field, shape in shapes.tables()[type, form].items()} | body


def lines(*people: str) -> list[Line]:
    return [Line(household(person), f"{person}户", place("网格一"), who(person)) for person in people]


def small_council() -> Log:
    """A motion, an amendment that failed by a tie of hands, a poll by phone and paper, a resolution."""
    log = Log()
    founded(SimpleNamespace(save=log.add))  # type: ignore[arg-type]
    by = actor("secretary", at="2026-03-01 09:00")
    tenant = PersonName(who("t"), "租户", "")
    log.add(Page.of_persons([[who("t"), "", "tenant", 1, 0]], [tenant], by=by))
    matter = Matter.open("甲〔2026〕1号", "楼道堆物", "SI_YI", by=by)
    log.add(matter)
    motion = Motion.propose(
        MATTER, "2026-01", "楼道公约", "compact", TEXT, 1, by=actor(at="2026-03-27 10:00")
    )
    log.add(motion, Second.of(motion.id, MATTER, "2026-01", by=actor(person="li", at="2026-03-28 10:00")))
    motion.admit(by=actor("chair", at="2026-04-01 09:00"))
    log.add(motion)
    matter.ask_review(motion.id, TEXT.digest(), 1, "丙街道", by=actor("secretary", at="2026-04-01 10:00"))
    matter.answer_review(motion.id, TEXT.digest(), [], by=actor("street_office", at="2026-04-02 10:00"))
    log.add(matter)
    for entry in log.entries:
        entry["agg"] = MATTER if entry["agg"] == matter.id else entry["agg"]
    _show_of_hands(log)
    poll = _vote(log, motion)
    motion.settle(poll.id, "PASS", by=actor("chair", at="2026-04-29 18:40"))
    log.add(motion)
    _adopt(log, motion.id, poll.id)
    return log


def _adopt(log: Log, motion: str, poll: str) -> None:
    log.add(Resolution.adopt(
        MATTER, "2026-01号", "楼道公约", motion=motion, poll=poll, text=TEXT, assembly="村民会议",
        adopted_on="2026-04-29", effective_on="2026-05-18", by=actor("chair", at="2026-04-30 09:00"),
    ))  # fmt: skip


def _show_of_hands(log: Log) -> None:
    question = Question(MATTER, "2026-B1", "先征求意见", "question", who("question"), "0" * 64)
    window = Window("2026-04-02", _seconds("2026-04-02 19:00"), _seconds("2026-04-02 21:00"))
    people = lines(*RESIDENTS[:4])
    by = actor("chair", at="2026-04-02 19:30")
    poll, pages = Poll.announce(question, rule("DELIB"), window, ["hands"], KEY, binding=people, by=by)
    poll.open(by=by)
    poll.count_hands(due=4, present=4, in_favour=2, against=2, abstain=0, by=by)
    poll.close(by=by)
    log.add(poll, *pages[:0])
    log.entries[-4:-3] += _entries(*pages)
    result = counting.count_hands(rule("DELIB"), poll.hands)
    log.add(PollCount.declare(poll, key=KEY, cut_off=len(log.entries) - 1, result=result, refused={}, by=by))


def _entries(*aggregates: Aggregate) -> list[Entry]:
    side = Log()
    side.add(*aggregates)
    return side.entries


def _vote(log: Log, motion: Motion) -> Poll:
    question = Question(MATTER, "2026-B2", "楼道公约", "motion", motion.id, TEXT.digest())
    window = Window("2026-04-17", _seconds(OPENS), _seconds(CLOSES))
    binding, by = lines(*RESIDENTS[:7]), actor("secretary", at="2026-04-17 09:00")
    tenant = Line(who("t"), "租户", "", who("t"))
    poll, pages = Poll.announce(
        question, rule("VIL_H"), window, ["phone", "paper"], KEY, binding=binding, advisory=[tenant], by=by
    )
    log.add(poll, *pages)
    added, second = lines("wu"), who("second_secretary")
    poll.correct_roll(
        roll.BINDING,
        binding,
        add=added,
        second=second,
        words=words("漏登"),
        by=by.later(moment("2026-04-22 09:00")),
    )
    poll.open(by=actor("chair", at="2026-04-27 08:05"))
    log.add(poll)
    cast = [_by_phone(poll, person, choice) for person, choice in zip(RESIDENTS[:7], CHOICES, strict=False)]
    advice = ballots.Ballot.cast(
        poll.id,
        MATTER,
        who("t"),
        "against",
        key=KEY,
        roll=roll.ADVISORY,
        by=actor(person="t", at="2026-04-28 12:00"),
    )
    log.add(*cast, advice)
    _paper(log, poll)
    poll.close(by=actor("chair", at="2026-04-29 18:20"))
    log.add(poll)
    _count(log, poll)
    return poll


def _by_phone(poll: Poll, person: str, choice: str) -> ballots.Ballot:
    by = actor(person=person, at="2026-04-28 09:00")
    return ballots.Ballot.cast(poll.id, MATTER, household(person), choice, key=KEY, by=by)


def _paper(log: Log, poll: Poll) -> None:
    by, later = actor("scrutineer", at="2026-04-29 17:50"), actor("scrutineer", at="2026-04-29 18:10")
    box = Box.seal(poll.id, MATTER, 1, "一号箱", "station", 2, second=who("second_scrutineer"), by=by)
    first = actor("secretary", at="2026-04-29 18:05")
    sheets = [
        SlipReading.read(poll.id, MATTER, box.id, n, household(person), "for", key=KEY, by=first)
        for n, person in enumerate(("wu", "li"), start=1)
    ]
    slip = sheets[0].again(MATTER, "for", door="吴", key=KEY, by=later)
    refused = sheets[1].aside(MATTER, "duplicate", by=later)
    log.add(box, *sheets, slip, refused)


def _count(log: Log, poll: Poll) -> None:
    grids = {line.voter: line.grid for line in lines(*RESIDENTS)}
    cast = [
        Cast(e["agg"], e["body"]["sealed"], e["body"]["roll"], e["body"]["channel"], grids.get(e["body"]["voter"], ""))
        for e in log.entries
        if e["type"] == "ballot.cast"
    ]
    result = counting.count(rule("VIL_H"), KEY, cast, rolls=poll.rolls)
    by = actor("scrutineer", at="2026-04-29 18:30")
    cut_off = len(log.entries) - 1
    log.add(PollCount.declare(poll, key=KEY, cut_off=cut_off, result=result, refused={"duplicate": 1}, by=by))


def _seconds(at: str) -> int:
    return int(moment(at).timestamp())


@functools.cache
def honest() -> Log:
    """Return the small council's log, which nobody may change: take a copy."""
    return small_council()


def codes(folder: Path) -> set[str]:
    """Return the codes of what the verifier finds in a bundle."""
    return {finding.code for finding in verify.check(folder).findings}


def found(log: Log, folder: Path) -> set[str]:
    """Return what is found after the forger has made every byte, length and hash anew."""
    return codes(log.write(folder))


def drop_a_ballot(log: Log) -> None:
    log.drop("ballot.cast", 0)
    body = log.body("poll.counted", 1)
    body["cut_off"] -= 1
    body["in_favour"] -= 1
    body["tallies"]["binding"]["for"] -= 1
