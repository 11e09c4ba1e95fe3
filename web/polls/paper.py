"""Paper: boxes sealed by two, slips read by two, scans, slips that came too late, and votes cast with help."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.errors import NotFound
from deliberation.polls import booth, entry, queries, schemas
from deliberation.polls.ballots import ASSISTED, Ballot
from deliberation.polls.paper import SLIP_REASONS, Box, RefusedSlip, Scan
from deliberation.polls.readings import (
    NotReadYet,
    ReadingsDiffer,
    SheetRead,
    SlipReading,
)
from deliberation.polls.refusals import AlreadyVoted, NotOnRoll
from web.people import others
from web.polls.blueprint import CLERKS, Page, bp, digest_of, page_of
from web.security import uploads
from web.shell import (
    _,
    acting,
    command_key,
    confirmed,
    council,
    done,
    local,
    may,
    person,
    reading,
    typed,
)

#: How often a slip takes the next number when two screens enter one box at once.
TRIES = 5


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
    confirmed(form["second"], *CLERKS, step=("封好一个票箱", "seal a ballot box"), about=page.row.title)
    council().save(box, command=command_key())
    return done(".desk", _("票箱封好了。"), poll=poll)


@bp.get("/polls/<id:poll>/slips/<id:box>")
@may(*CLERKS)
def slips(poll: str, box: str) -> str:
    """The first reading of paper slips: the next door is offered, one key says what is on its slip."""
    page, r = page_of(poll), reading()
    row = _box(poll, box)
    doors = entry.doors_left(r, poll)
    return render_template(
        "polls/slips.html", page=page, box=row, doors=doors, words=schemas, recent=queries.recent_slips(r, poll, box),
        waiting=len(entry.sheets_to_confirm(r, box, person())),
    )  # fmt: skip


@bp.post("/polls/<id:poll>/slips/<id:box>")
@may(*CLERKS, again=".slips")
def enter(poll: str, box: str) -> ResponseReturnValue:
    """Read one slip for the first time."""
    form, page = typed(schemas.Slip), page_of(poll)
    voter, sheet = _voter(poll, form), _box(poll, box).read + 1
    for number in range(sheet, sheet + TRIES):
        read = SlipReading.read(poll, page.row.matter, box, number, voter, form["found"], key=booth.sealing_key(reading(), poll), by=acting())
        try:
            council().save(read, command=command_key())
        except SheetRead:
            continue
        return done(".slips", _("“%(door)s”第一遍录好了。", door=form["door"] or "—"), poll=poll, box=box)
    raise SheetRead


@bp.get("/polls/<id:poll>/slips/<id:box>/again")
@may(*CLERKS)
def slips_again(poll: str, box: str) -> str:
    """The second reading, by another person: slip by slip in the order of the first."""
    page, r, row = page_of(poll), reading(), _box(poll, box)
    sheets = entry.sheets_to_confirm(r, box, person())
    return render_template(
        "polls/again.html", page=page, box=row, sheets=sheets, words=schemas, recent=queries.recent_slips(r, poll, box),
        seconds=others(*CLERKS),
    )  # fmt: skip


@bp.post("/polls/<id:poll>/slips/<id:box>/again")
@may(*CLERKS, again=".slips_again")
def confirm(poll: str, box: str) -> ResponseReturnValue:
    """Read one slip again. It counts, or is put aside with its reason, if both read the same."""
    form = typed(schemas.Slip)
    page, voter = page_of(poll), _voter(poll, form)
    _box(poll, box)
    waiting = [sheet for sheet in entry.sheets_to_confirm(reading(), box, person()) if sheet.voter == voter]
    if not waiting:
        raise NotReadYet(door=form["door"] or "—")
    for sheet in waiting:
        first = council().get(SlipReading, sheet.id)
        with suppress(ReadingsDiffer):
            return _counted(page, box, form, first)
    raise ReadingsDiffer(door=form["door"])


@bp.post("/polls/<id:poll>/slips/<id:box>/settle")
@may(*CLERKS, again=".slips_again")
def settle(poll: str, box: str) -> ResponseReturnValue:
    """Two persons look at a slip whose readings differ and say what is on it; then it counts so."""
    form, page = typed(schemas.Settle), page_of(poll)
    voter = _voter(poll, form)
    row = _box(poll, box)
    if not entry.lies_in(reading(), form["sheet"], box):
        raise NotFound
    step = "一起看定一张两遍不一样的票", "settle a slip whose readings differ"
    with council().change(SlipReading, form["sheet"], command=f"{command_key()[:60]}-one") as first:
        first.settle(page.row.matter, voter, form["found"], second=form["second"], key=booth.sealing_key(reading(), poll), by=acting())
        confirmed(form["second"], *CLERKS, step=step, about=f"{page.row.title} · {row.label}")
    return _counted(page, box, form, first)


def _counted(page: Page, box: str, form: dict[str, Any], first: SlipReading) -> ResponseReturnValue:
    """Save a second reading; a second ballot of one door is put aside by itself. Raises ReadingsDiffer."""
    matter, reason = page.row.matter, form["found"] if form["found"] in SLIP_REASONS else ""
    voided = booth.times_voided(reading(), page.row.id, first.voter)
    again = first.again(matter, form["found"], door=form["door"], key=booth.sealing_key(reading(), page.row.id), voided=voided, by=acting())
    try:
        council().save(again, command=command_key())
    except AlreadyVoted:
        reason = "duplicate"
        council().save(first.aside(matter, reason, by=acting()), command=command_key())
    notice = _("两遍一样，“%(door)s”计入了。", door=form["door"])
    if reason:
        notice = _("这一张不计入，已按“%(reason)s”记下。", reason=local(SLIP_REASONS[reason]))
    return done(".slips_again", notice, poll=page.row.id, box=box)


@bp.post("/polls/<id:poll>/slips/<id:box>/scans")
@uploads()
@may(*CLERKS, again=".slips")
def scanned(poll: str, box: str) -> ResponseReturnValue:
    """Keep the fingerprint of a scan of slips; the file itself stays with the office."""
    form, page = typed(schemas.Scanned), page_of(poll)
    _box(poll, box)
    scan = Scan.of(poll, page.row.matter, box, digest_of("scan"), form["pages"], by=acting())
    council().save(scan, command=command_key())
    return done(".slips", _("扫描件的指纹记下了，文件请留在村（居）委会。"), poll=poll, box=box)


@bp.post("/polls/<id:poll>/late")
@may(*CLERKS, again=".desk")
def late(poll: str) -> ResponseReturnValue:
    """A slip that came after the end: not counted, and on record."""
    form, page = typed(schemas.Late), page_of(poll)
    line = entry.voter_at(reading(), poll, form["door"]) if form["door"] else None
    slip = RefusedSlip.refuse(poll, page.row.matter, "", "late", voter=line.voter if line else "", by=acting())
    council().save(slip, command=command_key())
    return done(".desk", _("这一张来晚了，不计入，已经记下。"), poll=poll)


@bp.get("/polls/<id:poll>/assist")
@may(*CLERKS)
def assisting(poll: str) -> str:
    """The form for a voter who cannot vote alone: their choice, a witness, the place."""
    page = page_of(poll)
    return render_template("polls/assist.html", page=page, doors=entry.doors_left(reading(), poll), seconds=others(*CLERKS))


@bp.post("/polls/<id:poll>/assist")
@may(*CLERKS, again=".assisting")
def assist(poll: str) -> ResponseReturnValue:
    """Cast the ballot of a voter who cannot vote alone, while another of the staff looks on."""
    form, page = typed(schemas.Assist), page_of(poll)
    aid = {"witness": form["witness"], "place": form["place"]}
    voter = _voter(poll, form)
    ballot = Ballot.cast(
        poll, page.row.matter, voter, form["choice"], key=booth.sealing_key(reading(), poll), channel=ASSISTED, aid=aid,
        voided=booth.times_voided(reading(), poll, voter), by=acting(),
    )  # fmt: skip
    step = "见证一张协助投的票", "bear witness to a ballot cast with help"
    confirmed(form["witness"], *CLERKS, step=step, about=page.row.title, sealed=("choice",))
    council().save(ballot, command=command_key())
    return done(".assisting", _("“%(door)s”投好了，请把回执念给本人听。", door=form["door"]), poll=poll)


def _voter(poll: str, form: dict[str, Any]) -> str:
    """Return the voter of the door typed, "" for none where a slip may have none. Raises NotOnRoll."""
    if not form["door"] and form.get("found") in SLIP_REASONS:
        return ""
    line = entry.voter_at(reading(), poll, form["door"])
    if line is None and form.get("found") not in SLIP_REASONS:
        raise NotOnRoll
    return line.voter if line else ""


def _box(poll: str, box: str) -> Any:
    row = next((each for each in queries.boxes_of(reading(), poll) if each.id == box), None)
    if row is None:
        raise NotFound
    return row
