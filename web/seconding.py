"""两个人办的事: the second person confirms with a sign-in of their own; being chosen from a list is not enough.

The first sends the form; it is not recorded, the other is asked. Once they agreed, the same form sent again is recorded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from flask import after_this_request, request
from werkzeug.wrappers import Response

from deliberation.access import consents
from deliberation.access.consents import (
    Ask,
    NothingToConfirm,
    SecondIsYourself,
    SecondSaidNo,
    SecondWithoutRole,
    WaitsForSecond,
)
from deliberation.access.refusals import NeedsStrongKey
from deliberation.actors import RESIDENT, ROLES
from deliberation.errors import AlreadyDone
from deliberation.log.aggregate import id_of
from deliberation.register import views as register
from web.doors import DemoDoor, door
from web.entering import INTERNAL, command_key, trouble_here
from web.kept import MACHINE
from web.moment import council, live, now, today
from web.sessions import visitor
from web.standing import names, person

#: The space in which the asks of a form have their ids.
SPACE = "0c7a3f0e-8d52-5d55-9a55-3e2d7c1b9f64"
#: What is typed anew each time and told to nobody: keys, and codes that are good for half a minute.
SECRET = frozenset({"pin", "pin_again", "password", "password_again", "code"})


class Step(NamedTuple):
    """What is to be confirmed: in words for the other person (Chinese, English), of which thing, without which fields."""

    words: tuple[str, str]
    about: str
    apart: frozenset[str]
    sealed: frozenset[str]


def confirmed(
    second: str, *roles: str, step: tuple[str, str], about: str = "", apart: Collection[str] = (), sealed: Collection[str] = ()
) -> str:
    """Return the second person of this form once they confirmed it; they hold one of the roles today.

    ``step`` says in words (Chinese, English) what is done, ``about`` to which thing. ``apart`` names fields that are made
    anew each time the page is shown; what they stand for belongs into ``about``. ``sealed`` fields are confirmed unread, such
    as a choice: whoever stood by heard it, and it is written down nowhere. Call it after the verb and before saving:
    nobody is asked about what cannot be recorded.
    Raises SecondIsYourself, SecondWithoutRole, WaitsForSecond, SecondSaidNo, AlreadyDone, KeyMissing.
    """
    if not _by_choice() and second == person():
        raise SecondIsYourself
    all_confirmed([(second, roles)], step=step, about=about, apart=apart, sealed=sealed)
    return second


def all_confirmed(
    people: Sequence[tuple[str, Sequence[str]]], *, step: tuple[str, str], about: str = "", apart: Collection[str] = (),
    sealed: Collection[str] = (),
) -> None:  # fmt: skip
    """Let the form pass once each of these (person, roles) confirmed it; whoever sends it has done so by sending.

    Raises as ``confirmed`` does.
    """
    if _by_choice():
        return
    receipt = council().receipt(command_key())
    if receipt is not None:
        raise AlreadyDone(receipt)
    others = {who: roles for who, roles in people if who != person()}
    for who, roles in others.items():
        _insist(who, roles)
    if others:
        asked = Step(step, about, frozenset(apart) | SECRET, frozenset(sealed))
        _wait(_digests(others, asked), asked, {who for who, roles in others.items() if RESIDENT not in roles})


def _by_choice() -> bool:
    """At the demonstration's door everybody may be anybody: a second sign-in would prove nothing."""
    return isinstance(door(), DemoDoor)


def _insist(who: str, roles: Sequence[str]) -> None:
    held = {*register.roles_of(live(), who, today())}
    if not held.isdisjoint(roles) or (RESIDENT in roles and live().row(register.persons, who) is not None):
        return
    pairs = [ROLES[role] for role in roles]
    raise SecondWithoutRole(role="、".join(zh for zh, _en in pairs), role_en=" / ".join(en for _zh, en in pairs))


def _wait(digests: dict[str, str], step: Step, officers: Collection[str]) -> None:
    given = consents.answers(live(), digests.values(), int(now().timestamp()))
    refused = [who for who, digest in digests.items() if given.get(digest) == consents.NO]
    if refused:
        _use([digests[who] for who in refused])
        raise SecondSaidNo(names=_called(refused))
    left = [who for who, digest in digests.items() if given.get(digest) != consents.YES]
    if left:
        _ask_once_shown(digests, [who for who in left if digests[who] not in given], step, officers)
        raise WaitsForSecond(names=_called(left), files=_again(0), files_en=_again(1))
    _use_once_recorded([*digests.values()])


def _digests(people: dict[str, Sequence[str]], step: Step) -> dict[str, str]:
    """Return person -> SHA-256 (hex) of the form as it was sent, the step, by whom, with whom."""
    left_out = step.apart | {"csrf_token"}
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name not in left_out)
    files = [(name, digest) for name, _called, digest in _files()]
    sent = (request.full_path, fields, files, step.words, step.about, person())
    return {who: hashlib.sha256(repr((*sent, who)).encode()).hexdigest() for who in people}


def _files() -> list[tuple[str, str, str]]:
    """Return (field, file name, SHA-256 in hex) of what was uploaded; it can still be read afterwards."""
    found = []
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        if file.filename:
            found.append((name, file.filename, hashlib.sha256(file.read()).hexdigest()))
            file.seek(0)
    return found


def _again(language: int) -> str:
    """What does not come back with the form."""
    file = ("文件要重新选一次，还是同一个。", " Please choose the same file again.") if _files() else ("", "")
    keys = ("密码要重新填一次。", " Please enter the password again.") if SECRET & {*request.form} else ("", "")
    return file[language] + keys[language]


def _called(people: Sequence[str]) -> str:
    return "、".join(names(people).values())


def _use_once_recorded(digests: list[str]) -> None:
    @after_this_request
    def use(response: Response) -> Response:
        # Recorded: the next page, or a paper to print.
        if response.status_code < 400:
            _use(digests)
        return response


def _use(digests: list[str]) -> None:
    with council().beside() as connection:
        consents.use(connection, council().community, digests)


def _ask_once_shown(digests: dict[str, str], people: list[str], step: Step, officers: Collection[str]) -> None:
    """Ask when the page stands again: by then its fields have said what they are called."""
    places = [*digests]

    @after_this_request
    def ask(response: Response) -> Response:
        at, key = int(now().timestamp()), request.form["key"]
        asks = [
            Ask(id_of(SPACE, person(), key, str(places.index(who))), digests[who], person(), who, _told(step, who in officers), at)
            for who in people
        ]
        with council().beside() as connection:
            consents.ask(connection, council().community, asks, at)
        return response


def _told(step: Step, office: bool) -> str:
    told = {"words": step.words, "about": step.about, "lines": _lines(step.apart | step.sealed), "office": office}
    return json.dumps(told, ensure_ascii=False)


def _lines(apart: frozenset[str]) -> list[tuple[str, str]]:
    """Return (label, what was typed) of all that was filled in, in the words of the page; no secrets, no tickets."""
    trouble = trouble_here()
    # What another form calls its fields says nothing of this one: then everything is told as it was sent.
    ours = trouble is not None and {*trouble.sent_to} == {request.script_root + request.path}
    labels, options = (trouble.labels, trouble.options) if trouble and ours else ({}, {})
    lines = [
        (labels.get(name, name), "、".join(options.get(name, {}).get(value) or _plain(value) for value in values if value.strip()))
        for name, values in request.form.lists()
        if name not in apart.union(INTERNAL) and (not ours or name in labels or not all(map(MACHINE.fullmatch, values)))
    ]
    lines += [(labels.get(name, name), f"{called} (SHA-256 {digest})") for name, called, digest in _files()]
    return [(label, said) for label, said in lines if said]


def _plain(value: str) -> str:
    """A moment as its field sends it (2026-05-21T10:20) without the letter in the middle; anything else as it is."""
    return value.replace("T", " ") if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value) else value


class Waiting(NamedTuple):
    """What waits for the person at the page: who asks (id), the step in words, of which thing, what the form says; ``office``:
    it is answered in an office."""

    id: str
    digest: str
    first: str
    words: tuple[str, str]
    about: str
    lines: list[tuple[str, str]]
    asked: int
    office: bool


def waiting() -> list[Waiting]:
    """Return what waits for the person at the page."""
    if not person():
        return []
    rows = consents.waiting(live(), person(), int(now().timestamp()))
    return [_read(row, json.loads(row.told)) for row in rows]


def _read(row: Any, told: dict[str, Any]) -> Waiting:
    zh, en = told["words"]
    lines = [(label, said) for label, said in told["lines"]]
    return Waiting(row.id, row.digest, row.first, (zh, en), told["about"], lines, row.asked, told.get("office", True))


def answered(id: str, digest: str, *, yes: bool) -> str:
    """Write down the answer of the person at the page; return who had asked. Raises NothingToConfirm, NeedsStrongKey."""
    read, known = next((each for each in waiting() if (each.id, each.digest) == (id, digest)), None), visitor()
    if read is None:
        raise NothingToConfirm
    if read.office and (known is None or not known.staff):
        raise NeedsStrongKey
    with council().beside() as connection:
        return consents.answer(
            connection, council().community, id, digest, second=person(), yes=yes, at=int(now().timestamp())
        )
