"""Letters on paper: numbers, how long they are good, and the document that alone has the codes."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import render_template, request
from markupsafe import Markup

from deliberation.access import views
from deliberation.access.locks import fresh_number
from deliberation.access.refusals import NoRulesYet
from deliberation.access.tables import letters
from web.papers import code_for
from web.shell import now, reading


class Printed(NamedTuple):
    """A letter as it is printed, once."""

    number: str
    code: str
    home: str
    square: Markup


def fresh_numbers(count: int) -> list[str]:
    """Return so many numbers that no letter has."""
    fresh: dict[str, None] = {}
    while len(fresh) < count:
        number = fresh_number()
        if reading().row(letters, number) is None:
            fresh[number] = None
    return [*fresh]


def good_until() -> int:
    """Return until when (seconds UTC) a letter made now is good. Raises NoRulesYet."""
    rules = views.adopted_rules(reading())
    if rules is None:
        raise NoRulesYet
    return int((now() + timedelta(days=rules.days)).timestamp())


def printed(number: str, code: str, home: str) -> Printed:
    """Return a letter as it is printed."""
    return Printed(number, code, home, code_for("access.ask_letter", number=number, code=code))


def document(made: list[Printed], until: int) -> str:
    """Return the document with the letters: the only place where their codes stand."""
    return render_template("access/print.html", letters=made, until=until, site=request.host_url)


