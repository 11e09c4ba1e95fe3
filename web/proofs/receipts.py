"""凭证: what a person takes home of an entry, and a page that checks it later, or a checkpoint that was copied from a paper.

A receipt shows that, not what, was recorded.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from deliberation.errors import NotFound, Refusal
from deliberation.forms import Form, Prose
from deliberation.log import history
from deliberation.log.hashes import Hashes
from deliberation.log.note import Checkpoint, NoteUnreadable, opened
from deliberation.log.proof import Proof, ProofUnreadable
from deliberation.log.tlog import leaf_hash
from web.entering import attempt
from web.proofs.blueprint import bp
from web.sealed import code_of
from web.shell import _l, anyone, checkpoints, live, tile, typed

tile("audit", 45, "proofs.check", _l("核对凭证"), "check")

#: Seconds until a page looks again whether the next checkpoint was made.
SOON = 5
#: A checkpoint as papers print it, however it was copied: size, then sixteen digits in fours.
_SHORT = re.compile(r"([1-9]\d{0,14})((?:-[0-9a-f]{4}){4})", re.ASCII)
#: What a hand writes for a dash, and for digits that look like letters.
_DASHES, _ALIKE = re.compile(r"[\s\-‐‑‒–—_.·]+"), str.maketrans("oil", "011")


class NotAReceipt(Refusal):
    """What was entered cannot be read as a receipt."""

    zh = "这段文字不是一份完整的凭证，也不是存证点，没有核对成，您填的内容还在。请照格子上面的说明补全，再按一次。"
    en = "This is neither a whole receipt nor a checkpoint, so it was not checked. Your entry is kept: complete it as told above the field, and try again."
    status = 422


class Paste(Form):
    """A receipt as it was handed out."""

    text = Prose(20_000)


class Checked(NamedTuple):
    """What came of checking a receipt: good, altered (the log holds other bytes there now), gone (it holds fewer entries) or
    foreign (no key of this log signed it)."""

    verdict: str
    position: int
    checkpoint: Checkpoint | None


class Pinned(NamedTuple):
    """What came of comparing a checkpoint with the log: same, other (so many entries have another root now), gone (it holds fewer
    entries) or foreign (no key of this log signed it); ``short``: it was copied by hand, so the slip may be in the copy."""

    verdict: str
    size: int
    short: bool


@bp.get("/receipts/<int:position>")
def show(position: int) -> Response:
    """The receipt of an entry: where it stands, its fingerprint, the checkpoint over it, and a code to keep."""
    entry, proof = _entry(position), _proof(position)
    text = "" if proof is None else proof.text()
    checkpoint = None if proof is None else Checkpoint.of(proof.note)
    page = render_template("proofs/receipt.html", entry=entry, text=text, checkpoint=checkpoint, code=code_of(text) if text else "")
    return Response(page, headers={} if text else {"Refresh": str(SOON)})


@bp.get("/receipts/<int:position>.tlog-proof")
def file(position: int) -> Response:
    """The receipt as a file for anybody's own tools."""
    proof = None if _entry(position) is None else _proof(position)
    if proof is None:
        raise NotFound
    name = f"{live().community}-{position}.tlog-proof"
    return Response(proof.text(), mimetype="text/plain", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/receipts/check")
def check() -> str:
    """Where a receipt is pasted to be checked."""
    return render_template("proofs/check.html", checked=None, pinned=None, text="")


@bp.post("/receipts/check")
@anyone("it reads and records nothing")
def checked() -> ResponseReturnValue:
    """Check a receipt against the log's keys, and against what is stored here now."""
    return attempt(_checked, {}, ".check")


def _checked() -> str:
    text = typed(Paste)["text"].replace("\r\n", "\n").strip() + "\n"
    try:
        checked = look_at(Proof.read(text))
    except (ProofUnreadable, NoteUnreadable):
        return render_template("proofs/check.html", checked=None, pinned=compare(text), text=text.strip())
    return render_template("proofs/check.html", checked=checked, pinned=None, text=text)


def look_at(proof: Proof) -> Checked:
    """Compare a receipt with this log. Raises NoteUnreadable for a malformed checkpoint."""
    stated, known = Checkpoint.of(proof.note), checkpoints().ever()
    try:
        signed = proof.checkpoint(known) if known else None
    except NoteUnreadable:
        signed = None
    if signed is None or signed.origin != live().community:
        return Checked("foreign", proof.position, stated)
    entry = history.entry(live().live, live().community, proof.position) if proof.position < live().size else None
    if entry is None or live().size < signed.size:
        return Checked("gone", proof.position, signed)
    return Checked("good" if proof.holds(leaf_hash(entry.leaf), known) else "altered", proof.position, signed)


def compare(text: str) -> Pinned:
    """Compare a checkpoint, as a signed note or as papers print it, with this log. Raises NotAReceipt."""
    short = _SHORT.search(_DASHES.sub("-", unicodedata.normalize("NFKC", text).lower().translate(_ALIKE)))
    try:
        stated = Checkpoint.of(text)
    except NoteUnreadable:
        if short is None or "\n" in text.strip():
            raise NotAReceipt from None
        return Pinned(_verdict(int(short[1]), short[2].replace("-", "")), int(short[1]), True)
    try:
        opened(text, checkpoints().on_record())
    except NoteUnreadable:
        return Pinned("foreign", stated.size, False)
    return Pinned(_verdict(stated.size, stated.root.hex()), stated.size, False)


def _verdict(size: int, digits: str) -> str:
    """Whether the first ``size`` entries lead to a root that begins with these digits: same, other or gone."""
    if not 0 < size <= live().size:
        return "gone"
    root = Hashes(live().live, live().community).root(0, size)
    return "same" if root.hex().startswith(digits) else "other"


def _entry(position: int) -> history.Entry:
    r = live()
    found = history.entry(r.live, r.community, position) if position < r.size else None
    if found is None:
        raise NotFound
    return found


def _proof(position: int) -> Proof | None:
    """The proof up to the first checkpoint over an entry; None while the next is awaited."""
    seal = checkpoints().covering(position)
    if seal is None:
        return None
    with checkpoints().council.database.snapshot() as connection:
        path = Hashes(connection, live().community).prove_inclusion(position, seal.size)
    return Proof(position, tuple(path), seal.note)
