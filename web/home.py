"""首页、工作台、核查台: the three entry pages. What stands on them comes from the other rooms, see ``desks``."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.desks import STAFF, panels_of, tiles_of
from web.gates import may

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> str:
    """What a resident comes for: what to decide on now, meetings, notices."""
    return render_template("home/home.html", panels=panels_of("home"), tiles=tiles_of("home"))


@bp.get("/desk")
@may(*STAFF)
def desk() -> str:
    """What waits for whoever works here, and the next steps."""
    return render_template("home/desk.html", panels=panels_of("desk"), tiles=tiles_of("desk"))


@bp.get("/audit")
def audit() -> str:
    """Where anyone checks what was recorded."""
    return render_template("home/audit.html", panels=panels_of("audit"), tiles=tiles_of("audit"))
