"""拼音首字母: the first letters by which a Chinese name is typed ("lxm" for 李秀梅), without a dictionary.

GB/T 2312 sorts its 3,755 common characters by their reading, so a character's code tells its first letter.
Rare characters have none and are left out; surnames read otherwise than usual are listed.
"""

from __future__ import annotations

from bisect import bisect_right

#: Where each letter begins among the common characters of GB/T 2312: no reading begins with i, u or v.
_BEGINS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"),
    (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"),
    (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"),
    (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_CODES = [code for code, _ in _BEGINS]
_LAST = 0xD7F9
#: Surnames that are read otherwise than usual, and frequent ones that are not common characters.
_SURNAMES = {
    "曾": "z", "单": "s", "解": "x", "仇": "q", "查": "z", "区": "o", "朴": "p", "盖": "g", "尉": "y", "乐": "y",
    "翟": "z", "冼": "x", "闫": "y", "佟": "t", "阚": "k", "邹": "z", "邱": "q", "郝": "h", "邢": "x", "覃": "q",
}  # fmt: skip


def initials(name: str) -> str:
    """Return the first letters of a name in lower case; Latin letters and digits stand for themselves."""
    first, rest = name[:1], name[1:]
    return (_SURNAMES.get(first) or _letter(first)) + "".join(map(_letter, rest))


def _letter(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    if not _CODES[0] <= code <= _LAST:
        return ""
    return _BEGINS[bisect_right(_CODES, code) - 1][1]
