"""What can stand in the way of a poll or a ballot, each with its sentence."""

from __future__ import annotations

from deliberation.errors import AlreadyRecorded, Refusal

#: stage -> (Chinese, English)
STAGES: dict[str, tuple[str, str]] = {
    "announced": ("已公告", "announced"),
    "open": ("投票中", "open"),
    "closed": ("已截止", "closed"),
    "counted": ("已计票", "counted"),
    "cancelled": ("已撤销", "cancelled"),
    "annulled": ("结果已撤销", "annulled"),
}
#: verb -> how a refusal calls it, in Chinese and in English.
VERBS: dict[str, tuple[str, str]] = {
    "open": ("开始", "opened"),
    "extend": ("延期", "extended"),
    "correct": ("更正名册", "corrected"),
    "deliver": ("登记送达", "recorded as delivered"),
    "count hands": ("计举手", "counted by hands"),
    "close": ("截止", "closed"),
    "cancel": ("撤销", "cancelled"),
    "count": ("计票", "counted"),
    "grant": ("登记委托", "voted in by proxy"),
    "annul": ("撤销结果", "annulled"),
    "doubt": ("询问计票", "asked about"),
    "recount": ("复核", "recounted"),
}


class RollFault(Refusal):
    """A roll that cannot be frozen or corrected."""

    zh = "表决名册没有冻结：{fault}。请改正后再公布，其他内容都还在。"
    en = "The roll was not frozen: {fault_en}. Mend it and announce again; everything else is kept."
    status = 422


class WindowFault(Refusal):
    """A voting window that ends before it begins, or a notice that comes too late."""

    zh = "表决时间没有排好：{fault}。请改一下时间，其他内容都还在。"
    en = "The voting window was not set: {fault_en}. Change the times; everything else is kept."
    status = 422


class WrongStage(Refusal):
    """A verb that the poll's stage does not allow."""

    zh = "这次表决现在是“{stage}”，不能{verb}。没有改动任何内容。"
    en = "This poll is now “{stage_en}”, so it cannot be {verb_en}. Nothing was changed."


class TextChanged(Refusal):
    """The text is no longer the one that was announced (or the roll is not)."""

    zh = "表决的文字在公告之后改过了，不能开始表决。请按新文字重新发公告，原公告留在记录里。"
    en = "The text was changed after the notice, so voting cannot open. Announce the new text; the old notice stays on record."


class VoteUnderWay(Refusal):
    """A change of a text that people are voting on."""

    zh = "这份文字正在表决，表决结束并计票以前一个字也不能改。您写的内容还在页面上，可以等计票以后再提。"
    en = "People are voting on this text: no word changes until it is counted. Your entry is kept; propose it afterwards."


class RollChanged(Refusal):
    """The roll in the tables is not the one that was announced and corrected."""

    zh = "名册与公告的不一致，不能开始表决。请让审计员核对名册后重新公告。"
    en = "The roll differs from the one announced, so voting cannot open. Let an auditor check it and announce again."


class ReviewOpen(Refusal):
    """The street office found a wording that still stands in the text."""

    zh = "街道前置审核指出的文字还在第“{clause}”条里：“{wording}”。请先修改草案，再开始表决。"
    en = "The wording found in the pre-filing review still stands in clause “{clause}”: “{wording}”. Revise the draft first."


class ReviewMissing(Refusal):
    """The procedure asks for a review that has not been answered."""

    zh = "这件事要先经街道前置审核，还没有收到审核意见。收到并记下后就可以开始表决。"
    en = "This matter needs the street office's review first, and none is recorded. Record it, then open the vote."


class NotYet(Refusal):
    """The window has not begun, or has not ended."""

    zh = "时间还没到：{when}以后才能{verb}。"
    en = "It is too early: this can be {verb_en} after {when}."


class PollNotOpen(Refusal):
    """A ballot before the opening."""

    zh = "这次表决还没有开始，{when}开始后再来投，您的一票不会少。"
    en = "Voting has not begun. Come back after {when}; your vote is not lost."


class PollClosed(Refusal):
    """A ballot after the end of the window or after the close."""

    zh = "这次表决已在{when}截止，这张票没有记入。结果会公布在这里和公告栏上，有疑问可以提异议。"
    en = "Voting ended at {when}; this ballot was not recorded. The result will be published here; you may raise an objection."


class NotOnRoll(Refusal):
    """The voter does not stand on this poll's roll."""

    zh = "这次表决的名册里没有您这一户（人），票没有记入。如果觉得有误，请在表决开始前找记录员更正名册。"
    en = "You are not on the roll of this poll, so no ballot was recorded. If this is wrong, ask the secretary to correct the roll."
    status = 403


class NotYourBallot(Refusal):
    """A phone that is not the household's own."""

    zh = "这一户的票由另一位家人投，票没有记入。要换人投，请找记录员。"
    en = "Another member of this household holds its ballot; nothing was recorded. Ask the secretary to change that."
    status = 403


class AlreadyVoted(AlreadyRecorded):
    """One voter, one ballot: the first valid one counts."""

    zh = "这一户（人）已经投过票了，以先投的那一张为准，这一张没有计入。"
    en = "A ballot of this voter is recorded already. The first one counts; this one was not added."


class NothingToVoid(AlreadyRecorded):
    """A ballot that was voided before, or that no objection concerns."""

    zh = "这一张票已经作废过，或者不是用这项绑定投的，没有改动。别的票都照旧。"
    en = "This ballot was voided already, or was not cast by way of this binding; nothing was changed, and all other ballots stand."


class CountedMeanwhile(Refusal):
    """An objection that would void a ballot of a poll that is counted by now. Facts: title."""

    zh = "“{title}”刚刚计了票，计过的票不再作废，这一次什么也没有记下，您写的内容还在。请再交一次，异议照样记；对计票的疑问，请在询问期内提出。"
    en = (
        "“{title}” has just been counted, and counted ballots are not voided; nothing was recorded, your words are still here. "
        "Send it once more: the objection is recorded. About the count, ask within the days for doubts."
    )


class BallotStands(Refusal):
    """A correction that would take away a ballot that is in. Facts: door."""

    zh = "“{door}”已经投过票，这一票算数，名册不能再改这一行。其他内容没有改动；这次表决以后再更新名册。"
    en = "“{door}” has voted and the ballot stands, so its line cannot change. Nothing was changed; later rolls will follow."


class UnknownChoice(Refusal):
    """A choice that the ballot does not offer."""

    zh = "请在“同意、反对、弃权”里选一个，再按下一步。还没有投出去。"
    en = "Please choose for, against or abstain, then go on. Nothing has been cast yet."
    status = 422


class ChannelClosed(Refusal):
    """A channel that the notice did not name."""

    zh = "这次表决的公告没有列出这种投票方式，不能这样投。"
    en = "The notice of this poll does not name this way of voting."


class BoxFault(Refusal):
    """A ballot box that does not add up."""

    zh = "票箱没有记好：{fault}。已经录入的票都还在。"
    en = "The box was not recorded: {fault_en}. The slips entered so far are kept."
    status = 422


class HandsDoNotAddUp(Refusal):
    """A show of hands whose numbers are not those present."""

    zh = "到会{present}人，三项合计{sum}人，差{missing}人。请补上或改正；填的数还在。"
    en = "{present} are present but the three numbers make {sum}, {missing} apart. Please correct them; they are kept."
    status = 422


class OtherOutcome(Refusal):
    """A step that names a poll which was not counted so, or asked something else."""

    zh = "这一步要以表决结果为准，但所引的表决结果不是这样，或表决的不是这份文字，或不是按这一步的规则投的。没有改动任何内容，请核对票数和所引的表决。"
    en = "This step rests on a poll, but that poll was not decided so, was on another text, or was not held by a rule of this step. Nothing was changed; compare the numbers and the poll."


class NotCounted(Refusal):
    """A count that is asked for before the close."""

    zh = "还不能计票：要先截止。票都在，没有动。"
    en = "Counting must wait for the close. All ballots are untouched."


class SealingKeyGone(Refusal):
    """The key with which a poll's ballots are sealed is not in the vault, or was altered there."""

    zh = "这台服务器上找不到这次表决封票用的钥匙，所以这一次没有记下。已经投的票都在。请告诉管系统的人，从备份里恢复好数据以后，再来办一次。"
    en = (
        "The key that seals this poll's ballots cannot be found on this server, so this was not recorded. Ballots already cast "
        "are kept. Tell whoever runs the system: once the data is restored from a backup, please come back and do it again."
    )
    status = 503


class CountDiffers(Refusal):
    """A count with more or fewer ballots than are on record. Facts: declared, cast."""

    zh = "报的是{declared}张，登记在案的是{cast}张，没有计票。票都没有动，请重新计票。"
    en = "{declared} ballots were declared and {cast} are on record, so nothing was counted. Count again; no ballot was touched."
