"""双人录入: a slip of paper is read twice, by two different staff, and counts only if both read the same.

The first reading lies sealed like a ballot, so that whoever reads second cannot copy it; the second reading is the ballot
itself, or the slip put aside. Where the two differ, both look at the slip together and settle what it says.
"""

from __future__ import annotations

from typing import Any, ClassVar

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.ballots import CHOICES, PAPER, Ballot
from deliberation.polls.paper import SLIP_REASONS, RefusedSlip
from deliberation.polls.refusals import BoxFault
from deliberation.polls.roll import Filed
from deliberation.polls.sealing import seal, unseal

#: A slip of a real voter that shows no clear choice: it counts as abstaining.
BLANK = "blank"
FOUND = (*CHOICES, BLANK, *SLIP_REASONS)
#: So many slips by one clerk within so many seconds are worth a look.
SLIPS, SECONDS = 12, 60
#: Readings of each slip that a box asks for.
TWICE = 2


class SheetRead(AlreadyRecorded):
    """Two screens gave a slip the same number."""

    zh = "另一个屏幕刚录了同一张号，这一张没有记。请再按一次。"
    en = "Another screen has just used this number; this slip was not recorded. Press once more."


class NotReadYet(Refusal):
    """A second reading without a first one by somebody else. Facts: door."""

    zh = "“{door}”还没有另一个人录过第一遍，这一张没有记。请先由另一人录，再来录第二遍。"
    en = "Nobody else has read “{door}” yet, so this was not recorded. Let another person read it first."


class ReadingsDiffer(Refusal):
    """The second reading is not the first. Facts: door."""

    zh = "“{door}”两遍录得不一样，这一张先不算，别的都已记下。请两个人一起看这张票，再定下来。"
    en = "The two readings of “{door}” differ; it does not count yet, all others are kept. Look at it together, then settle it."


class SlipReading(Filed):
    """What one clerk read on one slip of a box: id = uuid5(box, "sheet", number)."""

    ALREADY: ClassVar[type[Refusal]] = SheetRead

    class Read(Event):
        """``sheet`` is the slip's place in its box, from 1; ``voter`` "" where none can be read; ``sealed`` what was found."""

        TYPE = "slip.read"
        zh = "{by}录入第{sheet}张纸票（第一遍，内容密封）。"
        en = "{by} read slip {sheet} for the first time (sealed)."
        poll: str
        box: str
        sheet: int
        voter: str
        sealed: str

        def apply(self, aggregate: SlipReading) -> None:
            aggregate._take(self)

    class Settled(Event):
        """Two persons looked at the slip together, because the readings differed."""

        TYPE = "slip.settled"
        zh = "{by}与另一人一起看第{sheet}张纸票，重新定下（内容密封）。"
        en = "{by} and a second person looked at slip {sheet} together and settled it (sealed)."
        poll: str
        box: str
        sheet: int
        voter: str
        sealed: str
        second: str

        def apply(self, aggregate: SlipReading) -> None:
            aggregate._take(self)

    poll: str
    box: str
    sheet: int
    voter: str
    sealed: str

    def _take(self, event: Any) -> None:
        self.poll, self.box, self.sheet, self.voter, self.sealed = event.poll, event.box, event.sheet, event.voter, event.sealed

    @classmethod
    def read(
        cls, poll: str, matter: str, box: str, sheet: int, voter: str, found: str, *, key: bytes, by: Actor
    ) -> SlipReading:
        """Read a slip for the first time. Raises BoxFault for what no slip can say."""
        _check(found)
        reading = cls.new(id_of(box, "sheet", str(sheet)), by)
        reading._matter = matter
        sealed = seal(key, reading.id, 1, found)
        reading.trigger(cls.Read, by, poll=poll, box=box, sheet=sheet, voter=voter, sealed=sealed)
        return reading

    def settle(self, matter: str, voter: str, found: str, *, second: str, key: bytes, by: Actor) -> None:
        """Settle what the slip says, two persons looking at it. Raises BoxFault."""
        _check(found)
        if second == by.person:
            raise BoxFault(fault="要两个人一起看", fault_en="two persons must look at it")
        self._matter = matter
        sealed = seal(key, self.id, self.version + 1, found)
        self.trigger(
            self.Settled, by, poll=self.poll, box=self.box, sheet=self.sheet, voter=voter, sealed=sealed, second=second
        )

    def found(self, key: bytes) -> str:
        """Return what was read. Raises SealBroken."""
        return unseal(key, self.id, self.version, self.sealed)

    def again(self, matter: str, found: str, *, door: str, key: bytes, voided: int = 0, by: Actor) -> Ballot | RefusedSlip:
        """Read the slip for the second time: a ballot (behind ``voided`` others), or put aside. Raises ReadingsDiffer, BoxFault."""
        _check(found)
        if found != self.found(key):
            raise ReadingsDiffer(door=door)
        if found in SLIP_REASONS:
            return self.aside(matter, found, by=by)
        choice = "abstain" if found == BLANK else found
        return Ballot.cast(
            self.poll, matter, self.voter, choice, key=key, channel=PAPER, box=self.box, aid={"slip": self.id}, voided=voided, by=by
        )

    def aside(self, matter: str, reason: str, *, by: Actor) -> RefusedSlip:
        """Put the slip aside with its reason, read by two."""
        return RefusedSlip.refuse(self.poll, matter, self.box, reason, voter=self.voter, slip=self.id, by=by)


def _check(found: str) -> None:
    if found not in FOUND:
        raise BoxFault(fault="请选票上写的是什么，或者为什么不计入", fault_en="say what is on the slip, or why it does not count")
