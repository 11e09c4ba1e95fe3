"""Tables beside log and views: keys, sessions, tries, consents. What is here can be erased; nothing is folded from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text

tables = MetaData()


def beside(name: str, *columns: Column[Any]) -> Table:
    """Declare a table that is neither log nor view; the community is the first column of its key."""
    return Table(name, tables, Column("community", String(40), primary_key=True), *columns)


codes = beside("letter_codes", Column("letter", String(12), primary_key=True), Column("digest", String(64), nullable=False))
keys = beside(
    "access_keys",
    Column("id", String(1400), primary_key=True),
    Column("person", String(36), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
)
#: ``token`` is the SHA-256 (hex) of what the cookie carries. ``strong``: a second factor was shown.
sessions = beside(
    "access_sessions",
    Column("token", String(64), primary_key=True),
    Column("id", String(36), nullable=False),
    Column("person", String(36), nullable=False, index=True),
    Column("staff", Integer, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
)
#: ``subject``: a digest of what is tried, or of the address it is tried from.
tries = beside(
    "access_tries",
    Column("subject", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("spent", Integer, nullable=False),
)
#: A second person is asked to confirm a form on a device of their own. ``digest`` is that of the form, ``told`` what it
#: says, as JSON; ``given`` the second (UTC) of the confirmation, 0 until then.
consents = beside(
    "access_consents",
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("first", String(36), nullable=False),
    Column("second", String(36), nullable=False, index=True),
    Column("told", Text, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("given", BigInteger, nullable=False),
    Column("answer", String(8), nullable=False),
)
