"""Tables of letters and bindings, folded from the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String

from deliberation.log.views import view

#: The last adopted way of signing in: one row, id "".
rules = view("access_rules", Column("id", String(1), primary_key=True), Column("hours", Integer), Column("days", Integer))
#: ``state``: open, used, dead.
letters = view(
    "letters",
    Column("number", String(12), primary_key=True),
    Column("kind", String(8)),
    Column("target", String(36)),
    Column("until", BigInteger),
    Column("state", String(8)),
    Column("replaces", String(12)),
    Column("made", BigInteger),
    Column("position", BigInteger),
    index=["target", "position"],
)
#: ``state``: bound, objected, ended. ``waits`` is the letter with which a new key is to be set, "" for none.
bindings = view(
    "bindings",
    Column("id", String(36), primary_key=True),
    Column("person", String(36)),
    Column("home", String(36)),
    Column("letter", String(12)),
    Column("way", String(8)),
    Column("state", String(8)),
    Column("made", BigInteger),
    Column("votes_from", BigInteger),
    Column("ended", BigInteger),
    Column("waits", String(12)),
    Column("helper", String(36)),
    index=["person", "home"],
)
