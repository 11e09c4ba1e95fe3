"""What the forms of rectification notices take."""

from __future__ import annotations

from marshmallow.validate import Regexp

from deliberation.forms import Choice, Form, Id, Line, Many, Moment, Prose
from deliberation.tasks.model import LEVELS, RESULTS, WAYS

#: A document number (文号) such as 甲安〔2026〕12号: six-cornered brackets, no leading zero.
DOCUMENT_NUMBER = Regexp(
    r"[^〔〕]*〔\d{4}〕[1-9]\d*号\Z",
    error="编号写成“甲安〔2026〕12号”这样，序号前不加0。|Write the number like 甲安〔2026〕12号, without leading zeros.",
)
#: What is posted names a place, never who lives there.
PUBLIC_PLACE = Regexp(
    r"(?!.*[0-9０-９一二三四五六七八九十]\s*[户室]).*",
    error="位置要公开，写到楼和单元就可以，不写户号。|The place is public: building and entrance, no household.",
)


class Issue(Form):
    """``Notice.issue``"""

    matter = Id()
    number = Line(64, validate=DOCUMENT_NUMBER, ask="请写明告知单编号。|Please give the notice a number.")
    place = Id(required=False)
    place_label = Line(60, validate=PUBLIC_PLACE, ask="请写明位置，不写姓名和户号。|Please name the place, without name or household.")
    resolution = Id(ask="请选依据的公约。|Please choose the compact it rests on.")
    clause = Line(16, ask="请选违反的条款。|Please choose the clause.")
    clause_label = Line(60, required=False)
    level = Choice(LEVELS, ask="请选有多严重。|Please choose how serious it is.")
    hazard = Prose(ask="请写明隐患情况。|Please describe the hazard.")
    replaces = Id(required=False)


class Serve(Form):
    """``Notice.serve``; ``witness`` is a name, which the page looks up."""

    how = Choice(WAYS, ask="请选怎么送到的。|Please choose how it was served.")
    workers = Many(Id(), most=2, ask="请选两个人。|Please choose two persons.")
    witness = Line(60, required=False)
    served_at = Moment(ask="请写明送达时间。|Please say when it was served.")


class Inspect(Form):
    """``Notice.inspect``"""

    result = Choice(RESULTS, ask="请选整改好了没有。|Please choose whether it is mended.")
    workers = Many(Id(), most=2, ask="请选两个人。|Please choose two persons.")
    remark = Prose(required=False)


class Escalate(Form):
    """``Notice.escalate``"""

    to = Line(60, ask="请写明报给哪个单位。|Please say which authority it goes to.")


class Withdraw(Form):
    """``Notice.withdraw``"""

    reason = Prose(ask="请写明撤回的原因。|Please say why it is withdrawn.")
