"""One database with any number of communities, made and mended as it is opened."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from deliberation import capabilities
from deliberation.access import beside, keys
from deliberation.custody import views as custody
from deliberation.log import database, runs, schema, store
from deliberation.log.appender import Appender
from deliberation.log.earlier import Ahead
from deliberation.log.moments import Moments
from deliberation.log.turns import Turns
from deliberation.log.writer import Writer
from deliberation.register import keyring, unsealed, vault
from deliberation.register.keyring import Keyring
from deliberation.register.private import Keys


class Database:
    """One database with any number of communities: its engine, and the line in which this process writes.

    ``keys``: where the keys of persons lie; else beside a SQLite file if they are there, or within the database itself.
    """

    def __init__(self, url: str, keys: Keys | None = None) -> None:
        capabilities.load()
        self.engine: Engine = database.connect(url)
        self.ring = Keyring(self.engine, keys or keyring.beside(url))
        self.engine.update_execution_options(keyring=self.ring)
        self.reader = database.reader(self.engine)
        # PostgreSQL computes elsewhere: while one thread waits for it, another goes on.
        self.turns = Turns(1 if self.engine.dialect.name == "sqlite" else 3)
        # Whoever has got the lock of the file goes on before all others here: they will wait for it.
        self.to_write = database.writer(self.engine, lambda: self.turns.aside(first=True))
        self._appender = Appender(self.to_write, _shelve, self.turns)
        self.writer = Writer(self._appender, self._appender.close, self.turns)
        self.moments, self.ahead = Moments(), Ahead()
        #: Connections of the process that this one was forked from: kept, since letting go of them would close them.
        self._inherited: list[object] = []
        try:
            schema.prepare(self.engine, (store.tables, runs.tables, keyring.tables, vault.tables, beside.tables))
            self.ring.prepare()
            unsealed.seal_all(self.engine)
            self.ring.finish(custody.erased_in)
        except BaseException:
            self.close()
            raise
        _OPEN.add(self)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that reads one unchanging state."""
        connection, opened_by = self.reader.connect(), os.getpid()
        try:
            yield connection
        finally:
            if os.getpid() == opened_by:
                connection.close()
            else:  # a child that was forked while its parent read
                self._inherited.append(connection)

    def close(self) -> None:
        """Finish what waits and let the database go; whoever comes later is told that nothing was stored."""
        self.writer.close()
        self.moments.close()
        self.engine.dispose()
        self.ring.close()

    def rest(self) -> None:
        """Close every connection that nobody uses; the next one opens again. To be done before a process is forked that uses this
        database: what SQLite knows of the locks on its file would go along, but not the locks."""
        self.writer.between(self._appender.close)
        self.engine.dispose()
        self.ring.close()

    def forget(self) -> None:
        """Begin anew in a forked child: all connections are the parent's, not to be used, nor even closed."""
        self._inherited += [self._appender.forget(), self.engine.pool, self.ring.forget()]
        self.engine.dispose(close=False)
        self.turns.forget()
        self.writer.forget()
        self.moments, self.ahead = Moments(), Ahead()


_OPEN: weakref.WeakSet[Database] = weakref.WeakSet()


def _forget_all() -> None:
    for db in list(_OPEN):
        db.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _shelve(connection: Connection, community: str, asides: Sequence[Any]) -> None:
    """Write what events set aside: words, names and poll keys into the vault, codes and keys beside it."""
    vault.shelve(connection, community, asides)
    keys.shelve(connection, community, asides)
