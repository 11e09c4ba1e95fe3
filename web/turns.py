"""Turns: pages are made two at a time.

Making a page is nearly all computing, and threads of one interpreter only take it from each other: sixteen pages begun at
once are each ready late. Forms do not wait here (they wait for the disk, and the more of them wait together, the fewer
commits it takes), nor do pages of the past, which have a line of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

AT_ONCE = 2

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Turns:
    """The app, entered by two readers at a time."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        asked = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "as_of=" in asked or "at=" in asked:
            return self._app(environ, start_response)
        with self._turns:
            return self._app(environ, start_response)
