"""Forgeries of an owners' vote: areas, deliveries, letters, help and slips read by one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.log.store import events
from deliberation.polls.ballots import ASSISTED
from deliberation.polls.roll import Line, summary
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


def correction(log: Log, added: list[list[object]], removed: list[str], late: bool = False, **changes: object) -> None:
    """Two persons correct the roll in front of the opening or behind it, and the forger makes its root anew."""
    opened = log.where("poll.opened")
    rolls = json.loads(json.dumps(log.body("poll.announced")["rolls"]))
    lines = [line for line in log.body("roll.page_frozen")["lines"] if line[0] not in removed] + added
    rolls["binding"] |= summary([Line(*line) for line in lines]) | changes
    body = {"added": added, "removed": removed, "roll": "binding", "rolls": rolls, "count": len(lines), "number": "",
            "second": who("chair"), "words": "0" * 64}  # fmt: skip
    entry = log.copy().entries[opened] | {"type": "roll.corrected", "v": 1, "body": body}
    log.entries.insert(opened + late, entry)
    log.body("poll.counted")["cut_off"] += 1
    log.renumber()


def line_of(log: Log, owner: str) -> list[object]:
    return list(next(line for line in log.body("roll.page_frozen")["lines"] if line[0] == head(owner)))


def an_area_by_correction(log: Log) -> None:
    line = line_of(log, "wu")
    correction(log, [[*line[:4], 4_000_00]], [head("wu")])


def an_owner_dropped_by_correction(log: Log) -> None:
    correction(log, [], [head("firm")])


def a_seller_without_the_buyer(log: Log) -> None:
    opened, unit = log.where("poll.opened"), next(one[0] for one in log.body("register.titles_entered")["lines"] if one[1] == head("firm"))
    sold = log.copy().entries[opened] | {"agg": who("sale"), "type": "title.transferred", "v": 1}
    log.entries.insert(opened, sold | {"body": {"unit": unit, "owner": who("sham"), "kind": "shop"}})
    log.body("poll.counted")["cut_off"] += 1
    correction(log, [], [head("firm")])


def a_whole_area_by_correction(log: Log) -> None:
    correction(log, [line_of(log, "wu")], [head("wu")], late=True, area=600_00)


def another_part_by_correction(log: Log) -> None:
    correction(log, [line_of(log, "wu")], [head("wu")], scope="")


def a_part_that_is_none(log: Log) -> None:
    log.body("poll.announced")["rolls"]["binding"]["scope"] = who("nowhere")


def a_page_after_the_opening(log: Log) -> None:
    page = log.copy().find("roll.page_frozen")
    page["agg"], page["body"]["lines"] = who("page"), [[who("ghost"), "鬼", "", who("ghost"), 1]]
    log.entries.insert(log.where("poll.opened") + 1, page)
    log.body("poll.counted")["cut_off"] += 1


def another_persons_phone(log: Log) -> None:
    for line in log.body("register.owners_entered")["lines"]:
        line[2] = who("zhang")


@pytest.mark.parametrize(
    "forge",
    [
        a_seller_without_the_buyer, an_area_by_correction, an_owner_dropped_by_correction, a_whole_area_by_correction, another_part_by_correction,
        a_part_that_is_none, a_page_after_the_opening, another_persons_phone,
    ],
)  # fmt: skip
def test_a_roll_turned_by_a_correction_or_behind_the_opening_is_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert "C10" in found(log, tmp_path)


def test_a_correction_that_changes_nobodys_area_is_no_finding(log: Log, tmp_path: Path) -> None:
    line = line_of(log, "wu")
    correction(log, [[line[0], "吴家", *line[2:]]], [head("wu")])
    assert found(log, tmp_path) == set()


@pytest.mark.parametrize(("person", "codes"), [("nobody at all", {"C10"}), ("wang", set())])
def test_a_correction_by_two_hands_a_vote_to_somebody_registered_and_to_nobody_else(
    log: Log, tmp_path: Path, person: str, codes: set[str]
) -> None:
    line = line_of(log, "wu")
    correction(log, [[*line[:3], who(person), line[4]]], [head("wu")])
    assert found(log, tmp_path) == codes


def declared_after_the_close(log: Log) -> None:
    late = log.copy().find("poll.closed")
    late |= {"type": "poll.delivered", "body": {"number": "", "paper": 6, "phone": 0}}
    log.entries.insert(log.where("poll.closed") + 1, late)
    log.renumber()
    log.body("poll.counted")["slips"]["issued"] = 6


def a_box_read_once(log: Log) -> None:
    log.body("box.sealed")["readings"] = 1


def a_box_in_the_old_form(log: Log) -> None:
    log.find("box.sealed")["v"] = 1
    del log.body("box.sealed")["readings"]


def a_good_slip_called_a_double(log: Log) -> None:
    cast = log.where("ballot.cast", 3)
    slip, aside = log.entries[cast], log.copy().find("slip.refused")
    aside["agg"] = who("aside")
    aside["body"] |= {"voter": slip["body"]["voter"], "reason": "duplicate", "slip": slip["body"]["aid"]["slip"]}
    log.entries[cast] = aside | {"actor": slip["actor"], "at": slip["at"]}


def called_late_in_time(log: Log) -> None:
    early = log.copy().find("slip.refused")
    early["agg"], early["at"] = who("early"), log.find("ballot.cast")["at"]
    early["body"] |= {"box": "", "slip": "", "reason": "late"}
    log.entries.insert(log.where("box.sealed"), early)
    log.body("poll.counted")["cut_off"] += 1
    log.body("poll.counted")["refused"] = {"unidentified": 1, "late": 1}


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (declared_after_the_close, "C16"), (a_box_read_once, "C16"), (a_box_in_the_old_form, "C05"),
        (a_good_slip_called_a_double, "C12"), (called_late_in_time, "C16"),
    ],
)  # fmt: skip
def test_paper_handled_against_the_rules_is_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None], code: str
) -> None:
    forge(log)
    assert code in found(log, tmp_path)


def served_without_evidence(log: Log) -> None:
    log.body("poll.served", 0)["evidence"] = ""


def served_twice(log: Log) -> None:
    log.body("poll.served", 1)["voters"] = [head("qian")]


def more_served_than_listed(log: Log) -> None:
    log.body("poll.served", 0)["count"] += 1


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
        served_without_evidence, served_twice, more_served_than_listed, slips_that_were_never_issued, read_by_one, read_nowhere, a_witness_who_helped,
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


def test_a_choice_that_is_none_is_a_ballot_that_does_not_open(log: Log, tmp_path: Path) -> None:
    log.body("ballot.cast")["sealed"] = "0" * 64
    assert found(log, tmp_path) == {"C12", "C14"}
