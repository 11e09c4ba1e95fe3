"""What is typed into a form: checked, recorded once, and never lost.

A form carries a fresh ``key``; the command key is made of it, the person, the address and what was typed. So
a double click or a resent form is recorded once; words changed after going back are a command of their own.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from flask import current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import Schema
from marshmallow.fields import List
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from deliberation.errors import AlreadyDone, ChangedMeanwhile, NotFound, Refusal
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import Aggregate
from deliberation.log.history import entry
from web.kept import kept_now, resume_page
from web.languages import language, local
from web.moment import council, forget, reading
from web.security import local_path
from web.standing import person

#: Fields that the shell adds to each form.
INTERNAL = ("csrf_token", "key", "form")
TRIES = 3
Again = str | Callable[[], ResponseReturnValue]


class KeyMissing(Refusal):
    """A form without its key."""

    zh = "这张表单不完整，没有记下，您填的内容还在。请刷新页面，再交一次。"
    en = "This form is incomplete and was not recorded. Your entry is kept: reload the page, send it again."
    status = 400


class Filled(NamedTuple):
    """A form as the page shows it: what was typed last and what is wrong with it."""

    id: str
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    key: str
    labels: dict[str, str]
    options: dict[str, dict[str, str]]

    def called(self, name: str, label: str, options: Iterable[Sequence[Any]] = ()) -> None:
        """Tell what a field is called on the page, and its options (value, label): for the list of what is wrong, and for
        whoever is asked to confirm the form."""
        self.labels[name] = str(label)
        self.options[name] = {str(value): str(words) for value, words, *_more in options}

    def value(self, name: str, default: Any = "") -> Any:
        """Return what was typed into a field, else the default."""
        return self.values.get(name, default)

    def chosen(self, name: str, value: Any, default: Any = "") -> bool:
        """Return whether a choice was made, or is the default of a form that was not sent yet."""
        if not self.values:
            return (
                bool(value in default) if isinstance(default, (list, tuple, set)) else bool(value == default)
            )
        return str(value) in cast("MultiDict[str, str]", self.values).getlist(name)


class Trouble(NamedTuple):
    """Why a form comes back: the refusal's sentence, or what is wrong with which field."""

    form: str
    sentence: str
    errors: Mapping[str, str]
    labels: dict[str, str]
    options: dict[str, dict[str, str]]
    #: The addresses to which the form goes that the page shows as this one.
    sent_to: list[str]
    #: What a button beside the sentence says that sends the form once more as it is, "" for none.
    button: str


def form_of(id: str, action: str = "") -> Filled:
    """Return the state of the form with that id on this page; ``action``: the address to which it goes."""
    trouble = trouble_here()
    if trouble is None or trouble.form != id:
        return Filled(id, MultiDict(), {}, secrets.token_hex(16), {}, {})
    if action:
        trouble.sent_to.append(unquote(urlsplit(action).path))
    key = request.form.get("key") or secrets.token_hex(16)
    return Filled(id, request.form, trouble.errors, key, trouble.labels, trouble.options)


def trouble_here() -> Trouble | None:
    """Return what is wrong with the form that was sent, when its page is shown again."""
    return cast("Trouble | None", g.get("trouble"))


def typed(schema: type[Schema]) -> dict[str, Any]:
    """Return the checked fields of the form. Raises BadForm: the page comes again with what was typed."""
    return load(schema, nested(request.form, _lists(schema)))


@cache
def _lists(schema: type[Schema]) -> frozenset[str]:
    return frozenset(name for name, field in schema().fields.items() if isinstance(field, List))


def nested(form: MultiDict[str, str], lists: Container[str] = ()) -> dict[str, Any]:
    """Return fields as a schema reads them: ``agenda.0.title`` is a field of the first line of ``agenda``.

    ``lists`` names the fields that may come several times; what was left empty there, and lines left empty at
    the end, are left out.
    """
    data: dict[str, Any] = {}
    lines: dict[str, dict[int, dict[str, str]]] = {}
    for name, values in form.lists():
        head, _dot, rest = name.partition(".")
        number, _dot, field = rest.partition(".")
        if field and re.fullmatch("[0-9]{1,3}", number):
            lines.setdefault(head, {}).setdefault(int(number), {})[field] = values[0]
        elif name not in INTERNAL:
            data[name] = [value for value in values if value.strip()] if name in lists else values[0]
    for head, rows in lines.items():
        filled = [number for number, row in rows.items() if any(value.strip() for value in row.values())]
        data[head] = [rows.get(number, {}) for number in range(max(filled, default=-1) + 1)]
    return data


def command_key() -> str:
    """Return the command key (64 hex digits) for ``save`` and ``change``. Raises KeyMissing."""
    key = request.form.get("key", "")
    if not key:
        raise KeyMissing
    pairs = sorted((name, value) for name, value in request.form.items(multi=True) if name not in INTERNAL)
    return hashlib.sha256(repr((key, person(), request.path, pairs)).encode()).hexdigest()


def saved(made: Aggregate, *others: Aggregate) -> str:
    """Save what a form made, under its command key; return the id under which it stands in the log.

    Where the form had been recorded before, that is the first one's: its page is the one to show.
    """
    receipt = council().save(made, *others, command=command_key())
    first = entry(reading().live, reading().community, receipt.positions[0]) if receipt.again else None
    return first.event.id if first else made.id


def done(endpoint: str, notice: str = "", /, **values: Any) -> BaseResponse:
    """Answer a form that was recorded: go to a page, with a calm notice and the receipt of what was recorded."""
    _recorded(_with_receipt(notice))
    return redirect(url_for(endpoint, **values), 303)


def _with_receipt(notice: str) -> str:
    if not notice or "key" not in request.form:
        return notice
    receipt = council().receipt(command_key())
    if receipt is None:  # nothing that stands in the log: a sign-out, a way back
        return notice
    link, address = _("拿凭证"), url_for("proofs.show", position=receipt.positions[0])
    return Markup('{} <a class="take" href="{}">{}</a>').format(notice, address, link)


def _recorded(notice: str) -> None:
    """Which form it was tells the browser that the words it kept of it are safe here."""
    flash(notice, f"{request.path}#{request.form.get('form', '')}")


def attempt(
    view: Callable[..., ResponseReturnValue], args: dict[str, Any], again: Again
) -> ResponseReturnValue:
    """Run a route's body, again when another writer was faster; show the page again when it is refused."""
    for tries_left in reversed(range(TRIES)):
        try:
            return view(**args)
        except AlreadyDone as already:
            return _calmly(already, again)
        except ChangedMeanwhile as changed:
            forget()
            if not tries_left:
                return _once_more(again, changed.status, changed.say(language()))
        except BadForm as bad:
            sentence = _("有 %(count)s 处要改，您填的内容都在。", count=len(bad.errors))
            return _once_more(
                again, bad.status, sentence, {name: local(said) for name, said in bad.errors.items()}
            )
        except NotFound:
            raise
        except Refusal as refusal:
            button: tuple[str, str] | None = getattr(refusal, "button", None)
            return _once_more(again, refusal.status, refusal.say(language()), button=local(button) if button else "")
    raise AssertionError("unreachable")


def _once_more(
    again: Again, status: int, sentence: str, errors: Mapping[str, str] | None = None, button: str = ""
) -> ResponseReturnValue:
    forget()
    g.trouble = Trouble(request.form.get("form", ""), sentence, errors or {}, {}, {}, [], button)
    response = make_response(_page(again, sentence, errors or {}))
    response.status_code = status
    return response


def _page(again: Again, sentence: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    if callable(again):
        return again()
    if not again:
        return resume_page(kept_now(), _("这一步没有办成"), sentence, errors)
    endpoint, args = _target(again)
    return cast(ResponseReturnValue, current_app.view_functions[endpoint](**args))


def _target(again: str) -> tuple[str, dict[str, Any]]:
    """The endpoint and those of this route's arguments that it takes."""
    endpoint = f"{request.blueprint}{again}" if again.startswith(".") else again
    wanted = next(iter(current_app.url_map.iter_rules(endpoint))).arguments
    return endpoint, {name: value for name, value in (request.view_args or {}).items() if name in wanted}


def _calmly(already: AlreadyDone, again: Again) -> ResponseReturnValue:
    _recorded(already.say(language()))
    if isinstance(again, str) and again:
        endpoint, args = _target(again)
        return redirect(url_for(endpoint, **args), 303)
    return redirect(came_from(), 303)


def came_from() -> str:
    """Return the path of this site's page that sent the form, else the home page."""
    return local_path(request.referrer or "", url_for("home.home"))
