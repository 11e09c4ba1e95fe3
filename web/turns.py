"""Answers are made in turn, for making them is nearly all computing; pages of the past have a line of their own."""

from __future__ import annotations

from waitress.channel import HTTPChannel

from deliberation.log.turns import Turns
from web.moment import PARAMETERS


def in_turn(turns: Turns, channel: type[HTTPChannel] = HTTPChannel) -> type[HTTPChannel]:
    """Return the server's channel, in which each request is answered in a turn: read, computed and sent."""

    class InTurn(channel):  # type: ignore[misc, valid-type]
        def service(self) -> None:
            if _of_the_past(self.requests[0]):
                super().service()
                return
            with turns.taken():
                super().service()

    return InTurn


def _of_the_past(request: object) -> bool:
    asked = getattr(request, "query", "")  # a request that could not be read has none
    return any(f"{name}=" in asked for name in PARAMETERS)
