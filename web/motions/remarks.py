"""Comments made ready for the page: a hundred must cost little, so their template only joins strings."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for
from markupsafe import Markup

from deliberation.actors import CHAIR, COMMITTEE, SECRETARY
from deliberation.discussion.model import OUTCOMES, STANCES
from deliberation.discussion.views import CommentPage
from web.shell import _, local
from web.wordings import lines, moment

#: Who answers comments.
ANSWERERS = (SECRETARY, CHAIR, COMMITTEE)


class Remark(NamedTuple):
    """One comment as it is shown. ``number`` is "" in a choice of comments, where it would mislead.

    ``href`` leads to where it is answered, "" for whoever does not answer.
    """

    id: str
    number: str
    name: str
    at: Markup
    stance: str
    clause: str
    place: str
    text: Markup
    outcome: str
    answer: Markup
    href: str


def remarks(
    page: CommentPage, people: dict[str, str], called: dict[str, str], *, numbered: bool, answering: bool
) -> list[Remark]:
    """Return a page of comments; ``people`` and ``called`` name persons and clauses."""
    stances = {code: local(pair) for code, pair in STANCES.items()} | {"": ""}
    outcomes = {code: local(pair) for code, pair in OUTCOMES.items()} | {"": ""}
    gone, erased = _("（这一条已经删去）"), _("（已删除）")
    return [
        Remark(
            row.id,
            str(number) if numbered else "",
            people.get(row.person, ""),
            moment(row.made_at),
            stances[row.stance],
            row.clause,
            called.get(row.clause, gone) if row.clause else "",
            lines(page.texts.get(row.words, erased)),
            outcomes[row.outcome],
            lines(page.texts.get(row.answer, erased)) if row.answer else Markup(""),
            url_for("discussion.show", comment=row.id) if answering and not row.outcome else "",
        )
        for number, row in enumerate(page.rows, start=page.first)
    ]
