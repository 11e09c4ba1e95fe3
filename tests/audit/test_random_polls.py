"""Whole votes at random, counted by the program and by the verifier: who voted how and by which way, what they weigh, who was
served and stayed silent, what came back on paper, which ballots were voided before. The order of ballots never matters."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deliberation.audit import verify
from deliberation.log.aggregate import id_of
from deliberation.polls import counting
from deliberation.polls.ballots import CHOICES
from deliberation.polls.catalogue import PROFILES, RULES
from deliberation.polls.counting import Cast, Slips
from deliberation.polls.roll import ADVISORY, BINDING, Line, summary
from deliberation.polls.rules import Measures, Rule
from deliberation.polls.sealing import commitment, seal
from deliberation.polls.serving import OWN
from tests.given import VILLAGE, who

KEY = bytes(range(32))
POLL = id_of(VILLAGE, "poll")
LAWS = [each.shape(law) for each in PROFILES.values() for law in RULES.values() if law.unit in ("owner", "household", "person")]

voters = some.lists(
    some.tuples(
        some.integers(0, 3),  # grid
        some.integers(1, 900),  # area
        some.sampled_from([None, None, *CHOICES, "for"]),  # choice
        some.sampled_from(["phone", "paper", "assisted"]),
        some.sampled_from(["", "own", "signed"]),  # how it was served
        some.sampled_from([0, 0, 0, 1, 2]),  # how many ballots by phone were voided before
    ),
    min_size=1,
    max_size=14,
)


Draw = tuple[int, int, str | None, str, str, int]


class Vote:
    """One vote as a random draw describes it, told to both counters."""

    def __init__(self, law: Rule, drawn: list[Draw], advice: int, returned: int) -> None:
        self.law, self.drawn, self.returned = law, drawn, returned
        self.lines = [
            Line(who(f"v{n}"), f"{n}号", who(f"grid {grid}"), who(f"h{n}"), area if law.by_area else 0)
            for n, (grid, area, *_) in enumerate(drawn)
        ]
        self.advice = [Line(who(f"a{n}"), "", "", who(f"a{n}")) for n in range(advice)]
        lists = {BINDING: self.lines} | ({ADVISORY: self.advice} if advice else {})
        self.rolls = {name: summary(lines) for name, lines in lists.items()}
        voted = [(line, each[3], each[2]) for line, each in zip(self.lines, drawn, strict=True) if each[2]]
        self.voters = [line.voter for line, *_ in voted] + [line.voter for line in self.advice[::2]]
        self.voided = {line.voter: each[5] for line, each in zip(self.lines, drawn, strict=True) if each[5]}
        self.cast = [self._ballot(BINDING, line, channel, choice) for line, channel, choice in voted]
        self.cast += [self._ballot(ADVISORY, line, "phone", "for") for line in self.advice[::2]]
        self.served = {line.voter: each[4] for line, each in zip(self.lines, drawn, strict=True) if each[4]}

    def _ballot(self, roll: str, line: Line, channel: str, choice: str | None) -> Cast:
        id, version = id_of(POLL, line.voter), 2 * self.voided.get(line.voter, 0) + 1
        return Cast(id, seal(KEY, id, version, choice or ""), roll, channel, line.grid, line.area, version)

    def declared(self, ballots: list[Cast]) -> dict[str, Any]:
        """What the program says of these ballots."""
        silent = [line for line in self.lines if line.voter in self.served and line.voter not in self.voters]
        issued = sum(way != OWN for way in self.served.values())
        return counting.count(
            self.law, KEY, ballots, rolls=self.rolls,
            silent=Measures(len(silent), sum(line.area for line in silent)) if self.law.silence != "out" else None,
            slips=Slips(issued, self.returned) if issued else None,
        ) | {"key": KEY.hex(), "refused": {}}  # fmt: skip

    def differences(self, declared: dict[str, Any]) -> list[tuple[str, str, str]]:
        """What the verifier says of that."""
        notice = {"rule": self.law.to_json(), "rolls": self.rolls, "closes": 0, "channels": ["phone", "paper", "assisted"],
                  "key_commitment": commitment(KEY)}  # fmt: skip
        poll = verify.Poll(verify.Entry(0, POLL, 1, 0, who("s"), "poll.announced", notice, 2))
        for name, lines in ((BINDING, self.lines), (ADVISORY, self.advice)):
            if name in self.rolls:
                poll.lines[name] = {line.voter: line.told() for line in lines}
        poll.served, poll.returned = self.served, self.returned
        self._void(poll)
        for voter, ballot in zip(self.voters, self.cast, strict=True):
            body = {"roll": ballot.roll, "voter": voter, "channel": ballot.channel, "sealed": ballot.sealed, "aid": {}}
            poll.ballots[voter] = verify.Entry(1, ballot.id, ballot.version, 0, who("s"), "ballot.cast", body, 2)
            assert ballot.version == 2 * poll.voided[voter] + 1
        assert poll.roll_stands()
        return list(poll.differences(declared))

    def _void(self, poll: verify.Poll) -> None:
        """Tell the verifier of ballots against, each voided before the next was cast."""
        checker = verify.Checker()
        checker.polls[POLL] = poll
        for voter, times in self.voided.items():
            for n in range(times):
                id, told = id_of(POLL, voter), {"poll": POLL, "roll": BINDING, "voter": voter}
                cast = told | {"channel": "phone", "sealed": seal(KEY, id, 2 * n + 1, "against"), "aid": {}}
                poll.ballots[voter] = verify.Entry(n, id, 2 * n + 1, 0, who("h"), "ballot.cast", cast, 2)
                poll.due[voter] = who("binding")
                gone = told | {"binding": who("binding"), "entry": n}
                checker.on_ballot_voided(verify.Entry(n + 1, id, 2 * n + 2, 0, who("s"), "ballot.voided", gone, 1))
        assert checker.findings == []


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(some.sampled_from(LAWS), voters, some.integers(0, 3), some.integers(0, 4), some.integers())
def test_two_counters_agree_on_whole_votes_in_any_order(
    law: Rule, drawn: list[Draw], advice: int, returned: int, order: int
) -> None:
    vote = Vote(law, drawn, advice, returned)
    declared = vote.declared(vote.cast)
    assert vote.differences(declared) == []
    shuffled = [*vote.cast]
    random.Random(order).shuffle(shuffled)
    assert vote.declared(shuffled) == declared
