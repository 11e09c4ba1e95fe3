"""What the forms of resolutions take."""

from __future__ import annotations

from deliberation.forms import Form, Id, IsoDate, Line


class Adopt(Form):
    """``Resolution.adopt``; text and provenance are the motion's, not typed."""

    number = Line(64, ask="请写明决议编号。|Please give the resolution a number.")
    title = Line(ask="请写明决议标题。|Please give the resolution a title.")
    motion = Id(ask="请选议题。|Please choose the motion.")
    poll = Id(ask="请选通过它的那次表决。|Please choose the poll that carried it.")
    assembly = Line(ask="请写明由哪个会议表决通过。|Please say which assembly adopted it.")
    adopted_on = IsoDate(ask="请写明通过日期。|Please say on which day it was adopted.")
    effective_on = IsoDate(ask="请写明施行日期。|Please say from which day it is in force.")
