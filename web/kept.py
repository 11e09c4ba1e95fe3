"""Nothing typed is lost: a form that could not be taken comes back with fields, fresh token and a button."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from flask import current_app, g, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from web.security import SESSION_SECONDS, from_our_page, local_path

#: Never kept in a page: the token of another session, and what opens a door.
SECRETS = frozenset({"csrf_token", "pin", "pin_again", "present", "secret", "password", "password_again", "code", "credential"})
#: What nobody wrote: ids, keys, dates, the codes of choices.
MACHINE = re.compile(r"[\w.:-]*", re.ASCII)


class Kept(NamedTuple):
    """A form as it was sent: where to, its fields, and whether a file was with it (files cannot be kept)."""

    path: str
    fields: list[tuple[str, str]]
    files: bool

    @property
    def written(self) -> list[str]:
        """What a person would miss: the fields that hold words."""
        return [
            value for name, value in self.fields if name != "form" and not MACHINE.fullmatch(value.strip())
        ]


def kept_now() -> Kept | None:
    """Return the form of this request; None if there is none or another site made the browser send it."""
    if request.method != "POST" or not from_our_page():
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS]
    except RequestEntityTooLarge:
        return None
    return Kept(local_path(request.full_path.rstrip("?")), fields, bool(request.files))


def fold_up(kept: Kept | None) -> str:
    """Return a kept form as signed text for a hidden field, "" for none."""
    return _seal().dumps(kept) if kept else ""


def unfold(text: str) -> Kept | None:
    """Read ``fold_up`` back; None for what this site did not write, or too long ago."""
    try:
        path, fields, files = _seal().loads(text, max_age=SESSION_SECONDS)
    except BadData:
        return None
    return Kept(path, [(name, value) for name, value in fields], files)


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(bytes, current_app.secret_key), salt="kept")


def resume_page(kept: Kept | None, title: str, sentence: str, errors: Mapping[str, str] | None = None) -> str:
    """Return the page that carries a kept form: the sentence, what was written, and a button to send it."""
    # A token of the session as it is now: the one that came with the form may have been the trouble.
    g.pop("csrf_token", None)
    return render_template("kept.html", kept=kept, title=title, sentence=sentence, errors=errors or {})
