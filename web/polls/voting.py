"""What a resident sees of polls: the list, one poll, the ballot, its read-back, the receipt, who took part."""

from __future__ import annotations

import json
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deliberation.actors import RESIDENT
from deliberation.errors import NotFound
from deliberation.log import history
from deliberation.numbering import by_door
from deliberation.polls import booth, queries, schemas
from deliberation.polls.annulling import GROUNDS
from deliberation.polls.ballots import Ballot
from deliberation.polls.proxies import InstructionDiffers
from deliberation.polls.refusals import NotOnRoll, NotYourBallot
from deliberation.polls.roll import BINDING
from deliberation.polls.sealing import unseal
from deliberation.polls.voiding import by_phone_from
from deliberation.register import vault
from deliberation.register import views as register
from web.polls.aftermath import after
from web.polls.blueprint import bp, page_of, stage
from web.shell import (
    STAFF,
    _,
    _l,
    acting,
    command_key,
    council,
    holds,
    may,
    now,
    panel,
    person,
    reading,
    tile,
    typed,
)
from web.wordings import moment


@bp.get("/polls")
def index() -> str:
    """All polls: those to vote in, those to come, those decided."""
    r = reading()
    return render_template(
        "polls/index.html",
        open=queries.polls_at(r, "open", "announced", "closed"),
        counted=queries.polls_at(r, "counted", "annulled")[::-1],
    )


@bp.get("/polls/<id:poll>")
def show(poll: str) -> str:
    """One poll: question, rule in words, turnout, and the result once it is counted."""
    page, r = page_of(poll), reading()
    turnouts = {name: queries.turnout(r, page.row, name) for name in page.rolls}
    mine = queries.voters_of(r, poll, person()) if person() else []
    grids = register.labels(r, "grid") if page.result else {}
    held = queries.letters_held(r, poll, person()) if person() and page.rule.proxies != 0 else []
    fallen = queries.annulment_of(r, poll) if page.row.stage == "annulled" else None
    return render_template(
        "polls/show.html", page=page, fallen=fallen, grounds=GROUNDS, turnouts=turnouts, mine=mine, held=held, grids=grids,
        words=schemas, working=holds(*STAFF), after=after(page), voided=queries.voided_of(r, poll),
    )  # fmt: skip


@bp.get("/polls/<id:poll>/vote/<id:voter>")
@may(RESIDENT)
def ballot(poll: str, voter: str) -> str:
    """The ballot for one household (or seat, or person): one question, three equal choices, nothing preselected."""
    page = page_of(poll)
    signed = voter in queries.served(reading(), poll) if page.rule.silence != "out" else True
    voided = queries.voided_of(reading(), poll, voter)
    return render_template(
        "polls/ballot.html", page=page, line=_line(poll, voter), signed=signed, voided=voided,
        phone_from=by_phone_from(reading(), person()), at=int(now().timestamp()),
        doubles=queries.put_aside_of(reading(), poll, voter) if voided else [],
    )  # fmt: skip


@bp.post("/polls/<id:poll>/vote/<id:voter>/check")
@may(RESIDENT, again=".ballot")
def check(poll: str, voter: str) -> str:
    """Read the choice back before anything is cast."""
    page = page_of(poll)
    form = typed(schemas.Cast)
    return render_template(
        "polls/check.html", page=page, line=_line(poll, voter), choice=form["choice"], words=schemas.CHOICE_WORDS
    )


@bp.post("/polls/<id:poll>/vote/<id:voter>")
@may(RESIDENT, again=".ballot")
def cast(poll: str, voter: str) -> ResponseReturnValue:
    """Cast the ballot: one POST, one event, one receipt."""
    form, by = typed(schemas.Cast), acting()
    found = booth.to_cast(reading(), poll, voter)
    if found is None:
        raise NotFound
    matter, key, roll, holder, voided = found
    aid = {} if not roll or holder == by.person else _aid(poll, voter, form["choice"], key)
    made = Ballot.cast(poll, matter, voter, form["choice"], key=key, roll=roll or BINDING, aid=aid, voided=voided, by=by)
    council().save(made, command=command_key())
    # The receipt says itself that the vote is in: no notice, so the cookie need not be signed anew for it. It lies below the
    # ballot, whose address need not be put together again.
    return redirect(f"{request.script_root}{request.path}/receipt", 303)


@bp.get("/polls/<id:poll>/vote/<id:voter>/receipt")
@may(RESIDENT)
def receipt(poll: str, voter: str) -> str:
    """Where the ballot stands in the log: position and fingerprint, never the choice."""
    page = page_of(poll)
    line = _line(poll, voter)
    r = reading()
    entry = None if line.position is None else history.entry(r.connection if not r.past else r.live, r.community, line.position)
    return render_template(
        "polls/receipt.html", page=page, line=line, entry=entry, doubles=queries.put_aside_of(r, poll, voter), words=schemas,
        voided=queries.voided_of(r, poll, voter),
    )  # fmt: skip


@bp.get("/polls/<id:poll>/roll")
def roll(poll: str) -> str:
    """Who stands on the binding roll, and which doors took part so far; never how they chose."""
    page, r = page_of(poll), reading()
    lines = sorted(queries.participation(r, poll), key=lambda line: by_door(line.label))
    changed = queries.corrections_of(r, poll)
    return render_template(
        "polls/roll.html", page=page, lines=lines, grids=register.labels(r, "grid"), changed=changed, doors_of=json.loads,
        reasons=vault.texts(r, [one.words for one in changed]),
    )  # fmt: skip


def _line(poll: str, voter: str) -> Any:
    """Return the roll line for which the person at the page may vote, as holder or by a letter. Raises NotOnRoll."""
    r = reading()
    for line in queries.voters_of(r, poll, person()):
        if line.voter == voter:
            return line
    if any(letter.voter == voter for letter in queries.letters_held(r, poll, person())):
        return queries.voter_line(r, poll, voter)
    raise NotOnRoll


def _aid(poll: str, voter: str, choice: str, key: bytes) -> dict[str, str]:
    """Return the letter by which the person at the page votes for another. Raises NotYourBallot, InstructionDiffers."""
    letter = next((one for one in queries.letters_held(reading(), poll, person()) if one.voter == voter), None)
    if letter is None:
        raise NotYourBallot
    if letter.bound and unseal(key, letter.id, 1, letter.instruction) != choice:
        raise InstructionDiffers
    return {"proxy": letter.id}


@panel("home", 10)
def to_vote() -> str:
    """What the person at the page may vote on, the first to close first."""
    if not person():
        return render_template("polls/_open.html", polls=queries.polls_at(reading(), "open"))
    return render_template("polls/_to_vote.html", lines=queries.to_vote(reading(), person()))


@panel("desk", 20, *STAFF)
def running() -> str:
    """The polls that want something done, each with its next step."""
    rows = queries.polls_at(reading(), "announced", "open", "closed")
    return render_template("polls/_running.html", rows=[_running_row(row) for row in rows[:6]]) if rows else ""


def _running_row(row: Any) -> tuple[str, str, Markup, str, str]:
    taken = queries.turnout(reading(), row)
    part = _("参加 %(part)s / %(whole)s", part=taken.cast, whole=taken.roll)
    detail = Markup("{} · {} · {} {}").format(row.number, part, _("截止"), moment(row.closes))
    return (url_for("polls.desk", poll=row.id), row.title, detail, *stage(row))


tile("home", 20, "polls.index", _l("表决"), "ballot")
tile("desk", 20, "polls.index", _l("表决"), "ballot")
