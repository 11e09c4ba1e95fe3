"""The staff's side of a motion: admit it, settle it and its amendments by their polls, withdraw it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, COMMITTEE, RESIDENT, SECRETARY
from deliberation.errors import NotFound
from deliberation.motions import changes, queries, schemas
from deliberation.motions.model import Amendment, Motion
from deliberation.polls import aftermath
from deliberation.polls import queries as polls
from web.motions.blueprint import bp, changes_of, motion_of, poll_rows, render
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    moment_shown,
    panel,
    reading,
    typed,
    words,
)
from web.versions import Change

CLERKS = (SECRETARY, CHAIR)
#: A vote on the text is announced, or under way: then no word of it changes.
RUNNING = ("announced", "open", "closed")


class Pending(NamedTuple):
    """An amendment with its polls, those that are counted first."""

    row: Any
    changes: list[Change]
    polls: list[Any]

    @property
    def decided(self) -> Any | None:
        """The poll that settles it, or None."""
        return next((poll for poll in self.polls if settles(poll, self.row.digest)), None)


def settles(poll: Any, digest: str) -> bool:
    """Whether a poll has decided, on exactly this text."""
    return bool(poll.stage == "counted" and poll.outcome in ("PASS", "FAIL") and poll.digest == digest)


@bp.get("/motions/<id:motion>/desk")
@may(*CLERKS, COMMITTEE)
def desk(motion: str) -> str:
    """What is to be done with a motion, the next step first."""
    row, r = motion_of(motion), reading()
    voted = polls.polls_of(r, matter=row.matter)
    mine = [poll for poll in voted if poll.subject == motion]
    return render(
        "desk",
        motion=row,
        pending=_pending(motion, voted),
        polls=poll_rows(mine),
        voting=next((poll for poll in mine if poll.subject_kind == "motion" and poll.stage in RUNNING), None),
        findings=queries.standing_findings(r, motion),
        called={c.clause: c.ordinal for c in queries.clauses_of(r, motion)},
        decided=(decided := next((poll for poll in mine if _settles_motion(poll, row)), None)),
        preliminary=decided is not None and aftermath.preliminary(decided, int(moment_shown().timestamp())),
    )


def _settles_motion(poll: Any, row: Any) -> bool:
    """A vote that ends in advice settles nothing but an opinion."""
    advice = bool(json.loads(poll.rule).get("opinion"))
    return (
        poll.subject_kind == "motion" and settles(poll, row.digest) and (not advice or row.kind == "opinion")
    )


def _pending(motion: str, voted: Sequence[Any]) -> list[Pending]:
    r = reading()
    bases = {row.digest: row for row in queries.versions_of(r, motion)}
    found = []
    for row in queries.amendments_of(r, motion):
        base = bases.get(row.base_digest)
        shown = changes_of(
            queries.text_of(base) if base else None, changes.from_json(json.loads(row.operations))
        )
        found.append(Pending(row, shown, [poll for poll in voted if poll.subject == row.id]))
    return found


@bp.post("/motions/<id:motion>/admit")
@may(*CLERKS, again=".desk")
def admit(motion: str) -> ResponseReturnValue:
    """Admit it to debate, with enough seconds."""
    with council().change(Motion, motion, command=command_key()) as changed:
        changed.admit(by=acting())
    return done(".desk", _("受理了，大家可以提意见、提修正案。"), motion=motion)


@bp.post("/motions/<id:motion>/amendments/<id:amendment>/settle")
@may(*CLERKS, again=".desk")
def settle_amendment(motion: str, amendment: str) -> ResponseReturnValue:
    """Record what its poll decided; what passed is written into the text in the same step."""
    poll, row = _poll(), queries.amendment_row(reading(), amendment)
    if row is None or row.motion != motion:
        raise NotFound
    moved, text = council().get(Amendment, amendment), council().get(Motion, motion)
    moved.settle(poll.id, poll.outcome, by=acting())
    if poll.outcome == "PASS":
        text.amend(amendment, row.label, changes.from_json(json.loads(row.operations)), poll.id, by=acting())
        council().save(moved, text, command=command_key())
        return done(
            ".desk",
            _("修正案%(label)s通过，已经写进文本，现在是第 %(n)s 稿。", label=row.label, n=text.edition),
            motion=motion,
        )
    council().save(moved, command=command_key())
    return done(".desk", _("修正案%(label)s没有通过，文本不变。", label=row.label), motion=motion)


@bp.post("/motions/<id:motion>/settle")
@may(*CLERKS, again=".desk")
def settle(motion: str) -> ResponseReturnValue:
    """Record what the poll on the motion decided."""
    poll = _poll()
    with council().change(Motion, motion, command=command_key()) as changed:
        changed.settle(poll.id, poll.outcome, by=acting())
    return done(".show", _("结果登记好了。"), motion=motion)


def _poll() -> Any:
    row = polls.poll_row(reading(), typed(schemas.Settle)["poll"])
    if row is None:
        raise NotFound
    return row


@bp.post("/motions/<id:motion>/withdraw")
@may(*CLERKS, RESIDENT, again=".withdrawal")
def withdraw(motion: str) -> ResponseReturnValue:
    """Take the motion back, with the reason."""
    said = words(typed(schemas.Withdraw)["words"])
    with council().change(Motion, motion, command=command_key()) as changed:
        changed.withdraw(said, by=acting())
    return done(".show", _("撤回了，原文和原因都留在记录里。"), motion=motion)


@bp.get("/motions/<id:motion>/withdraw")
@may(*CLERKS, RESIDENT)
def withdrawal(motion: str) -> str:
    """The form that asks why."""
    return render("withdraw", motion=motion_of(motion))


@panel("desk", 25, *CLERKS)
def to_admit() -> str:
    """The motions that have enough seconds and wait to be admitted."""
    rows = [
        row
        for row in queries.open_motions(reading())
        if row.state == "proposed" and row.seconds >= row.seconds_needed
    ]
    return render("_to_admit", rows=rows) if rows else ""
