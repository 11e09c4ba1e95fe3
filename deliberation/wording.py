"""文字: how words are kept, checked, compared and numbered.

Wordings are kept in Unicode form NFC, with "\\n" line ends and no space around them, so that two that look
alike are alike, whichever telephone or keyboard they come from.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from deliberation.errors import Refusal

#: Characters a wording may have; about three full sheets.
LONGEST = 8_000

#: Equal stretches up to this length between two changes are shown as changed: such islands only confuse.
ISLAND = 2
#: Above this many pairs of equal pieces (about 0.3 s) a comparison takes larger pieces: a page is waiting.
PAIRS = 1_000_000
SENTENCES = re.compile(r"[^。；！？\n]+[。；！？\n]*|[。；！？\n]+")

DIGITS = "零一二三四五六七八九"

Kind = Literal["same", "removed", "added"]
#: Whether it is equal, the old stretch, the new one.
Segment = tuple[bool, str, str]


class EmptyWording(Refusal):
    """A title or clause without words."""

    zh = "文字不能为空。原文保持不变；请写上内容，如要删去一条，请用“删除”。"
    en = "The wording is empty. The text stays as it was: write something, or remove the clause instead."


class WordingTooLong(Refusal):
    """Facts: length and limit, in characters."""

    zh = "文字共 {length} 个字，超过上限 {limit} 个字。原文保持不变；请缩短，或者分成几条。"
    en = "The wording has {length} characters; {limit} fit. The text stays as it was: shorten or split it."


class UnreadableWording(Refusal):
    """A character nobody can print or store: a control code or half a surrogate pair. Facts: code."""

    zh = "文字里有无法显示的字符（{code}）。原文保持不变；请删去这个字符后重新提交。"
    en = "A character cannot be shown ({code}). The text stays as it was: delete the character, then submit."


def normal(wording: str) -> str:
    """Return the wording in the form it is kept in."""
    return unicodedata.normalize("NFC", wording.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check(wording: str, limit: int = LONGEST) -> None:
    """Refuse a normalised wording that cannot stand: EmptyWording, WordingTooLong, UnreadableWording."""
    if not wording:
        raise EmptyWording
    if len(wording) > limit:
        raise WordingTooLong(length=len(wording), limit=limit)
    for character in wording:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise UnreadableWording(code=f"U+{ord(character):04X}")


def ordinal(number: int) -> str:
    """Return "第十二条" for 12. Raises ValueError outside 1..999."""
    if not 1 <= number <= 999:
        raise ValueError(f"no ordinal for {number}")
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return f"第{words}{DIGITS[ones] if ones else ''}条"


def diff(old: str, new: str) -> list[tuple[Kind, str]]:
    """Compare two wordings by character, for reading.

    "same" and "removed" together spell ``old``, "same" and "added" spell ``new``; a change reads as what was
    removed, then what was added.
    """
    segments = _segments(old, new)
    last = len(segments) - 1

    def unchanged(place: tuple[int, Segment]) -> bool:
        index, (equal, stretch, _) = place
        return equal and not (0 < index < last and len(stretch) <= ISLAND)

    parts: list[tuple[Kind, str]] = []
    for same, run in groupby(enumerate(segments), unchanged):
        stretches = [segment for _, segment in run]
        before = "".join(stretch for _, stretch, _ in stretches)
        after = "".join(stretch for _, _, stretch in stretches)
        parts += [("same", before)] if same else [("removed", before), ("added", after)]
    return [part for part in parts if part[1]]


def _segments(old: str, new: str) -> list[Segment]:
    """Return equal and differing stretches in turn."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middle = _compare(old[start : len(old) - end], new[start : len(new) - end])
    ends = (True, old[:start], old[:start]), (True, old[len(old) - end :], old[len(old) - end :])
    return [segment for segment in (ends[0], *middle, ends[1]) if segment[1] or segment[2]]


def _alike(old: str, new: str) -> int:
    """Return how many characters are the same from the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compare(old: str, new: str) -> list[Segment]:
    """Compare by character, or by sentence if that costs too much, or not at all."""
    for cut in (list, SENTENCES.findall):
        pieces, others = cut(old), cut(new)
        counts, found = Counter(pieces), Counter(others)
        if sum(count * found[piece] for piece, count in counts.items()) <= PAIRS:
            matcher = SequenceMatcher(None, pieces, others, autojunk=False)
            return [
                (tag == "equal", "".join(pieces[i1:i2]), "".join(others[j1:j2]))
                for tag, i1, i2, j1, j2 in matcher.get_opcodes()
            ]
    return [(False, old, new)]
