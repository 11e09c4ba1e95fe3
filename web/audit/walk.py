"""The history: every entry as a sentence, to be filtered and read one by one, with the very bytes that are stored."""

from __future__ import annotations

import json
import uuid
from itertools import groupby

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from deliberation.errors import NotFound
from deliberation.log import history, walk
from deliberation.procedures.views import known_matters
from web.audit.blueprint import ROOMS, bp, kinds_behind, kinds_of, pages_of, room_of, sayer
from web.shell import _, _l, done, panel, reading, tile

PAGE = 100
#: Many of these stand one behind the other and say the same; a run of them is folded together.
ALIKE = ("ballot.cast", "slip.read", "roll.page_frozen", "minute.entered", "attendance.marked", "role.granted", "comment.made", "comment.answered")
RUN = 4
LATEST = 8

tile("audit", 10, "audit.entries", _l("全部经过"), "text")


@bp.get("/history")
def entries() -> str:
    """Every entry, the newest first: of one matter, of some kinds, about one thing, since a moment, if asked for."""
    r, asked = reading(), request.args
    room, matter, about, what = asked.get("room", ""), _id(asked.get("matter", "")), _id(asked.get("about", "")), asked.get("what", "")
    evidence, kinds = kinds_behind(what)
    since = min(max(asked.get("since", 0, type=int), 0), r.size)
    part = walk.Part(r.size, matter, kinds or kinds_of(room), about, since)
    total = walk.count(r.live, r.community, part)
    pages = max(1, -(-total // PAGE))
    page = min(max(asked.get("page", 1, type=int), 1), pages)
    found = walk.latest(r.live, r.community, part, limit=PAGE, skip=(page - 1) * PAGE)
    return render_template(
        "audit/history.html", runs=runs(found), say=sayer(found), total=total, page=page, pages=pages, room=room,
        rooms=ROOMS, matter=matter, matters=known_matters(r), evidence=evidence, narrowed=about or since, since=since,
    )  # fmt: skip


def runs(found: list[history.Entry]) -> list[list[history.Entry]]:
    """Return the entries with runs of the same kind together, each other entry alone."""
    grouped: list[list[history.Entry]] = []
    for kind, some in groupby(found, lambda each: each.event.TYPE):
        run = list(some)
        grouped += [run] if kind in ALIKE and len(run) >= RUN else [[each] for each in run]
    return grouped


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text)) if text else ""
    except ValueError:
        return ""


@bp.get("/history/<int:position>")
def entry(position: int) -> str:
    """One entry: its sentence, who, when, in which role, the stored bytes and their place in the tree."""
    found = _entry(position)
    pretty = json.dumps(json.loads(found.leaf), ensure_ascii=False, indent=2)
    return render_template(
        "audit/entry.html", entry=found, say=sayer([found]), room=room_of(found), pretty=pretty, links=pages_of(found),
        last=reading().size - 1,
    )  # fmt: skip


@bp.get("/history/<int:position>/leaf")
def leaf(position: int) -> Response:
    """The stored bytes of an entry, exactly: what is hashed into the tree."""
    return Response(_entry(position).leaf, mimetype="application/json")


def _entry(position: int) -> history.Entry:
    r = reading()
    found = history.entry(r.live, r.community, position) if position < r.size else None
    if found is None:
        raise NotFound
    return found


@bp.get("/history/find")
def find() -> ResponseReturnValue:
    """Open the entry whose number is typed."""
    text = request.args.get("number", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        return done(".entries", _("编号写成数字，比如 87。"))
    return done(".entry", position=int(text))


@panel("audit", 20)
def newest() -> str:
    """What was recorded last."""
    r = reading()
    found = walk.latest(r.live, r.community, walk.Part(r.size), limit=LATEST)
    return render_template("audit/_newest.html", entries=found, say=sayer(found))
