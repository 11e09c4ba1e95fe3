"""删除: a person's name, phone and words are erased for good; what was decided stays and can still be recounted.

| state    | verb                     | event             |
|----------|--------------------------|-------------------|
| kept     | ``PersonErasure.declare``| ``person.erased`` |
| kept     | ``WordsErasure.declare`` | ``content.erased``|

The log has neither, only random ids and salted commitments: once text and salt are gone and the key is destroyed, a
commitment is noise. Law: Personal Information Protection Law (个人信息保护法) art. 47 (deletion), 15 (consent withdrawn),
49 (the dead); archives law and village committees act art. 39 are why ballots, rolls, minutes and results stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deliberation.access.private import KeysDead
from deliberation.actors import Actor
from deliberation.custody.refusals import ErasedAlready, ErasureUnclear, NotByThemselves, WordsErasedAlready
from deliberation.log.aggregate import Aggregate, Event, id_of
from deliberation.register.private import PersonGone, WordsGone

#: Commitments in one event at most: it must stay below 64 KiB.
MOST = 500

#: ground -> (Chinese, English). Personal Information Protection Law art. 47 unless another is named.
GROUNDS: dict[str, tuple[str, str]] = {
    "request": ("本人要求删除（个人信息保护法第47条）", "the person asked for it (PIPL art. 47)"),
    "consent": ("本人撤回同意（第15条、第47条）", "consent was withdrawn (PIPL art. 15, 47)"),
    "purpose": ("处理的目的已经实现或者不再需要（第47条）", "the purpose ended or is no longer needed (PIPL art. 47)"),
    "retention": ("保存期限已满（第19条、第47条）", "the retention period is over (PIPL art. 19, 47)"),
    "unlawful": ("当初收集或者使用不合法（第47条）", "it was collected or used unlawfully (PIPL art. 47)"),
    "family": ("本人去世，近亲属要求（第49条）", "the person died and close family asked (PIPL art. 49)"),
    "order": ("法院或者主管部门要求", "a court or an authority ordered it"),
}


class _Erasing(Aggregate):
    """Erasures belong to no single proceeding."""

    @property
    def matter(self) -> None:
        """These events belong to the register's part of the log."""
        return None


class PersonErasure(_Erasing):
    """The end of all that is kept of a person: one version of a stream of its own, id = uuid5(person, "erased")."""

    ALREADY = ErasedAlready

    class Erased(Event):
        """``person`` is their id, ``contents`` the commitments of their words that were still kept, sorted; ``ground`` one of
        ``GROUNDS``; ``second`` confirmed it."""

        TYPE = "person.erased"
        RELIED_ON = True
        zh = "{by}和另一位工作人员依法删除了一个人的个人资料。"
        en = "{by} and a second person erased somebody's personal data as the law provides."
        person: str
        ground: str
        contents: list[str]
        second: str

    @classmethod
    def declare(cls, person: str, contents: Iterable[str], *, ground: str, second: str, by: Actor) -> PersonErasure:
        """Erase a person. Raises ErasureUnclear, NotByThemselves."""
        _must_be_clear(ground, second, by)
        listed = sorted({*contents})
        if not person or len(listed) > MOST:
            raise ErasureUnclear
        if person in (by.person, second):
            raise NotByThemselves
        erasure = cls.new(erasure_of(person), by)
        erasure.trigger(cls.Erased, by, person=person, ground=ground, contents=listed, second=second)
        erasure.set_aside(KeysDead(person), PersonGone(person))
        return erasure


class WordsErasure(_Erasing):
    """The end of some words: one version of a stream of its own, id = uuid5 of their commitments.

    The key of their person stays with the other words: backups of before hold the sealed text for as long as they are kept.
    """

    ALREADY = WordsErasedAlready

    class Erased(Event):
        """``commitments`` of words that were still kept, sorted; ``ground`` one of ``GROUNDS``; ``second`` confirmed it."""

        TYPE = "content.erased"
        RELIED_ON = True
        zh = "{by}和另一位工作人员依法删除了写下的话。"
        en = "{by} and a second person erased written words as the law provides."
        commitments: list[str]
        ground: str
        second: str

    @classmethod
    def declare(cls, commitments: Iterable[str], *, ground: str, second: str, by: Actor) -> WordsErasure:
        """Erase words. Raises ErasureUnclear."""
        _must_be_clear(ground, second, by)
        listed = sorted({*commitments})
        if not 0 < len(listed) <= MOST:
            raise ErasureUnclear
        erasure = cls.new(id_of(SPACE, "words", *listed), by)
        erasure.trigger(cls.Erased, by, commitments=listed, ground=ground, second=second)
        erasure.set_aside(*(WordsGone(commitment) for commitment in listed))
        return erasure


#: The space in which erasures of words have their ids.
SPACE = "7b1c1f0a-52f4-5a3e-8f5b-3c7d0d1f6b2e"


def all_of(
    person: str, contents: Sequence[str], *, ground: str, second: str, by: Actor
) -> list[PersonErasure | WordsErasure]:
    """Return what erases a person with all their words, however many they are. Raises ErasureUnclear, NotByThemselves."""
    listed = sorted({*contents})
    last = PersonErasure.declare(person, listed[:MOST], ground=ground, second=second, by=by)
    parts = [listed[at : at + MOST] for at in range(MOST, len(listed), MOST)]
    return [*(WordsErasure.declare(part, ground=ground, second=second, by=by) for part in parts), last]


def erasure_of(person: str) -> str:
    """Return the id of the stream that erases a person."""
    return id_of(person, "erased")


def _must_be_clear(ground: str, second: str, by: Actor) -> None:
    if ground not in GROUNDS or second in ("", by.person):
        raise ErasureUnclear
