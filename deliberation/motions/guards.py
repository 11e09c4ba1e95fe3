"""What must be so before an event of a motion, or on its text, enters the log."""

from __future__ import annotations

import json
from typing import Any

from deliberation.clauses import Text, apply
from deliberation.log.views import Row, Tx, guard
from deliberation.motions import changes
from deliberation.motions.model import STATES, Amendment, Motion, Second
from deliberation.motions.refusals import (
    LabelTaken,
    MotionClosed,
    MotionNumberTaken,
    NoSuchMotion,
    NotEnoughSeconds,
    NotProposed,
    NotReplaceable,
    OtherOperations,
    OwnMotion,
    TextMovedOn,
)
from deliberation.motions.views import (
    amendments,
    motion_numbers,
    motion_versions,
    motions,
)
from deliberation.procedures.model import Matter
from deliberation.procedures.refusals import FindingFault, OtherVersion
from deliberation.procedures.views import open_matter


def open_motion(tx: Tx, motion: str, matter: str = "") -> Row:
    """Return the row of a motion that can still change, for guards here and in later capabilities.

    Raises NoSuchMotion (also for one of another matter), MotionClosed, and what ``open_matter`` raises.
    """
    row = tx.row(motions, motion)
    if row is None or matter not in ("", row["matter"]):
        raise NoSuchMotion
    if row["state"] not in ("proposed", "admitted"):
        zh, en = STATES[row["state"]]
        raise MotionClosed(number=row["number"], state=zh, state_en=en)
    open_matter(tx, row["matter"])
    return row


def text_in(tx: Tx, motion: str, version: int, digest: str) -> Text | None:
    """Return a motion's text of a version if that is its digest, or None."""
    row = tx.row(motion_versions, motion, version)
    if row is None or row["digest"] != digest:
        return None
    return Text.from_json(json.loads(row["text"]))


@guard(Motion.Proposed)
def a_motion_belongs_to_an_open_matter_and_has_a_number_of_its_own(e: Motion.Proposed, tx: Tx) -> None:
    open_matter(tx, e.matter)
    if tx.row(motion_numbers, e.matter, e.number) is not None:
        raise MotionNumberTaken(number=e.number)


@guard(Second.Made)
def others_second_what_is_proposed(e: Second.Made, tx: Tx) -> None:
    row = open_motion(tx, e.motion, e.matter)
    if row["number"] != e.number:
        raise NoSuchMotion
    if row["state"] != "proposed":
        raise NotProposed(number=row["number"])
    if row["proposer"] == e.by.person:
        raise OwnMotion


@guard(Motion.Admitted)
def enough_have_seconded(e: Motion.Admitted, tx: Tx) -> None:
    row = open_motion(tx, e.id)
    have, needed = row["seconds"], row["seconds_needed"]
    if have < needed:
        raise NotEnoughSeconds(seconds=have, needed=needed, missing=needed - have)


@guard(Motion.Revised, Motion.Withdrawn, Motion.Settled)
def the_matter_is_open(e: Any, tx: Tx) -> None:
    open_motion(tx, e.id)


@guard(Amendment.Moved)
def an_amendment_fits_the_present_text(e: Amendment.Moved, tx: Tx) -> None:
    row = open_motion(tx, e.motion, e.matter)
    text = text_in(tx, e.motion, row["version"], e.base_digest)
    if text is None:
        raise TextMovedOn(version=row["version"])
    changes.insist_on_text(apply(text, changes.from_json(e.operations)))
    replaced = tx.row(amendments, e.replaces) if e.replaces else None
    if e.replaces and (
        replaced is None or (replaced["motion"], replaced["state"]) != (e.motion, "not_passed")
    ):
        raise NotReplaceable
    _label_is_free(e, replaced, tx)


def _label_is_free(e: Amendment.Moved, replaced: Row | None, tx: Tx) -> None:
    """A second wording may go by the label of the one it replaces."""
    c = amendments.c
    query = amendments.select().where(c.community == tx.community, c.motion == e.motion, c.label == e.label)
    if (replaced is None or replaced["label"] != e.label) and tx.rows(query):
        raise LabelTaken(label=e.label)


@guard(Motion.Amended)
def what_is_written_in_is_what_was_moved(e: Motion.Amended, tx: Tx) -> None:
    open_motion(tx, e.id)
    row = tx.row(amendments, e.amendment)
    if row is None or row["motion"] != e.id or row["version"] is not None:
        raise OtherOperations
    if not changes.same(changes.from_json(json.loads(row["operations"])), changes.from_json(e.operations)):
        raise OtherOperations


# the street office's review of a motion's text


@guard(Matter.ReviewAsked)
def what_is_reviewed_is_a_text_of_the_motion(e: Matter.ReviewAsked, tx: Tx) -> None:
    row = open_motion(tx, e.motion, e.id)
    if row["version"] != e.version or row["digest"] != e.digest:
        raise OtherVersion


@guard(Matter.Reviewed)
def a_finding_quotes_the_text(e: Matter.Reviewed, tx: Tx) -> None:
    text = text_in(tx, e.motion, e.version, e.digest)
    stands = {clause.id: clause.text for clause in text.clauses} if text else {}
    if any(finding["wording"] not in stands.get(finding["clause"], "") for finding in e.findings):
        raise FindingFault
