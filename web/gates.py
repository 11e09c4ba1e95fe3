"""Who may use a route. Every POST stands behind ``@may`` or says by ``@anyone`` why it does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from web.entering import Again, attempt
from web.standing import require

View = Callable[..., ResponseReturnValue]


def may(*roles: str, again: Again = "") -> Callable[[View], View]:
    """Let holders of one of the roles in, today; on POST also see the form through.

    A form that is refused shows the page ``again`` once more: an endpoint (".show") that takes its arguments
    from this route's, or a function. ``acting()`` signs in the first of the roles that is held.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**args: Any) -> ResponseReturnValue:
            require(*roles)
            if request.method != "POST" or g.get("trouble"):
                return view(**args)
            g.offered = roles
            return attempt(view, args, again)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def anyone(because: str) -> Callable[[View], View]:
    """Leave a POST open to all, for a stated reason."""

    def decorate(view: View) -> View:
        view.open_because = because  # type: ignore[attr-defined]
        return view

    return decorate
