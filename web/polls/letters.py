"""Letters: a voter names who casts the ballot, takes it back; staff record a letter on paper."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import RESIDENT
from deliberation.errors import NotFound
from deliberation.polls import booth, entry, queries, schemas
from deliberation.polls.model import Poll
from deliberation.polls.proxies import Proxy
from deliberation.polls.roll import BINDING
from deliberation.polls.voiding import dead_letters
from web.people import person_called
from web.polls.blueprint import CLERKS, bp, digest_of, page_of
from web.security import uploads
from web.shell import (
    _,
    acting,
    council,
    done,
    holds,
    may,
    names,
    person,
    reading,
    saved,
    typed,
)


@bp.get("/polls/<id:poll>/letters")
@may(*CLERKS, RESIDENT)
def letters(poll: str) -> str:
    """The letters that concern the person at the page: given, held; all of them for staff."""
    page, r, clerk = page_of(poll), reading(), holds(*CLERKS)
    mine = [line for line in queries.voters_of(r, poll, person()) if line.roll == BINDING]
    rows = [row for row in entry.letters_of(r, poll) if clerk or person() in (row.agent, row.holder)]
    return render_template(
        "polls/letters.html", page=page, mine=mine, lines=queries.lines_of(r, poll, BINDING) if clerk else [], letters=rows, dead=dead_letters(r, poll),
        people=names({row.agent for row in rows}), clerk=clerk, cast=queries.cast_of(r, poll), words=schemas.INSTRUCTION_WORDS,
    )  # fmt: skip


@bp.post("/polls/<id:poll>/letters")
@uploads()
@may(*CLERKS, RESIDENT, again=".letters")
def grant(poll: str) -> ResponseReturnValue:
    """Name who casts a ballot, and how."""
    form, page = typed(schemas.Grant), page_of(poll)
    key = booth.sealing_key(reading(), poll)
    letter = Proxy.grant(
        council().get(Poll, poll), form["voter"], person_called(form["agent"], "agent"), instruction=form["instruction"],
        until=form["until"] or page.row.closes, letter=digest_of("scan"), key=key, by=acting(),
    )  # fmt: skip
    saved(letter)
    return done(".letters", _("委托记下了。票投出以前，随时可以撤回。"), poll=poll)


@bp.post("/polls/<id:poll>/letters/<id:letter>/revoke")
@may(*CLERKS, RESIDENT, again=".letters")
def revoke(poll: str, letter: str) -> ResponseReturnValue:
    """Take a letter back before the ballot is cast."""
    page = page_of(poll)
    with council().change(Proxy, letter) as changed:
        if changed.granted.poll != poll:
            raise NotFound
        changed.revoke(page.row.matter, by=acting())
    return done(".letters", _("委托撤回了，可以自己投，也可以另外委托。"), poll=poll)

