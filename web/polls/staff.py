"""The staff's side of a poll: notice, deliveries, opening, boxes and slips, close, count."""

from __future__ import annotations

import secrets

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, GRID_WORKER, SCRUTINEER, SECRETARY
from deliberation.polls import aftermath, entry, queries, schemas
from deliberation.polls.annulling import GROUNDS, Annulment
from deliberation.polls.ballots import HANDS
from deliberation.polls.counting import PollCount
from deliberation.polls.electorate import (
    Changes,
    advice,
    changes,
    electorate,
    members_of,
)
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.refusals import NotOnRoll, RollFault
from deliberation.polls.roll import ADVICE, BINDING
from deliberation.polls.serving import WAYS
from deliberation.polls.tallying import count_of
from deliberation.register import views as register
from web.people import others, person_called
from web.polls.aftermath import after, barred
from web.polls.blueprint import CLERKS, Page, bp, page_of
from web.polls.subjects import subject_of
from web.shell import (
    _,
    acting,
    command_key,
    confirmed,
    council,
    done,
    may,
    moment_shown,
    names,
    reading,
    saved,
    today,
    typed,
    words,
)

#: What the second person of a correction is asked.
CORRECTING = "更正表决名册", "correct the roll of a vote"


@bp.get("/polls/<id:poll>/desk")
@may(SECRETARY, CHAIR, SCRUTINEER, GRID_WORKER)
def desk(poll: str) -> str:
    """Everything that is done to a poll, in its order, the next step first."""
    page, r = page_of(poll), reading()
    paces = entry.paces(r, poll)
    return render_template(
        "polls/desk.html", page=page, boxes=queries.boxes_of(r, poll), slips=queries.slips_of(r, poll), words=schemas,
        grounds=GROUNDS, paces=paces, clerks=names({pace.clerk for pace in paces}), scans=entry.scans_of(r, poll),
        served=queries.served(r, poll), voided=queries.voided_of(r, poll), ways=WAYS, letters=entry.letters_of(r, poll) if page.rule.proxies != 0 else [],
        turnout=queries.turnout(r, page.row), seconds=others(*CLERKS), after=after(page), due=_due(page),
        lines=queries.lines_of(r, poll, BINDING) if page.row.stage in ("announced", "open") else [],
    )  # fmt: skip


def _due(page: Page) -> Changes | None:
    """What a correction would change; None where the register itself is not complete."""
    try:
        return changes_due(page)
    except RollFault:
        return None


@bp.get("/polls/new/<id:matter>/<any(motion, amendment, question):kind>/<id:subject>")
@may(SECRETARY)
def new(matter: str, kind: str, subject: str) -> str:
    """The form for a notice."""
    r = reading()
    earlier = aftermath.repeatable(r, kind, subject)
    within = sorted((register.labels(r, "grid") | register.labels(r, "building")).items(), key=lambda pair: pair[1])
    return render_template(
        "polls/new.html", matter=matter, kind=kind, subject=subject_of(kind, subject), laws=queries.lawbook_of(r).offered,
        earlier=[row for row in earlier if not aftermath.preliminary(row, int(moment_shown().timestamp()))], bar=barred(earlier),
        within=within, advice=ADVICE,
    )  # fmt: skip


@bp.post("/polls/new/<id:matter>/<any(motion, amendment, question):kind>/<id:subject>")
@may(SECRETARY, again=".new")
def announce(matter: str, kind: str, subject: str) -> ResponseReturnValue:
    """Freeze question, rule, roll, channels and window, and announce them."""
    form = typed(schemas.Announce)
    r = reading()
    law = queries.law_of(r, form["rule"])
    body = electorate(r, law, today(), form["within"])
    poll, pages = Poll.announce(
        Question(
            matter, form["number"], form["title"], kind, subject, subject_of(kind, subject).digest, repeats=form["repeats"],
            petition=form["petition"],
        ),
        law, Window(form["noticed"], form["opens"], form["closes"]), form["channels"], secrets.token_bytes(32),
        binding=body.lines, advisory=advice(r, form["advisory"], today(), form["within"], body.lines), scope=form["within"],
        members=members_of(body, form["women"]), by=acting(),
    )  # fmt: skip
    return done(".desk", _("公告发出了，名册已经冻结。"), poll=saved(poll, *pages))


@bp.post("/polls/<id:poll>/deliver")
@may(SECRETARY, again=".desk")
def deliver(poll: str) -> ResponseReturnValue:
    """Record how many got the ballot."""
    form = typed(schemas.Deliver)
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.deliver(form["phone"], form["paper"], by=acting())
    return done(".desk", _("送达户数记下了。"), poll=poll)


@bp.post("/polls/<id:poll>/correct")
@may(SECRETARY, again=".desk")
def correct(poll: str) -> ResponseReturnValue:
    """Correct the roll before the opening, with a second person and a reason."""
    form = typed(schemas.CorrectRoll)
    before = queries.lines_of(reading(), poll, BINDING)
    line = next((line for line in before if line.voter == form["voter"]), None)
    if line is None:
        raise NotOnRoll
    added = [line._replace(holder=person_called(form["holder"], "holder"))] if form["holder"] else []
    reason = words(form["reason"])
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.correct_roll(
            BINDING, before, add=added, remove=[line.voter], second=form["second"], words=reason, by=acting()
        )
        confirmed(form["second"], *CLERKS, step=CORRECTING, about=page_of(poll).row.title)
    return done(".desk", _("名册更正了，请重新张贴。"), poll=poll)


@bp.post("/polls/<id:poll>/refresh")
@may(SECRETARY, again=".desk")
def refresh(poll: str) -> ResponseReturnValue:
    """Bring the roll to what the register says today, with a second person and a reason."""
    form, page = typed(schemas.Refresh), page_of(poll)
    due = changes_due(page).of(form["lines"])
    if not due.add and not due.remove:
        return done(".desk", _("名册和登记一样，不用更正。"), poll=poll)
    before, reason = queries.lines_of(reading(), poll, BINDING), words(form["reason"])
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.correct_roll(
            BINDING, before, add=due.add, remove=[line.voter for line in due.remove], second=form["second"], words=reason,
            by=acting(),
        )  # fmt: skip
        confirmed(form["second"], *CLERKS, step=CORRECTING, about=page.row.title)
    return done(".desk", _("名册更正了，请重新张贴。"), poll=poll)


def changes_due(page: Page) -> Changes:
    """Return what a correction may still change: anything before the opening, a unit that was sold while owners vote."""
    r, row = reading(), page.row
    owners = page.rule.unit == "owner"
    if HANDS in page.channels or not (row.stage == "announced" or (row.stage == "open" and owners)):
        return Changes([], [])
    now = electorate(r, page.rule, today(), page.rolls[BINDING].get("scope", "")).lines
    return changes(queries.lines_of(r, row.id, BINDING), now, queries.cast_of(r, row.id))


@bp.post("/polls/<id:poll>/open")
@may(SECRETARY, CHAIR, again=".desk")
def open_(poll: str) -> ResponseReturnValue:
    """Open the vote, if text, roll, review and window are as announced."""
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.open(by=acting())
    return done(".desk", _("开始投票了。"), poll=poll)


@bp.post("/polls/<id:poll>/extend")
@may(SECRETARY, again=".desk")
def extend(poll: str) -> ResponseReturnValue:
    """Move the end of the window back, with a reason, before it has come."""
    form = typed(schemas.Extend)
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.extend(form["closes"], words(form["reason"]), by=acting())
    return done(".desk", _("截止时间延后了，请重新张贴公告。"), poll=poll)


@bp.post("/polls/<id:poll>/cancel")
@may(SECRETARY, again=".desk")
def cancel(poll: str) -> ResponseReturnValue:
    """Take the notice back before the opening."""
    form = typed(schemas.Cancel)
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.cancel(words(form["reason"]), by=acting())
    return done(".show", _("公告撤销了，原公告留在记录里。"), poll=poll)


@bp.post("/polls/<id:poll>/close")
@may(SECRETARY, SCRUTINEER, again=".desk")
def close(poll: str) -> ResponseReturnValue:
    """Close the vote after the window's end."""
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.close(by=acting())
    return done(".desk", _("投票截止了，可以计票。"), poll=poll)


@bp.post("/polls/<id:poll>/count")
@may(SCRUTINEER, SECRETARY, again=".desk")
def count(poll: str) -> ResponseReturnValue:
    """Open the sealed ballots, count them, declare the outcome with every step."""
    counted = count_of(reading(), page_of(poll).row)
    made = PollCount.declare(council().get(Poll, poll), **counted._asdict(), by=acting())
    council().save(made, command=command_key())
    return done(".show", _("计票完成，结果在这一页上。"), poll=poll)


@bp.post("/polls/<id:poll>/annul")
@may(SECRETARY, CHAIR, again=".desk")
def annul(poll: str) -> ResponseReturnValue:
    """Annul a result that cannot stand, with its ground and who decided."""
    form = typed(schemas.Annul)
    saved(Annulment.declare(council().get(Poll, poll), **form, by=acting()))
    return done(".show", _("结果撤销了，计票保留原样。"), poll=poll)
