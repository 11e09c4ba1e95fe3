"""What the forms of filings take."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import Regexp

from deliberation.forms import Form, Id, IsoDate, Line, Many, Prose

WRONG = "校验值不完整，应该是六十四个字符。|The digest is not complete: it has 64 characters."
DIGEST = Regexp(r"[0-9a-f]{64}\Z", error=WRONG)


class Attachment(Form):
    """One file of the bundle with its SHA-256 in hex."""

    title = Line(ask="请写明附件标题。|Please give the attachment a title.")
    digest = Line(64, validate=DIGEST)


class Make(Form):
    """``Filing.make``"""

    matter = Id()
    number = Line(64, ask="请写明报送编号。|Please give the filing a number.")
    resolution = Id(required=False)
    to = Line(60, ask="请写明报送给哪个单位。|Please say with whom it is filed.")
    decided_on = IsoDate(ask="请写明通过日期。|Please say on which day it was decided.")
    attachments = Many(fields.Nested(Attachment), most=50)


class Sheet(Form):
    """A line for an attachment on the page: its digest may come from a file chosen beside it; empty lines fall away."""

    title = Line(required=False)
    digest = Line(64, required=False, validate=Regexp(r"([0-9a-f]{64})?\Z", error=WRONG))


class Bundle(Make):
    """``Make`` as the page sends it."""

    attachments = Many(fields.Nested(Sheet), most=50, required=False)


class Acknowledge(Form):
    """``Filing.acknowledge``"""

    receipt_number = Line(64, ask="请写明备案号，比如丙街备〔2026〕7号。|Please give the number of the receipt.")
    on = IsoDate(ask="请写明回执日期。|Please give the date of the receipt.")


class Return(Form):
    """``Filing.return_``"""

    said = Prose(ask="请写明要补正什么。|Please write what has to be mended.")
