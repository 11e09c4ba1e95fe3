"""What all visitors read alike is made once for each state of the log.

The log says when it is out of date: views change with the log and only with it. So a page that a thousand neighbours open at
once is put together once, and again after the next entry.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from flask import Flask, current_app

from web.languages import language
from web.moment import past, reading, today
from web.standing import person

T = TypeVar("T")

#: Things kept at most, each a part of a page.
KEPT = 128


def alike(make: Callable[..., T], *about: Any) -> T:
    """Return ``make(*about)``, made once while the log, the language and the day stay the same.

    For parts that depend on nothing else of the visitor than whether they are signed in, nor on the clock; no forms, for
    these carry the visitor's token. The value is shared: nobody changes it. What ``make`` raises is not kept.
    """
    if past():
        return make(*about)
    remembered = current_app.extensions["alike"]
    return cast(T, remembered(make, about, reading().size, language(), today(), bool(person())))


def init_app(app: Flask) -> None:
    """Give the app its memory."""

    @lru_cache(maxsize=KEPT)
    def remembered(make: Callable[..., Any], about: tuple[Any, ...], *_state: Any) -> Any:
        return make(*about)

    app.extensions["alike"] = remembered
