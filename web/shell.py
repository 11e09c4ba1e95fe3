"""Everything that the pages of a capability use from the shell, under one roof."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from web.alike import alike
from web.desks import STAFF, panel, panels_of, tile
from web.entering import command_key, done, saved, typed
from web.gates import anyone, may
from web.languages import language, local
from web.moment import (
    checkpoints,
    council,
    day_shown,
    here,
    live,
    moment_shown,
    now,
    past,
    reading,
    today,
)
from web.seconding import all_confirmed, confirmed
from web.security import local_path, uploads
from web.standing import acting, holds, names, person, roles, words

__all__ = [
    "STAFF",
    "_",
    "_l",
    "acting",
    "alike",
    "all_confirmed",
    "anyone",
    "checkpoints",
    "command_key",
    "confirmed",
    "council",
    "day_shown",
    "done",
    "here",
    "holds",
    "language",
    "live",
    "local",
    "local_path",
    "may",
    "moment_shown",
    "names",
    "ngettext",
    "now",
    "panel",
    "panels_of",
    "past",
    "person",
    "reading",
    "roles",
    "saved",
    "tile",
    "today",
    "typed",
    "uploads",
    "words",
]
