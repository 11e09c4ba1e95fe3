"""Which page of a list."""

from __future__ import annotations

from flask import request

#: No list is longer, and no database counts farther than its numbers go.
MOST = 1_000_000


def page_asked() -> int:
    """Return the page that the address asks for, 1 unless it names another."""
    return min(max(1, request.args.get("page", 1, int)), MOST)
