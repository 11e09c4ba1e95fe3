"""What is entered with each verb on a comment."""

from __future__ import annotations

from deliberation.discussion.model import OUTCOMES, STANCES
from deliberation.forms import Choice, Form, Line, Prose


class Make(Form):
    """A comment on a motion, or on one of its clauses."""

    clause = Line(16, required=False)
    stance = Choice(STANCES, required=False)
    words = Prose(2_000, ask="请写下您的意见。|Please write your comment.")


class Answer(Form):
    """What becomes of a comment, and why."""

    outcome = Choice(OUTCOMES, ask="请选采纳、说明或合并。|Please choose adopted, explained or merged.")
    words = Prose(2_000, ask="请写下答复。|Please write the answer.")
