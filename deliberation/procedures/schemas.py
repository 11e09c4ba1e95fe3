"""What is entered with each verb on a matter."""

from __future__ import annotations

from marshmallow import fields

from deliberation.forms import Choice, Count, Form, Id, IsoDate, Line, Many, Prose
from deliberation.procedures.templates import NAMES, TEMPLATES

_STAGES = {stage.stage: (stage.zh, stage.en) for template in TEMPLATES.values() for stage in template.stages}


class Open(Form):
    """A new matter."""

    number = Line(40, required=False)
    title = Line(ask="请写明标题。|Please give a title.")
    template = Choice(NAMES, ask="请选程序。|Please choose a procedure.")


class PassGate(Form):
    """A stage that is done, with its numbers."""

    stage = Choice(_STAGES)
    on = IsoDate(ask="请写完成的日期。|Please give the day it was done.")
    due = Count(required=False)
    present = Count(required=False)
    in_favour = Count(required=False)
    against = Count(required=False)
    abstain = Count(required=False)
    minute = Line(60, required=False)
    poll = Id(required=False)


class AskReview(Form):
    """Where the text of a motion goes for review; its digest and version are those of the page."""

    motion = Id()
    digest = Line(64)
    version = Count(1)
    to = Line(100, ask="请写明送到哪里。|Please say to whom it goes.")


class Finding(Form):
    """One finding: the clause, its wording word by word, and why it should not stand."""

    clause = Line(16, ask="请选条款。|Please choose the clause.")
    wording = Prose(300, ask="请照抄有问题的原文。|Please copy the wording in question.")
    ground = Prose(400, ask="请写明依据。|Please give the ground.")


class AnswerReview(Form):
    """The reviewer's answer; no findings means nothing against the text."""

    motion = Id()
    digest = Line(64)
    findings = Many(fields.Nested(Finding), most=20, required=False)


class Close(Form):
    """Why a matter ends before its last stage; not needed after it."""

    words = Prose(required=False)
