"""The adopted text: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from deliberation.actors import Actor
from deliberation.clauses import Text
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Aggregate, Event, id_of

#: Where a clause's wording comes from -> (Chinese, English).
ORIGINS: dict[str, tuple[str, str]] = {
    "draft": ("原案", "as proposed"),
    "drafting": ("文字整理", "drafting"),
    "comments": ("采纳意见", "after comments"),
    "review": ("前置审核", "after review"),
    "amendment": ("修正案", "by amendment"),
}
#: What is said of a clause's wording: ``label`` such as 甲, the motion's version and the log's position.
PROVENANCE = ("clause", "origin", "label", "version", "position")


class AlreadyAdopted(AlreadyRecorded):
    """A motion becomes a resolution once."""

    zh = "这个议题已经形成决议，没有重复记。请看决议页。"
    en = "This motion has become a resolution already and was not recorded twice: see the resolution's page."


class NotCarried(Refusal):
    """The poll did not decide this motion in favour. Facts: poll."""

    zh = "表决{poll}没有通过这个议题，或者还没有计票，不能形成决议。内容都还在；请先看表决结果。"
    en = "Poll {poll} has not carried this motion, or is not counted. Nothing was adopted: see its result."


class OnlyAnOpinion(Refusal):
    """What a council votes is an opinion; an assembly decides. Facts: poll."""

    zh = "表决{poll}只形成协商意见，不是决定，不能形成决议。意见已经记录在案；请提交村（居）民会议表决。"
    en = "Poll {poll} gave an opinion, which stays on record but decides nothing: put it to the assembly."


class OtherText(Refusal):
    """The text is not the one that was voted on. Facts: poll."""

    zh = "这份文字和表决{poll}时的文字不一样，不能形成决议。没有改动任何内容；请用表决过的那一稿。"
    en = "This is not the text that poll {poll} was held on. Nothing was adopted: use the text voted on."


class MotionNotAdopted(Refusal):
    """The motion was withdrawn or rejected."""

    zh = "这个议题已经撤回或者没有通过，不能形成决议。议题和表决都留在记录里；要再议，请另提议题。"
    en = "The motion was withdrawn or rejected; nothing was adopted. To take it up again, move a new one."


class ResolutionFell(Refusal):
    """The result that carried it was annulled. Facts: title, document."""

    zh = "通过“{title}”的表决结果已经撤销（{document}），不能再以它为依据，没有记下。您填的内容还在；请看决议页上撤销的依据。"
    en = "The result that carried “{title}” was annulled ({document}), so nothing rests on it any more: not recorded. Your entry is kept; see the resolution's page."


class EffectTooEarly(Refusal):
    """A resolution binds nobody before it was adopted. Facts: adopted_on."""

    zh = "施行日期不能早于通过日期（{adopted_on}）。您填的内容还在，请改一下施行日期。"
    en = "A resolution takes effect on the day of adoption ({adopted_on}) or later. Please change the date."
    status = 422


class ResolutionNumberTaken(Refusal):
    """Numbers are given once in a community. Facts: number."""

    zh = "决议编号{number}已经用过，没有记下。您填的内容还在，请换一个编号。"
    en = "The number {number} is taken, so nothing was adopted. Your entry is kept: choose another number."


class Resolution(Aggregate):
    """One adopted text. Its id follows from its motion, and from the poll as well if an earlier one fell."""

    ALREADY: ClassVar[type[Refusal]] = AlreadyAdopted

    class Adopted(Event):
        """``provenance`` of {clause, origin, label, version, position}, one a clause; dates are ISO text."""

        TYPE = "resolution.adopted"
        RELIED_ON = True
        zh = "“{title}”（{number}）于{adopted_on}由{assembly}通过，自{effective_on}起施行。"
        en = "“{title}” ({number}) was adopted by {assembly} on {adopted_on}, in force from {effective_on}."
        matter: str
        number: str
        title: str
        assembly: str
        motion: str
        poll: str
        text: dict[str, Any]
        digest: str
        provenance: list[dict[str, Any]]
        adopted_on: str
        effective_on: str

        def apply(self, aggregate: Resolution) -> None:
            aggregate._matter = self.matter

    _matter: str

    @property
    def matter(self) -> str:
        """The matter that the motion was moved in."""
        return self._matter

    @classmethod
    def adopt(
        cls,
        matter: str,
        number: str,
        title: str,
        *,
        motion: str,
        poll: str,
        text: Text,
        assembly: str,
        adopted_on: str,
        effective_on: str,
        provenance: Sequence[Mapping[str, Any]] = (),
        again: bool = False,
        by: Actor,
    ) -> Resolution:
        """Record the text that a poll carried; ``assembly`` says who adopted it, as in the caption. ``again``: the result that
        carried it before was annulled, and this poll was held instead; a guard asks whether it was.

        Raises EffectTooEarly, NoSuchClause for a provenance line of a clause that the text has not.
        """
        if effective_on < adopted_on:
            raise EffectTooEarly(adopted_on=adopted_on)
        for line in provenance:
            text.clause(line["clause"])
        resolution = cls.new(id_of(motion, "resolution", poll) if again else id_of(motion, "resolution"), by)
        body = {"matter": matter, "number": number, "title": title, "motion": motion, "poll": poll}
        body |= {"assembly": assembly, "adopted_on": adopted_on, "effective_on": effective_on}
        lines = [{name: line[name] for name in PROVENANCE} for line in provenance]
        resolution.trigger(
            cls.Adopted, by, **body, text=text.to_json(), digest=text.digest(), provenance=lines
        )
        return resolution


def caption(adopted_on: str, effective_on: str, assembly: str) -> str:
    """Return the caption (题注) under the title, as a compact prints it."""
    return f"（{chinese_date(adopted_on)}{assembly}通过，自{chinese_date(effective_on)}起施行）"


def chinese_date(iso: str) -> str:
    """Return 2026年4月29日 for "2026-04-29": Arabic figures, no leading zeros (GB/T 9704-2012)."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
