"""What stands in the way of a motion, a second or an amendment."""

from __future__ import annotations

from deliberation.errors import AlreadyRecorded, Refusal


class NoSuchMotion(Refusal):
    """The motion named does not exist, or not under that matter and number."""

    zh = "没有找到这个议题，这一步没有记下，内容还在。请从议题列表里重新选。"
    en = "This motion is not known. Nothing was recorded, your entry is kept: choose it again from the list."
    status = 404


class MotionFault(Refusal):
    """A kind or number that cannot be. Facts: fault, fault_en."""

    zh = "议题没有提出：{fault}。您填的内容还在，请改好再交。"
    en = "The motion was not proposed: {fault_en}. Your entry is kept; please mend it and send it again."
    status = 422


class MotionNumberTaken(Refusal):
    """The matter has a motion with that number. Facts: number."""

    zh = "这个事项下已经有议题{number}了，这一个没有提出，内容还在。请换一个编号。"
    en = "The matter has a motion {number} already. This one was not proposed; choose another number for it."


class MotionClosed(Refusal):
    """The motion is settled or withdrawn, its text fixed. Facts: number, state, state_en."""

    zh = "议题{number}{state}，不能再改动。您填的内容还在；如有新的想法，请另提议题。"
    en = (
        "Motion {number} is {state_en} and cannot change. Your entry is kept: propose a new motion if needed."
    )


class NotProposed(Refusal):
    """The motion has been admitted already. Facts: number."""

    zh = "议题{number}已经受理，不用再办这一步。请看议题的进展。"
    en = "Motion {number} has been admitted already, so this is not needed. Please look at how it stands."


class NotAdmitted(Refusal):
    """The motion must be admitted before it is settled. Facts: number."""

    zh = "议题{number}还没有受理，不能定结果。请先受理。"
    en = "Motion {number} is not admitted yet, so it cannot be settled. Please admit it first."


class NotEnoughSeconds(Refusal):
    """Too few have seconded. Facts: seconds, needed, missing."""

    zh = "现在有{seconds}人附议，需要{needed}人，还差{missing}人，所以没有受理。请等附议够了再办。"
    en = "{seconds} have seconded and {needed} must, so it is not admitted yet: {missing} more are needed."


class AlreadySeconded(AlreadyRecorded):
    """One person seconds a motion once."""

    zh = "您已经附议过这个议题了，不会重复计算。"
    en = "You have seconded this motion already; it is counted once."


class OwnMotion(Refusal):
    """Whoever proposes needs others to second."""

    zh = "这是您自己提的议题，附议要由别人来。这一步没有记下；请邻居打开议题附议。"
    en = "You proposed this motion yourself; others must second it. Please ask your neighbours to."


class NotYours(Refusal):
    """Only the proposer, the chair or the secretary withdraws."""

    zh = "只有提出人可以撤回，或者由主持人、记录员代办。议题没有变，请联系提出人。"
    en = "Only the proposer withdraws a motion, or chair or secretary for them. It stays: ask the proposer."
    status = 403


class OutcomeUnclear(Refusal):
    """A poll without a valid result decides nothing. Facts: outcome."""

    zh = "表决结果是{outcome}，既不是通过也不是不通过，议题不能据此定结果。请重新表决。"
    en = "The poll ended in {outcome}: neither passed nor failed, so nothing is settled. Please vote again."


class PollMissing(Refusal):
    """What is voted on names its poll."""

    zh = "请写明是哪一次表决。结果还没有记下，填的内容都在。"
    en = "Please name the poll that decided it. Nothing was recorded yet; your entry is kept."
    status = 422


class NothingChanged(Refusal):
    """An amendment or revision without an operation."""

    zh = "没有改动任何条款，所以没有记下。请先改文字，再提交。"
    en = "No clause was changed, so nothing was recorded. Please change the wording first."
    status = 422


class NoClauses(Refusal):
    """A motion's text needs at least one clause."""

    zh = "议题至少要有一条内容，没有记下，填的内容都在。请写上条款。"
    en = "A text needs at least one clause. Nothing was recorded, your entry is kept: please write one."
    status = 422


class TextTooLarge(Refusal):
    """The text, or one set of changes, is too large for an event. Facts: length, limit (characters)."""

    zh = "文字一共约{length}个字，最多约{limit}个字，没有记下，填的内容都在。请缩短或者分几次改。"
    en = "That is about {length} Chinese characters; about {limit} fit. Please shorten it, or do it in parts."
    status = 422


class TextMovedOn(Refusal):
    """The amendment was written on an earlier text. Facts: version."""

    zh = "文本刚才有了新的一稿（第{version}稿），修正案没有提出，内容还在。请对照新稿再提交。"
    en = "The text is now version {version}. Your amendment is kept: compare it, then send it again."


class LabelTaken(Refusal):
    """Another amendment has that label. Facts: label."""

    zh = "已经有修正案{label}了，这一件没有提出，内容还在。请换一个名称，或者注明是替代它的。"
    en = "There is an amendment {label} already. Choose another label, or say that yours replaces it."


class NotReplaceable(Refusal):
    """Only an amendment to the same motion that did not pass can be tried again."""

    zh = "只能替代同一议题里没有通过的修正案。这一件没有提出，内容还在；请重新选。"
    en = "Only an amendment to the same motion that did not pass can be replaced. Please choose again."


class AmendmentSettled(Refusal):
    """The amendment has its result. Facts: label."""

    zh = "修正案{label}已经有结果了，不能再改。要再提，请另写一件并注明替代它。"
    en = "Amendment {label} has its result already. To try again, move another one that replaces it."


class OtherOperations(Refusal):
    """What is to be written into the motion is not what the amendment says, or was written in before."""

    zh = "要写进文本的改动和表决的修正案不一样，或者已经写进去了，所以没有记下。请从修正案页面办理。"
    en = "These changes are not those voted on, or stand in the text already. Use the amendment's own page."
