"""A roll frozen from the register, and a large count by two measures while others go on writing."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from deliberation.actors import Actor, operator
from deliberation.council import Council
from deliberation.log.aggregate import id_of, new_id
from deliberation.polls.ballots import CHOICES, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.electorate import electorate
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.queries import poll_row
from deliberation.polls.roll import Line
from deliberation.polls.tallying import count_of
from deliberation.register.model import Holding, Page
from deliberation.register.ownership import TitlePage
from deliberation.register.private import PersonName
from tests.bench import town
from tests.bench.report import Figure
from tests.bench.serving import peak
from tests.bench.web import folder

NOTICED, OPENS, CLOSES, OVER = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-500, 1, 2, 3))
KEY = secrets.token_bytes(32)
BATCH = 500


def freeze(units: int, postgres: str = "") -> Iterator[Figure]:
    """Seconds from the register to a frozen roll of owners: read, summed, rooted, and appended with the notice."""
    with folder() as place:
        council = _town(postgres or f"sqlite:///{place / 'town.db'}", 2)
        _estate(council, units)
        begun = time.perf_counter()
        with council.reading() as r:
            lines = electorate(r, rule("OWN_G"), OPENS.date().isoformat()).lines
        poll, pages = _announced(lines)
        council.save(poll, *pages)
        taken = time.perf_counter() - begun
        assert len(lines) == units
        council.close()
    yield Figure(f"{_name(postgres)}: freezing a roll of {units:,} units, s", taken, None, "<= 0.5", lambda s: s <= 0.5)


def count(ballots: int, postgres: str = "") -> Iterator[Figure]:
    """A count by heads and area from raw rows: seconds, peak memory of the process, longest wait of an append meanwhile."""
    with folder() as place:
        url = postgres or f"sqlite:///{place / 'town.db'}"
        poll = _voted(url, ballots)
        said = subprocess.run([sys.executable, "-m", "tests.bench.votes", url, poll], capture_output=True, text=True, check=True)
        found = json.loads(said.stdout)
    assert found["counted"] == ballots
    name = f"{_name(postgres)}: count of {ballots:,} ballots by heads and area"
    yield Figure(f"{name}, s", found["seconds"], None, "<= 1", lambda s: s <= 1)
    yield Figure(f"{name}, peak memory of the process, MiB", found["mib"], None, "<= 300", lambda mib: mib <= 300)
    yield Figure(f"{name}, longest wait of an append meanwhile, ms", found["wait"], None, "<= 50", lambda ms: ms <= 50)


def _name(postgres: str) -> str:
    return "PostgreSQL" if postgres else "SQLite"


def _town(url: str, people: int) -> Council:
    town.prepare(url, people)
    council = Council.open(url, town.SLUG)
    council.save(Holding.grant(town.voter(0), "scrutineer", since="2020-01-01", by=operator(OPENS)))
    return council


def _staff(role: str, at: datetime) -> Actor:
    return Actor.of(town.voter(0), role, at)


def _owner(number: int) -> str:
    return id_of(town.MATTER, "owner", str(number))


def _estate(council: Council, units: int) -> None:
    """Enter that many units, each with an owner of its own."""
    by, grid = operator(OPENS), id_of(town.MATTER, "grid")
    buildings = [[id_of(town.MATTER, "building", str(n)), "building", f"{n}号楼", grid] for n in range(50)]
    council.save(Page.of_places([[grid, "grid", "网格一", ""], *buildings], by=by))
    for first in range(0, units, BATCH):
        numbers = range(first, min(first + BATCH, units))
        ids = [id_of(town.MATTER, "unit", str(n)) for n in numbers]
        rows = [[id, buildings[n % 50][0], f"{n % 50}号楼{n}", 5_000 + n % 997] for id, n in zip(ids, numbers, strict=True)]
        council.save(Page.of_units(rows, by=by))
        names = [PersonName(_owner(n), f"业主{n}") for n in numbers]
        council.save(TitlePage.of_owners([[_owner(n), "person", ""] for n in numbers], names, by=by))
        titles = [[id, _owner(n), "dwelling", "register"] for id, n in zip(ids, numbers, strict=True)]
        council.save(TitlePage.of_titles(titles, by=by))


def _announced(lines: list[Line]) -> tuple[Poll, list[object]]:
    question = Question(town.MATTER, "基准〔2026〕2号", "更换电梯", "question", town.MATTER, "0" * 64)
    window = Window(NOTICED.date().isoformat(), int(OPENS.timestamp()), int(CLOSES.timestamp()))
    by = _staff("secretary", datetime.now(UTC))
    law = replace(rule("OWN_G"), notice_days=0)  # announced and opened at once
    poll, pages = Poll.announce(question, law, window, [PHONE], KEY, binding=lines, by=by)
    return poll, list(pages)


def _voted(url: str, ballots: int) -> str:
    """Hold a vote of so many owners, all by phone, and close it."""
    council = _town(url, 200)
    holders = [town.voter(n) for n in range(200)]
    lines = [
        Line(_owner(n), f"{n}号", id_of(town.MATTER, "grid", str(n % 20)), holders[n % 200], 5_000 + n % 997)
        for n in range(ballots)
    ]  # fmt: skip
    poll, pages = _announced(lines)
    council.save(poll, *pages)
    with council.change(Poll, poll.id) as opening:
        opening.open(by=_staff("secretary", OPENS))
    for first in range(0, ballots, BATCH):
        some = lines[first : first + BATCH]
        council.save(*(_ballot(poll.id, line, CHOICES[n % 7 % 3]) for n, line in enumerate(some)))
    with council.change(Poll, poll.id) as closing:
        closing.close(by=_staff("secretary", OVER))
    council.close()
    return poll.id


def _ballot(poll: str, line: Line, choice: str) -> Ballot:
    return Ballot.cast(poll, town.MATTER, line.voter, choice, key=KEY, by=Actor.of(line.holder, "resident", OPENS))


class Bystander:
    """Somebody who goes on writing, one entry after another, and remembers the longest wait in seconds."""

    def __init__(self, council: Council) -> None:
        self.council, self.longest, self.over = council, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Bystander":
        self.thread.start()
        time.sleep(0.2)
        self.longest = 0.0
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()

    def _write(self) -> None:
        while not self.over.is_set():
            page = Page.of_places([[new_id(), "point", "路口", ""]], by=operator(OVER))
            begun = time.perf_counter()
            self.council.save(page)
            self.longest = max(self.longest, time.perf_counter() - begun)
            time.sleep(0.005)


def _measure(url: str, poll: str) -> dict[str, float]:
    """Count and declare in a process of its own, while a bystander writes."""
    from web.serve import SLICE, settle

    council = Council.open(url, town.SLUG)
    sys.setswitchinterval(SLICE)  # as the server does
    settle()
    with Bystander(council) as other:
        with council.reading() as r:
            begun = time.perf_counter()
            counted = count_of(r, poll_row(r, poll))
            taken = time.perf_counter() - begun
        council.save(PollCount.declare(council.get(Poll, poll), **counted._asdict(), by=_staff("scrutineer", OVER)))
    binding = counted.result["tallies"]["binding"]
    mib = peak()
    council.close()
    return {
        "seconds": taken, "mib": mib, "wait": other.longest * 1000, "counted": sum(binding[choice] for choice in CHOICES),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_measure(*sys.argv[1:])))
