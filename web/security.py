"""What stands on every answer and before every form: headers, tokens, sizes, addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from deliberation.access.sessions import LIMITS
from web.sessions import signed_in

F = TypeVar("F", bound=Callable[..., Any])

MIB = 1 << 20
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: A form may lie open so long: a meeting is longer than an hour.
SESSION_SECONDS = 12 * 3600
#: Fields of a form; the longest we have, the attendance of a village, has some thousands.
MOST_FIELDS = 5_000


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie; the key never changes while the app runs, so what signs is made once."""

    def __init__(self) -> None:
        self._signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and checks the cookie."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sign the cookie anew if something changed in it; else only say that the answer depends on it."""
        if session.modified or "Vary" in response.headers:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers["Vary"] = "Cookie"


def uploads(limit: int = 16 * MIB, *, words: int = MIB) -> Callable[[F], F]:
    """Mark a route that takes files; its requests may be larger than a form, its ``words`` only if told."""

    def mark(view: F) -> F:
        view.limit, view.words = limit, words  # type: ignore[attr-defined]
        return view

    return mark


def local_path(target: str, otherwise: str = "/") -> str:
    """Return the path of an address on this site, else ``otherwise``: no link of ours leads elsewhere."""
    if target.startswith("//") or any(ord(character) < 33 or character == "\\" for character in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    if (parts.scheme or parts.netloc) and (
        parts.scheme not in ("http", "https") or parts.netloc != request.host
    ):
        return otherwise
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return otherwise
    return parts.path + (f"?{parts.query}" if parts.query else "")


def from_our_page() -> bool:
    """Whether this form was sent by a page of this site: by its token, or as the browser says."""
    if g.get("csrf_valid"):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def is_loopback(address: str) -> bool:
    """Whether an address can only be reached from the machine itself."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def init_app(app: Flask, *, secret: bytes, tls: bool) -> None:
    """Set up cookies, tokens, sizes and headers."""
    app.session_interface = Sessions()
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="__Host-session" if tls else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=tls,
        PERMANENT_SESSION_LIFETIME=LIMITS[1],
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=SESSION_SECONDS,
        MAX_CONTENT_LENGTH=MIB,
        MAX_FORM_MEMORY_SIZE=MIB,
        PREFERRED_URL_SCHEME="https" if tls else "http",
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.before_request(_refuse_what_is_no_text)
    app.before_request(_allow_uploads)
    app.before_request(_refuse_a_flood_of_fields)
    CSRFProtect(app)
    app.after_request(_how_long_to_keep)
    app.wsgi_app = _with_headers(app.wsgi_app, tls)  # type: ignore[method-assign]


def _refuse_what_is_no_text() -> None:
    """NUL is no character of a text: no database looks for it, and no link of ours has it."""
    if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
        raise BadRequest


def _allow_uploads() -> None:
    """Before the token is looked for, since that reads the form."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "limit"):
        request.max_content_length, request.max_form_memory_size = view.limit, view.words


def _refuse_a_flood_of_fields() -> None:
    """What was typed is shown again when it is refused: a page of that many fields would keep the machine busy."""
    if request.method == "POST" and len(request.form) > MOST_FIELDS:
        raise RequestEntityTooLarge


def _how_long_to_keep(response: Response) -> Response:
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store" if signed_in() else "private, no-cache")
    return response


def _with_headers(app: Any, tls: bool) -> Callable[[Any, Any], Any]:
    """Return the app whose every answer carries the headers, put together once."""
    always = [*HEADERS.items(), *([("Strict-Transport-Security", "max-age=31536000")] if tls else [])]

    def answer(environ: Any, start_response: Any) -> Any:
        return app(environ, lambda status, headers, *more: start_response(status, [*headers, *always], *more))

    return answer
