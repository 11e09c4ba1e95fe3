"""Appends through the door against raw inserts, and a rebuild against reading the same rows in Python."""

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from deliberation.council import Council
from deliberation.polls.ballots import Ballot
from deliberation.polls.queries import poll_row
from deliberation.register import vault
from tests.bench import town
from tests.bench.report import Figure
from tests.bench.serving import peak
from tests.bench.web import folder
from web import workers

THREADS = 32
LEAF = secrets.token_bytes(430)


def appends(seconds: float, postgres: str = "") -> Iterator[Figure]:
    """Ballots through the door (guard, view, tree, commit) at 32 threads, against bare inserts of as many bytes."""
    with folder() as place:
        url = postgres or f"sqlite:///{place / 'town.db'}"
        voters = int(seconds * 12_000)
        poll = town.prepare(url, voters)
        with _as_the_server():
            door = _through_the_door(url, poll, voters, seconds)
        if postgres:
            yield Figure("PostgreSQL appends a second, 32 threads", door, _ordered(postgres, seconds), ">= 1.3", _least(1.3))
            return
        shared = _shared(place / "raw.db", seconds)
        own = _own(place / "own.db", seconds)
    yield Figure("SQLite appends a second, 32 threads / shared connection", door, shared, ">= 0.8", _least(0.8))
    yield Figure("SQLite appends a second, 32 threads / own connections", door, own, ">= 2.5", _least(2.5))


def rebuild(count: int, postgres: str = "") -> Iterator[Figure]:
    """Folding all events into views anew, against reading the same rows in Python."""
    with folder() as place:
        url = postgres or f"sqlite:///{place / 'town.db'}"
        town.prepare(url, 300)
        town.discuss(url, comments=count)
        scan = max(_scan(url) for _ in range(3))
        said = subprocess.run([sys.executable, "-m", "tests.bench.log", url], capture_output=True, text=True, check=True)
        found = json.loads(said.stdout)
    name, target = ("PostgreSQL", 0.08) if postgres else ("SQLite", 0.04)
    yield Figure(f"{name} rebuild of {found['events']:,} events, events a second", found["rate"], scan, f">= {target}", _least(target))
    yield Figure(f"{name} rebuild, memory grown, MiB", found["mib"], None, "<= 50", lambda mib: mib <= 50)


def _least(target: float) -> Callable[[float], bool]:
    return lambda ratio: ratio >= target


@contextmanager
def _as_the_server() -> Iterator[None]:
    """Compute on the processors that one of the server's processes keeps to."""
    if sys.platform != "linux":
        yield
        return
    everywhere = os.sched_getaffinity(0)
    workers.keep_to_own_processors(0, workers.fitting())
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


def _through_the_door(url: str, poll: str, voters: int, seconds: float) -> float:
    council = Council.open(url, town.SLUG)
    with council.reading() as r:
        key = vault.poll_key(r, poll)
        matter = poll_row(r, poll).matter
    assert key is not None
    # Who they are is known before, as a server knows it of whoever is signed in.
    people, lock = iter([town.resident(number) for number in range(1, voters)]), threading.Lock()

    def one() -> bool:
        with lock:
            by = next(people, None)
        if by is None:
            return False
        council.save(Ballot.cast(poll, matter, by.person, "for", key=key, by=by), command=secrets.token_hex(32))
        return True

    rate = _rate(lambda: one, seconds)
    council.close()
    return rate


def _shared(path: Path, seconds: float) -> float:
    connection, lock, numbers = _raw(path), threading.Lock(), iter(range(10**9))

    def one() -> bool:
        with lock:
            connection.execute("INSERT INTO raw VALUES (?, ?, ?)", (next(numbers), secrets.token_hex(16), LEAF))
        return True

    return _rate(lambda: one, seconds)


def _own(path: Path, seconds: float) -> float:
    _raw(path).close()
    numbers, lock = iter(range(10**9)), threading.Lock()

    def make() -> Callable[[], bool]:
        connection = _raw(path)

        def one() -> bool:
            with lock:
                number = next(numbers)
            connection.execute("INSERT INTO raw VALUES (?, ?, ?)", (number, secrets.token_hex(16), LEAF))
            return True

        return one

    return _rate(make, seconds)


def _raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS raw (position INTEGER PRIMARY KEY, id TEXT UNIQUE, leaf BLOB)")
    return connection


def _ordered(url: str, seconds: float) -> float:
    """Raw inserts whose position a head row hands out: what an ordered log costs without anything of ours."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as setup:
        setup.execute("CREATE TABLE raw_head (n bigint) WITH (fillfactor=50)")
        setup.execute("INSERT INTO raw_head VALUES (0)")
        setup.execute("CREATE TABLE raw (position bigint PRIMARY KEY, id text UNIQUE, leaf bytea)")

    def make() -> Callable[[], bool]:
        connection = psycopg.connect(address)

        def one() -> bool:
            row = connection.execute("UPDATE raw_head SET n = n + 1 RETURNING n").fetchone()
            assert row is not None
            connection.execute("INSERT INTO raw VALUES (%s, %s, %s)", (row[0], secrets.token_hex(16), LEAF))
            connection.commit()
            return True

        return one

    return _rate(make, seconds)


def _rate(make: Callable[[], Callable[[], bool]], seconds: float) -> float:
    """Calls a second over all threads."""
    done, lock, start = [0], threading.Lock(), threading.Barrier(THREADS + 1)

    def work() -> None:
        one, count = make(), 0
        start.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and one():
            count += 1
        with lock:
            done[0] += count

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return done[0] / (time.perf_counter() - begun)


def _scan(url: str) -> float:
    """Rows read a second by plain Python: the driver alone, nothing done with them."""
    query = "SELECT position, matter, leaf FROM events ORDER BY community, position"
    parsed = make_url(url)
    begun = time.perf_counter()
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(parsed.database or "")) as connection:
            count = sum(1 for _ in connection.execute(query))
    else:
        address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address) as held, held.cursor("scan", binary=True) as cursor:
            cursor.itersize = 2000
            count = sum(1 for _ in cursor.execute(query))
    return count / (time.perf_counter() - begun)


def _rebuilt(url: str) -> None:
    """Rebuild in this process, which has done nothing else, and print what it took."""
    council = Council.open(url, town.SLUG)
    before, begun = peak(), time.perf_counter()
    done = council.rebuild()
    print(json.dumps({"events": done, "rate": done / (time.perf_counter() - begun), "mib": peak() - before}))
    council.close()


if __name__ == "__main__":
    _rebuilt(sys.argv[1])
