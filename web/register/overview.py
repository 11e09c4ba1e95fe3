"""What the register holds: counts and grids for everybody, never a list of people at home."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import ROLES, SECRETARY
from deliberation.log.aggregate import id_of
from deliberation.register import schemas, views
from deliberation.register.model import PLACE_KINDS, STANDINGS, Page
from web.register.blueprint import bp
from web.shell import (
    _,
    _l,
    acting,
    command_key,
    council,
    done,
    may,
    names,
    panel,
    reading,
    tile,
    today,
    typed,
)


@bp.get("/register")
def index() -> str:
    """Counts, grids, and who holds which office."""
    r = reading()
    places = views.place_rows(r)
    held = views.holders(r, today())
    return render_template(
        "register/index.html",
        size=views.size(r),
        standings=views.standings(r),
        words=STANDINGS,
        grids=sorted((row for row in places if row.kind == "grid"), key=lambda row: _counted(row.label)),
        buildings=[row for row in places if row.kind == "building"],
        households=views.grid_sizes(r),
        offices=[(role, [row for row in held if row.role == role]) for role in ROLES],
        names=names(row.person for row in held),
        labels={row.id: row.label for row in places},
    )


def _counted(label: str) -> tuple[int, str]:
    """网格一, 网格二, 网格三 in the order in which people count."""
    return len(label), label.translate(str.maketrans("一二三四五六七八九", "123456789"))


@bp.get("/register/places")
@may(SECRETARY)
def places() -> str:
    """The form for a grid, a building or a point."""
    rows = views.place_rows(reading())
    return render_template(
        "register/places.html", kinds=PLACE_KINDS, places=sorted(rows, key=lambda row: row.label)
    )


@bp.post("/register/places")
@may(SECRETARY, again=".places")
def enter_place() -> ResponseReturnValue:
    """Enter a place, under an id that its name always has."""
    form = typed(schemas.Place)
    place = id_of(views.community(reading()).id, "place", form["label"])
    page = Page.of_places([[place, form["kind"], form["label"], form["parent"]]], by=acting())
    council().save(page, command=command_key())
    return done(".index", _("“%(label)s”登记好了。", label=form["label"]))


@panel("desk", 5, SECRETARY)
def first_steps() -> str:
    """While nobody is in the register: where to begin."""
    size = views.size(reading())
    return "" if size["households"] else render_template("register/_first_steps.html", size=size)


tile("desk", 80, "register.index", _l("名册"), "people")
tile("home", 80, "register.index", _l("谁在办事"), "people")
