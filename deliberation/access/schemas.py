"""What is entered on the forms of letters, bindings and keys."""

from __future__ import annotations

from deliberation.access.letters import MOST_DAYS, MOST_HOURS, REASONS
from deliberation.forms import Choice, Count, Form, Id, Line, Prose

#: For whom letters are made.
FOR: dict[str, tuple[str, str]] = {
    "households": ("每户一封", "one for each household"),
    "units": ("每套房一封", "one for each unit"),
}
#: Why a letter is replaced, and why keys are.
LETTER_REASONS = {name: REASONS[name] for name in ("not_received", "lost", "spoiled", "exposed")}
KEY_REASONS = {name: REASONS[name] for name in ("lost", "forgotten", "exposed")}
END_REASONS = {name: REASONS[name] for name in ("moved", "asked")}


class Adopt(Form):
    """How people sign in here."""

    hours = Count(0, MOST_HOURS)
    days = Count(1, MOST_DAYS)
    second = Id()


class Make(Form):
    """Letters in bulk: for whom, and in which building or grid ("" for all)."""

    whom = Choice(FOR)
    within = Id(required=False)


class OneMore(Form):
    """A further letter for one home: another adult of it wants to sign in too."""

    door = Line(80)


class Replace(Form):
    """A letter that nobody used gives way to a new one."""

    number = Line(20)
    reason = Choice(LETTER_REASONS)
    second = Id()


class Keys(Form):
    """All keys of a person are stopped; a letter for new ones is handed over."""

    reason = Choice(KEY_REASONS)
    second = Id()


class End(Form):
    """A binding ends."""

    reason = Choice(END_REASONS)
    second = Id(required=False)


class Object(Form):
    """Why a binding is not rightful."""

    words = Prose(1_000)


class ObjectFor(Object):
    """The same, said to the desk by somebody of the home."""

    second = Id()


class EndSession(Form):
    """A device is signed out."""

    session = Id()


class Assist(Form):
    """Who stood by when somebody else's phone or PIN was set, and where."""

    witness = Id()
    place = Line(60)
