"""Language, size of type, and whether the site is up. Choosing looks is a link: it changes only a cookie."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from web.frame import SIZE_COOKIE, SIZES
from web.languages import COOKIE, LANGUAGES
from web.moment import council
from web.security import local_path

bp = Blueprint("switches", __name__)

YEAR = 31_536_000


@bp.get("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    """Speak another language from now on."""
    return _chosen(COOKIE, code, tuple(LANGUAGES))


@bp.get("/size/<name>")
def size(name: str) -> ResponseReturnValue:
    """Show larger or smaller type from now on."""
    return _chosen(SIZE_COOKIE, name, SIZES)


def _chosen(cookie: str, value: str, choices: tuple[str, ...]) -> ResponseReturnValue:
    if value not in choices:
        abort(404)
    response = redirect(local_path(request.args.get("towards", "")), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(cookie, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers and the community is founded."""
    try:
        size = council().head().size
    except Exception:  # whatever it is, whoever asks must not send visitors here
        return Response("not ready\n", 503, mimetype="text/plain")
    return Response(f"ready, {size} entries\n", mimetype="text/plain")
