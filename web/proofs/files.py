"""The log over HTTP as C2SP tlog-tiles has it: checkpoint, hash tiles and entries, the same bytes as in a bundle.

Only what a checkpoint covers is served; all but the newest checkpoint never changes.
"""

from __future__ import annotations

from flask import Response

from deliberation.audit import tiles
from deliberation.audit.bundle import policy as policy_of
from deliberation.audit.tiles import Tile
from deliberation.errors import NotFound
from deliberation.log import seals
from deliberation.log.hashes import WIDTH, Hashes, leaves
from deliberation.log.seals import Seal
from web.proofs.blueprint import bp
from web.shell import checkpoints, live

#: Seconds for which whoever asks may keep the newest checkpoint, and what never changes.
BRIEFLY, FOR_EVER = "public, max-age=5", "public, max-age=31536000, immutable"


@bp.get("/log/checkpoint")
def checkpoint() -> Response:
    """The newest checkpoint."""
    return _text(_newest().note, BRIEFLY)


@bp.get("/log/checkpoints/<int:size>")
def earlier(size: int) -> Response:
    """The checkpoint over exactly so many entries."""
    r = live()
    found = seals.at_size(r.live, r.community, size) if size <= r.size else None
    if found is None:
        raise NotFound
    return _text(found.note, FOR_EVER)


@bp.get("/log/policy")
def policy() -> Response:
    """Whose signature is to be expected."""
    return _text(policy_of(checkpoints().on_record()), BRIEFLY)


@bp.get("/log/tile/<path:path>")
def tile(path: str) -> Response:
    """A tile of hashes or of entries."""
    asked, newest = Tile.at(path), _newest()
    if asked is None or not asked.within(newest.size):
        raise NotFound
    content = _entries(asked) if asked.level is None else _hashes(asked)
    return Response(content, mimetype="application/octet-stream", headers={"Cache-Control": FOR_EVER})


def _entries(asked: Tile) -> bytes:
    first = asked.number * WIDTH
    return tiles.packed(leaves(live().live, live().community, first, first + asked.width))


def _hashes(asked: Tile) -> bytes:
    assert asked.level is not None
    return b"".join(Hashes(live().live, live().community).tile(asked.level, asked.number, asked.width))


def _newest() -> Seal:
    found = seals.latest(live().live, live().community)
    if found is None:
        raise NotFound
    return found


def _text(content: str, keep: str) -> Response:
    return Response(content, mimetype="text/plain", headers={"Cache-Control": keep})
