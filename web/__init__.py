"""The pages: one Flask app for one community, rendered by the server, complete without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter

from deliberation.access.locks import Locks
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.logkeys import LogKeys
from web import alike, doors, frame, languages, mishaps, moment, security, wordings

if TYPE_CHECKING:
    from deliberation.council import Council
    from web.doors import Door

#: Modules of the pages, each with its blueprint ``bp``; one of the same name for each capability.
BLUEPRINTS = (
    "home",
    "signing",
    "help",
    "switches",
    "access",
    "custody",
    "intake",
    "procedures",
    "motions",
    "discussion",
    "meetings",
    "register",
    "polls",
    "resolutions",
    "publications",
    "tasks",
    "filings",
    "audit",
    "proofs",
)
#: What a machine calls itself; a page elsewhere cannot reach the demonstration by a name of its own.
OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"]


class Pages(Flask):
    """The app; none of its functions is a coroutine, so nobody needs to find that out each time."""

    def ensure_sync(self, func: Any) -> Any:
        """Return the function as it is."""
        return func


class IdConverter(BaseConverter):
    """An id in an address: canonical lower-case UUID text, anything else is not found."""

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class NumberConverter(IntegerConverter):
    """A number in an address, such as a position of the log: one that no database counts to is not found."""

    regex = "[0-9]{1,15}"


def create_app(
    council: Council,
    *,
    demo: bool,
    secret: bytes,
    tls: bool = False,
    door: Door | None = None,
    guide: Sequence[doors.Guide] = (),
    pepper: bytes = b"",
    phone: str = "",
    proxies: int = 0,
    checkpoints: Checkpoints | None = None,
) -> Flask:
    """Return the app of one community.

    ``secret`` signs sessions and tokens. ``demo`` lets a visitor at the machine itself be anybody, ``guide`` first;
    otherwise ``door`` says how people sign in (none: not at all). ``tls``: visitors come by https, cookies are Secure.
    ``pepper``: what codes and PINs are stored under; ``phone``: whom to call; ``proxies``: how many stand before the server.
    ``checkpoints``: who signs what the log says of itself; without, by a key that ends with the process.
    """
    app = Pages(__name__)
    app.extensions["council"] = council
    council.about_to_write = moment.renew
    app.extensions["checkpoints"] = checkpoints or Checkpoints(council, LogKeys(), lambda: moment.clock())
    app.extensions["door"] = door or (doors.DemoDoor(guide) if demo else doors.ClosedDoor())
    app.extensions["locks"] = Locks(pepper or secret, council.database.turns.aside)
    app.config.update(BOUND_TO="127.0.0.1", PHONE=phone)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    if demo:
        app.config["TRUSTED_HOSTS"] = OWN_NAMES
    app.url_map.converters |= {"id": IdConverter, "int": NumberConverter}
    security.init_app(app, secret=secret, tls=tls)
    for part in (moment, languages, wordings, frame, alike, mishaps):
        part.init_app(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"web.{name}").bp)
    return app
