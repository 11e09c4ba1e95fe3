"""The rooms of the house, in the order of the procedure (and of allowed imports)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

#: Each has ``model`` (events, aggregates, refusals) and ``views`` (tables, handlers, queries, and the guards, unless these
#: are many and have a file ``guards`` of their own).
NAMES = (
    "register",
    "access",
    "custody",
    "intake",
    "procedures",
    "motions",
    "discussion",
    "meetings",
    "polls",
    "resolutions",
    "publications",
    "tasks",
    "filings",
)


def load() -> None:
    """Import every capability's views, so that all events, handlers and guards are known."""
    for name in NAMES:
        import_module(f"deliberation.{name}.views")
        if find_spec(f"deliberation.{name}.guards") is not None:
            import_module(f"deliberation.{name}.guards")
