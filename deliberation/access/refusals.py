"""What stands in the way of letters and bindings, each with its sentence."""

from __future__ import annotations

from deliberation.errors import AlreadyRecorded, Refusal


class RulesUnclear(Refusal):
    """A window or a life of letters out of bounds."""

    zh = "登录办法没有记下：等待时间是0到720小时，信的有效期是1到366天。您填的内容还在。"
    en = "Not recorded: the waiting time is 0 to 720 hours, letters last 1 to 366 days. Your entry is kept."
    status = 422


class NoRulesYet(Refusal):
    """Letters before the rules of signing in."""

    zh = "还没有定登录办法，信没有做。请先定等待时间和信的有效期，再做信。"
    en = "No rules of signing in are adopted, so no letters were made. Adopt them first, then make letters."


class LetterFault(Refusal):
    """A letter with an unknown target, a number twice, or no time to use it."""

    zh = "登录信没有做成：有一封的住处或人不在名册里，或者填得不全。什么也没有记下，请核对后再做一次。"
    en = "The letters were not made: one names nobody of the register, or is incomplete. Nothing was recorded; check and repeat."
    status = 422


class LetterUsed(AlreadyRecorded):
    """A letter binds once; somebody else was faster."""

    zh = "这封信刚刚已经有人用过，您这一次没有绑定。要是家里人用的，请再领一封；不是家里人，请马上给居民厅打电话。"
    en = (
        "This letter has just been used by somebody, so you were not bound. If it was your family, ask for another letter; "
        "if not, call the office at once."
    )


class LetterOver(Refusal):
    """A letter that was replaced or has expired."""

    zh = "这封信已经过期或者换过新的，不能再用，没有绑定。请找记录员换一封，旧信可以扔掉。"
    en = "This letter has expired or was replaced and cannot be used. Ask the secretary for a new one."


class NotOfThisHome(Refusal):
    """The person is not of the home for which the letter is."""

    zh = "这封信不是给您这一户的，没有绑定。请核对信上的门牌，或者找记录员。"
    en = "This letter is not for your home, so nothing was bound. Check the door on it, or see the secretary."
    status = 403


class BoundAlready(AlreadyRecorded):
    """A person is bound once; homes and roles come from the register."""

    zh = "您已经绑定过了，不用再绑，这封信没有用掉。请直接登录，您名下的各户、各套房都在里面。"
    en = "You are bound already; this letter was not used up. Just sign in: all your homes are there."


class VoterNamedAlready(Refusal):
    """Another co-owner was named in the meantime."""

    zh = "另一位共有人刚刚已经登记为表决人，您这一次没有绑定，信还能用。请先和家里人商量由谁投票，再找记录员。"
    en = "Another co-owner has just been named to vote; you were not bound, the letter is still good. Agree who votes, then see the secretary."


class BindingOver(AlreadyRecorded):
    """The binding has ended already."""

    zh = "这项绑定已经解除了，不用再办。"
    en = "This binding has ended already; nothing is left to do."


class NotBoundYet(Refusal):
    """A ballot by phone before the challenge window is over, or without a binding. Facts: moment, moment_en."""

    zh = "这张票没有投进去：您的绑定要到{moment}以后才能用手机投票。在那以前可以投纸质票，请找记录员。"
    en = "This ballot was not cast: your binding votes by phone from {moment_en}. Until then paper ballots are open to you."


class NotBound(Refusal):
    """A ballot by phone of somebody without a binding."""

    zh = "这张票没有投进去：用手机投票要先凭登录信绑定。请用信绑定，或者找记录员投纸质票。"
    en = "This ballot was not cast: voting by phone needs a binding by letter. Bind first, or ask for a paper ballot."


class NoSecondPerson(Refusal):
    """Two of the staff are needed, neither of them the person concerned."""

    zh = "这一步要两位工作人员一起办，第二位不能是您自己，也不能是本人。请选另一位，您填的内容还在。"
    en = "Two of the staff are needed here, and the second can be neither you nor the person. Choose somebody else."
    status = 422


class MayNotObject(Refusal):
    """Only people of the same home, the person, or the staff object to a binding."""

    zh = "异议没有记下：只有同一户的人、本人或工作人员可以对这项绑定提出异议。请打电话或到居民厅说明。"
    en = "The objection was not recorded: people of the same home, the person, or the staff may object. Please call the office."
    status = 403
