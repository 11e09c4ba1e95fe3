"""What is entered with each verb on a report."""

from __future__ import annotations

from deliberation.forms import Choice, Form, Id, Line, Prose
from deliberation.intake.model import CHANNELS, COLOURS


class Receive(Form):
    """A new report; ``words`` what was said."""

    number = Line(40, required=False)
    channel = Choice(CHANNELS, ask="请选来源。|Please choose how it came in.")
    place = Line(
        100, ask="请写地点，不写门牌户号以外的个人信息。|Please write where it is; no personal details."
    )
    place_id = Id(required=False)
    colour = Choice(COLOURS, ask="请选红、金或蓝。|Please choose red, gold or blue.")
    words = Prose(ask="请写下反映的内容。|Please write what was reported.")
    reporter = Id(required=False)


class Enter(Receive):
    """What staff enter for somebody who is ``called`` so, with the door behind the name where several are."""

    called = Line(60, required=False)


class Tell(Form):
    """What residents report by themselves."""

    place = Line(100, ask="请写在哪里，比如“9号楼2单元门口”。|Please write where it is.")
    colour = Choice(COLOURS, ask="请选急不急。|Please choose how urgent it is.")
    words = Prose(ask="请写下是什么事。|Please write what it is about.")


class Reclass(Form):
    """Another colour."""

    colour = Choice(COLOURS, ask="请选红、金或蓝。|Please choose red, gold or blue.")


class Merge(Form):
    """The report to merge into."""

    into = Id(ask="请选并入哪一条。|Please choose the report to merge into.")


class TakeUp(Form):
    """The matter that takes it up."""

    matter = Id(ask="请选列入哪个事项。|Please choose the matter.")


class SplitOff(Form):
    """Where it goes."""

    to = Line(100, ask="请写明转到哪里。|Please say where it goes.")


class Answer(Form):
    """What the reporter is told."""

    words = Prose(ask="请写下答复。|Please write the answer.")
