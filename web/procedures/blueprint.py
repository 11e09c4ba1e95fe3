"""The blueprint that the pages of matters share, and what several of them need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from deliberation.actors import CHAIR, COMMITTEE, SECRETARY
from deliberation.errors import NotFound
from deliberation.polls.catalogue import rule
from deliberation.procedures import views
from web.shell import local, reading

bp = Blueprint("procedures", __name__)

#: Who leads a matter.
LEADERS = (SECRETARY, CHAIR, COMMITTEE)


def page_of(matter: str) -> views.MatterPage:
    """Return a matter with gates, reviews and findings. Raises NotFound."""
    page = views.matter_page(reading(), matter)
    if page is None:
        raise NotFound
    return page


def next_gate(page: views.MatterPage) -> Any | None:
    """Return the gate that comes next, None after the last or when the matter is closed."""
    return next(
        (gate for gate in page.gates if gate.stage == page.row.stage and page.row.state == "open"), None
    )


def next_steps(rows: Sequence[Any]) -> dict[str, str]:
    """Return matter -> what its next stage is called, "" after the last."""
    found = {}
    for row in rows:
        names = {stage["stage"]: (stage["zh"], stage["en"]) for stage in json.loads(row.stages)}
        found[row.id] = local(names[row.stage]) if row.stage else ""
    return found


@bp.app_template_filter()
def rule_names(rules: str) -> list[str]:
    """Return what the rules of a gate (JSON) are called."""
    laws = [rule(name) for name in json.loads(rules)]
    return [local((law.name_zh, law.name_en)) for law in laws]
