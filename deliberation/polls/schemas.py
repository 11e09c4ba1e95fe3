"""What somebody types for each verb of a poll."""

from __future__ import annotations

from deliberation.forms import Choice, Count, Flag, Form, Id, IsoDate, Line, Many, Moment, Prose
from deliberation.polls.ballots import PAPER, PHONE
from deliberation.polls.paper import SLIP_REASONS
from deliberation.polls.rules import RULES

CHOICE_WORDS: dict[str, tuple[str, str]] = {
    "for": ("同意", "for"),
    "against": ("反对", "against"),
    "abstain": ("弃权", "abstain"),
}
CHANNEL_WORDS: dict[str, tuple[str, str]] = {PHONE: ("手机", "phone"), PAPER: ("纸票", "paper")}
BOX_KINDS: dict[str, tuple[str, str]] = {"station": ("投票站票箱", "station box"), "roving": ("流动票箱", "roving box")}
#: What a clerk finds on a slip: a choice, nothing or nothing clear (counts as abstaining), or a reason to put it aside.
SLIP_WORDS: dict[str, tuple[str, str]] = {
    **CHOICE_WORDS,
    "blank": ("空白或看不清", "blank or unclear"),
    **SLIP_REASONS,
}


class Announce(Form):
    """公告表决."""

    number = Line(40, ask="请写表决编号。|Please give the vote a number.")
    title = Line(ask="请写清楚表决什么。|Please say what is voted on.")
    rule = Choice({id: (rule.name_zh, rule.name_en) for id, rule in RULES.items()})
    channels = Many(Choice(CHANNEL_WORDS))
    noticed = IsoDate()
    opens = Moment()
    closes = Moment()
    advisory = Flag()


class Cast(Form):
    """投票: for whom, and how."""

    voter = Id(ask="请选代表哪一户投票。|Please choose for which household you vote.")
    choice = Choice(CHOICE_WORDS, ask="请在三项里选一项。|Please choose one of the three.")


class Hands(Form):
    """举手表决."""

    title = Line(ask="请写清楚表决什么。|Please say what is voted on.")
    rule = Choice({id: (rule.name_zh, rule.name_en) for id, rule in RULES.items() if not rule.notice_days})
    in_favour = Count(0, 5000)
    against = Count(0, 5000)
    abstain = Count(0, 5000)


class Deliver(Form):
    """登记送达."""

    phone = Count(0, 100_000)
    paper = Count(0, 100_000)


class Seal(Form):
    """封箱."""

    label = Line(40, ask="请写票箱的名称。|Please name the box.")
    kind = Choice(BOX_KINDS)
    slips = Count(1, 100_000)
    second = Id(ask="请选另一位封箱人。|Please choose the second person.")


class Slip(Form):
    """录入一张纸票: the door as written on it, and what is on it."""

    box = Id(ask="请先选票箱。|Please choose the box first.")
    door = Line(60, required=False)
    found = Choice(SLIP_WORDS, ask="请按 1 同意、2 反对、3 弃权，或选一个原因。|Press 1 for, 2 against, 3 abstain, or choose a reason.")


class CorrectRoll(Form):
    """更正名册: another person speaks for a household, or the household goes."""

    voter = Id(ask="请选要更正的一户。|Please choose the household.")
    holder = Id(required=False)
    second = Id(ask="更正要两个人经手，请选另一位。|A correction needs two persons: choose the other.")
    reason = Prose(500, ask="请写更正的原因。|Please give the reason.")


class Extend(Form):
    """延期."""

    closes = Moment()
    reason = Prose(500, ask="请写延期的原因。|Please give the reason.")


class Cancel(Form):
    """撤销公告."""

    reason = Prose(500, ask="请写撤销的原因。|Please give the reason.")
