"""我的登录: one's own sessions and keys, for whom one votes, and what others bound to the same home."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deliberation.access import keys, sessions
from deliberation.access.finding import homes_of, label_of, votes_for
from deliberation.access.locks import digits
from deliberation.access.model import Binding
from deliberation.access.private import PASSKEY, PASSWORD, PIN, Key
from deliberation.access.refusals import BindingOver, NeedsStrongKey, SignInAgain, WrongKey
from deliberation.access.schemas import EndSession, Object
from deliberation.access.views import binding_of_person, bindings_of_home
from deliberation.actors import RESIDENT
from deliberation.errors import NotFound
from web import passkeys
from web.access.blueprint import bp, pin_key
from web.access.objecting import object_to
from web.guessing import guess, locks, whom_to_call
from web.sessions import device, let_out, visitor
from web.shell import (
    _,
    acting,
    command_key,
    council,
    done,
    may,
    names,
    now,
    panel,
    person,
    reading,
    typed,
    words,
)

#: Seconds for which a binding is announced on the home page of the others of the home, at least.
NEWS = 30 * 86_400
#: Seconds after signing in during which a new key may be set.
JUST = 900


@bp.get("/me")
@may(RESIDENT)
def me() -> str:
    """What stands in one's own name."""
    r, mine = reading(), person()
    known, held = visitor(), keys.keys_of(r, mine)
    return render_template(
        "access/me.html", bound=binding_of_person(r, mine), sessions=sessions.of_person(r, mine), here=known.session if known else "",
        keys=held, kinds={key.kind for key in held}, votes=votes_for(r, mine), news=news(),
        asked=passkeys.creating(mine, names([mine])[mine], held), at=int(now().timestamp()),
    )  # fmt: skip


@bp.post("/me/sessions/end")
@may(RESIDENT, again=".me")
def end_session() -> ResponseReturnValue:
    """Sign a phone out, this one too."""
    id, known = typed(EndSession)["session"], visitor()
    if known is not None and known.session == id:
        let_out()
        flash(_("已经退出登录。"))
        return redirect(url_for("home.home"), 303)
    with council().beside() as connection:
        sessions.end_one(connection, council().community, person(), id)
    return done("access.me", _("那台设备已经退出登录。"))


@bp.post("/me/keys/passkey")
@may(RESIDENT, again=".me")
def add_passkey() -> ResponseReturnValue:
    """Add a passkey of this device. It opens offices, so whoever holds one has shown two factors before."""
    known = visitor()
    if known is not None and known.office and not known.staff:
        raise NeedsStrongKey
    _present_pin()
    key = passkeys.created(person(), device())
    with _own_binding() as binding:
        binding.change_key("passkey", "added", keys=[key], by=acting())
    return done("access.me", _("这台设备的通行密钥加好了，下次可以直接用。"))


@bp.post("/me/keys/remove")
@may(RESIDENT, again=".me")
def remove_key() -> ResponseReturnValue:
    """Stop a key; the last one stays, or nobody could come in again."""
    mine = keys.keys_of(reading(), person())
    gone = next((key for key in mine if key.id == request.form.get("gone")), None)
    if gone is None or gone.kind != PASSKEY or len([key for key in mine if key.kind in (PASSKEY, PIN, PASSWORD)]) < 2:
        raise NotFound
    with _own_binding() as binding:
        binding.change_key("passkey", "removed", gone=[gone.id], by=acting())
    return done("access.me", _("这把通行密钥已经停用。"))


@bp.post("/me/keys/pin")
@may(RESIDENT, again=".me")
def change_pin() -> ResponseReturnValue:
    """Change the PIN; the present one is asked for, since a phone may lie about unlocked."""
    old = _present_pin()
    new = pin_key(person())
    with _own_binding() as binding:
        binding.change_key("pin", "changed" if old else "added", keys=[new], gone=[old.id] if old else [], by=acting())
    return done("access.me", _("数字密码换好了。"))


@bp.post("/me/end")
@may(RESIDENT, again=".me")
def end_binding() -> ResponseReturnValue:
    """End one's own binding: all phones are signed out."""
    with _own_binding() as binding:
        binding.end("asked", by=acting())
    let_out()
    flash(_("绑定已经解除，所有手机都退出了登录。以后要用，请再领一封信。"))
    return redirect(url_for("home.home"), 303)


@bp.post("/me/object/<id:binding>")
@may(RESIDENT, again=".me")
def object_as_neighbour(binding: str) -> ResponseReturnValue:
    """Object to a binding of one's own home."""
    said = words(typed(Object)["words"])
    object_to(binding, said, acting())
    return done("access.me", _("异议记下了，那项绑定已经解除，用它投的、还没有计的票也作废了。居民厅会来核对。"))


def news() -> list[dict[str, Any]]:
    """Return what was bound lately to the homes of the person at the page, by others."""
    r, at = reading(), int(now().timestamp())
    mine = homes_of(r, person())
    rows = [row for row in bindings_of_home(r, mine) if row.person != person() and at - row.made < NEWS]
    called = names({row.person for row in rows})
    return [{"row": row, "home": label_of(r, row.home or mine[0]), "name": called[row.person]} for row in rows]


@panel("home", 5)
def bound_to_your_home() -> str:
    """Tell the others of a home that somebody was bound to it."""
    found = [each for each in news() if each["row"].state == "bound"] if person() else []
    return render_template("access/_news.html", news=found, at=int(now().timestamp())) if found else ""


def _just_signed_in() -> None:
    known = visitor()
    if known is None or now().timestamp() - known.made > JUST:
        raise SignInAgain


def _present_pin() -> Key | None:
    """Return the PIN that is set, None if none is; the form shows that the person at the page knows it. Raises
    WrongKey, TooManyTries; SignInAgain without a PIN, long after signing in."""
    old = next(iter(keys.keys_of(reading(), person(), [PIN])), None)
    if old is None:
        _just_signed_in()
    with guess("number", person()) as tried:
        if old is not None and not locks().matches(old.secret, digits(request.form.get("present", ""))[:40]):
            raise WrongKey(left=tried.left, **whom_to_call())
        tried.right()
    return old


def _own_binding() -> Any:
    row = binding_of_person(reading(), person())
    if row is None:
        raise BindingOver
    return council().change(Binding, row.id, command=command_key())


