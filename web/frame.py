"""What stands around every page: community, person, size of type, state of the log."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from flask import Flask, current_app, g, request, url_for
from jinja2 import Template

from deliberation.actors import ROLES
from deliberation.register import views as register
from web import desks
from web.earlier import neighbours
from web.entering import form_of, trouble_here
from web.languages import LANGUAGES, language
from web.moment import here, live, now, past, reading, today
from web.sealed import pinned, sealed
from web.sessions import signed_in
from web.standing import holds, own_name, person, roles

STATIC = Path(__file__).parent / "static"
SIZES = ("standard", "large", "huge")
SIZE_COOKIE = "size"


class Frame(NamedTuple):
    """The log as the page shows it: how many entries, and their fingerprint (hex, "" for the past)."""

    size: int
    time: int
    root: str


def frame() -> Frame | None:
    """Return the state of the log for the foot of the page, None where the database cannot be asked."""
    if g.get("bare"):
        return None
    r = reading()
    moment = r if r.past else r.head  # another one once something was recorded
    if g.get("frame", (None, None))[0] is not moment:
        g.frame = moment, Frame(r.size, r.time, "" if r.past else r.head.root.hex())
    return cast(Frame, g.frame[1])


def community() -> Any:
    """Return name, kind and street of the community; it is founded once, so it is asked once."""
    known = current_app.extensions.get("community")
    if known is None and not g.get("bare"):
        known = current_app.extensions["community"] = register.community(live())
    return known


def size() -> str:
    """Return the size of type that the visitor chose."""
    chosen = request.cookies.get(SIZE_COOKIE, "")
    return chosen if chosen in SIZES else SIZES[0]


def next_size() -> str:
    """Return the size that the switch leads to."""
    return SIZES[(SIZES.index(size()) + 1) % len(SIZES)]


def asset(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so that browsers may keep it."""
    return _address("static", request.script_root, filename=name, v=_fingerprint(name))


def link(endpoint: str, **values: Any) -> str:
    """Return the address of a page, as ``url_for`` does; one without arguments is found only once."""
    if values or past() or endpoint.startswith("."):
        return url_for(endpoint, **values)
    return _address(endpoint, request.script_root)


@cache
def _address(endpoint: str, _root: str, **values: Any) -> str:
    return url_for(endpoint, **values)


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


class Macros:
    """A file of macros for all templates, evaluated once and without an import in each of them."""

    def __init__(self, app: Flask, name: str) -> None:
        self._app, self._name = app, name
        self._module: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._module is None or self._app.jinja_env.auto_reload:
            template: Template = self._app.jinja_env.get_template(self._name)
            self._module = template.module
        return getattr(self._module, name)


def init_app(app: Flask) -> None:
    """Give the templates the frame, the components and the icons."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    tools: dict[str, Any] = {
        "frame": frame, "community": community, "size": size, "next_size": next_size, "asset": asset,
        "person": person, "own_name": own_name, "roles": roles, "holds": holds, "signed_in": signed_in, "today": today, "now": now,
        "past": past, "here": here, "url_for": link, "form_of": form_of, "trouble": trouble_here, "language": language,
        "sealed": sealed, "pinned": pinned, "neighbours": lambda: neighbours(reading()),
    }  # fmt: skip
    words = {"STAFF": desks.STAFF, "ROLES": ROLES, "LANGUAGES": LANGUAGES}
    # Pages may call their own things size or person: the frame itself asks the shell by its name.
    env.globals.update(tools, shell=SimpleNamespace(**tools, **words), ui=Macros(app, "ui.html"), **words)
    icons = Macros(app, "icons.html")
    env.globals["icon"] = lambda name, label="": icons.icon(name, label)
