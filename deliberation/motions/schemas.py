"""What is entered with each verb on a motion or an amendment."""

from __future__ import annotations

from marshmallow import fields

from deliberation.forms import Choice, Count, Form, Id, Line, Many, Prose
from deliberation.motions.model import KINDS, REASONS, SECONDS

CHANGES: dict[str, tuple[str, str]] = {
    "replace": ("修改", "change"),
    "insert": ("增加", "add"),
    "remove": ("删除", "remove"),
}


class Propose(Form):
    """A new motion; ``heading`` is the title of its text, ``wordings`` its clauses in order."""

    number = Line(40, required=False)
    title = Line(ask="请写明标题。|Please give a title.")
    kind = Choice(KINDS, ask="请选种类。|Please choose its kind.")
    heading = Line(required=False)
    wordings = Many(Prose(ask="这一条没有内容。|This clause is empty."), most=200)
    seconds_needed = Count(0, 500, required=False)


class Draft(Form):
    """A new motion as it is typed: the clauses in one piece, see ``changes.clauses_in``."""

    number = Line(40, required=False)
    title = Line(ask="请写明标题。|Please give a title.")
    kind = Choice(KINDS, ask="请选种类。|Please choose its kind.")
    text = Prose(12_000, ask="请写下内容，一条一段。|Please write the text, a paragraph for each clause.")
    seconds_needed = Count(0, 500, required=False, load_default=SECONDS)


class Change(Form):
    """One change: of ``clause``, or a new clause after it ("" for the beginning)."""

    change = Choice(CHANGES, ask="请选修改、增加或删除。|Please choose change, add or remove.")
    clause = Line(16, required=False)
    wording = Prose(required=False)


class Revise(Form):
    """A revision; ``version`` is the one on the page, so that nobody revises an older text by mistake."""

    version = Count(1)
    operations = Many(fields.Nested(Change), most=50)
    reason_kind = Choice(REASONS, ask="请选修订原因。|Please choose the reason.")
    label = Line(8, required=False)
    note = Line(300, ask="请写一句修订说明。|Please say in a line what was revised.")


class Move(Form):
    """An amendment to the text with ``base_digest``."""

    label = Line(8, ask="请写修正案名称，比如“甲”。|Please name the amendment, such as 甲.")
    base_digest = Line(64)
    operations = Many(fields.Nested(Change), most=50)
    replaces = Id(required=False)


class Withdraw(Form):
    """Why the motion is taken back."""

    words = Prose(ask="请写明撤回的原因。|Please say why it is withdrawn.")


class Settle(Form):
    """The poll that decided; its outcome is read from the count."""

    poll = Id(ask="请选是哪一次表决。|Please choose the poll.")
