"""Who is at the page, by a session that this server keeps: the cookie carries random bytes and nothing else of the person."""

from __future__ import annotations

from typing import cast

from flask import after_this_request, g, request, session
from werkzeug.wrappers import Response

from deliberation.access import sessions
from deliberation.access.sessions import SOON, Visitor
from web.moment import council, now, past, reading, today

TOKEN = "token"


def visitor() -> Visitor | None:
    """Return who is signed in, None if nobody is (one query a request)."""
    try:
        return cast("Visitor | None", g.visitor)
    except AttributeError:
        pass  # what goes wrong now is not a consequence
    if g.get("bare"):  # the database cannot be asked
        return None
    found = g.visitor = _look()
    return found


def signed_in() -> bool:
    """Whether the browser brought a session, good or not: without asking the database."""
    return TOKEN in session


def let_in(person: str, *, staff: bool = False, label: str = "") -> None:
    """Begin a new session for a person; the one before ends."""
    at = int(now().timestamp())
    with council().beside() as connection:
        if TOKEN in session:
            sessions.end(connection, council().community, session[TOKEN])
        sessions.sweep(connection, council().community, at)
        token = sessions.begin(connection, council().community, person, staff=staff, label=label or device(), at=at)
    session.clear()
    session[TOKEN] = token
    # A phone of one's own is not asked again each time it is put down; staff share desks.
    session.permanent = not staff
    g.pop("visitor", None)


def let_out() -> None:
    """End the session."""
    if TOKEN in session:
        with council().beside() as connection:
            sessions.end(connection, council().community, session[TOKEN])
    session.clear()
    g.visitor = None


def device() -> str:
    """Return in a word what the browser runs on, so that one's own sessions can be told apart."""
    agent = request.user_agent.string
    kinds = ("iPhone", "iPad", "HarmonyOS", "Android", "Windows", "Macintosh", "Linux")
    system = next((kind for kind in kinds if kind in agent), "")
    app = "微信" if "MicroMessenger" in agent else ""
    return " ".join(filter(None, (system, app)))


def _look() -> Visitor | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    at = int(now().timestamp())
    if past():
        with council().reading() as r:
            found = sessions.visitor(r, token, day=today(), at=at)
    else:
        found = sessions.visitor(reading(), token, day=today(), at=at)
    if found is not None and at - found.seen > SOON:
        _touch_afterwards(token, at)
    return found


def _touch_afterwards(token: str, at: int) -> None:
    @after_this_request
    def touch(response: Response) -> Response:
        with council().beside() as connection:
            sessions.touch(connection, council().community, token, at)
        return response
