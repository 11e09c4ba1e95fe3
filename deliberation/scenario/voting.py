"""17 to 29 April: notice, roll and its two corrections, three days of voting, the count."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

from deliberation.actors import RESIDENT, SCRUTINEER, SECRETARY, Actor
from deliberation.log.aggregate import id_of
from deliberation.motions.model import Motion
from deliberation.polls.ballots import PAPER, PHONE, Ballot
from deliberation.polls.catalogue import rule
from deliberation.polls.counting import PollCount
from deliberation.polls.electorate import electorate, tenants
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.queries import lines_of, poll_row
from deliberation.polls.readings import SlipReading
from deliberation.polls.roll import BINDING
from deliberation.polls.tallying import count_of
from deliberation.register import vault
from deliberation.scenario.ballots import BoxOfSlips, Call, Slip, Votes, votes
from deliberation.scenario.consulting import post
from deliberation.scenario.data import load, seconds
from deliberation.scenario.opening import pass_gate
from deliberation.scenario.stage import Stage


def announce(stage: Stage) -> None:
    """Announce the vote on the fourth version: the roll of 486 is frozen, with 2,310 tenants beside it."""
    plan = load("vote")
    motion, law = stage.council.get(Motion, stage.ids["motion"]), rule("VIL_H")
    with stage.council.reading() as r:
        binding, advisory = electorate(r, law, plan["noticed"]).lines, tenants(r)
    question = Question(
        motion.matter, plan["number"], plan["title"], "motion", motion.id, motion.text.digest()
    )
    window = Window(plan["noticed"], seconds(plan["opens"]), seconds(plan["closes"]))
    poll, pages = Poll.announce(
        question, law, window, [PHONE, PAPER], secrets.token_bytes(32), binding=binding, advisory=advisory,
        by=stage.by("secretary", SECRETARY, plan["announced"]),
    )  # fmt: skip
    stage.save(poll, *pages)
    stage.ids["poll"] = poll.id
    post(stage, "notice", "poll")
    post(stage, "roll", "poll")


def correct(stage: Stage) -> None:
    """Two households say that somebody else speaks for them; the roll still has 486."""
    plan = load("vote")
    for one in plan["corrections"]:
        home = stage.roster.home(*one["home"])
        with stage.council.reading() as r:
            before = lines_of(r, stage.ids["poll"], BINDING)
        old = next(line for line in before if line.voter == home.id)
        words = stage.words(one["reason"], home.adults[1])
        with stage.change(Poll, "poll") as poll:
            poll.correct_roll(
                BINDING, before, add=[old._replace(holder=home.adults[1])], remove=[old.voter],
                second=stage.person("clerk"), words=words, by=stage.by("secretary", SECRETARY, one["at"]),
            )  # fmt: skip
    delivered = plan["delivered"]
    with stage.change(Poll, "poll") as poll:
        poll.deliver(delivered["phone"], delivered["paper"], by=stage.by("clerk", SECRETARY, delivered["at"]))


def open_poll(stage: Stage) -> None:
    """Open at eight in the morning."""
    with stage.change(Poll, "poll") as poll:
        poll.open(by=stage.by("secretary", SECRETARY, load("vote")["opens"]))


def planned(stage: Stage) -> Votes:
    """Return who votes how, from the rolls as they were corrected."""
    plan = load("vote")
    with stage.council.reading() as r:
        binding, advisory = (lines_of(r, stage.ids["poll"], name) for name in (BINDING, "advisory"))
    grids = {grid["label"]: stage.roster.place(grid["label"]) for grid in plan["grids"]}
    pins = {stage.person(key): how for how, keys in plan["pins"].items() for key in keys}
    return votes(plan, binding, advisory, grids=grids, pins=pins)


def vote_on(stage: Stage, day: int) -> None:
    """Play one of the three days: telephones, then the boxes that are sealed that day."""
    cast = planned(stage)
    stage.save_each(by_phone(stage, cast.days[day]))
    date = load("vote")["days"][day]["from"][:10]
    boxes = [
        box
        for box, data in zip(cast.boxes, load("vote")["boxes"], strict=True)
        if data["sealed"][:10] == date
    ]
    for box in boxes:
        seal(stage, box)
    for box in boxes:
        enter(stage, box)


def by_phone(stage: Stage, calls: Iterable[Call]) -> Iterable[Ballot]:
    """Make the ballots that voters cast by telephone."""
    poll, matter, key = stage.ids["poll"], stage.ids["matter"], sealing_key(stage, stage.ids["poll"])
    for call in calls:
        by = at(call.line.holder, RESIDENT, call.at)
        yield Ballot.cast(poll, matter, call.line.voter, call.choice, key=key, roll=call.roll, by=by)


def seal(stage: Stage, box: BoxOfSlips) -> None:
    """Two staff seal a box and count its slips."""
    by = at(stage.person("clerk"), SECRETARY, box.sealed)
    second = stage.person("scrutineer")
    poll, matter = stage.ids["poll"], stage.ids["matter"]
    stage.save(Box.seal(poll, matter, box.number, box.label, box.kind, len(box.slips), second=second, by=by))


def enter(stage: Stage, box: BoxOfSlips) -> None:
    """A clerk reads the slips of a box one after another; the scrutineer beside reads each again."""
    key = sealing_key(stage, stage.ids["poll"])
    id = id_of(stage.ids["poll"], "box", str(box.number))
    for sheet, slip in enumerate(box.slips, start=1):
        reading = read(stage, id, sheet, slip, key)
        stage.save(reading)
        by = at(stage.person("scrutineer"), SCRUTINEER, slip.at)
        stage.save(reading.again(stage.ids["matter"], slip.reason or slip.choice, door=slip.line.label, key=key, by=by))


def read(stage: Stage, box: str, sheet: int, slip: Slip, key: bytes) -> SlipReading:
    """Return a slip as it is read first."""
    poll, matter, found = stage.ids["poll"], stage.ids["matter"], slip.reason or slip.choice
    by = at(stage.person("clerk"), SECRETARY, slip.at)
    return SlipReading.read(poll, matter, box, sheet, slip.line.voter, found, key=key, by=by)


def count(stage: Stage) -> None:
    """Close when the last slip is entered, and count: 338, 21 and 12 of 371."""
    plan = load("vote")
    with stage.change(Poll, "poll") as poll:
        poll.close(by=stage.by("secretary", SECRETARY, plan["closed"]))
    with stage.council.reading() as r:
        counted = count_of(r, poll_row(r, poll.id))
    by = stage.by("scrutineer", SCRUTINEER, plan["counted"])
    stage.save(PollCount.declare(poll, **counted._asdict(), by=by))
    tally = {name: counted.result[name] for name in ("in_favour", "against", "abstain")}
    pass_gate(
        stage, "decided", due=poll.rolls[BINDING]["count"], present=sum(tally.values()), poll=poll.id, **tally
    )
    with stage.change(Motion, "motion") as motion:
        motion.settle(poll.id, counted.result["outcome"], by=by)


def sealing_key(stage: Stage, poll: str) -> bytes:
    """Return the key under which choices lie sealed until the count."""
    with stage.council.reading() as r:
        key = vault.poll_key(r, poll)
    assert key is not None
    return key


def at(person: str, role: str, moment: int) -> Actor:
    """Return a person acting at a moment in seconds UTC."""
    return Actor.of(person, role, datetime.fromtimestamp(moment, UTC))
