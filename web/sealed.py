"""What a page shows of the newest checkpoint: in short to read aloud, whole as a square code."""

from __future__ import annotations

import segno
from flask import g, render_template
from markupsafe import Markup

from deliberation.log import seals
from deliberation.log.note import Checkpoint
from web.moment import live


def code_of(text: str) -> Markup:
    """Return a square code of a text that is long for one: as little redundancy as a screen or a good print needs."""
    return Markup(segno.make(text, error="l", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))


def sealed() -> Markup:
    """Return the mark of the newest checkpoint for a paper, "" before the first."""
    note = _newest()
    return Markup(render_template("sealed.html", checkpoint=Checkpoint.of(note), code=code_of(note)) if note else "")


def pinned() -> str:
    """Return the newest checkpoint in short, for papers that have a code of their own, "" before the first."""
    note = _newest()
    return Checkpoint.of(note).short if note else ""


def _newest() -> str:
    newest = None if g.get("bare") else seals.latest(live().live, live().community)
    return newest.note if newest else ""
