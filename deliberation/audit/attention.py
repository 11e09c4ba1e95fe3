"""What deserves a second look: nothing here is forbidden, all of it is read from the log.

A clerk who reads slips, for the first or the second time, faster than a person does, or long after the box was sealed; a
result that is overdue; corrections of what was frozen, keys changed, data erased, votes extended or taken back, and changes
to a record or an attendance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import NamedTuple

from deliberation.council import Council
from deliberation.log import seals
from deliberation.log.aggregate import EVENTS
from deliberation.log.history import Entry
from deliberation.log.store import time_at
from deliberation.log.walk import Part, every
from deliberation.polls.readings import SECONDS, SLIPS

DAY = 86_400
#: Seconds after which a slip from a sealed box is late, a vote past its end is to be closed, a closed one counted.
LATE, TO_CLOSE, TO_COUNT = 2 * DAY, DAY, 3 * DAY
#: Seconds between an entry and the first checkpoint over it; they are made daily.
GAP = 2 * DAY
FIRST, CAST = "slip.read", "ballot.cast"
PAPER = (CAST, "slip.refused", FIRST)
#: How a ballot on paper looks in the log: those by phone are many and nobody's work.
ON_PAPER = '"channel":"paper"'
STEPS = ("poll.announced", "poll.extended", "poll.closed", "poll.counted", "poll.cancelled", "poll.hands_counted", "box.sealed")


class Kind(NamedTuple):
    """A kind of thing worth a look: what it is called, why it is listed (Chinese, English), and how its events are called
    or how their names begin."""

    code: str
    title: tuple[str, str]
    why: tuple[str, str]
    events: tuple[str, ...] = ()


#: In the order in which they are shown: what may change a result first.
KINDS = (
    Kind("hurry", ("录纸票特别快", "Slips entered very fast"), ("同一个人一分钟内录入 12 张以上：是不是真的一张一张看了？", "Twelve and more within a minute by one person: was each of them read?")),
    Kind("late", ("纸票录得很晚", "Slips entered late"), ("票箱封好两天以后才录入的纸票：这两天里箱子在谁手里？", "Slips entered two days and more after their box was sealed: who kept the box meanwhile?")),
    Kind("overdue", ("结果拖着没有出来", "Results overdue"), ("投票时间过了一天还没有截止，或者截止三天还没有计票。", "A vote not closed a day after its end, or not counted three days after it was closed.")),
    Kind("gap", ("存证来得晚", "Checkpoints late"), ("记录和第一次签名存证之间隔了两天以上：这段时间里的记录还没有人能作证。", "Two days and more between an entry and the first signed checkpoint over it: nobody can vouch for entries in between.")),
    Kind("roll", ("公告以后改名册", "Rolls changed after the notice"), ("名册公告以后就冻结了；更正要有原因，也要两个人。", "A roll is frozen by its notice; a correction needs a reason and two persons."), ("roll.corrected",)),
    Kind("slips", ("纸票有出入", "Slips in question"), ("两遍录得不一样的，或者不计入的。", "Read differently by two persons, or not counted."), ("slip.settled", "slip.refused")),
    Kind("voided", ("选票作废", "Ballots voided"), ("绑定受到异议，投过的票就作废。", "A ballot does not count once the binding behind it was objected to."), ("ballot.voided",)),
    Kind("votes", ("投票延期、撤销", "Votes extended, cancelled or annulled"), ("投票的时间或者效力改了。", "The time or the force of a vote was changed."), ("poll.extended", "poll.cancelled", "poll.annulled")),
    Kind("doubts", ("计票受到询问或复核", "Counts asked about or looked at again"), ("有人不放心，或者又数了一遍。", "Somebody had doubts, or it was counted once more."), ("doubt.raised", "poll.recounted")),
    Kind("keys", ("密钥和登录方式换了", "Keys changed"), ("换了钥匙的人能代表原来的人：换的时候要当面核对、要两个人。", "Whoever holds the new key stands for the person: it takes two staff and a meeting face to face."), ("binding.keys_replaced", "binding.key_changed", "binding.objected", "log_key.rotated")),
    Kind("erased", ("删除了内容或个人资料", "Contents or personal data erased"), ("删除要有依据，也要两个人；删了什么，指纹还在。", "An erasure needs its ground and two persons; the fingerprint of what is gone remains."), ("person.", "content.")),
    Kind("read", ("看过密封的东西，带走过资料", "Sealed things read, data taken out"), ("谁、什么时候、为什么看过或者带走过。", "Who read or took what, when and why."), ("custody.", "export.", "sealed.")),
    Kind("records", ("会议记录、签到更正", "Records and attendance corrected"), ("原来的话还在，旁边写着改成了什么。", "The first words remain beside what they became."), ("minute.corrected", "attendance.changed")),
)  # fmt: skip


class Hurry(NamedTuple):
    """Slips entered fast by one clerk: from and to which position, how many, in how many seconds."""

    clerk: str
    first: int
    last: int
    slips: int
    seconds: int


class Late(NamedTuple):
    """Slips of a box entered late: from and to which position, how many, the longest after so many seconds."""

    box: str
    first: int
    last: int
    slips: int
    seconds: int


class Overdue(NamedTuple):
    """A vote without its result: since when (seconds UTC), announced at which position; ``closed``: it waits to be counted."""

    title: str
    poll: str
    position: int
    since: int
    closed: bool


class Gap(NamedTuple):
    """Entries that lay without a checkpoint: from and to which position, the first for so many seconds; ``open``: they still do."""

    first: int
    last: int
    seconds: int
    open: bool


class Group(NamedTuple):
    """All of one kind, in log order: entries, or what was worked out from several."""

    kind: Kind
    entries: list[Entry]
    hurries: list[Hurry]
    late: list[Late]
    overdue: list[Overdue]
    gaps: list[Gap]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.entries) + len(self.hurries) + len(self.late) + len(self.overdue) + len(self.gaps)

    @property
    def people(self) -> set[str]:
        """Who is named."""
        return {hurry.clerk for hurry in self.hurries}


def attention(council: Council, stop: int, now: int) -> list[Group]:
    """Return what deserves a look among the first ``stop`` entries, as of ``now`` (seconds UTC); empty kinds too."""
    listed = {kind.code: _types(kind) for kind in KINDS}
    wanted = {*PAPER, *STEPS}.union(*listed.values()) - {CAST}
    parts = (Part(stop, kinds=sorted(wanted)), Part(stop, kinds=[CAST], about=ON_PAPER))
    with council.database.reader.connect() as connection:
        found = list(merge(*(every(connection, council.community, part) for part in parts), key=lambda each: each.position))
    worked: dict[str, tuple[list[Hurry], list[Late], list[Overdue], list[Gap]]] = {
        "hurry": (list(hurries(found)), [], [], []), "late": ([], list(late(found)), [], []),
        "overdue": ([], [], list(overdue(found, now)), []), "gap": ([], [], [], list(gaps(council, stop, now))),
    }  # fmt: skip
    return [
        Group(kind, [entry for entry in found if entry.event.TYPE in listed[kind.code]], *worked.get(kind.code, ([], [], [], [])))
        for kind in KINDS
    ]


def _types(kind: Kind) -> set[str]:
    return {name for name in EVENTS if kind.events and name.startswith(kind.events)}


def gaps(council: Council, stop: int, now: int) -> Iterator[Gap]:
    """Yield the stretches of entries whose first lay longer than GAP without a checkpoint; none for a log that has none."""
    with council.database.snapshot() as live:
        sealed = [(each.size, each.made) for each in seals.every(live, council.community) if each.size <= stop]
        if sealed and sealed[-1][0] < stop:
            sealed.append((stop, now))
        begun = 0
        for size, made in sealed:
            waited = made - time_at(live, council.community, begun + 1)
            if size > begun and waited > GAP:
                yield Gap(begun, size - 1, waited, size == stop and made == now)
            begun = size


def late(found: Iterable[Entry]) -> Iterator[Late]:
    """Yield the boxes from which slips were entered longer than LATE after they were sealed."""
    sealed: dict[str, tuple[str, int]] = {}
    behind: dict[str, list[tuple[int, int]]] = {}
    for entry in found:
        body = entry.event.body()
        if entry.event.TYPE == "box.sealed":
            sealed[entry.event.id] = body["label"], entry.event.at
        elif entry.event.TYPE in PAPER and body.get("box") in sealed:
            delay = entry.event.at - sealed[body["box"]][1]
            if delay > LATE:
                behind.setdefault(body["box"], []).append((entry.position, delay))
    for box, slips in behind.items():
        yield Late(sealed[box][0], slips[0][0], slips[-1][0], len(slips), max(delay for _, delay in slips))


def overdue(found: Iterable[Entry], now: int) -> Iterator[Overdue]:
    """Yield the votes that should have been closed, or counted, before ``now``."""
    running: dict[str, tuple[str, int, int, bool]] = {}
    for entry in found:
        event, body = entry.event, entry.event.body()
        if event.TYPE == "poll.announced":
            running[event.id] = body["title"], entry.position, body["closes"], False
        elif event.TYPE == "poll.extended" and event.id in running:
            title, position, _closes, closed = running[event.id]
            running[event.id] = title, position, body["closes"], closed
        elif event.TYPE == "poll.closed" and event.id in running:
            title, position, _closes, _closed = running[event.id]
            running[event.id] = title, position, event.at, True
        elif event.TYPE in ("poll.counted", "poll.cancelled", "poll.hands_counted"):
            running.pop(body.get("poll", event.id), None)
    for poll, (title, position, since, closed) in running.items():
        if now - since > (TO_COUNT if closed else TO_CLOSE):
            yield Overdue(title, poll, position, since, closed)


def hurries(found: Iterable[Entry]) -> Iterator[Hurry]:
    """Yield the stretches in which a clerk entered at least SLIPS slips within SECONDS, each as long as it lasts; first and
    second readings apart."""
    by_clerk: dict[tuple[str, bool], list[Entry]] = {}
    for entry in found:
        if entry.event.TYPE in PAPER and entry.event.body().get("channel", "paper") == "paper":
            by_clerk.setdefault((entry.event.by.person, entry.event.TYPE == FIRST), []).append(entry)
    for (clerk, _), slips in by_clerk.items():
        for first, last in _stretches([slip.event.at for slip in slips]):
            seconds = slips[last].event.at - slips[first].event.at
            yield Hurry(clerk, slips[first].position, slips[last].position, last - first + 1, seconds)


def _stretches(times: list[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of overlapping windows of SLIPS times within SECONDS, joined."""
    open_: tuple[int, int] | None = None
    for last in range(SLIPS - 1, len(times)):
        first = last - SLIPS + 1
        if times[last] - times[first] > SECONDS:
            continue
        if open_ is not None and first <= open_[1]:
            open_ = (open_[0], last)
        else:
            if open_ is not None:
                yield open_
            open_ = (first, last)
    if open_ is not None:
        yield open_
