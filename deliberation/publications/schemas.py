"""What the forms of publications take."""

from __future__ import annotations

from deliberation.forms import Choice, Count, Flag, Form, Id, IsoDate, Line, Prose
from deliberation.publications.model import KINDS


class Post(Form):
    """``Publication.post``"""

    matter = Id()
    number = Line(64, ask="请写明公示编号。|Please give the publication a number.")
    kind = Choice(KINDS, ask="请选是哪一种公示。|Please choose what kind it is.")
    subject = Id(required=False)
    title = Line(ask="请写明公示标题。|Please give the publication a title.")
    text = Prose(ask="请写明公示内容。|Please write what is to be posted.")
    from_date = IsoDate(ask="请写明公示从哪一天开始。|Please say on which day the display begins.")
    days = Count(1, 365, ask="请写明公示多少天。|Please say for how many days.")
    place = Line(ask="请写明公示地点，比如村务公开栏。|Please say where it is on display.")


class Raise(Form):
    """``Objection.raise_``; ``person`` where somebody enters another's objection."""

    said = Prose(ask="请写明您对什么有异议。|Please write what you object to.")
    person = Id(required=False)


class Enter(Form):
    """``Objection.raise_`` for somebody else: what came on paper or was said at the counter; ``called`` is a name."""

    called = Line(60, ask="请写明是谁提的异议。|Please write who objects.")
    said = Prose(ask="请写明对什么有异议。|Please write what the objection is to.")


class Answer(Form):
    """``Objection.answer``"""

    said = Prose(ask="请写明答复内容。|Please write the answer.")
    upheld = Flag(required=True, ask="请选异议成立，还是不成立。|Please choose whether the objection is upheld.")
