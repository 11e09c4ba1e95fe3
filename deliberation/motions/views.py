"""Views of motions: texts with the provenance of each clause, seconds, amendments. For pages: ``queries``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String
from sqlalchemy import Text as LongText

from deliberation.clauses import Text
from deliberation.log.leaf import canonical
from deliberation.log.views import Change, Row, add, delete, insert, on, update, view
from deliberation.motions import changes
from deliberation.motions.model import SETTLES, Amendment, Motion, Second

motions = view(
    "motions",
    Column("id", String(36), primary_key=True),
    Column("matter", String(36)),
    Column("number", LongText),
    Column("title", LongText),
    Column("kind", String(16)),
    Column("state", String(16)),
    Column("proposer", String(36)),
    Column("version", Integer),
    Column("digest", String(64)),
    Column("seconds", Integer),
    Column("seconds_needed", Integer),
    Column("poll", String(36)),
    Column("outcome", String(16)),
    Column("words", String(64)),
    Column("proposed_at", BigInteger),
    Column("admitted_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ended_by", String(36)),
    Column("position", BigInteger),
    index=["matter", "state"],
)
motion_numbers = view(
    "motion_numbers",
    Column("matter", String(36), primary_key=True),
    Column("number", String(40), primary_key=True),
    Column("motion", String(36)),
)
seconds = view(
    "seconds",
    Column("motion", String(36), primary_key=True),
    Column("person", String(36), primary_key=True),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: The text as it stands. ``origin``: draft, amendment, or the kind of revision; ``label`` its mark (甲).
clauses = view(
    "clauses",
    Column("motion", String(36), primary_key=True),
    Column("clause", String(16), primary_key=True),
    Column("ordinal", Integer),
    Column("text", LongText),
    Column("since_version", Integer),
    Column("origin", String(16)),
    Column("label", LongText),
    Column("position", BigInteger),
)
#: What became of a clause in a version that touched it. ``what``: drafted, replaced, inserted or removed.
wordings = view(
    "wordings",
    Column("motion", String(36), primary_key=True),
    Column("clause", String(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("what", String(16)),
    Column("text", LongText),
)
motion_versions = view(
    "motion_versions",
    Column("motion", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", String(64)),
    Column("text", LongText),
    Column("origin", String(16)),
    Column("label", LongText),
    Column("note", LongText),
    Column("amendment", String(36)),
    Column("by", String(36)),
    Column("at", BigInteger),
    Column("position", BigInteger),
)
#: ``version``: that of the motion into which it was written, NULL until then.
amendments = view(
    "amendments",
    Column("id", String(36), primary_key=True),
    Column("motion", String(36)),
    Column("matter", String(36)),
    Column("label", LongText),
    Column("base_digest", String(64)),
    Column("digest", String(64)),
    Column("operations", LongText),
    Column("replaces", String(36)),
    Column("state", String(16)),
    Column("outcome", String(16)),
    Column("poll", String(36)),
    Column("mover", String(36)),
    Column("version", Integer),
    Column("moved_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("position", BigInteger),
    index=["motion"],
)


@on(Motion.Proposed)
def proposed(e: Motion.Proposed, position: int) -> Iterable[Change]:
    yield insert(motion_numbers, matter=e.matter, number=e.number, motion=e.id)
    row: Row = {"id": e.id, "matter": e.matter, "number": e.number, "title": e.title, "kind": e.kind}
    row |= {"state": "proposed", "proposer": e.by.person, "version": 1, "digest": e.digest, "seconds": 0}
    row |= {"seconds_needed": e.seconds_needed, "poll": "", "outcome": "", "words": "", "proposed_at": e.at}
    yield insert(motions, **row, position=position)
    yield _version(e, position, "draft")
    for ordinal, clause in enumerate(Text.from_json(e.text).clauses, start=1):
        yield _clause(e, position, ordinal, clause.id, clause.text, "draft", "")
        yield _wording(e, clause.id, "drafted", clause.text)


@on(Second.Made)
def seconded(e: Second.Made, position: int) -> Iterable[Change]:
    yield insert(seconds, motion=e.motion, person=e.by.person, at=e.at, position=position)
    yield add(motions, e.motion, seconds=1)


@on(Motion.Admitted)
def admitted(e: Motion.Admitted, position: int) -> Iterable[Change]:
    yield update(motions, e.id, state="admitted", admitted_at=e.at)


@on(Motion.Revised)
def revised(e: Motion.Revised, position: int) -> Iterable[Change]:
    yield _version(e, position, e.reason_kind, label=e.label, note=e.note)
    yield from _text_changed(e, position, e.reason_kind)


@on(Motion.Amended)
def amended(e: Motion.Amended, position: int) -> Iterable[Change]:
    yield _version(e, position, "amendment", label=e.label, amendment=e.amendment)
    yield from _text_changed(e, position, "amendment")
    yield update(amendments, e.amendment, version=e.version)


@on(Motion.Withdrawn)
def withdrawn(e: Motion.Withdrawn, position: int) -> Iterable[Change]:
    yield update(motions, e.id, state="withdrawn", words=e.words, ended_at=e.at, ended_by=e.by.person)


@on(Motion.Settled)
def settled(e: Motion.Settled, position: int) -> Iterable[Change]:
    result: Row = {"state": SETTLES[e.outcome], "poll": e.poll, "outcome": e.outcome}
    yield update(motions, e.id, **result, ended_at=e.at, ended_by=e.by.person)


@on(Amendment.Moved)
def moved(e: Amendment.Moved, position: int) -> Iterable[Change]:
    row: Row = {"id": e.id, "motion": e.motion, "matter": e.matter, "label": e.label, "digest": e.digest}
    row |= {"base_digest": e.base_digest, "replaces": e.replaces, "state": "moved", "outcome": "", "poll": ""}
    operations = canonical(e.operations).decode()
    yield insert(
        amendments, **row, operations=operations, mover=e.by.person, moved_at=e.at, position=position
    )


@on(Amendment.Settled)
def amendment_settled(e: Amendment.Settled, position: int) -> Iterable[Change]:
    state = "passed" if e.outcome == "PASS" else "not_passed"
    yield update(amendments, e.id, state=state, outcome=e.outcome, poll=e.poll, settled_at=e.at)


def _text_changed(e: Any, position: int, origin: str) -> Iterable[Change]:
    """The clauses touched are written anew, the others only numbered anew."""
    yield update(motions, e.id, version=e.version, digest=e.digest)
    operations = changes.from_json(e.operations)
    stands = {clause.id: clause.text for clause in Text.from_json(e.text).clauses}
    touched = changes.touched(operations)
    for ordinal, (clause, text) in enumerate(stands.items(), start=1):
        if clause in touched:
            yield delete(clauses, e.id, clause)
            yield _clause(e, position, ordinal, clause, text, origin, e.label)
        else:
            yield update(clauses, e.id, clause, ordinal=ordinal)
    for clause in touched:
        if clause not in stands:
            yield delete(clauses, e.id, clause)
        yield _wording(e, clause, changes.fate(operations, clause), stands.get(clause, ""))


def _version(e: Any, position: int, origin: str, **more: str) -> Change:
    row: Row = {"motion": e.id, "version": e.version, "digest": e.digest, "origin": origin, "at": e.at}
    row |= {"label": "", "note": "", "amendment": "", "by": e.by.person} | more
    return insert(motion_versions, **row, text=canonical(e.text).decode(), position=position)


def _clause(e: Any, position: int, ordinal: int, clause: str, text: str, origin: str, label: str) -> Change:
    row: Row = {
        "motion": e.id,
        "clause": clause,
        "ordinal": ordinal,
        "text": text,
        "since_version": e.version,
    }
    return insert(clauses, **row, origin=origin, label=label, position=position)


def _wording(e: Any, clause: str, what: str, text: str) -> Change:
    return insert(wordings, motion=e.id, clause=clause, version=e.version, what=what, text=text)
