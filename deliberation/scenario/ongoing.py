"""Two votes of today: one open, with a box that is not entered yet; one closed, waiting for its count."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import islice

from deliberation.actors import RESIDENT, SCRUTINEER, SECRETARY, Actor
from deliberation.log.aggregate import id_of
from deliberation.motions.model import Motion
from deliberation.polls.ballots import CHOICES, PAPER, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.electorate import electorate, tenants
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.queries import lines_of
from deliberation.polls.readings import SlipReading
from deliberation.polls.roll import ADVISORY, BINDING, Line
from deliberation.scenario.data import load
from deliberation.scenario.desks import Now, open_matter, propose
from deliberation.scenario.voting import sealing_key


def announce_parking(now: Now) -> None:
    """Households are to vote on sharing the car park; tenants are asked beside them."""
    data, stage = load("today")["parking"], now.stage
    matter = open_matter(now, data, 20, data["template"])
    motion = propose(now, matter, data, 19, 0)
    with stage.council.change(Motion, motion.id, command=stage.key()) as motion:
        motion.admit(by=now.by("secretary", SECRETARY, 18, "09:00"))
    law, noticed = rule("VIL_H"), now.day(12, "09:00").date().isoformat()
    with stage.council.reading() as r:
        binding, advisory = electorate(r, law, noticed).lines, tenants(r)
    window = Window(noticed, int(now.day(1, "08:00").timestamp()), int(now.day(-3, "18:00").timestamp()))
    question = Question(
        matter.id, now.numbered(data["poll"]), data["poll_title"], "motion", motion.id, motion.text.digest()
    )
    poll, pages = Poll.announce(
        question, law, window, [PHONE, PAPER], secrets.token_bytes(32), binding=binding, advisory=advisory,
        by=now.by("secretary", SECRETARY, 12, "09:00"),
    )  # fmt: skip
    stage.save(poll, *pages)
    stage.ids["parking"] = poll.id


def vote_on_parking(now: Now) -> None:
    """Voting has been open since yesterday: telephones, then a box of which five slips are left to enter."""
    data, stage = load("today")["parking"], now.stage
    with stage.change(Poll, "parking") as poll:
        poll.deliver(*data["delivered"], by=now.by("clerk", SECRETARY, 1, "08:02"))
        poll.open(by=now.by("secretary", SECRETARY, 1, "08:05"))
    with stage.council.reading() as r:
        lines = {name: lines_of(r, poll.id, name) for name in (BINDING, ADVISORY)}
    key = sealing_key(stage, poll.id)
    households, others = willing(now, lines[BINDING]), willing(now, lines[ADVISORY])
    phone = [*ballots(now, poll, key, BINDING, households, data["phone"])]
    stage.save_each([*phone, *ballots(now, poll, key, ADVISORY, others, data["tenants"])])
    box = seal_box(now, poll, len(data["slips"]) + data["left_in_box"])
    for n, (line, choice) in enumerate(zip(households, data["slips"], strict=False)):
        by = now.by("clerk", SECRETARY, 1, f"20:{10 + n}:00")
        reading = SlipReading.read(poll.id, poll.matter, box, n + 1, line.voter, choice, key=key, by=by)
        stage.save(reading)
        again = now.by("scrutineer", SCRUTINEER, 1, f"20:{10 + n}:20")
        stage.save(reading.again(poll.matter, choice, door=line.label, key=key, by=again))


def willing(now: Now, lines: Sequence[Line]) -> Iterator[Line]:
    """Return a roll by lot, whoever has certainly voted first, without those who still want to."""
    data = load("today")["parking"]
    silent, voted = ({now.stage.person(key) for key in data[name]} for name in ("silent", "voted"))
    ordered = sorted(lines, key=lambda line: (line.holder not in voted, line.voter[::-1]))
    return (line for line in ordered if line.holder not in silent)


def seal_box(now: Now, poll: Poll, slips: int) -> str:
    """Seal the first day's box and return its id."""
    label, second = load("today")["parking"]["box"], now.stage.person("scrutineer")
    by = now.by("clerk", SECRETARY, 1, "20:00")
    now.stage.save(Box.seal(poll.id, poll.matter, 1, label, "station", slips, second=second, by=by))
    return id_of(poll.id, "box", "1")


def ballots(
    now: Now, poll: Poll, key: bytes, roll: str, lines: Iterable[Line], numbers: Sequence[int], ago: int = 1
) -> Iterator[Ballot]:
    """Make the ballots that telephones cast on one day, a minute or so apart."""
    choices = [choice for choice, number in zip(CHOICES, numbers, strict=True) for _ in range(number)]
    start = now.day(ago, "08:10")
    for n, (line, choice) in enumerate(zip(islice(lines, len(choices)), choices, strict=True)):
        by = Actor.of(line.holder, RESIDENT, start + timedelta(seconds=97 * n))
        yield Ballot.cast(poll.id, poll.matter, line.voter, choice, key=key, roll=roll, by=by)


def ask_about_canteen(now: Now) -> None:
    """Tenants are asked about a canteen, for five days."""
    data, stage = load("today")["canteen"], now.stage
    matter = open_matter(now, data, 8)
    key, law = secrets.token_bytes(32), rule(data["rule"])
    opens = now.day(7, "09:00")
    with stage.council.reading() as r:
        lines = electorate(r, law, opens.date().isoformat()).lines
    digest = sha256(data["title"].encode()).hexdigest()
    question = Question(matter.id, now.numbered(data["number"]), data["title"], "question", matter.id, digest)
    window = Window(opens.date().isoformat(), int(opens.timestamp()), int(now.day(1, "08:00").timestamp()))
    by = now.by("secretary", SECRETARY, 7, "09:00")
    poll, pages = Poll.announce(question, law, window, [PHONE], key, binding=lines, by=by)
    stage.save(poll, *pages)
    stage.ids["canteen"] = poll.id
    with stage.change(Poll, "canteen") as poll:
        poll.open(by=by)
    stage.save_each(ballots(now, poll, key, BINDING, willing(now, lines), data["phone"], ago=6))


def close_canteen(now: Now) -> None:
    """The window is over; the scrutineer has not counted yet."""
    with now.stage.change(Poll, "canteen") as poll:
        poll.close(by=now.by("secretary", SECRETARY, 1, "08:01"))
