"""绑定: a person bound to a home by a letter, and what ends it. No secret and no name is here.

| state          | verb                     | event                    |
|----------------|--------------------------|--------------------------|
| letter open    | ``Binding.make``         | ``binding.made``         |
| bound          | ``Binding.object``       | ``binding.objected``     |
| bound          | ``Binding.end``          | ``binding.ended``        |
| bound          | ``Binding.replace_keys`` | ``binding.keys_replaced``|
| keys replaced  | ``Binding.renew``        | ``binding.renewed``      |
| bound          | ``Binding.change_key``   | ``binding.key_changed``  |

Whoever is bound is known at once, but votes by phone only when the challenge window is over (disputes came from strangers who
bound a flat with leaked data); whoever objects ends the binding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from deliberation.access.letters import REASONS, SPACE, Fact, two
from deliberation.access.private import Code, Key, KeyGone, KeysDead
from deliberation.access.refusals import BindingOver, LetterFault, LetterUsed, NoSecondPerson
from deliberation.actors import Actor
from deliberation.log.aggregate import Event, id_of
from deliberation.register.private import Words

#: way of signing in -> (Chinese, English)
WAYS: dict[str, tuple[str, str]] = {
    "passkey": ("通行密钥", "a passkey"),
    "pin": ("数字密码", "a PIN"),
    "password": ("口令和动态码", "a password with one-time codes"),
}


CHANGES: dict[str, tuple[str, str]] = {"added": ("增加", "added"), "removed": ("停用", "removed"), "changed": ("更换", "changed")}


class Binding(Fact):
    """A person bound by a letter: id = uuid5(number of the letter), so a letter binds once."""

    ALREADY: ClassVar[type[LetterUsed]] = LetterUsed

    class Made(Event):
        """``home`` is what was bound ("" for staff); ``owner`` the owner whose voter this names ("" for none); ``votes_from``
        the second (UTC) from which ballots by phone count; ``aid`` {"witness": person, "place": where} with the helper as
        signer when it was done for somebody."""

        TYPE = "binding.made"
        zh = "一人凭登录信绑定（{way_zh}）。"
        en = "A person was bound by a sign-in letter ({way_en})."
        letter: str
        person: str
        home: str
        owner: str
        way: str
        way_zh: str
        way_en: str
        votes_from: int
        aid: dict[str, str]

        def apply(self, aggregate: Binding) -> None:
            aggregate.person, aggregate.home, aggregate.over, aggregate.waits = self.person, self.home, False, ""

    class Objected(Event):
        """The binding ends, or was never rightful though it has ended; ``words`` commits to what was said, ``over_at`` is the
        second (UTC) of an earlier end, 0 if it stood until now; ``second`` of the desk stood by where the desk objects for
        somebody, "" elsewhere."""

        TYPE = "binding.objected"
        zh = "有人对一项绑定提出异议，绑定解除。"
        en = "Somebody objected to a binding; it ended."
        person: str
        home: str
        words: str
        over_at: int
        second: str

        def apply(self, aggregate: Binding) -> None:
            aggregate.over = aggregate.objected = True

    class Ended(Event):
        """``second`` is "" when the person ended it without help."""

        TYPE = "binding.ended"
        zh = "一项绑定结束（{reason_zh}）。"
        en = "A binding ended ({reason_en})."
        person: str
        home: str
        reason: str
        reason_zh: str
        reason_en: str
        second: str

        def apply(self, aggregate: Binding) -> None:
            aggregate.over, aggregate.over_at = True, self.at

    class KeysReplaced(Event):
        """All keys and sessions of the person are dead; ``letter`` admits the person to set a new one."""

        TYPE = "binding.keys_replaced"
        zh = "{by}和另一位工作人员当面核对后，停用一人的登录方式（{reason_zh}），换发一封信。"
        en = "{by} and a second person stopped somebody's keys ({reason_en}) and handed over a new letter."
        person: str
        letter: str
        until: int
        reason: str
        reason_zh: str
        reason_en: str
        second: str

        def apply(self, aggregate: Binding) -> None:
            aggregate.waits = self.letter

    class Renewed(Event):
        """A new key was set with the letter that was handed over; ``aid`` as for a binding."""

        TYPE = "binding.renewed"
        zh = "一人重新设好登录方式（{way_zh}）。"
        en = "A person set a new way of signing in ({way_en})."
        person: str
        letter: str
        way: str
        way_zh: str
        way_en: str
        aid: dict[str, str]

        def apply(self, aggregate: Binding) -> None:
            aggregate.waits = ""

    class KeyChanged(Event):
        """``what``: added, removed, changed; the key itself is not in the log."""

        TYPE = "binding.key_changed"
        zh = "一人{what_zh}一种登录方式（{way_zh}）。"
        en = "A person {what_en} a way of signing in ({way_en})."
        person: str
        way: str
        way_zh: str
        way_en: str
        what: str
        what_zh: str
        what_en: str

    person: str
    home: str
    over: bool
    waits: str
    over_at: int
    objected: bool

    def start(self) -> None:
        """Nobody is bound yet."""
        self.over, self.over_at, self.objected = False, 0, False

    @classmethod
    def make(
        cls, letter: str, person: str, home: str, keys: Sequence[Key], *, way: str, votes_from: int, owner: str = "",
        aid: Mapping[str, str] | None = None, by: Actor,
    ) -> Binding:  # fmt: skip
        """Bind a person with their first keys. Raises LetterFault; letter and home are checked where they lie (guard)."""
        if way not in WAYS or not keys or any(key.person != person for key in keys):
            raise LetterFault
        zh, en = WAYS[way]
        binding = cls.new(binding_of(letter), by)
        binding.trigger(
            cls.Made, by, letter=letter, person=person, home=home, owner=owner, way=way, way_zh=zh, way_en=en,
            votes_from=votes_from, aid=dict(aid or {}),
        )  # fmt: skip
        binding.set_aside(*keys)
        return binding

    def object(self, words: Words, *, second: str = "", by: Actor) -> None:
        """End the binding because somebody says that it is not rightful; one that has ended meanwhile too, or whoever had no
        right would vote and leave. Raises BindingOver if somebody objected already."""
        if self.objected:
            raise BindingOver
        self.trigger(
            self.Objected, by, person=self.person, home=self.home, words=words.commitment, over_at=self.over_at, second=second
        )
        self.set_aside(words, *([] if self.over_at else [KeysDead(self.person)]))

    def end(self, reason: str, *, second: str = "", by: Actor) -> None:
        """End the binding, by the person or by two of the staff. Raises BindingOver, NoSecondPerson, LetterFault."""
        self._must_stand()
        if by.person != self.person:
            two(second, by)
        if reason not in REASONS:
            raise LetterFault
        zh, en = REASONS[reason]
        self.trigger(
            self.Ended, by, person=self.person, home=self.home, reason=reason, reason_zh=zh, reason_en=en, second=second
        )
        self.set_aside(KeysDead(self.person))

    def replace_keys(self, code: Code, *, until: int, reason: str, second: str, by: Actor) -> None:
        """Stop all keys and hand over a letter for new ones. Raises BindingOver, NoSecondPerson, LetterFault."""
        self._must_stand()
        two(second, by)
        if self.person in (second, by.person):
            raise NoSecondPerson
        if reason not in REASONS or until <= by.at.timestamp():
            raise LetterFault
        zh, en = REASONS[reason]
        self.set_aside(KeysDead(self.person), code)
        self.trigger(
            self.KeysReplaced, by, person=self.person, letter=code.letter, until=until, reason=reason, reason_zh=zh,
            reason_en=en, second=second,
        )  # fmt: skip

    def renew(self, letter: str, keys: Sequence[Key], *, way: str, aid: Mapping[str, str] | None = None, by: Actor) -> None:
        """Set new keys with the letter that was handed over. Raises BindingOver, LetterUsed, LetterFault."""
        self._must_stand()
        if not self.waits or letter != self.waits:
            raise LetterUsed
        if way not in WAYS or not keys or any(key.person != self.person for key in keys):
            raise LetterFault
        zh, en = WAYS[way]
        self.trigger(
            self.Renewed, by, person=self.person, letter=letter, way=way, way_zh=zh, way_en=en, aid=dict(aid or {})
        )
        self.set_aside(*keys)

    def change_key(self, way: str, what: str, *, keys: Sequence[Key] = (), gone: Sequence[str] = (), by: Actor) -> None:
        """Add, remove or change a key of one's own. Raises BindingOver, LetterFault."""
        self._must_stand()
        if way not in WAYS or what not in CHANGES or by.person != self.person or any(key.person != self.person for key in keys):
            raise LetterFault
        (zh, en), (what_zh, what_en) = WAYS[way], CHANGES[what]
        self.trigger(
            self.KeyChanged, by, person=self.person, way=way, way_zh=zh, way_en=en, what=what, what_zh=what_zh, what_en=what_en
        )
        self.set_aside(*(KeyGone(self.person, id) for id in gone), *keys)

    def _must_stand(self) -> None:
        if self.over:
            raise BindingOver


def binding_of(letter: str) -> str:
    """Return the id of the binding that a letter makes."""
    return id_of(SPACE, letter, "binding")
