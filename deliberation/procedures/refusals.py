"""What stands in the way of a matter."""

from __future__ import annotations

from deliberation.errors import Refusal


class UnknownTemplate(Refusal):
    """No procedure has that name. Facts: template."""

    zh = "没有“{template}”这种程序。事项没有立项，内容还在；请从列表里选一种。"
    en = "There is no procedure “{template}”. Nothing was opened; your entry is kept: choose from the list."
    status = 422


class MatterNumberTaken(Refusal):
    """Another matter has that number. Facts: number."""

    zh = "已经有事项{number}了，这一件没有立项，内容还在。请换一个编号。"
    en = "There is a matter {number} already. This one was not opened; choose another number for it."


class NoSuchMatter(Refusal):
    """The matter named does not exist."""

    zh = "没有找到这个事项，这一步没有记下，内容还在。请从事项列表里重新选。"
    en = "This matter is not known. Nothing was recorded, your entry is kept: choose it again from the list."
    status = 404


class MatterClosed(Refusal):
    """The matter is closed. Facts: number."""

    zh = "事项{number}已经办结，不能再办这一步。您填的内容还在；如有新情况，请另立事项。"
    en = (
        "Matter {number} is closed, so nothing can be added. Your entry is kept: open a new matter if needed."
    )


class StageOutOfOrder(Refusal):
    """The stage is not the next one. Facts: next, next_en."""

    zh = "还没轮到这一步，没有记下。下一步是：{next}。请先办完它。"
    en = "It is not this stage's turn, so it was not recorded. Next comes: {next_en}. Please do that first."


class StageNeedsPoll(Refusal):
    """The stage is decided by a rule, so it needs the poll that decided it. Facts: stage, stage_en, rules."""

    zh = "“{stage}”要按规则（{rules}）表决，请选上对应的表决。这一步还没有记下，填的内容都在。"
    en = "“{stage_en}” is decided by vote ({rules}): name the poll. Not recorded yet; your entry is kept."
    status = 422


class HeadsDoNotFit(Refusal):
    """The numbers contradict each other. Facts: due, present, in_favour, against, abstain, votes."""

    zh = "人数对不上：应到{due}，实到{present}，同意、反对、弃权合计{votes}。没有记下，请对照会议记录改正。"
    en = "The numbers do not fit: {due} due, {present} present, {votes} votes. Please check the minutes."
    status = 422


class DayOutOfOrder(Refusal):
    """The day lies before the stage before, or in the future. Facts: on, after, today."""

    zh = "日期{on}不对：不能早于上一步（{after}），也不能晚于今天（{today}）。没有记下，请改日期。"
    en = "The day {on} is not possible: not before the last stage ({after}), not after today ({today})."
    status = 422


class StagesLeft(Refusal):
    """The matter has stages to go. Facts: stage, stage_en."""

    zh = "还有步骤没有办（下一步是{stage}），事项没有结。要提前办结，请写明原因。"
    en = "There are stages left (next: {stage_en}), so the matter stays open. To close it early, say why."


class ReviewPending(Refusal):
    """The same text is with the reviewer already. Facts: version."""

    zh = "第{version}稿已经送审，还没有回复，不用再送。请等回复，或者登记收到的意见。"
    en = "Version {version} is with the reviewer already. Wait for the answer, or enter it once it is there."


class NoReviewAsked(Refusal):
    """This text was not sent for review, or has been answered."""

    zh = "这一稿没有送审，或者意见已经登记过，没有重复记。请看送审记录。"
    en = "This version was not sent for review, or is answered already. Please look at the list of reviews."


class NotAReviewer(Refusal):
    """Only the street office, or the secretary for it, enters a review."""

    zh = "审核意见由镇街填写，或者由记录员照来文登记。这一步没有记下，请转交给他们。"
    en = "A review is entered by the street office, or by the secretary from its letter. Please pass it on."
    status = 403


class FindingFault(Refusal):
    """A finding must name a clause, quote its wording and give the ground."""

    zh = "每条审核意见都要写明条款、原文和依据，原文要与这一稿一字不差。没有记下，请补全。"
    en = "Each finding names a clause, quotes its exact wording and gives the ground. Please complete it."
    status = 422


class OtherVersion(Refusal):
    """What was sent for review is not the text of the motion at that version."""

    zh = "送审的文本和议题现在的文本不是同一稿，没有送出。请刷新页面后再送。"
    en = (
        "The text to be reviewed is not the motion's text of that version. Reload the page and send it again."
    )
