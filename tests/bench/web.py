"""Ballots and pages over HTTP, each against a minimal Flask app under the same server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deliberation.council import Council
from deliberation.polls import queries
from tests.bench import load, serving, town
from tests.bench.report import Figure

#: Requests over sixteen connections, so that every process has made the page before.
WARM = 160


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one measurement."""
    path = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def ballots(count: int) -> Iterator[Figure]:
    """Ballots accepted a second, signed in and CSRF-checked, one durable commit each or shared, at 1 and 16 connections."""
    for connections, target in ((1, 0.3), (16, 0.5)):
        with folder() as place:
            reference = _reference_votes(place, count, connections)
            url = f"sqlite:///{place / 'town.db'}"
            poll = town.prepare(url, count + 1)
            result, peak = _cast(url, poll, count, connections)
            lost = _lost(url, poll, result)
        name = f"ballots a second, {connections} connection{'s' * (connections > 1)}"
        yield Figure(name, result.rate, reference.rate, f">= {target}", lambda r, t=target: r >= t)
        yield from _latency(connections, result, reference)
        yield Figure(f"ballots lost or doubled, {connections}", lost, None, "= 0", lambda n: n == 0)
        yield Figure(f"server's memory, MiB, {connections}", peak, None, "", None)


def rush(count: int) -> Iterator[Figure]:
    """So many first ballots at the same moment, each over a connection of its own: none lost, none refused."""
    with folder() as place:
        url = f"sqlite:///{place / 'town.db'}"
        poll = town.prepare(url, count + 1)
        result, _ = _cast(url, poll, count, count)
        errors = count - sum(n for status, n in result.statuses.items() if status in (302, 303))
        lost = _lost(url, poll, result)
    yield Figure(f"{count} simultaneous first ballots, errors", errors, None, "= 0", lambda n: n == 0)
    yield Figure(f"{count} simultaneous first ballots, lost or doubled", lost, None, "= 0", lambda n: n == 0)
    yield Figure(f"{count} simultaneous first ballots, seconds", result.seconds, None, "", None)


def pages(count: int) -> Iterator[Figure]:
    """The motion page with 100 comments and the poll page, against a page of the same size from a bare template."""
    with folder() as place:
        url = f"sqlite:///{place / 'town.db'}"
        poll = town.prepare(url, 300)
        motion = town.discuss(url, comments=100)
        visitors = town.Visitors(url)
        cookie = visitors.cookie(town.voter(7))
        visitors.close()
        for name, path in (("motion page with 100 comments", f"/motions/{motion}"), ("poll page", f"/polls/{poll}")):
            size = _size(url, path, cookie)
            for connections in (1, 16):
                with serving.served(serving.reference_app, str(place / "reference.db"), "村" * (size // 3)) as port:
                    load.run(port, [load.get("/page")] * WARM, 16)
                    reference = load.run(port, [load.get("/page")] * count, connections)
                with serving.served(town.app_of, url) as port:
                    load.run(port, [load.get(path, cookie)] * WARM, 16)
                    result = load.run(port, [load.get(path, cookie)] * count, connections)
                assert set(result.statuses) == {200}, result.statuses
                label = f"{name} ({size // 1024} KiB), {connections} conn."
                yield Figure(label, result.rate, reference.rate, ">= 0.3", lambda r: r >= 0.3)


def _cast(url: str, poll: str, count: int, connections: int) -> tuple[load.Result, float]:
    visitors = town.Visitors(url)
    made = [visitors.ballot(poll, town.voter(number)) for number in range(1, count + 1)]
    visitors.close()
    requests = [load.post(*one) for one in made]
    with serving.served(town.app_of, url) as port:
        load.run(port, [load.get("/polls")] * WARM, 16)
        result = load.run(port, requests, connections)
    return result, serving.served.memory  # type: ignore[attr-defined]


def _reference_votes(place: Path, count: int, connections: int) -> load.Result:
    requests = [load.post("/vote", f"voter={number}&choice=for") for number in range(count)]
    with serving.served(serving.reference_app, str(place / "reference.db"), "") as port:
        load.run(port, [load.post("/vote", f"voter=warm{number}&choice=for") for number in range(WARM)], 16)
        return load.run(port, requests, connections)


def _lost(url: str, poll: str, result: load.Result) -> int:
    """How far the ballots in the log and in the view are from those acknowledged."""
    council = Council.open(url, town.SLUG)
    with council.reading() as r:
        in_view = queries.turnout(r, queries.poll_row(r, poll)).cast
    from deliberation.log import history

    with council.database.engine.connect() as connection:
        in_log = history.counts(connection, town.SLUG).get("ballot.cast", 0)
    council.close()
    acknowledged = sum(n for status, n in result.statuses.items() if status in (302, 303))
    return abs(in_log - acknowledged) + abs(in_view - in_log)


def _latency(connections: int, result: load.Result, reference: load.Result) -> Iterator[Figure]:
    for label, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1.0)):
        limit = {"p99": 30, "worst": 250}.get(label) if connections == 16 else None
        passes = (lambda ms, limit=limit: ms <= limit) if limit else None
        name = f"ballot latency {label}, ms, {connections}"
        yield Figure(name, result.milliseconds(share), reference.milliseconds(share), f"<= {limit}" if limit else "", passes,
                     compares=False)  # fmt: skip


def _size(url: str, path: str, cookie: str) -> int:
    app = town.app_of(url)
    answer = app.test_client().get(path, headers={"Cookie": cookie, "Host": "127.0.0.1"})
    app.extensions["close"]()
    assert answer.status_code == 200, (path, answer.status_code)
    return len(answer.data)
