"""Fields of forms and CSV rows: what somebody typed becomes what a verb takes, or a sentence saying why not.

One schema a verb (``<capability>/schemas.py``) serves web forms, CSV rows and, later, programs. Texts are put
into Unicode form NFC and stripped, so that words which look alike are alike. Messages are "中文|English".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing
from marshmallow.types import ErrorMessages

from deliberation.deadlines import SHANGHAI
from deliberation.errors import Refusal

LONGEST_TITLE = 200
LONGEST_TEXT = 8_000

ASK = "请填写这一项。|Please fill this in."
#: Marks that turn the reading direction round: a text with them reads differently from what it is.
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Space at either end, also the kinds without width that copying brings along.
AROUND = re.compile(r"^[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+$")
YES = frozenset({"1", "true", "on", "yes", "y", "是", "对"})
NO = frozenset({"", "0", "false", "off", "no", "n", "否", "不是"})


class BadForm(Refusal):
    """A form or row with faults. ``errors`` maps each field to its message [Chinese, English]; status 422."""

    zh = "有{count}处需要改，您填的内容都还在。{first}"
    en = "{count} of the entries need a change; everything you entered is kept. {first_en}"
    status = 422

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        zh, en = next(iter(self.errors.values()), ["", ""])
        super().__init__(count=len(self.errors), first=zh, first_en=en)


class Form(Schema):
    """Base of all schemas; fields that the schema does not know (form tokens, buttons) are left out."""

    class Meta:
        unknown = EXCLUDE


def load(schema: type[Schema], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form. Raises BadForm, which names every faulty field."""
    try:
        loaded: dict[str, Any] = _instance(schema).load(data)
    except ValidationError as error:
        raise BadForm(flat(error.messages_dict)) from None
    return loaded


def flat(messages: Mapping[Any, Any]) -> dict[str, list[str]]:
    """Return marshmallow's messages as {field: [Chinese, English]}; in a list, ``agenda.0.title``."""
    found: dict[str, list[str]] = {}
    for name, value in messages.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": pair for inner, pair in flat(value).items()}
        else:
            found[str(name)] = both(value[0] if isinstance(value, list) else value)
    return found


def both(message: str) -> list[str]:
    """Split "中文|English" into [Chinese, English]; a message in one language stands for both."""
    zh, _, en = message.partition("|")
    return [zh, en or zh]


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


def _says(**messages: str) -> ErrorMessages:
    return {**messages}


class _Typed(fields.Field[Any]):
    """A value typed as text. Required unless told otherwise; ``ask`` is said where nothing was typed."""

    #: What stands for "not filled in" where the field may be left out.
    nothing: ClassVar[Any] = ""

    def __init__(self, *, required: bool = True, ask: str = ASK, **more: Any) -> None:
        messages = {"required": ask, "null": ask, **more.pop("error_messages", {})}
        default = missing if required else more.pop("load_default", self.nothing)
        super().__init__(required=required, load_default=default, error_messages=messages, **more)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        text = unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n"))
        text = AROUND.sub("", text)
        if not text:
            if self.required:
                raise self.make_error("required")
            return self.load_default
        return self._read(text)

    def _read(self, text: str) -> Any:
        raise NotImplementedError


class Prose(_Typed):
    """A text of up to ``longest`` characters, over as many lines as it takes."""

    #: Control characters that may stand in it.
    breaks: ClassVar[str] = "\n\t"
    default_error_messages = _says(
        long="写了{length}个字，最多{longest}个字，请缩短一些。|{length} characters; {longest} fit. Please shorten it.",
        sign="里面有看不见的字符（{code}），请删去。|It has a character nobody can see ({code}). Please delete it.",
    )

    def __init__(self, longest: int = LONGEST_TEXT, **more: Any) -> None:
        super().__init__(**more)
        self.longest = longest

    def _read(self, text: str) -> str:
        if len(text) > self.longest:
            raise self.make_error("long", length=len(text), longest=self.longest)
        for sign in text:
            hidden = unicodedata.category(sign) in ("Cc", "Cs") and sign not in self.breaks
            if hidden or sign in TURNING:
                raise self.make_error("sign", code=f"U+{ord(sign):04X}")
        return text


class Line(Prose):
    """One line of up to ``longest`` characters."""

    breaks: ClassVar[str] = ""

    def __init__(self, longest: int = LONGEST_TITLE, **more: Any) -> None:
        super().__init__(longest, **more)


class Choice(_Typed):
    """One of ``options`` (code -> (Chinese, English)), given by code or by either name; loads to the code."""

    default_error_messages = _says(
        unknown="没有“{given}”这一项，请选：{zh}。|“{given}” is none of the choices. Please choose: {en}.",
    )

    def __init__(self, options: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(**more)
        self.options = options
        self.codes = {name: code for code, names in options.items() for name in (*names, code)}

    def _read(self, text: str) -> str:
        if text not in self.codes:
            zh, en = zip(*self.options.values(), strict=True)
            raise self.make_error("unknown", given=text[:40], zh="、".join(zh), en=", ".join(en))
        return self.codes[text]


class Flag(_Typed):
    """Yes or no; a box that was not ticked is not sent and means no."""

    nothing: ClassVar[Any] = False
    default_error_messages = _says(unclear="请写“是”或“否”。|Please write yes or no.")

    def __init__(self, *, required: bool = False, **more: Any) -> None:
        super().__init__(required=required, **more)

    def _read(self, text: str) -> bool:
        if text.lower() not in YES | NO:
            raise self.make_error("unclear")
        return text.lower() in YES


class Count(_Typed):
    """A whole number from ``least`` to ``most``."""

    nothing: ClassVar[Any] = 0
    default_error_messages = _says(
        number="请写整数，比如 12。|Please write a whole number, such as 12.",
        range="请写{least}到{most}之间的数。|Please write a number from {least} to {most}.",
    )

    def __init__(self, least: int = 0, most: int = 1_000_000, **more: Any) -> None:
        super().__init__(**more)
        self.least, self.most = least, most

    def _read(self, text: str) -> int:
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise self.make_error("number")
        number = int(text)
        if not self.least <= number <= self.most:
            raise self.make_error("range", least=self.least, most=self.most)
        return number


class Area(_Typed):
    """An area in m² with up to two decimals; loads to whole 0.01 m²."""

    nothing: ClassVar[Any] = 0
    default_error_messages = _says(
        area="面积请写平方米数，最多两位小数，比如 89.50。|Please write the area in m², such as 89.50.",
        negative="面积不能是负数。|An area cannot be negative.",
    )

    def _read(self, text: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,2})?", text):
            raise self.make_error("area")
        if text.startswith("-"):
            raise self.make_error("negative")
        return int(Decimal(text) * 100)


class IsoDate(_Typed):
    """A day; loads to ISO text ("2026-04-17")."""

    default_error_messages = _says(
        date="请写日期，比如 2026-04-17。|Please write a date, such as 2026-04-17.",
    )

    def _read(self, text: str) -> str:
        try:
            # The pattern first: fromisoformat() also reads 20260417 and week dates.
            return date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "").isoformat()
        except ValueError:
            raise self.make_error("date") from None


class Moment(_Typed):
    """Day and time on the clocks of China ("2026-04-17T19:00"); loads to seconds UTC."""

    nothing: ClassVar[Any] = 0
    default_error_messages = _says(
        moment="请写日期和时间，比如 2026-04-17 19:00。|Please write date and time, such as 2026-04-17 19:00.",
    )

    def _read(self, text: str) -> int:
        try:
            well_formed = re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text)
            return int(
                datetime.fromisoformat(text if well_formed else "").replace(tzinfo=SHANGHAI).timestamp()
            )
        except ValueError:
            raise self.make_error("moment") from None


class Id(_Typed):
    """The id of a thing; loads to canonical lower-case UUID text."""

    default_error_messages = _says(
        id="没有认出所选的内容，请重新选一次。|What was chosen is not known; please choose it again.",
    )

    def _read(self, text: str) -> str:
        try:
            return str(UUID(text))
        except ValueError:
            raise self.make_error("id") from None


class Many(fields.List[Any]):
    """Up to ``most`` values of one kind; a single value is a list of one."""

    default_error_messages = _says(
        most="最多{most}项。|{most} at most.",
    )

    def __init__(
        self,
        inner: fields.Field[Any],
        *,
        most: int = 500,
        required: bool = True,
        ask: str = ASK,
        **more: Any,
    ) -> None:
        default = missing if required else list
        messages = _says(required=ask, null=ask, invalid=ask)
        super().__init__(inner, required=required, load_default=default, error_messages=messages, **more)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> list[Any]:
        values = [value] if isinstance(value, (str, Mapping)) else value
        loaded: list[Any] = super()._deserialize(values, attr, data, **more)
        if len(loaded) > self.most:
            raise self.make_error("most", most=self.most)
        if self.required and not loaded:
            raise self.make_error("required")
        return loaded
