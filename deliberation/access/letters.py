"""登录信: rules of signing in, and letters that admit one person once. No code and no name is here.

| state | verb                    | event             |
|-------|-------------------------|-------------------|
| any   | ``SignIn.adopt``        | ``access.adopted``|
| –     | ``LetterPage.issue``    | ``letters.issued``|
| open  | ``Replacement.replace`` | ``letter.replaced``|
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from deliberation.access.private import Code
from deliberation.access.refusals import LetterFault, LetterUsed, NoSecondPerson, RulesUnclear
from deliberation.actors import Actor
from deliberation.log.aggregate import Aggregate, Event, id_of, new_id

SPACE = "5d0e2f52-6c5e-5c0e-9d56-2f6d0e0b7a11"
#: Letters in one event at most: it must stay below 64 KiB.
PAGE = 500
#: Hours between a binding and its first vote by phone, at most; days for which a letter is good, at most.
MOST_HOURS, MOST_DAYS = 30 * 24, 366
HOME, STAFF, RENEWAL = "home", "staff", "renewal"
#: reason -> (Chinese, English)
REASONS: dict[str, tuple[str, str]] = {
    "lost": ("丢失", "lost"),
    "spoiled": ("破损或字迹不清", "spoiled or unreadable"),
    "not_received": ("没有收到", "not received"),
    "exposed": ("可能被别人看过", "perhaps seen by somebody else"),
    "forgotten": ("忘记密码", "the PIN was forgotten"),
    "moved": ("已经搬走", "moved away"),
    "erased": ("个人资料已删除", "the personal data were erased"),
    "asked": ("本人要求", "asked for by the person"),
}


class Fact(Aggregate):
    """Facts of signing in belong to no single proceeding."""

    @property
    def matter(self) -> None:
        """These events belong to the register's part of the log."""
        return None


class SignIn(Fact):
    """How people sign in here."""

    class Adopted(Event):
        """From now on a ballot by phone needs a binding, ``hours`` old; letters are good for ``days``."""

        TYPE = "access.adopted"
        zh = "{by}定了登录办法：凭信绑定，绑定{hours}小时后才能用手机投票，信{days}天内有效。"
        en = "{by} adopted how to sign in: by letter; votes by phone {hours} hours after binding; letters last {days} days."
        hours: int
        days: int
        second: str

    @classmethod
    def adopt(cls, hours: int, days: int, *, second: str = "", by: Actor) -> SignIn:
        """Adopt the challenge window and the life of letters, by two of the desk, or by the operator where nobody can sign in
        yet (guard). Raises RulesUnclear."""
        if not (0 <= hours <= MOST_HOURS and 1 <= days <= MOST_DAYS):
            raise RulesUnclear
        rules = cls.new(new_id(), by)
        rules.trigger(cls.Adopted, by, hours=hours, days=days, second=second)
        return rules


class LetterPage(Fact):
    """Letters made together, one for each home or member of staff."""

    class Issued(Event):
        """``letters``: ``[number, kind, target]``; a home letter's target is a household or unit, a staff letter's a person.
        ``until``: the last second (UTC) at which it can be used. The codes are on paper only."""

        TYPE = "letters.issued"
        zh = "{by}做了{count}封登录信，每封只能用一次。"
        en = "{by} made {count} sign-in letters, each good for once."
        count: int
        until: int
        letters: list[list[str]]

    @classmethod
    def issue(cls, letters: Sequence[tuple[str, str, str]], codes: Sequence[Code], *, until: int, by: Actor) -> LetterPage:
        """Issue letters (number, kind, target) with the digests of their codes. Raises LetterFault."""
        numbers = [number for number, *_ in letters]
        if not 0 < len(letters) <= PAGE or len({*numbers}) < len(numbers) or until <= by.at.timestamp():
            raise LetterFault
        if {code.letter for code in codes} != {*numbers}:
            raise LetterFault
        page = cls.new(new_id(), by)
        page.trigger(cls.Issued, by, count=len(letters), until=until, letters=[list(letter) for letter in letters])
        page.set_aside(*codes)
        return page


class Replacement(Fact):
    """A letter takes the place of another one that was lost: one version, id = uuid5(old number)."""

    ALREADY: ClassVar[type[LetterUsed]] = LetterUsed

    class Replaced(Event):
        """``letter`` is dead from now on; ``number`` is the new one, with the same target."""

        TYPE = "letter.replaced"
        zh = "{by}和另一位工作人员换发一封登录信（{reason_zh}），旧信作废。"
        en = "{by} and a second person replaced a sign-in letter ({reason_en}); the old one is dead."
        letter: str
        number: str
        kind: str
        target: str
        until: int
        reason: str
        reason_zh: str
        reason_en: str
        second: str

    @classmethod
    def replace(
        cls, letter: str, kind: str, target: str, code: Code, *, until: int, reason: str, second: str, by: Actor
    ) -> Replacement:
        """Replace a letter that nobody used; kind and target stay. Raises NoSecondPerson, LetterFault."""
        two(second, by)
        if reason not in REASONS or kind not in (HOME, STAFF) or until <= by.at.timestamp() or code.letter == letter:
            raise LetterFault
        zh, en = REASONS[reason]
        made = cls.new(id_of(SPACE, letter, "replaced"), by)
        made.trigger(
            cls.Replaced, by, letter=letter, number=code.letter, kind=kind, target=target, until=until, reason=reason, reason_zh=zh, reason_en=en,
            second=second,
        )  # fmt: skip
        made.set_aside(code)
        return made


def two(second: str, by: Actor) -> None:
    """Raise NoSecondPerson unless the second is somebody else."""
    if not second or second == by.person:
        raise NoSecondPerson
