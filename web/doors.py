"""The door: how a person comes to be known. What stands behind it knows only ``person(request)``.

The demonstration's door lets a visitor at the machine itself be anybody. A real one (``keydoor``) takes its place where people have keys of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, cast

from flask import Request, current_app, render_template, request

from deliberation.actors import ROLES
from deliberation.errors import Refusal
from deliberation.register import vault
from deliberation.register import views as register
from web.kept import Kept, fold_up
from web.languages import local
from web.moment import reading, today
from web.security import is_loopback

SHOWN = 12
#: A proxy on the same machine makes every visitor look local; it gives itself away by one of these.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


class DoorClosed(Refusal):
    """Nobody can sign in this way."""

    zh = "这个网站还没有开通登录。公开的内容都可以看；要办事，请到居民厅找记录员。"
    en = "Signing in is not open here yet. All public pages can be read; to act, please see the secretary."
    status = 403


class DemoFromAfar(Refusal):
    """The demonstration's door opens at the machine itself only."""

    zh = "演示用的登录只能在运行它的这台电脑上使用（地址 127.0.0.1），现在没有登录。请在那台电脑的浏览器里打开。"
    en = "One signs in to the demonstration on the machine that runs it (127.0.0.1). Please open it there."
    status = 403


class NobodyChosen(Refusal):
    """No person, or none that the register has."""

    zh = "还没有选人，没有登录。请从名单里选一位。"
    en = "Nobody was chosen, so you are not signed in. Please choose a person from the list."
    status = 422


class Known(NamedTuple):
    """Who stands at the door; ``strong``: by two factors, which opens offices."""

    person: str
    strong: bool


class Door(Protocol):
    """A way of signing in."""

    #: The template that asks.
    template: str

    def check(self, request: Request) -> None:
        """Raise a Refusal if this door is not open to the request."""

    def asks(self, request: Request) -> dict[str, Any]:
        """Return what the template shows."""

    def person(self, request: Request) -> Known:
        """Return who stands at the door. Raises a Refusal."""


class ClosedDoor:
    """No way of signing in is set up."""

    template = "signing/closed.html"

    def check(self, request: Request) -> None:
        """Nothing stands in the way of reading that the door is closed."""

    def asks(self, request: Request) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def person(self, request: Request) -> Known:
        """Raise DoorClosed."""
        raise DoorClosed


class Choice(NamedTuple):
    """A person to choose at the demonstration's door."""

    id: str
    name: str
    detail: str


class Guide(Protocol):
    """Somebody worth being in the demonstration, and what there is to do (Chinese, English)."""

    person: str
    name: str
    why: tuple[str, str]


class DemoDoor:
    """Whoever sits at the machine may be anybody in the register; ``guide`` names those to begin with."""

    template = "signing/demo.html"

    def __init__(self, guide: Sequence[Guide] = ()) -> None:
        self.guide = guide

    def check(self, request: Request) -> None:
        """Raise DemoFromAfar unless server and visitor are on this machine, with nothing in between."""
        bound = current_app.config["BOUND_TO"]
        near = is_loopback(bound) and is_loopback(request.remote_addr or "")
        if not near or any(name in request.headers for name in FORWARDED):
            raise DemoFromAfar

    def asks(self, request: Request) -> dict[str, Any]:
        """Return the holders of offices by role, some residents, and what a search found."""
        sought = request.form.get("sought", "").replace("\0", "").strip()[:40]
        found = _found(sought) if sought else []
        guide = [(each.person, each.name, local(each.why)) for each in self.guide]
        return {"guide": guide, "sought": sought, "found": found, "officers": _officers(), "residents": _residents()}

    def person(self, request: Request) -> Known:
        """Return the person chosen. Raises DemoFromAfar, NobodyChosen."""
        self.check(request)
        chosen = request.form.get("person", "").replace("\0", "")
        known = reading().row(register.persons, chosen) or register.roles_of(reading(), chosen, today())
        if not chosen or not known:
            raise NobodyChosen
        return Known(chosen, strong=True)


def door() -> Door:
    """Return the door of this app."""
    return cast(Door, current_app.extensions["door"])


def ask(kept: Kept | None = None, *, towards: str = "/", sentence: str = "") -> str:
    """Return the page that asks who is there; a kept form waits on it. Raises a Refusal at a shut door."""
    door().check(request)
    bundle = fold_up(kept) or request.form.get("kept", "")
    return render_template(
        door().template, kept=bundle, towards=towards, sentence=sentence, title="", **door().asks(request)
    )


def _officers() -> list[tuple[str, list[Choice]]]:
    r, day = reading(), today()
    rows = r.all(register.roles.select().where(r.mine(register.roles)).limit(400))
    held = [row for row in rows if row.since <= day and (not row.until or row.until >= day)]
    by_role = {role: [row.person for row in held if row.role == role][:SHOWN] for role in ROLES}
    names = register.named(r, [person for people in by_role.values() for person in people])
    return [
        (local(ROLES[role]), [Choice(person, names[person], "") for person in people])
        for role, people in by_role.items()
        if people
    ]


def _residents() -> list[tuple[str, list[Choice]]]:
    r, c = reading(), register.persons.c
    rows = r.all(
        register.persons.select().where(r.mine(register.persons), c.adult == 1).order_by(c.id).limit(200)
    )
    groups = []
    for standing, words in STANDINGS_SHOWN.items():
        mine = [row for row in rows if row.standing == standing][:SHOWN]
        if mine:
            groups.append((local(words), _choices([(row.id, row.home) for row in mine])))
    return groups


STANDINGS_SHOWN = {"villager": ("村民、业主", "villagers and owners"), "tenant": ("租户", "tenants"), "owner": ("业主", "owners")}


def _found(sought: str) -> list[Choice]:
    r, people = reading(), register.persons
    called = [person for person, name in vault.all_names(r).items() if sought in name]
    # Names of owners lie in the vault too, and nobody signs in as a set of co-owners.
    persons = people.select().with_only_columns(people.c.id).where(r.mine(people), people.c.id.in_(called))
    named = r.all(persons.limit(SHOWN)) if called else []
    return _choices([(row.id, "") for row in named] + _living_in(sought))


def _living_in(sought: str) -> list[tuple[str, str]]:
    r, homes, persons = reading(), register.households, register.persons
    called = homes.c.label.contains(sought, autoescape=True)
    ids = [row.id for row in r.all(homes.select().where(r.mine(homes), called).limit(SHOWN))]
    rows = r.all(persons.select().where(r.mine(persons), persons.c.home.in_(ids)).limit(SHOWN)) if ids else []
    return [(row.id, row.home) for row in rows]


def _choices(people: list[tuple[str, str]]) -> list[Choice]:
    r, homes = reading(), register.households
    names = register.named(r, [person for person, _ in people])
    wanted = {home for _, home in people if home}
    rows = r.all(homes.select().where(r.mine(homes), homes.c.id.in_(wanted))) if wanted else []
    labels = {row.id: row.label for row in rows}
    return [Choice(person, names[person], labels.get(home, "")) for person, home in dict(people).items()]
