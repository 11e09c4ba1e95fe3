"""What pages ask of the views of motions: a fixed number of queries each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from deliberation.clauses import Text
from deliberation.log.reading import Reading
from deliberation.motions.views import (
    amendments,
    clauses,
    motion_versions,
    motions,
    seconds,
    wordings,
)
from deliberation.numbering import first_free, numbers_after
from deliberation.procedures.views import findings_of

#: Rows on one page of a list.
PAGE = 100


class MotionPage(NamedTuple):
    """All that the page of a motion shows of it: five queries, whatever its length.

    ``second`` is the row (at, position) with which the reader has seconded it, or None.
    """

    row: Any
    clauses: Sequence[Any]
    versions: Sequence[Any]
    amendments: Sequence[Any]


def motion_row(r: Reading, motion: str) -> Any | None:
    """Return a motion's row, or None."""
    return r.row(motions, motion)


def motion_page(r: Reading, motion: str) -> MotionPage | None:
    """Return a motion with its text, versions and amendments, or None."""
    row = motion_row(r, motion)
    if row is None:
        return None
    return MotionPage(row, clauses_of(r, motion), versions_of(r, motion), amendments_of(r, motion))


def rewritten(r: Reading, start: int, stop: int) -> list[tuple[Any, Any]]:
    """Return (the last version that stood before, or None; the last one now) of each motion that got a version among the
    entries from ``start`` to before ``stop``, both with the motion's ``title`` and ``number``."""
    v, names = motion_versions.c, (motions.c.title, motions.c.number)
    both = motion_versions.join(motions, (motions.c.community == v.community) & (motions.c.id == v.motion))
    some = select(v.motion).where(r.mine(motion_versions), v.position >= start, v.position < stop)
    query = select(motion_versions, *names).select_from(both).where(r.mine(motion_versions), v.motion.in_(some))
    before: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for row in r.all(query.where(v.position < stop).order_by(v.motion, v.version)):
        (before if row.position < start else now)[row.motion] = row
    return [(before.get(motion), row) for motion, row in now.items()]


def second_of(r: Reading, motion: str, person: str) -> Any | None:
    """Return the second of a person for a motion, or None."""
    return r.row(seconds, motion, person) if person else None


def open_motions(r: Reading) -> Sequence[Any]:
    """Return the motions neither settled nor withdrawn, the latest first."""
    query = motions.select().where(r.mine(motions), motions.c.state.in_(("proposed", "admitted")))
    return r.all(query.order_by(motions.c.position.desc()))


def ended_motions(r: Reading, *, page: int = 1) -> Sequence[Any]:
    """Return a page of 100 motions that are settled or withdrawn, the latest to end first."""
    query = motions.select().where(r.mine(motions), motions.c.ended_at.is_not(None))
    return r.all(
        query.order_by(motions.c.ended_at.desc(), motions.c.position.desc())
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )


def motions_named(r: Reading, ids: Iterable[str]) -> Sequence[Any]:
    """Return the rows of motions by their ids."""
    return r.all(motions.select().where(r.mine(motions), motions.c.id.in_(sorted(ids))))


def motions_of(r: Reading, matter: str) -> Sequence[Any]:
    """Return the motions of a matter in log order."""
    query = motions.select().where(r.mine(motions), motions.c.matter == matter)
    return r.all(query.order_by(motions.c.position))


def clauses_of(r: Reading, motion: str) -> Sequence[Any]:
    """Return the clauses of a motion as they stand, in their order, with their provenance."""
    query = clauses.select().where(r.mine(clauses), clauses.c.motion == motion)
    return r.all(query.order_by(clauses.c.ordinal))


def versions_of(r: Reading, motion: str) -> Sequence[Any]:
    """Return the versions of a motion's text from the first on; ``text`` is Text.to_json() as JSON."""
    query = motion_versions.select().where(r.mine(motion_versions), motion_versions.c.motion == motion)
    return r.all(query.order_by(motion_versions.c.version))


def text_of(version: Any) -> Text:
    """Return the text of a version's row."""
    return Text.from_json(json.loads(version.text))


def text_at(r: Reading, motion: str, version: int) -> Text | None:
    """Return the text of a motion in one version, or None."""
    row = r.row(motion_versions, motion, version)
    return None if row is None else text_of(row)


def amendments_of(r: Reading, motion: str) -> Sequence[Any]:
    """Return the amendments to a motion in log order; ``operations`` is JSON for ``changes.from_json``."""
    query = amendments.select().where(r.mine(amendments), amendments.c.motion == motion)
    return r.all(query.order_by(amendments.c.position))


def amendments_in(r: Reading, matter: str) -> Sequence[Any]:
    """Return the amendments to all motions of a matter in log order."""
    query = amendments.select().where(r.mine(amendments), amendments.c.matter == matter)
    return r.all(query.order_by(amendments.c.position))


def amendment_row(r: Reading, amendment: str) -> Any | None:
    """Return an amendment's row, or None."""
    return r.row(amendments, amendment)


def seconders(r: Reading, motion: str) -> Sequence[Any]:
    """Return who has seconded a motion (person, at, position), in log order."""
    return r.all(
        seconds.select().where(r.mine(seconds), seconds.c.motion == motion).order_by(seconds.c.position)
    )


def wordings_of(r: Reading, motion: str, clause: str) -> Sequence[Any]:
    """Return a clause's history: version, what, text, origin, label, note, at, position; oldest first."""
    w, v = wordings.c, motion_versions.c
    same = (v.community == w.community) & (v.motion == w.motion) & (v.version == w.version)
    query = wordings.join(motion_versions, same).select().where(r.mine(wordings))
    query = query.with_only_columns(w.version, w.what, w.text, v.origin, v.label, v.note, v.at, v.position)
    return r.all(query.where(w.motion == motion, w.clause == clause).order_by(w.version))


def provenance(r: Reading, motion: str) -> list[dict[str, Any]]:
    """Return [{clause, origin, label, version, position}] of the text as it stands, for a resolution."""
    return [
        {
            "clause": row.clause,
            "origin": row.origin,
            "label": row.label,
            "version": row.since_version,
            "position": row.position,
        }
        for row in clauses_of(r, motion)
    ]


def standing_findings(r: Reading, motion: str) -> list[Any]:
    """Return the reviewer's findings whose wording still stands in the text: no vote can open on it."""
    found = findings_of(r, motion)
    stands = {row.clause: row.text for row in clauses_of(r, motion)} if found else {}
    return [finding for finding in found if finding.wording in stands.get(finding.clause, "")]


def next_number(r: Reading, matter: str, today: str = "") -> str:
    """Return the number that the next motion of a matter gets if nobody chooses one: the first free one.

    It goes on from the last motion of the community, so that numbers like 甲议〔2026〕21号 go through the year.
    """
    last = r.first(motions.select().where(r.mine(motions)).order_by(motions.c.position.desc()).limit(1))
    taken = {row.number for row in motions_of(r, matter)}
    return first_free(numbers_after(last.number if last else "", today), taken)
