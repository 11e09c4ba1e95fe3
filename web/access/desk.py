"""登录信 at the desk: how people sign in here is adopted, letters are made in bulk and replaced. A code is on paper only."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.access import finding, schemas, views
from deliberation.access.letters import HOME, PAGE, LetterPage, Replacement, SignIn
from deliberation.access.locks import digits, fresh_code
from deliberation.access.tables import letters
from deliberation.actors import CHAIR, SECRETARY
from deliberation.errors import AlreadyDone, NotFound, Refusal
from deliberation.forms import BadForm, both
from deliberation.log.aggregate import Aggregate
from deliberation.numbering import by_door
from deliberation.register.views import labels
from web.access.blueprint import DESK, bp, helpers
from web.access.printing import document, fresh_numbers, good_until, printed
from web.guessing import locks
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    confirmed,
    council,
    done,
    may,
    now,
    reading,
    saved,
    tile,
    typed,
)

tile("desk", 62, "access.desk", _l("登录信"), "lock", SECRETARY, CHAIR)

#: Letters in one document at most.
MOST = 1000


class NobodyToWriteTo(Refusal):
    """Everybody is bound already or has an open letter."""

    zh = "没有要做的信：这些住户（人）都已经绑定，或者手里有一封还能用的信。信丢了，请用“换一封”。"
    en = "No letters to make: all of these are bound or hold a letter that is still good. For lost letters use “replace”."


@bp.get("/letters")
@may(*DESK)
def desk() -> str:
    """How people sign in, how many letters are out, and what can be done."""
    r = reading()
    within = [*labels(r, "grid").items(), *labels(r, "building").items()]
    return render_template(
        "access/desk.html", rules=views.adopted_rules(r), counts=views.letter_counts(r, int(now().timestamp())), whom=schemas.FOR, most=MOST,
        within=sorted(within, key=lambda pair: by_door(pair[1])), reasons=schemas.LETTER_REASONS, seconds=helpers(),
    )  # fmt: skip


@bp.post("/letters/rules")
@may(*DESK, again=".desk")
def adopt() -> ResponseReturnValue:
    """Adopt how people sign in."""
    form = typed(schemas.Adopt)
    made = SignIn.adopt(form["hours"], form["days"], second=form["second"], by=acting())
    confirmed(form["second"], *DESK, step=("定登录办法", "adopt how people sign in"))
    saved(made)
    return done("access.desk", _("登录办法定好了。从现在起，用手机投票要先凭信绑定。"))


@bp.post("/letters")
@may(*DESK, again=".desk")
def make() -> ResponseReturnValue:
    """Make letters and show them for printing, once."""
    form = typed(schemas.Make)
    targets = _targets(form["whom"], form["within"])[:MOST]
    if not targets:
        raise NobodyToWriteTo
    until, by = good_until(), acting()
    made = {number: (target, label, fresh_code()) for number, (target, label) in zip(fresh_numbers(len(targets)), targets, strict=True)}
    lines = [(number, HOME, target) for number, (target, _label, _code) in made.items()]
    codes = [locks().code(number, code) for number, (_target, _label, code) in made.items()]
    pages: list[Aggregate] = [
        LetterPage.issue(lines[at : at + PAGE], codes[at : at + PAGE], until=until, by=by) for at in range(0, len(lines), PAGE)
    ]
    _saved_once(pages[0], *pages[1:])
    return document([printed(number, code, label) for number, (_target, label, code) in made.items()], until)


@bp.post("/letters/more")
@may(*DESK, again=".desk")
def one_more() -> ResponseReturnValue:
    """Make a further letter for a home: another adult of it wants to sign in too."""
    door, until = typed(schemas.OneMore)["door"], good_until()
    home = finding.home_called(reading(), door)
    if home is None:
        raise BadForm({"door": both("名册里没有这个门牌，请照名册上的写。|The register has no such door; write it as the register does.")})
    (number,), code = fresh_numbers(1), fresh_code()
    _saved_once(LetterPage.issue([(number, HOME, home.id)], [locks().code(number, code)], until=until, by=acting()))
    return document([printed(number, code, home.label)], until)


@bp.post("/letters/replace")
@may(*DESK, again=".desk")
def replace() -> ResponseReturnValue:
    """Replace a letter that nobody used, by two; the old one is dead."""
    form, until = typed(schemas.Replace), good_until()
    old = reading().row(letters, digits(form["number"]))
    if old is None:
        raise NotFound
    (number,), code = fresh_numbers(1), fresh_code()
    made = Replacement.replace(
        old.number, old.kind, old.target, locks().code(number, code), until=until, reason=form["reason"],
        second=form["second"], by=acting(),
    )  # fmt: skip
    step = "换发一封登录信，旧信作废", "replace a sign-in letter; the old one is dead"
    confirmed(form["second"], *DESK, step=step, about=finding.label_of(reading(), old.target))
    _saved_once(made)
    return document([printed(number, code, finding.label_of(reading(), old.target))], until)


def _saved_once(*made: Aggregate) -> None:
    """Save letters; the codes of a form that came a second time are those of no letter and are not printed. Raises AlreadyDone."""
    receipt = council().save(*made, command=command_key())
    if receipt.again:
        raise AlreadyDone(receipt)


def _targets(whom: str, within: str) -> list[tuple[str, str]]:
    r, at = reading(), int(now().timestamp())
    homes = finding.homes_without(r, within, at, units_too=whom == "units")
    return sorted(((home.id, home.label) for home in homes), key=lambda pair: by_door(pair[1]))
