"""The checks: views against the log, declared results against the ballots; and the log to take home."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from deliberation.actors import AUDITOR
from deliberation.audit import bundle, desk, verify
from deliberation.audit.attention import attention
from deliberation.errors import NotFound, Refusal
from deliberation.log import runs
from web import moment
from web.audit.blueprint import bp, sayer
from web.moment import forget
from web.shell import (
    _l,
    checkpoints,
    council,
    done,
    live,
    may,
    moment_shown,
    names,
    now,
    panel,
    person,
    reading,
    tile,
)

#: Reading the whole log is work: one visitor at once takes it home.
_TURN = threading.BoundedSemaphore(1)
PATIENCE = 20
#: Checks listed; seconds for which a page waits for a new one, since a short log takes no longer.
LAST, AT_ONCE = 6, 2

tile("audit", 30, "audit.checks", _l("重建和重查"), "shield")
tile("audit", 40, "audit.look", _l("值得再看一眼"), "search")


class ManyTakeItHome(Refusal):
    """Another visitor is taking the log home."""

    zh = "现在有别人在下载全部记录，这一次还没有排上，什么也没有改动。请过半分钟再点一次。"
    en = "Somebody else is downloading the whole log. Nothing was changed; please try again in half a minute."
    status = 503


@bp.get("/checks")
def checks() -> str:
    """What an auditor can have computed here, the last checks, and how anybody computes it elsewhere."""
    return _page()


def _page(**values: object) -> str:
    r = live()
    last = runs.latest(r.live, r.community, LAST)
    at = int(now().timestamp())
    return render_template(
        "audit/checks.html", last=[(row, runs.state(row, at)) for row in last], who=names(row.person for row in last), **values
    )


@bp.post("/checks/rebuild")
@may(AUDITOR, again=".checks")
def rebuild() -> str:
    """Compute all views anew beside those in use, and show both digests; only if they differ the views are written."""
    compared = council().compared()
    if compared.views != compared.log:
        council().rebuild()
    forget()
    return _page(computed=compared)


@bp.post("/checks/recount")
@may(AUDITOR, again=".checks")
def count_again() -> ResponseReturnValue:
    """Check every entry and count every poll again, from the log alone, beside the pages; a short log is done at once."""
    id, thread = desk.start(council(), person(), lambda: int(moment.clock().timestamp()))
    if thread is not None:
        thread.join(AT_ONCE)
    forget()
    return done(".run", run=id)


@bp.get("/checks/<id:run>")
def run(run: str) -> str:
    """How far a check is, or what it found."""
    r = live()
    row = runs.run(r.live, r.community, run)
    if row is None:
        raise NotFound
    state = runs.state(row, int(now().timestamp()))
    found = json.loads(row.report) if row.report else {"root": "", "findings": [], "polls": []}
    return render_template("audit/run.html", run=row, state=state, found=found, who=names([row.person]))


@bp.get("/look")
def look() -> str:
    """What deserves a second look."""
    r = reading()
    found = attention(council(), r.size, int(moment_shown().timestamp()))
    people = names(clerk for group in found for clerk in group.people)
    entries = [entry for group in found for entry in group.entries]
    return render_template("audit/look.html", groups=found, people=people, say=sayer(entries))


@bp.get("/audit/verify.py")
def program() -> Response:
    """The verifier: one file that needs nothing but Python."""
    return send_file(verify.__file__, mimetype="text/x-python", as_attachment=True, download_name="verify.py")


@bp.get("/audit/bundle.tar")
def bundle_tar() -> Response:
    """The whole log as plain files with the verifier beside them."""
    with _turn(), bundle.packed(checkpoints()) as file:
        packed = file.open("rb")  # it outlives its name
    return send_file(packed, mimetype="application/x-tar", as_attachment=True, download_name=f"{council().community}.tar")


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURN.acquire(timeout=PATIENCE):
        raise ManyTakeItHome
    try:
        yield
    finally:
        _TURN.release()


@panel("audit", 10)
def at_home() -> str:
    """How anybody checks the whole record on a machine of their own."""
    return render_template("audit/_at_home.html", slug=council().community)
