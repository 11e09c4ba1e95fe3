"""复核: two persons look at the paper or the hands again, and declare what they found beside what was declared.

A decided vote is never edited. A recount that finds other numbers says so, and the result is annulled by whoever may.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Event, new_id
from deliberation.polls.roll import Filed
from deliberation.register.private import Words

#: What is counted again; ``refused`` are all slips put aside.
NUMBERS = ("in_favour", "against", "abstain", "refused")


class OneRecounter(Refusal):
    """A recount by one person alone, or beside somebody who counts nothing here."""

    zh = "复核要两个不同的工作人员经手，没有记下。您填的数都在，请选另一位。"
    en = "A recount needs two different members of staff; nothing was recorded. Your numbers are kept: choose another person."
    status = 422


class RecountFault(Refusal):
    """A recount below nothing."""

    zh = "复核的数不能是负数，没有记下。您填的数都在，请改正。"
    en = "A recount has no negative numbers; nothing was recorded. Your numbers are kept; correct them."
    status = 422


class RecountDiffers(Refusal):
    """A recount that says of itself something else than the numbers do."""

    zh = "计票的数和复核时看到的不一样了，没有记下。您填的数都在；请看一眼计票结果，再交一次。"
    en = "The declared count is not the one that was seen; nothing was recorded. Your numbers are kept: look again and send it once more."


class PollRecount(Filed):
    """One recount; a poll may have many."""

    class Recounted(Event):
        """What was found; ``same``: whether these are the numbers declared. ``words`` is a commitment: how it was done."""

        TYPE = "poll.recounted"
        RELIED_ON = True
        zh = "{by}与另一人复核“{title}”：同意{in_favour}、反对{against}、弃权{abstain}，不计入{refused}，{same_zh}。"
        en = "{by} and a second person recounted “{title}”: {in_favour} for, {against} against, {abstain} abstaining, {refused} put aside; {same_en}."
        poll: str
        number: str
        title: str
        second: str
        in_favour: int
        against: int
        abstain: int
        refused: int
        same: bool
        same_zh: str
        same_en: str
        words: str

    @classmethod
    def declare(
        cls, poll: Any, declared: Mapping[str, Any], words: Words, *, in_favour: int, against: int, abstain: int, refused: int,
        second: str, by: Actor,
    ) -> PollRecount:  # fmt: skip
        """Declare a recount of a poll (its row: id, matter, number, title) whose count said ``declared``, the body of ``poll.counted``.

        Raises OneRecounter, RecountFault. That the poll is counted, and so, is checked where the count lies (guard).
        """
        if second in ("", by.person):
            raise OneRecounter
        found = {"in_favour": in_favour, "against": against, "abstain": abstain, "refused": refused}
        if min(found.values()) < 0:
            raise RecountFault
        same = found == numbers(declared)
        zh, en = ("与公布的一致", "as declared") if same else ("与公布的不一致", "not as declared")
        recount = cls.new(new_id(), by)
        recount._matter = poll.matter
        recount.trigger(
            cls.Recounted, by, poll=poll.id, number=poll.number, title=poll.title, second=second, same=same, same_zh=zh,
            same_en=en, words=words.commitment, **found,
        )  # fmt: skip
        recount.set_aside(words)
        return recount


def numbers(declared: Mapping[str, Any]) -> dict[str, int]:
    """Return the four numbers of a count as declared."""
    return {**{name: declared[name] for name in NUMBERS[:3]}, "refused": sum(declared["refused"].values())}
