"""The checks: views against the log, declared results against the ballots; and the log to take home."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, render_template, send_file

from deliberation.actors import AUDITOR
from deliberation.audit import bundle, verify
from deliberation.audit.attention import REASONS, attention
from deliberation.audit.recount import recount
from deliberation.errors import Refusal
from web.audit.blueprint import bp, sayer
from web.moment import forget
from web.shell import _l, checkpoints, council, may, names, panel, reading, tile

#: Reading the whole log is work: one visitor at once takes it home.
_TURN = threading.BoundedSemaphore(1)
PATIENCE = 20

tile("audit", 30, "audit.checks", _l("重算一遍"), "shield")
tile("audit", 40, "audit.look", _l("值得看看"), "search")


class ManyTakeItHome(Refusal):
    """Another visitor is taking the log home."""

    zh = "现在有别人在下载全部记录，这一次还没有排上，什么也没有改动。请过半分钟再点一次。"
    en = "Somebody else is downloading the whole log. Nothing was changed; please try again in half a minute."
    status = 503


@bp.get("/checks")
def checks() -> str:
    """What an auditor can have computed here, and how anybody computes it elsewhere."""
    return render_template("audit/checks.html")


@bp.post("/checks/rebuild")
@may(AUDITOR, again=".checks")
def rebuild() -> str:
    """Fold all views anew and show their digests before and after."""
    before = council().digest()
    events = council().rebuild()
    after = council().digest()
    forget()
    return render_template("audit/checks.html", before=before, after=after, events=events)


@bp.post("/checks/recount")
@may(AUDITOR, again=".checks")
def count_again() -> str:
    """Check every entry and count every poll again, from the log alone."""
    return render_template("audit/checks.html", checker=recount(council()))


@bp.get("/look")
def look() -> str:
    """What deserves a second look."""
    found = attention(council(), reading().size)
    clerks = names(hurry.clerk for hurry in found.hurries)
    return render_template("audit/look.html", found=found, clerks=clerks, say=sayer(found.entries), reasons=REASONS)


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
