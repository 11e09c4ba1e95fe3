"""产权 pages: who owns which unit and who votes for it; the import of a ledger; what changes one by one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deliberation.actors import SECRETARY
from deliberation.forms import BadForm, both
from deliberation.log.aggregate import Aggregate, new_id
from deliberation.register import owners as register
from deliberation.register.model import Page
from deliberation.register.ownership import (
    EVIDENCE,
    OWNER_KINDS,
    UNIT_KINDS,
    Owner,
    Title,
    TitlePage,
    Unit,
)
from deliberation.register.private import PersonName
from deliberation.register.schemas import (
    BUYERS,
    TITLE_COLUMNS,
    Measure,
    Transfer,
    Voter,
)
from deliberation.register.titles import Ledger, parse
from web.people import person_called
from web.register.blueprint import bp
from web.register.files import SHOWN, fold, received, to_mend, unfold
from web.security import MIB
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    names,
    reading,
    typed,
    uploads,
)

NO_TITLE = (
    "没有找到这个门牌的产权记录，请看看写得对不对；还没有记入的，先用产权名册记入。"
    "|No title has this door. Please check it; a unit without a title is entered with the ledger first."
)
#: Doors without a title that the page names.
UNTITLED = 30


@bp.get("/register/owners")
@may(SECRETARY)
def owners() -> str:
    """How much is titled, the list by door, and the forms."""
    r, door = reading(), request.args.get("door", "").replace("\0", "").strip()[:40]
    pages = max(1, -(-register.how_many_like(r, door) // register.PAGE))
    page = min(pages, max(1, request.args.get("page", 1, type=int)))
    rows = register.titles_like(r, door, page)
    return render_template(
        "register/owners.html",
        totals=register.totals(r),
        untitled=register.untitled(r),
        told=UNTITLED,
        rows=rows,
        door=door,
        page=page,
        pages=pages,
        names=names(each for row in rows for each in (row.owner, row.voter)),
        kinds=UNIT_KINDS,
        owner_kinds=OWNER_KINDS,
        evidence=EVIDENCE,
        buyers=BUYERS,
        columns=TITLE_COLUMNS,
    )


# the ledger


@bp.post("/register/owners")
@uploads()
@may(SECRETARY, again=".owners")
def check_titles() -> ResponseReturnValue:
    """Show what would be entered and what is wrong; nothing is entered yet."""
    name, text = received()
    bundle = fold("titles", name, text)
    return render_template(
        "register/titles_checked.html", name=name, ledger=_parsed(text), bundle=bundle, shown=SHOWN
    )


@bp.post("/register/owners/apply")
@uploads(words=16 * MIB)
@may(SECRETARY, again=".owners")
def enter_titles() -> ResponseReturnValue:
    """Enter the good rows, page by page; a page that is in the register already is not entered twice."""
    ledger, key = _parsed(unfold("titles")[1]), command_key()
    for number, step in enumerate(ledger.steps(acting())):
        council().save(*step, command=f"{key[:56]}-{number:05}")
    return done(
        ".owners",
        _("产权名册记入好了：%(titles)s 套有了产权记录，新增产权人 %(owners)s 位。", titles=len(ledger.titles),
          owners=len(ledger.owners)),
    )  # fmt: skip


@bp.post("/register/owners/faults")
@uploads(words=16 * MIB)
@may(SECRETARY, again=".owners")
def title_faults() -> ResponseReturnValue:
    """The rows with faults as a file, each with what is wrong: mend it and hand it in again."""
    _name, text = unfold("titles")
    return to_mend(text, _parsed(text).faults)


def _parsed(text: str) -> Ledger:
    return parse(text, register.known(reading()), new_id)


# one by one


@bp.post("/register/owners/transfer")
@may(SECRETARY, again=".owners")
def transfer() -> ResponseReturnValue:
    """Record that a unit was sold; a buyer whom the register does not have is entered first."""
    form, by, key = typed(Transfer), acting(), command_key()
    held = _held(form["door"])
    owner, before = _buyer(form)
    told = {"label": held.label, "kind": held.kind, "since": held.since}
    sold = Title.transfer(held.unit, owner, evidence=form["evidence"], on=form["on"], by=by, **told)
    for number, page in enumerate((*before, sold)):
        council().save(page, command=f"{key[:56]}-{number:05}")
    return done(".owners", _("%(door)s 转让登记好了。", door=held.label), door=held.label)


@bp.post("/register/owners/voter")
@may(SECRETARY, again=".owners")
def name_voter() -> ResponseReturnValue:
    """Record who votes for the owner of a unit, for all that is the owner's."""
    form = typed(Voter)
    held = _held(form["door"])
    naming = Owner.name_voter(held.owner, person_called(form["voter"], "voter"), by=acting())
    council().save(naming, command=command_key())
    return done(".owners", _("%(door)s 的表决人登记好了。", door=held.label), door=held.label)


@bp.post("/register/owners/area")
@may(SECRETARY, again=".owners")
def measure() -> ResponseReturnValue:
    """Mend the area of a unit; rolls that are frozen keep what they have."""
    form = typed(Measure)
    held = _held(form["door"])
    measured = Unit.measure(
        held.unit, form["area_m2"], label=held.label, evidence=form["evidence"], by=acting()
    )
    council().save(measured, command=command_key())
    return done(".owners", _("%(door)s 的面积更正好了。", door=held.label), door=held.label)


def _held(door: str) -> Any:
    """Return the title of the unit with that door. Raises BadForm."""
    held = register.title_at(reading(), door)
    if held is None:
        raise BadForm({"door": both(NO_TITLE)})
    return held


def _buyer(form: dict[str, Any]) -> tuple[str, list[Aggregate]]:
    """Return the new owner, and the pages to save first where the register does not have it. Raises BadForm."""
    if form["owner_kind"] != "person":
        same = register.owners_called(reading(), form["owners"], form["owner_kind"])
        voter = person_called(form["voter"], "voter") if form["voter"] else ""
        return (same[0].id, []) if len(same) == 1 else _new_owner(form["owner_kind"], form["owners"], voter)
    if form["new"]:
        person = new_id()
        named = PersonName(person, form["owners"], form["phone"])
        owner, pages = _new_owner("person", form["owners"], person)
        return owner, [Page.of_persons([[person, "", "owner", 1, 0]], [named], by=acting()), *pages]
    person, name = person_called(form["owners"], "owners"), form["owners"].partition(" ")[0]
    # One buyer of several units is one head.
    heads = [head.id for head in register.owners_called(reading(), name, "person") if head.voter == person]
    return (heads[0], []) if heads else _new_owner("person", name, person)


def _new_owner(kind: str, called: str, voter: str) -> tuple[str, list[Aggregate]]:
    owner = new_id()
    return owner, [TitlePage.of_owners([[owner, kind, voter]], [PersonName(owner, called)], by=acting())]
