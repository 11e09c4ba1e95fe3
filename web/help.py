"""帮助: how this site works, in plain sentences, with every key and every switch."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("help", __name__)


@bp.get("/help")
def show() -> str:
    """What one can do here, whom to ask, how to make the type larger, how to check the record."""
    return render_template("help/show.html")
