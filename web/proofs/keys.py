"""存证钥匙: which key signs checkpoints, and how two of the desk change it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CHAIR, SECRETARY
from deliberation.custody.model import REASONS
from deliberation.forms import Choice, Form, Id
from deliberation.log import seals
from deliberation.log.note import Checkpoint
from web.people import others
from web.proofs.blueprint import bp
from web.shell import (
    _,
    _l,
    acting,
    checkpoints,
    command_key,
    confirmed,
    done,
    live,
    may,
    tile,
    typed,
)

OFFICES = (SECRETARY, CHAIR)
tile("audit", 47, "proofs.keys", _l("存证点和钥匙"), "lock")
tile("desk", 64, "proofs.keys", _l("存证点和钥匙"), "lock", *OFFICES)
#: Checkpoints on the page.
LATEST = 12


class Change(Form):
    """Why the key is changed, and who stands by."""

    reason = Choice(REASONS)
    second = Id()


@bp.get("/log/keys")
def keys() -> str:
    """The keys on record, the newest checkpoints, and how to take them home."""
    r = live()
    return render_template(
        "proofs/keys.html", keys=checkpoints().on_record(), reasons=REASONS, offices=OFFICES,
        seals=[(Checkpoint.of(seal.note).short, seal) for seal in seals.newest(r.live, r.community, LATEST)],
        seconds=others(*OFFICES),
    )  # fmt: skip


@bp.post("/log/keys")
@may(*OFFICES, again=".keys")
def change() -> ResponseReturnValue:
    """Hand over to a new key, by two."""
    form = typed(Change)
    confirmed(form["second"], *OFFICES, step=("更换存证钥匙", "change the key that signs checkpoints"))
    signer = checkpoints().rotate(reason=form["reason"], second=form["second"], by=acting(), command=command_key())
    told = _("存证钥匙换好了，新的是 %(key)s。请马上备份新的 .log-key 文件。", key=signer.verifier.key_id.hex())
    return done(".keys", told)
