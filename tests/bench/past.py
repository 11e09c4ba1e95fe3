"""Pages of the past of a long log: one matter among many, folded from its own entries and the register's."""

import secrets
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, insert, select, text, update

from deliberation.council import Council
from deliberation.log.store import events, head_of, heads
from deliberation.log.tlog import leaf_hash
from deliberation.polls.ballots import Ballot
from deliberation.polls.queries import poll_row
from deliberation.register import vault
from tests.bench import town
from tests.bench.report import Figure
from tests.bench.web import folder

PAGES = 20
CHUNK = 10_000


def pages(count: int, postgres: str = "") -> Iterator[Figure]:
    """The page of a motion, of its poll and of its matter as they stood, in a log of so many entries; and a long fold."""
    with folder() as place:
        url = postgres or f"sqlite:///{place / 'town.db'}"
        poll = town.prepare(url, 2_000)
        _vote(url, poll, 1_000)
        motion = town.discuss(url, comments=1_000)
        size = lengthen(url, count)
        kind = "PostgreSQL" if postgres else "SQLite"
        with _visitor(url) as get:
            for name, path in (("motion with 1,000 comments", f"/motions/{motion}"), ("poll with 1,000 ballots", f"/polls/{poll}")):
                first, later = _times(get, path, size)
                label = f"{kind} {name} as of, {size:,} events, ms"
                yield Figure(f"{label}: first look", first, None, "", None)
                yield Figure(f"{label}: median of other moments", later, None, "<= 300", lambda ms: ms <= 300)
            answer = get(f"/?as_of={size - 1}")
            begun = time.perf_counter()
            waited = get(f"/?as_of={size - 1}")
            assert (answer.status_code, waited.status_code) == (503, 503), (answer.status_code, waited.status_code)
            yield Figure(f"{kind} waiting page while {size:,} are folded, ms", 1000 * (time.perf_counter() - begun), None, "", None)


def _times(get: Any, path: str, size: int) -> tuple[float, float]:
    """Milliseconds of the first look at a page, and the median of looks at so many other moments."""
    taken = []
    for number in range(PAGES + 1):
        begun = time.perf_counter()
        answer = get(f"{path}?as_of={size - 1 - number * (size // 50)}")
        taken.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, answer.text
    return taken[0], statistics.median(taken[1:])


@contextmanager
def _visitor(url: str) -> Iterator[Any]:
    app = town.app_of(url)
    client = app.test_client()
    client.get("/")
    yield lambda path: client.get(path, buffered=True)
    app.extensions["close"]()


def lengthen(url: str, count: int) -> int:
    """Add comments of other matters, written past the door, until the log has so many entries; return its size."""
    council = Council.open(url, town.SLUG)
    with council.database.engine.begin() as connection:
        sample = connection.execute(select(events).where(events.c.type == "comment.made").limit(1)).one()
        head = head_of(connection, town.SLUG)
        assert head is not None
        frontier, size = head.frontier.copy(), head.size
        while size < count:
            rows = [_copy(sample, number) for number in range(size, min(size + CHUNK, count))]
            for row in rows:
                frontier.push(leaf_hash(row["leaf"]))
            connection.execute(insert(events), rows)
            size += len(rows)
        values = {"size": size, "frontier": frontier.to_bytes()}
        connection.execute(update(heads).where(heads.c.community == town.SLUG).values(values))
    if council.database.engine.dialect.name == "postgresql":
        _settle(council.database.engine)
    council.close()
    return size


def _settle(engine: Engine) -> None:
    """Do at once what the server does by itself after so many rows, so that it is not measured with the pages."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) events"))
        connection.execute(text("CHECKPOINT"))


def _copy(sample: Any, number: int) -> dict[str, Any]:
    """A comment like another one, of one of a thousand matters."""
    id, matter = str(uuid.UUID(int=secrets.randbits(128), version=4)), f"00000000-0000-4000-8000-{number % 1000:012d}"
    leaf = bytes(sample.leaf).replace(sample.stream.encode(), id.encode()).replace(sample.matter.encode(), matter.encode())
    row = {"community": town.SLUG, "position": number, "stream": id, "version": 1, "type": sample.type, "matter": matter}
    return row | {"command": None, "span": 1, "time": sample.time, "leaf": leaf}


def _vote(url: str, poll: str, count: int) -> None:
    council = Council.open(url, town.SLUG)
    with council.reading() as r:
        key, matter = vault.poll_key(r, poll), poll_row(r, poll).matter
    assert key is not None
    for start in range(1, count, 500):
        some = [town.resident(number) for number in range(start, min(start + 500, count))]
        council.save(*(Ballot.cast(poll, matter, by.person, "for", key=key, by=by) for by in some))
    council.close()
