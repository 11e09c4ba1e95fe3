"""送达: who got the ballot, door by door, and how that is known. Where silence is counted, it counts of those alone who are
on record here (《业主大会和业主委员会指导规则》第二十六条; 上海二中院（2022）沪02民初16号 asked for proof that each ballot arrived).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded
from deliberation.log.aggregate import Event, new_id
from deliberation.polls.model import Poll
from deliberation.polls.refusals import RollFault
from deliberation.polls.roll import PAGE, Filed

OWN = "own"
#: way -> (Chinese, English). All but the first hand out a paper slip.
WAYS: dict[str, tuple[str, str]] = {
    OWN: ("本人在手机上签收", "confirmed by the voter on a phone"),
    "signed": ("本人签收纸票", "signed for on paper"),
    "posted": ("挂号邮寄", "registered mail"),
    "left": ("送到住处，两人见证", "left at the door before two witnesses"),
}
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ServedAlready(AlreadyRecorded):
    """A ballot is served once. Facts: door."""

    zh = "“{door}”的表决票已经登记送达了，不用再登记。其余各户没有记下，去掉这一户再交一次。"
    en = "The ballot of “{door}” is on record as served. The others were not recorded: leave this one out and send again."


class Serving(Filed):
    """Voters who got their ballot in the same way, with the evidence."""

    class Served(Event):
        """``voters`` of the binding roll; ``evidence`` the SHA-256 (hex) of the scanned list or receipts, "" for a phone."""

        TYPE = "poll.served"
        zh = "{by}登记：{number}表决票送达{count}户（{way_zh}）。"
        en = "{by} recorded that {count} voters of {number} were served ({way_en})."
        poll: str
        number: str
        way: str
        way_zh: str
        way_en: str
        count: int
        voters: list[str]
        evidence: str

    @classmethod
    def record(cls, poll: Poll, way: str, voters: Sequence[str], *, evidence: str = "", by: Actor) -> list[Serving]:
        """Record who was served, in as many entries as needed. Raises WrongStage, RollFault for nobody, an unknown way, or
        paper without evidence. That they stand on the roll is checked where it lies (guard)."""
        poll.must_be("announced", "open", verb="deliver")
        if way not in WAYS or not voters or len({*voters}) < len(voters):
            raise RollFault(fault="送达登记没有写清楚哪些户、怎样送", fault_en="say which voters were served and how, each once")
        if way != OWN and not _DIGEST.fullmatch(evidence):
            raise RollFault(fault="送达要有凭证，请选签收单的扫描件", fault_en="evidence is missing: choose the scan of the signed list")
        ordered = sorted(voters)
        return [cls._page(poll, way, ordered[at : at + PAGE], evidence, by) for at in range(0, len(ordered), PAGE)]

    @classmethod
    def _page(cls, poll: Poll, way: str, voters: Sequence[str], evidence: str, by: Actor) -> Serving:
        serving, (zh, en) = cls.new(new_id(), by), WAYS[way]
        serving._matter = poll.matter
        serving.trigger(
            cls.Served, by, poll=poll.id, number=poll.notice.number, way=way, way_zh=zh, way_en=en, count=len(voters),
            voters=[*voters], evidence=evidence,
        )  # fmt: skip
        return serving
