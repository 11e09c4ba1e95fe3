"""The verifier on a long log of named polls: seconds and peak memory, in a process of its own, as anybody runs it."""

import base64
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from deliberation.actors import Actor, operator
from deliberation.audit import verify
from deliberation.log.aggregate import id_of
from deliberation.log.leaf import LeafMapper, canonical
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.polls import counting
from deliberation.polls.ballots import CHOICES, PHONE
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import Cast, PollCount
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import Line
from deliberation.polls.sealing import seal
from deliberation.procedures.model import Matter
from deliberation.register.model import Community, Holding, Page
from deliberation.register.private import PersonName
from tests.bench import town
from tests.bench.report import Figure
from tests.bench.serving import peak
from tests.bench.web import folder

KEY, WIDTH = bytes(range(32)), 256
#: Voters of a poll; when the first was announced.
VOTERS, GRIDS, BEGUN = 5_000, 20, datetime(2026, 1, 1, tzinfo=UTC)


def check(events: int) -> Iterator[Figure]:
    """Seconds and MiB for a log of so many events, or a few more."""
    with folder() as place:
        size = write(place, itertools.islice(leaves(), events))
        begun = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            run = subprocess.Popen([sys.executable, "-I", verify.__file__, str(place)], stdout=said)
            most_memory = _watched(run)
            taken = time.perf_counter() - begun
            said.seek(0)
            assert run.returncode == 0, said.read().decode()
    most = events / 25_000
    yield Figure(f"verify.py: {size:,} events, s", taken, None, f"<= {most:g}", lambda s: s <= most)
    yield Figure(f"verify.py: {size:,} events, peak memory, MiB", most_memory, None, "<= 300", lambda mib: mib <= 300)


def _watched(run: subprocess.Popen[bytes]) -> float:
    """Wait for a process and return the most memory it had, MiB, as looked at every twentieth of a second."""
    most = 0.0
    while run.poll() is None:
        with suppress(OSError, StopIteration):  # it has just ended
            most = max(most, peak(run.pid))
        time.sleep(0.05)
    return most


def leaves() -> Iterator[bytes]:
    """The log of a village that holds one vote after another, for ever."""
    begun = list(_stored(*_village()))
    yield from begun
    written = len(begun)
    for number in itertools.count():
        for leaf in _poll(number, BEGUN + timedelta(days=number), written):
            written += 1
            yield leaf


def _village() -> Iterator[Any]:
    """The register: grids, voters, and the one who keeps the books."""
    by = operator(BEGUN)
    yield Community.found(town.SLUG, "基准村", kind="village", street="基准街道", by=by)
    yield Page.of_places([[_grid(n), "grid", f"网格{n}", ""] for n in range(GRIDS)], by=by)
    people = [town.voter(voter) for voter in range(VOTERS)]
    for start in range(0, VOTERS, 250):
        some = people[start : start + 250]
        yield Page.of_persons([[person, "", "tenant", 1, 1] for person in some], [PersonName(person, "村民") for person in some], by=by)
    yield Holding.grant(people[0], "secretary", since="2020-01-01", by=by)
    yield Matter.open("基准〔2026〕事1号", "基准事项", "SI_YI", by=Actor.of(people[0], "secretary", BEGUN))


def _grid(number: int) -> str:
    return id_of(town.MATTER, "grid", str(number % GRIDS))


_MAPPER = LeafMapper()


def _stored(*aggregates: Any) -> Iterator[bytes]:
    for aggregate in aggregates:
        for event in aggregate.collect_events():
            yield _MAPPER.to_stored_event(event).state


def _poll(number: int, day: datetime, first: int) -> Iterator[bytes]:
    people = [town.voter(voter) for voter in range(VOTERS)]
    lines = [Line(person, "", _grid(n), person) for n, person in enumerate(people)]
    opens, closes, by = day, day + timedelta(hours=9), Actor.of(people[0], "secretary", day)
    question = Question(town.MATTER, f"基准〔2026〕{number}号", "基准表决", "question", town.MATTER, "0" * 64)
    window = Window(day.date().isoformat(), int(opens.timestamp()), int(closes.timestamp()))
    law = rule("ADV")
    poll, pages = Poll.announce(question, law, window, [PHONE], KEY, binding=lines, by=by)
    poll_pages = list(_stored(poll, *pages))
    poll.open(by=by)
    yield from poll_pages + list(_stored(poll))
    cast = []
    for n, person in enumerate(people):
        ballot, choice = id_of(poll.id, person), CHOICES[n % 7 % 3]
        sealed = seal(KEY, ballot, 1, choice)
        cast.append(Cast(ballot, sealed, "binding", PHONE, lines[n].grid))
        yield _ballot(ballot, poll.id, person, sealed, day + timedelta(seconds=6 * n))
    over = Actor.of(people[0], "secretary", closes)
    poll.close(by=over)
    yield from _stored(poll)
    result = counting.count(law, KEY, cast, rolls=poll.rolls)
    cut_off = first + len(poll_pages) + 1 + len(cast)
    yield from _stored(PollCount.declare(poll, key=KEY, cut_off=cut_off, result=result, refused={}, by=over))


def _ballot(id: str, poll: str, voter: str, sealed: str, at: datetime) -> bytes:
    body = {"aid": {}, "box": "", "channel": PHONE, "poll": poll, "roll": "binding", "sealed": sealed, "voter": voter}
    return canonical({
        "actor": {"person": voter, "role": "resident"}, "agg": id, "aggv": 1, "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "body": body,
        "type": "ballot.cast", "v": 2,
    })  # fmt: skip


def write(folder: Path, leaves: Iterator[bytes]) -> int:
    """Write entries and checkpoint, not signed; return the number of entries."""
    tree, waiting = Frontier(), list[bytes]()
    for leaf in leaves:
        tree.push(leaf_hash(leaf))
        waiting.append(leaf)
        if len(waiting) == WIDTH:
            _tile(folder, tree.size, waiting)
            waiting = []
    if waiting:
        _tile(folder, tree.size, waiting)
    root = base64.b64encode(tree.root()).decode()
    (folder / "checkpoint").write_text(f"{town.SLUG}\n{tree.size}\n{root}\n", encoding="utf-8")
    return tree.size


def _tile(folder: Path, size: int, leaves: list[bytes]) -> None:
    path = folder / verify.entries_path((size - 1) // WIDTH, len(leaves))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves))
