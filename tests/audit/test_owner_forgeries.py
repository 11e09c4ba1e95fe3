"""Forgeries of an owners' vote: areas, deliveries, letters, help and slips read by one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.log.store import events
from deliberation.polls.ballots import ASSISTED
from deliberation.polls.sealing import seal
from tests.audit.forging import Log, found
from tests.given import village, who
from tests.polls.estates import KEY, head, hold

AT = "2026-04-28 09:00"


@pytest.fixture(scope="module")
def honest() -> Log:
    """Six owners: one by phone, one by letter, one with help, one on paper, one silent, one that nobody served."""
    with village() as town:
        hold(town)
        with town.reading() as r:
            rows = r.all(events.select().where(r.mine(events)).order_by(events.c.position))
            return Log([json.loads(bytes(row.leaf)) for row in rows])


@pytest.fixture
def log(honest: Log) -> Log:
    return honest.copy()


def test_the_honest_log_has_no_findings(log: Log, tmp_path: Path) -> None:
    assert found(log, tmp_path) == set()
    binding = log.body("poll.counted")["tallies"]["binding"]
    assert (binding["for"], binding["silent"], binding["area"]["silent"]) == (4, 1, 90_00)


def an_area_more(log: Log) -> None:
    log.body("poll.counted")["tallies"]["binding"]["area"]["for"] += 1


def nobody_silent(log: Log) -> None:
    del log.body("poll.counted")["tallies"]["binding"]["silent"]


def another_outcome_without_the_silent(log: Log) -> None:
    log.body("poll.counted")["cast_only"] = "FAIL"


@pytest.mark.parametrize("forge", [an_area_more, nobody_silent, another_outcome_without_the_silent])
def test_a_count_with_other_weights_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert found(log, tmp_path) == {"C14"}


def a_flat_larger_in_the_register(log: Log) -> None:
    log.body("register.units_entered", 1)["lines"][0][3] += 1


def a_flat_of_another_owner(log: Log) -> None:
    lines = log.body("register.titles_entered")["lines"]
    lines[0][1] = head("qian")


def an_owner_left_out(log: Log) -> None:
    lines = log.body("register.titles_entered")["lines"]
    del lines[[line[1] for line in lines].index(head("qian"))]


@pytest.mark.parametrize("forge", [a_flat_larger_in_the_register, a_flat_of_another_owner, an_owner_left_out])
def test_a_roll_that_is_not_the_registers_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert found(log, tmp_path) == {"C10"}


def served_without_evidence(log: Log) -> None:
    log.body("poll.served", 0)["evidence"] = ""


def served_twice(log: Log) -> None:
    log.body("poll.served", 1)["voters"] = [head("qian")]


def slips_that_were_never_issued(log: Log) -> None:
    log.body("poll.counted")["slips"]["issued"] += 1


def read_by_one(log: Log) -> None:
    log.find("slip.read")["actor"]["person"] = log.find("slip.refused")["actor"]["person"]


def read_nowhere(log: Log) -> None:
    log.body("slip.refused")["slip"] = who("another slip")


def a_witness_who_helped(log: Log) -> None:
    ballot = next(entry for entry in log.entries if entry["body"].get("channel") == ASSISTED)
    ballot["body"]["aid"]["witness"] = ballot["actor"]["person"]


def a_witness_off_the_street(log: Log) -> None:
    ballot = next(entry for entry in log.entries if entry["body"].get("channel") == ASSISTED)
    ballot["body"]["aid"]["witness"] = who("zhang")


def a_letter_nobody_wrote(log: Log) -> None:
    log.find("proxy.granted")["actor"]["person"] = who("secretary")


def a_second_letter(log: Log) -> None:
    letter = log.copy().find("proxy.granted")
    letter["agg"] = who("another letter")
    log.entries.insert(log.where("proxy.granted") + 1, letter)
    log.body("poll.counted")["cut_off"] += 1


@pytest.mark.parametrize(
    "forge",
    [
        served_without_evidence, served_twice, slips_that_were_never_issued, read_by_one, read_nowhere, a_witness_who_helped,
        a_witness_off_the_street, a_letter_nobody_wrote, a_second_letter,
    ],
)  # fmt: skip
def test_what_happened_at_the_desk_otherwise_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert "C16" in found(log, tmp_path)


def a_letter_for_another(log: Log) -> None:
    log.body("proxy.granted")["agent"] = who("sun")


def a_letter_that_says_otherwise(log: Log) -> None:
    letter = log.find("proxy.granted")
    letter["body"]["instruction"] = seal(KEY, letter["agg"], 1, "against")


def a_slip_first_read_otherwise(log: Log) -> None:
    read = log.find("slip.read")
    read["body"]["sealed"] = seal(KEY, read["agg"], 1, "against")


def served_off_the_roll(log: Log) -> None:
    log.body("poll.served", 1)["voters"] = [who("stranger")]


@pytest.mark.parametrize(
    "forge", [a_letter_for_another, a_letter_that_says_otherwise, a_slip_first_read_otherwise, served_off_the_roll]
)
def test_a_ballot_that_nobody_could_cast_so_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert "C12" in found(log, tmp_path)
