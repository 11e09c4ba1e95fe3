"""Answers are made in turn, for making them is nearly all computing; pages of the past have a line of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from deliberation.log.turns import Turns

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def in_turn(app: App, turns: Turns) -> App:
    """Return the app, in which each answer is made in a turn."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = environ.get("QUERY_STRING", "")
        if "as_of=" in asked or "at=" in asked:
            return app(environ, start_response)
        with turns.taken():
            return app(environ, start_response)

    return answer
