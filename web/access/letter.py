"""登录信: somebody with a letter says who they are, reads back what is bound, and chooses how to sign in from now on."""

from __future__ import annotations

from typing import NamedTuple, cast

import pyotp
import segno
from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from deliberation.access.finding import Found, find, label_of
from deliberation.access.keys import digest_of, keys_of
from deliberation.access.locks import digits
from deliberation.access.model import Binding
from deliberation.access.refusals import (
    BoundAlready,
    LetterOver,
    LetterUsed,
    NoRulesYet,
    PageTooOld,
    PasskeyRefused,
    WrongCode,
)
from deliberation.access.schemas import Assist
from deliberation.access.tables import letters
from deliberation.access.views import adopted_rules, binding_of_person
from deliberation.actors import RESIDENT, Actor
from deliberation.log.aggregate import Aggregate
from deliberation.register.ownership import Owner
from deliberation.register.views import named
from web import passkeys
from web.access.blueprint import DESK, Set, bp, helpers, keys_set
from web.entering import attempt
from web.guessing import guess, locks, whom_to_call
from web.sessions import let_in
from web.shell import (
    STAFF,
    _,
    acting,
    anyone,
    command_key,
    confirmed,
    council,
    done,
    holds,
    now,
    person,
    reading,
    typed,
)

#: Seconds for which a letter stays open on the page while its owner looks for a phone or asks the grandchildren.
STAYS_OPEN = 2 * 3600
LONGEST = 60


class Ticket(NamedTuple):
    """A letter that was opened: number, kind, what was found, the fresh secret of a device for one-time codes."""

    letter: str
    kind: str
    person: str
    home: str
    owner: str
    binding: str
    totp: str


@bp.get("/letter")
def ask_letter() -> ResponseReturnValue:
    """Ask for number, code and name; a square code on the letter brings the first two, and they leave the address at once:
    it would stand in histories and lead to other pages."""
    if request.method == "GET" and request.args.get("code"):
        session["letter"] = [digits(request.args.get(name, ""))[:20] for name in ("number", "code")]
        return redirect(url_for("access.ask_letter"), 303)
    number, code = session.get("letter", ("", ""))
    return render_template("access/letter.html", number=number, code=code)


@bp.post("/letter")
@anyone("whoever has a letter is not known yet")
def open_letter() -> ResponseReturnValue:
    """Look whether number, code and name go together, and read back what would be bound."""
    return attempt(_open, {}, ask_letter)


def _open() -> ResponseReturnValue:
    number, code = digits(request.form.get("number", ""))[:20], digits(request.form.get("code", ""))[:20]
    with guess("letter", number) as tried:
        row = reading().row(letters, number)
        fits = locks().opens(digest_of(reading(), number), number, code)
        found = find(reading(), row, request.form.get("name", "")[:LONGEST]) if fits and row is not None else None
        if fits and row is not None and (found is not None or row.state != "open"):
            tried.right()
        if not fits or row is None or (found is None and row.state == "open"):
            raise WrongCode(left=tried.left, **whom_to_call())
    if row.state == "used":
        raise LetterUsed
    if found is None or row.state != "open" or row.until < now().timestamp():
        raise LetterOver
    if not found.binding and binding_of_person(reading(), found.person) is not None:
        raise BoundAlready
    return _choose(_ticket(number, row.kind, found))


def _ticket(number: str, kind: str, found: Found) -> Ticket:
    return Ticket(number, kind, *found, pyotp.random_base32())


def _choose(ticket: Ticket) -> str:
    """The page on which one reads back and chooses."""
    r = reading()
    office = not ticket.home
    called = called_to_self(ticket.person)
    uri = pyotp.TOTP(ticket.totp).provisioning_uri(name=called, issuer_name=request.host)
    rules = adopted_rules(r)
    return render_template(
        "access/choose.html", ticket=_sealer().dumps(ticket), found=ticket, called=called, home=label_of(r, ticket.home),
        asked=passkeys.creating(ticket.person, called, keys_of(r, ticket.person)), office=office, hours=rules.hours if rules else 0,
        square=Markup(segno.make(uri, error="m").svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)),
        secret=ticket.totp, helping=_helping(ticket), witnesses=helpers(ticket.person), show_letter=ticket.letter,
    )  # fmt: skip


def called_to_self(who: str) -> str:
    """Return how a person is called, to themselves."""
    return named(reading(), [who])[who]


@bp.post("/letter/bind")
@anyone("whoever is bound is not known before")
def bind() -> ResponseReturnValue:
    """Bind, or set new keys, and sign in."""
    return attempt(_bind, {}, _choose_again)


def _choose_again() -> ResponseReturnValue:
    try:
        return _choose(_opened())
    except PageTooOld:
        return ask_letter()


def _bind() -> ResponseReturnValue:
    ticket = _opened()
    if _helping(ticket) and request.form.get("way") == "passkey":
        raise PasskeyRefused  # it would be the helper's device
    made = keys_set(ticket.person, ticket.totp)
    by, aid = _signer(ticket)
    if ticket.binding:
        with council().change(Binding, ticket.binding, command=command_key()) as binding:
            binding.renew(ticket.letter, made.keys, way=made.way, aid=aid, by=by)
    elif council().save(*_made(ticket, made, by, aid), command=command_key()).again:
        # The same form a second time opens nothing: whoever sent it can sign in with what it set.
        return done("access.me" if person() == ticket.person else "signing.ask_who", _("刚才已经绑定好了，没有重复绑。"))
    if aid:
        return done("access.bindings" if holds(*DESK) else "home.desk", _("绑定好了。请把登录号和密码交给本人收好，您这里没有留下。"))
    # A letter that lay in the mailbox of a home opens no office.
    let_in(ticket.person, staff=made.strong and not ticket.home)
    return done("access.me", _("绑定好了，已经登录。请把信留好：以后用信上的号码登录。"))


def _made(ticket: Ticket, made: Set, by: Actor, aid: dict[str, str]) -> list[Aggregate]:
    rules = adopted_rules(reading())
    if rules is None:
        raise NoRulesYet
    binding = Binding.make(
        ticket.letter, ticket.person, ticket.home, made.keys, way=made.way, owner=ticket.owner, aid=aid,
        votes_from=int(by.at.timestamp()) + rules.hours * 3600, by=by,
    )  # fmt: skip
    return [binding, *([Owner.name_voter(ticket.owner, ticket.person, by=by)] if ticket.owner else [])]


def _helping(ticket: Ticket) -> bool:
    """Whether somebody of the staff does this for the person, on a device of the staff's or at home."""
    return bool(person()) and person() != ticket.person and holds(*STAFF)


def _signer(ticket: Ticket) -> tuple[Actor, dict[str, str]]:
    if not _helping(ticket):
        return Actor.of(ticket.person, RESIDENT, now()), {}
    form = typed(Assist)
    g.offered = STAFF
    step = "见证替别人绑定：本人在场，自己按的密码", "bear witness that somebody was helped to bind, present and typing their own PIN"
    about = " ".join(filter(None, (label_of(reading(), ticket.home), called_to_self(ticket.person), ticket.letter)))
    confirmed(form["witness"], *STAFF, step=step, about=about, apart=("ticket", "challenge", "credential"))
    return acting(), {"witness": form["witness"], "place": form["place"]}


def _opened() -> Ticket:
    """The letter that this form's page had opened. Raises PageTooOld."""
    try:
        return Ticket(*_sealer().loads(request.form.get("ticket", ""), max_age=STAYS_OPEN))
    except (BadData, TypeError):
        raise PageTooOld from None


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(bytes, current_app.secret_key), salt="letter")

