"""What stands in the way of a rectification notice."""

from __future__ import annotations

from deliberation.errors import Refusal


class NoticeUnclear(Refusal):
    """A level, way or result that is not known, or no place."""

    zh = "没有记下：请从列表里选等级、送达方式或复查结论，并写明位置。您填的内容还在。"
    en = "Not recorded: choose level, way or result from the list and name the place. Your entry is kept."
    status = 422


class NoticeStands(Refusal):
    """The notice is in a state in which the step is not open. Facts: number, state, state_en."""

    zh = "告知单{number}{state}，这一步现在不能办。告知单没有变动；请看它的页面上现在能办的事。"
    en = "Notice {number} is {state_en}, so this step is not open. Nothing was changed: see its page."


class TwoPersonsNeeded(Refusal):
    """Serving and inspecting take two persons."""

    zh = "送达和复查都要两个人在场，没有记下。请写明两名检查人，不能是同一个人。"
    en = "Serving and inspecting take two persons; nothing was recorded. Name two different ones."
    status = 422


class WitnessNeeded(Refusal):
    """A refusal to sign is recorded before a witness who is neither of the two."""

    zh = "拒签要有见证人，见证人不能是两名送达人之一。没有记下，您填的内容还在，请补上见证人。"
    en = "A refusal to sign needs a witness who is neither of the two. Your entry is kept: name the witness."
    status = 422


class PersonsUnknown(Refusal):
    """Whoever served, inspected or witnessed stands in the register."""

    zh = "检查人或见证人不在名册里，没有记下。您填的内容还在，请重新选择。"
    en = "A worker or witness is not in the register; not recorded. Your entry is kept: choose again."
    status = 422


class ServedInFuture(Refusal):
    """Service is recorded after it happened. Facts: now."""

    zh = "送达时间晚于现在（{now}），没有记下。您填的内容还在，请改时间。"
    en = "The time of service lies after now ({now}); not recorded. Your entry is kept: change the time."
    status = 422


class PeriodNotOver(Refusal):
    """Who has to mend has time until the end of the period. Facts: number, due."""

    zh = "告知单{number}的期限到{due}，还没有到期，不能记“不合格”。已经整改好的可以记“合格”。没有改动任何内容。"
    en = "Notice {number} runs until {due}: “not mended” cannot be recorded before. Nothing was changed."


class NoticeNumberTaken(Refusal):
    """Numbers are never used twice, not even that of a withdrawn notice. Facts: number."""

    zh = "告知单编号{number}已经用过（撤回的编号也不再用），没有开具。您填的内容还在，请用下一个编号。"
    en = "The number {number} is used up, even if withdrawn. Your entry is kept: take the next number."


class NotInForce(Refusal):
    """A notice cites a clause that binds on that day. Facts: clause, effective_on."""

    zh = "{clause}从{effective_on}起施行，现在还不能依据它开告知单。您填的内容还在。"
    en = "{clause} is in force from {effective_on}; no notice can cite it before. Your entry is kept."


class ReplacesNothing(Refusal):
    """A notice is issued anew only in the place of a withdrawn one."""

    zh = "只有撤回的告知单才能重新开具。没有开具，您填的内容还在；请先撤回原告知单。"
    en = "Only a withdrawn notice is issued anew. Your entry is kept: withdraw the old notice first."
