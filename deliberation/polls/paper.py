"""Paper: boxes sealed by two staff before the window's end, and slips that are put aside with their reason."""

from __future__ import annotations

from typing import Any

from deliberation.actors import Actor
from deliberation.log.aggregate import Event, id_of, new_id
from deliberation.polls.refusals import BoxFault
from deliberation.polls.roll import Filed


class Box(Filed):
    """A ballot box or bag of slips, sealed by two staff before the window's end."""

    class Sealed(Event):
        """``slips`` as counted on sealing; ``kind`` is "station" or "roving"; each slip is read ``readings`` times."""

        TYPE = "box.sealed"
        zh = "{by}与另一人封好“{label}”，清点{slips}张。"
        en = "{by} and a second person sealed “{label}” with {slips} slips."
        poll: str
        number: int
        label: str
        kind: str
        slips: int
        second: str
        readings: int
        class_version = 2

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            """Boxes of the first version were read once."""
            body["readings"] = 1

    @classmethod
    def seal(cls, poll: str, matter: str, number: int, label: str, kind: str, slips: int, *, second: str, by: Actor) -> Box:
        """Seal a box. Raises BoxFault unless two different persons sign and at least one slip is in it."""
        if second == by.person:
            raise BoxFault(fault="封箱要两个人", fault_en="sealing needs two persons")
        if slips < 1:
            raise BoxFault(fault="张数至少是1", fault_en="there must be at least one slip")
        box = cls.new(id_of(poll, "box", str(number)), by)
        box._matter = matter
        box.trigger(cls.Sealed, by, poll=poll, number=number, label=label, kind=kind, slips=slips, second=second, readings=2)
        return box


class Scan(Filed):
    """A scan of the slips of a box, known by its digest: whoever has the file can show that it is the one."""

    class Scanned(Event):
        """``digest`` is the SHA-256 (hex) of the file, which stays with the office; ``pages`` how many slips it shows."""

        TYPE = "box.scanned"
        zh = "{by}登记一份纸票扫描件，{pages}张。"
        en = "{by} recorded a scan of {pages} slips."
        poll: str
        box: str
        digest: str
        pages: int

    @classmethod
    def of(cls, poll: str, matter: str, box: str, digest: str, pages: int, *, by: Actor) -> Scan:
        """Record a scan. Raises BoxFault for no digest, or no page."""
        if len(digest) != 64 or pages < 1:
            raise BoxFault(fault="扫描件没有读到，或者没有写几张", fault_en="the scan was not read, or shows no slip")
        scan = cls.new(id_of(box, "scan", digest), by)
        scan._matter = matter
        scan.trigger(cls.Scanned, by, poll=poll, box=box, digest=digest, pages=pages)
        return scan


#: reason -> (Chinese, English)
SLIP_REASONS: dict[str, tuple[str, str]] = {
    "duplicate": ("这一户已经投过", "a ballot of this household is in already"),
    "no_letter": ("租客代投，没有委托书", "cast by a tenant without a letter"),
    "moved_away": ("该户已迁出", "the household has moved away"),
    "not_on_roll": ("不在名册", "not on the roll"),
    "late": ("截止以后才交来", "handed in after the end"),
    "unidentified": ("认不出是哪一户", "no household can be read"),
}


class RefusedSlip(Filed):
    """A paper slip that is not counted, with its reason: on record, and open to question."""

    class Refused(Event):
        """``voter`` may be "" where none can be read; ``slip`` its first reading, "" for one that came in no box."""

        TYPE = "slip.refused"
        zh = "一张纸票不计入：{reason_zh}。"
        en = "A paper slip was not counted: {reason_en}."
        poll: str
        box: str
        voter: str
        reason: str
        reason_zh: str
        reason_en: str
        slip: str
        class_version = 2

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            """Slips of the first version were read once."""
            body["slip"] = ""

    @classmethod
    def refuse(
        cls, poll: str, matter: str, box: str, reason: str, *, voter: str = "", slip: str = "", by: Actor
    ) -> RefusedSlip:
        """Put a slip aside. Raises BoxFault for an unknown reason."""
        if reason not in SLIP_REASONS:
            raise BoxFault(fault="请选一个不计入的原因", fault_en="choose a reason for not counting")
        refused = cls.new(new_id(), by)
        refused._matter = matter
        zh, en = SLIP_REASONS[reason]
        refused.trigger(
            cls.Refused, by, poll=poll, box=box, voter=voter, reason=reason, reason_zh=zh, reason_en=en, slip=slip
        )
        return refused
