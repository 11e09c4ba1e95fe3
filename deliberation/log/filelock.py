"""Waiting for SQLite's one write lock, while other processes write.

SQLite's own waiting grows to a tenth of a second between two looks, in which hundreds of others could have been served.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

#: Seconds to wait for the lock.
PATIENCE = 60
#: Seconds between two looks: at first, and at most.
NAP, LONGEST = 0.0002, 0.001


def begin_to_write(driver: Any, aside: Callable[[], AbstractContextManager[None]]) -> None:
    """Begin a transaction that holds the write lock, on a connection without patience of its own; wait for it within ``aside``.

    Raises sqlite3.OperationalError if others keep it for too long.
    """
    if not _begun(driver):
        with aside():
            _wait(driver)


def busy(error: sqlite3.OperationalError) -> bool:
    """Whether an error says that somebody else has a lock."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _wait(driver: Any) -> None:
    end, nap = time.monotonic() + PATIENCE, NAP
    while not _begun(driver, last=time.monotonic() > end):
        time.sleep(nap)
        nap = min(LONGEST, 1.2 * nap)


def _begun(driver: Any, *, last: bool = False) -> bool:
    """Begin unless somebody else writes, who is told of at the ``last`` time."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or not busy(error):
            raise
        return False
    return True
