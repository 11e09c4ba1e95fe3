"""Import of a roster: a file, its faults row by row, what would be entered, then the entering."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import SECRETARY
from deliberation.log.aggregate import new_id
from deliberation.register import views
from deliberation.register.model import AppointedByTwo
from deliberation.register.roster import Roster, parse
from deliberation.register.schemas import COLUMNS
from web.people import others
from web.register.blueprint import bp
from web.register.files import SHOWN, fold, received, to_mend, unfold
from web.register.offices import DESK
from web.security import MIB
from web.shell import _, acting, command_key, confirmed, council, done, may, reading, uploads


class Upload(NamedTuple):
    """A file as text, and what was read from it."""

    name: str
    text: str
    roster: Roster


@bp.get("/register/roster")
@may(SECRETARY)
def roster() -> str:
    """The form: one CSV file."""
    return render_template("register/roster.html", columns=COLUMNS)


@bp.post("/register/roster")
@uploads()
@may(SECRETARY, again=".roster")
def check() -> ResponseReturnValue:
    """Show what would be entered and what is wrong; nothing is entered yet."""
    name, text = received()
    return _page(Upload(name, text, _parsed(text)), fold("roster", name, text))


def _page(upload: Upload, bundle: str) -> str:
    return render_template("register/checked.html", upload=upload, bundle=bundle, shown=SHOWN, seconds=others(*DESK))


def _again() -> str:
    """The same file once more: the other person has yet to confirm."""
    return _page(_unfolded(), request.form.get("bundle", ""))


@bp.post("/register/roster/apply")
@uploads(words=16 * MIB)
@may(SECRETARY, again=_again)
def apply() -> ResponseReturnValue:
    """Enter the good rows, page by page; a page that is in the register already is not entered twice."""
    upload, key = _unfolded(), command_key()
    second = request.form.get("second", "") if upload.roster.roles else ""
    if upload.roster.roles:
        if not second:
            raise AppointedByTwo
        confirmed(second, *DESK, step=("从名册登记职务", "give the offices of a register"), about=upload.name)
    for number, step in enumerate(upload.roster.steps(acting(), second)):
        council().save(*step, command=f"{key[:56]}-{number:05}")
    entered = upload.roster
    return done(
        ".index",
        _("名册记入好了：房屋 %(units)s 套，%(households)s 户，%(people)s 人。", units=len(entered.units),
          households=len(entered.households), people=len(entered.persons)),
    )  # fmt: skip


@bp.post("/register/roster/faults")
@uploads(words=16 * MIB)
@may(SECRETARY, again=".roster")
def faults() -> ResponseReturnValue:
    """The rows with faults as a file, each with what is wrong: mend it and hand it in again."""
    upload = _unfolded()
    return to_mend(upload.text, upload.roster.faults)


def _unfolded() -> Upload:
    name, text = unfold("roster")
    return Upload(name, text, _parsed(text))


def _parsed(text: str) -> Roster:
    return parse(text, views.known(reading()), new_id)
