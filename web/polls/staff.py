"""The staff's side of a poll: notice, deliveries, opening, boxes and slips, close, count."""

from __future__ import annotations

import secrets

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, GRID_WORKER, SCRUTINEER, SECRETARY
from deliberation.errors import NotFound
from deliberation.polls import aftermath, queries, schemas
from deliberation.polls.annulling import GROUNDS, Annulment
from deliberation.polls.ballots import PAPER, Ballot
from deliberation.polls.counting import PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import SLIP_REASONS, Box, RefusedSlip
from deliberation.polls.refusals import AlreadyVoted, NotCounted, NotOnRoll
from deliberation.polls.roll import BINDING, Line
from deliberation.register import vault
from deliberation.register import views as register
from web.polls.aftermath import after, barred
from web.polls.blueprint import Page, bp, page_of
from web.polls.subjects import subject_of
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    local,
    may,
    moment_shown,
    names,
    person,
    reading,
    saved,
    today,
    typed,
    words,
)

CLERKS = (SECRETARY, SCRUTINEER, GRID_WORKER)


@bp.get("/polls/<id:poll>/desk")
@may(SECRETARY, CHAIR, SCRUTINEER, GRID_WORKER)
def desk(poll: str) -> str:
    """Everything that is done to a poll, in its order, the next step first."""
    page, r = page_of(poll), reading()
    people = [p for role in CLERKS for p in register.people_in(r, role, today()) if p != person()]
    return render_template(
        "polls/desk.html", page=page, boxes=queries.boxes_of(r, poll), slips=queries.slips_of(r, poll), words=schemas,
        grounds=GROUNDS,
        turnout=queries.turnout(r, page.row), seconds=sorted(names(people).items(), key=lambda pair: pair[1]),
        lines=queries.lines_of(r, poll, BINDING) if page.row.stage == "announced" else [], after=after(page),
    )  # fmt: skip


@bp.get("/polls/new/<id:matter>/<any(motion, amendment, question):kind>/<id:subject>")
@may(SECRETARY)
def new(matter: str, kind: str, subject: str) -> str:
    """The form for a notice."""
    r = reading()
    earlier = aftermath.repeatable(r, kind, subject)
    return render_template(
        "polls/new.html", matter=matter, kind=kind, subject=subject_of(kind, subject), laws=queries.lawbook_of(r).offered,
        earlier=[row for row in earlier if not aftermath.preliminary(row, int(moment_shown().timestamp()))], bar=barred(earlier),
    )  # fmt: skip


@bp.post("/polls/new/<id:matter>/<any(motion, amendment, question):kind>/<id:subject>")
@may(SECRETARY, again=".new")
def announce(matter: str, kind: str, subject: str) -> ResponseReturnValue:
    """Freeze question, rule, roll, channels and window, and announce them."""
    form = typed(schemas.Announce)
    r = reading()
    law = queries.law_of(r, form["rule"])
    poll, pages = Poll.announce(
        Question(
            matter, form["number"], form["title"], kind, subject, subject_of(kind, subject).digest, repeats=form["repeats"],
            petition=form["petition"],
        ),
        law, Window(form["noticed"], form["opens"], form["closes"]), form["channels"], secrets.token_bytes(32),
        binding=queries.electors(r, law, today()), advisory=queries.tenants(r) if form["advisory"] else (), by=acting(),
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
    added = [line._replace(holder=form["holder"])] if form["holder"] else []
    reason = words(form["reason"])
    with council().change(Poll, poll, command=command_key()) as changed:
        changed.correct_roll(
            BINDING, before, add=added, remove=[line.voter], second=form["second"], words=reason, by=acting()
        )
    return done(".desk", _("名册更正了，请重新张贴。"), poll=poll)


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


@bp.post("/polls/<id:poll>/boxes")
@may(*CLERKS, again=".desk")
def seal(poll: str) -> ResponseReturnValue:
    """Seal a box with a second person, its slips counted."""
    form = typed(schemas.Seal)
    page = page_of(poll)
    number = len(queries.boxes_of(reading(), poll)) + 1
    box = Box.seal(
        poll, page.row.matter, number, form["label"], form["kind"], form["slips"], second=form["second"], by=acting()
    )
    council().save(box, command=command_key())
    return done(".desk", _("票箱封好了。"), poll=poll)


@bp.get("/polls/<id:poll>/slips/<id:box>")
@may(*CLERKS)
def slips(poll: str, box: str) -> str:
    """The entry of paper slips: door, Enter, 1 2 3, Enter."""
    page, r = page_of(poll), reading()
    row = next((each for each in queries.boxes_of(r, poll) if each.id == box), None)
    if row is None:
        raise NotFound
    doors = sorted({line.label for line in queries.lines_of(r, poll, BINDING)})
    return render_template(
        "polls/slips.html", page=page, box=row, doors=doors, words=schemas, recent=queries.recent_slips(r, poll, box)
    )


@bp.post("/polls/<id:poll>/slips/<id:box>")
@may(*CLERKS, again=".slips")
def enter(poll: str, box: str) -> ResponseReturnValue:
    """Enter one slip; one that cannot count is put aside with its reason, never dropped."""
    form = typed(schemas.Slip)
    page, r = page_of(poll), reading()
    line = next((line for line in queries.lines_of(r, poll, BINDING) if line.label == form["door"]), None)
    if form["found"] in SLIP_REASONS:
        return _aside(page, box, line, form["found"])
    if line is None:
        raise NotOnRoll
    key = vault.poll_key(r, poll)
    if key is None:
        raise NotCounted
    choice = "abstain" if form["found"] == "blank" else form["found"]
    ballot = Ballot.cast(poll, page.row.matter, line.voter, choice, key=key, channel=PAPER, box=box, by=acting())
    try:
        council().save(ballot, command=command_key())
    except AlreadyVoted:
        return _aside(page, box, line, "duplicate")
    return done(".slips", _("“%(door)s”的一张记下了。", door=line.label), poll=poll, box=box)


def _aside(page: Page, box: str, line: Line | None, reason: str) -> ResponseReturnValue:
    slip = RefusedSlip.refuse(page.row.id, page.row.matter, box, reason, voter=line.voter if line else "", by=acting())
    council().save(slip, command=command_key())
    notice = _("这一张不计入，已按“%(reason)s”记下。", reason=local(SLIP_REASONS[reason]))
    return done(".slips", notice, poll=page.row.id, box=box)


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
    counted = queries.count_of(reading(), page_of(poll).row)
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
