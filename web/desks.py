"""The three entry pages and what the rooms of the house put onto them, without knowing each other.

A *panel* is a block on a desk, a *tile* an entry in its index; a *mark* is a short live number beside a tile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup

from deliberation.actors import (
    CHAIR,
    COMMITTEE,
    GRID_WORKER,
    SCRUTINEER,
    SECRETARY,
    STREET_OFFICE,
    SUPERVISOR,
)
from web.standing import holds

Block = Callable[[], str]

#: Who has work at the desk.
STAFF = (SECRETARY, CHAIR, COMMITTEE, SCRUTINEER, SUPERVISOR, GRID_WORKER, STREET_OFFICE)


class Panel(NamedTuple):
    """A block: where it stands, for whom (empty: for all), and what makes it."""

    order: int
    name: str
    roles: tuple[str, ...]
    block: Block


class Tile(NamedTuple):
    """An entry in the index of a desk."""

    order: int
    endpoint: str
    label: object
    icon: str
    roles: tuple[str, ...]

    @property
    def href(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)


PANELS: dict[str, list[Panel]] = {"home": [], "desk": [], "audit": []}
TILES: dict[str, list[Tile]] = {"home": [], "desk": [], "audit": []}


def panel(desk: str, order: int, *roles: str) -> Callable[[Block], Block]:
    """Put what the function returns (HTML, or "" for nothing) onto a desk; with roles: for holders only."""

    def register(block: Block) -> Block:
        PANELS[desk].append(Panel(order, f"{block.__module__}.{block.__name__}", roles, block))
        return block

    return register


def tile(desk: str, order: int, endpoint: str, label: object, icon: str, *roles: str) -> None:
    """Put an entry into the index of a desk; ``label`` is a lazy text."""
    TILES[desk].append(Tile(order, endpoint, label, icon, roles))


def panels_of(desk: str) -> list[Markup]:
    """Return the blocks of a desk for the person at the page, in order, without the empty ones."""
    mine = sorted(each for each in PANELS[desk] if not each.roles or holds(*each.roles))
    return [Markup(block) for block in (each.block() for each in mine) if block]


def tiles_of(desk: str) -> list[Tile]:
    """Return the index of a desk for the person at the page."""
    return sorted(
        (each for each in TILES[desk] if not each.roles or holds(*each.roles)), key=lambda each: each[:2]
    )
