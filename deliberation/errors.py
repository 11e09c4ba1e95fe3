"""Refusals: the facts that stand in the way, each with its sentence.

Every refusal says what happened, what was kept and what to do next, in Chinese and in English. ``zh`` and ``en`` are
format templates; the keyword arguments given on raising fill them and stay readable as ``facts``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Something asked for cannot be done. ``str()`` is the Chinese sentence, ``say("en")`` the English one."""

    zh: ClassVar[str] = "这一步现在办不了，您填的内容没有丢。"
    en: ClassVar[str] = "This cannot be done now. What you entered is kept."
    #: HTTP status a web page answers with.
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        super().__init__()
        self.facts = facts

    def say(self, language: str = "zh") -> str:
        """Return the sentence in Chinese ("zh", the default) or English ("en")."""
        return (self.en if language.startswith("en") else self.zh).format(**self.facts)

    def __str__(self) -> str:
        return self.say()


class AlreadyRecorded(Refusal):
    """The same fact of the same person stands in the log already."""

    zh = "这件事已经记下过了，不会重复记。请看页面上原来的那一条。"
    en = "This has been recorded already and is not recorded twice. Please look at the first entry on the page."


class NotFound(Refusal):
    """An id that nothing in this community has."""

    zh = "没有找到您要的内容，可能是地址抄错了。请从首页重新进入。"
    en = "Nothing was found at this address; it may have been copied wrongly. Please start from the home page."
    status = 404


class ChangedMeanwhile(Refusal):
    """Another writer changed the same proceeding between reading and saving."""

    zh = "刚才有人改过同一件事，您的内容还在页面上。请看一眼新的情况，再按一次。"
    en = "Somebody changed the same matter just now. Your entry is still on the page: look at the news, then press again."


class AlreadyDone(Refusal):
    """The command key is in the log: a double click or a resent form. ``receipt`` is that of the first time."""

    zh = "这一步刚才已经记下了（第 {position} 条），没有重复记。"
    en = "This step was recorded a moment ago (no. {position}); it was not recorded twice."

    def __init__(self, receipt: Any) -> None:
        super().__init__(position=receipt.positions[0])
        self.receipt = receipt


class RoleNotHeld(Refusal):
    """The actor does not hold the role at that moment."""

    zh = "您现在没有“{role}”的职务，不能办这一步。如果是登记有误，请找记录员。"
    en = "You do not hold the role of {role_en} now, so this step is not open to you. If the register is wrong, ask the secretary."
    status = 403


class NotStored(Refusal):
    """The database went away before the commit could be confirmed, and the event is not in the log."""

    zh = "数据库刚才断开了，这一步没有记下，您填的内容还在页面上。请稍等片刻再按一次。"
    en = "The database went away and this step was not recorded. Your entry is still on the page: wait a moment and press again."
    status = 503


class Unsure(Refusal):
    """The database went away and could not be asked whether the commit arrived."""

    zh = "数据库断开了，暂时不确定这一步有没有记下。您填的内容还在页面上。请过一会儿再按一次，不会重复记。"
    en = "The database is away, so it is not certain whether this was recorded. Press again later: nothing is recorded twice."
    status = 503
