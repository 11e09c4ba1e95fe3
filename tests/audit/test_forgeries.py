"""What a forger plants is found for what it is, even when every hash has been made anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.audit import verify
from deliberation.polls.sealing import seal
from tests.audit.forging import KEY, Log, codes, drop_a_ballot, found
from tests.given import household, who

# order


def swap(log: Log) -> None:
    one, other = log.where("ballot.cast", 0), log.where("motion.admitted")
    log.entries[one], log.entries[other] = log.entries[other], log.entries[one]


def test_entries_in_another_order_are_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    swap(log)
    assert "C03" in codes(log.write(tmp_path, seal=False))


def test_a_version_left_out_is_found(log: Log, tmp_path: Path) -> None:
    log.drop("motion.admitted")
    assert "C06" in found(log, tmp_path)


def test_a_log_without_its_founding_is_found(log: Log, tmp_path: Path) -> None:
    log.drop("community.founded")
    assert {"C01", "C08"} <= found(log, tmp_path)


# ballots


def second_ballot(log: Log) -> None:
    again = log.copy().find("ballot.cast")
    again["aggv"] = 2
    log.entries.insert(log.where("poll.closed", 1), again)
    log.body("poll.counted", 1)["cut_off"] += 1


def second_ballot_under_another_id(log: Log) -> None:
    second_ballot(log)
    again = log.entries[log.where("poll.closed", 1) - 1]
    again["agg"], again["aggv"] = who("another ballot"), 1


def after_the_close(log: Log) -> None:
    ballot = log.find("ballot.cast")
    log.entries.remove(ballot)
    log.entries.insert(log.where("poll.closed", 1) + 1, ballot)
    log.body("poll.counted", 1)["cut_off"] -= 1


def before_the_opening(log: Log) -> None:
    log.move("ballot.cast", before="roll.corrected")


def late_by_phone(log: Log) -> None:
    log.find("ballot.cast")["at"] = "2026-04-29T10:00:01Z"


def late_behind_a_later_entry(log: Log) -> None:
    """The log's own time is past the end, whatever the ballot says of itself."""
    log.find("roll.page_frozen", 1)["at"] = "2026-04-29T10:00:01Z"


def not_on_the_roll(log: Log) -> None:
    ballot = log.find("ballot.cast")
    ballot["agg"], ballot["body"]["voter"] = verify.id_of(ballot["body"]["poll"], who("ghost")), who("ghost")


def by_another_phone(log: Log) -> None:
    log.find("ballot.cast")["actor"]["person"] = who("wu")


def by_unknown_channel(log: Log) -> None:
    log.body("ballot.cast")["channel"] = "pigeon"


def changed_choice(log: Log) -> None:
    sealed = bytearray.fromhex(log.body("ballot.cast")["sealed"])
    sealed[0] ^= ord("f") ^ ord("F")
    log.body("ballot.cast")["sealed"] = sealed.hex()


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (second_ballot, "C12"),
        (second_ballot_under_another_id, "C12"),
        (after_the_close, "C12"),
        (before_the_opening, "C12"),
        (late_by_phone, "C12"),
        (late_behind_a_later_entry, "C12"),
        (not_on_the_roll, "C12"),
        (by_another_phone, "C12"),
        (by_unknown_channel, "C12"),
        (changed_choice, "C12"),
        (drop_a_ballot, "C14"),
    ],
)
def test_a_forged_ballot_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None], code: str) -> None:
    forge(log)
    assert code in found(log, tmp_path)


def test_a_vote_turned_with_the_published_key_is_found_by_the_count(log: Log, tmp_path: Path) -> None:
    ballot = log.find("ballot.cast")
    ballot["body"]["sealed"] = seal(KEY, ballot["agg"], 1, "against")
    assert found(log, tmp_path) == {"C14"}


def test_two_ballots_in_another_order_make_no_difference(log: Log, tmp_path: Path) -> None:
    first, second = log.find("ballot.cast", 0), log.find("ballot.cast", 1)
    one, other = log.entries.index(first), log.entries.index(second)
    log.entries[one], log.entries[other] = second, first
    assert found(log, tmp_path) == set()


# the roll and the text


def roll_changed_after_the_opening(log: Log) -> None:
    log.move("roll.corrected", after="ballot.cast")
    log.renumber()


def line_slipped_in(log: Log) -> None:
    log.body("roll.page_frozen", 1)["lines"].append([household("ghost"), "鬼", "", who("ghost")])


def line_twice(log: Log) -> None:
    body = log.body("roll.page_frozen", 1)
    body["lines"].append(body["lines"][0])


def line_slipped_in_by_correction(log: Log) -> None:
    log.body("roll.corrected")["added"].append([household("ghost"), "鬼", "", who("ghost")])


def corrected_alone(log: Log) -> None:
    entry = log.find("roll.corrected")
    entry["body"]["second"] = entry["actor"]["person"]


def text_changed_after_the_notice(log: Log) -> None:
    revised = log.copy().find("motion.proposed")
    revised["type"], revised["body"]["text"]["title"] = "motion.revised", "改了"
    revised["body"]["digest"] = verify.text_digest(revised["body"]["text"])
    log.entries.insert(log.where("poll.opened", 1), revised)
    log.body("poll.counted", 1)["cut_off"] += 1
    log.renumber()


def text_with_another_digest(log: Log) -> None:
    log.body("motion.proposed")["text"]["clauses"][0][1] = "楼道可以堆放物品。"


@pytest.mark.parametrize(
    "forge",
    [
        roll_changed_after_the_opening,
        line_slipped_in,
        line_twice,
        line_slipped_in_by_correction,
        corrected_alone,
    ],
)
def test_a_roll_that_is_not_the_one_announced_is_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert found(log, tmp_path) >= {"C10"}


@pytest.mark.parametrize("forge", [text_changed_after_the_notice, text_with_another_digest])
def test_a_text_that_is_not_the_one_announced_is_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert found(log, tmp_path) >= {"C08"}


# steps in their order


def opened_twice(log: Log) -> None:
    log.entries.insert(log.where("poll.opened", 1) + 1, log.copy().find("poll.opened", 1))


def closed_too_early(log: Log) -> None:
    log.entries = [entry | {"at": min(entry["at"], "2026-04-29T09:59:59Z")} for entry in log.entries]


def opened_too_early(log: Log) -> None:
    log.find("poll.opened", 1)["at"] = "2026-04-26T10:00:00Z"


def counted_to_another_cut(log: Log) -> None:
    log.body("poll.counted", 1)["cut_off"] += 1


def resolution_on_a_failed_vote(log: Log) -> None:
    log.body("resolution.adopted")["poll"] = log.find("poll.opened", 0)["agg"]


def resolution_with_another_text(log: Log) -> None:
    log.body("resolution.adopted")["text"]["clauses"][0][1] = "楼道可以堆放物品。"


def settled_against_the_count(log: Log) -> None:
    log.body("motion.settled")["outcome"] = "FAIL"


def gate_on_a_failed_vote(log: Log) -> None:
    gate = log.copy().find("motion.settled")
    gate |= {"agg": log.body("poll.announced")["matter"], "aggv": 1, "type": "matter.gate_passed"}
    gate["body"] = {"poll": log.find("poll.opened", 0)["agg"]}
    log.entries.append(gate)


def amended_on_a_failed_vote(log: Log) -> None:
    gate = log.copy().find("motion.settled")
    gate |= {"type": "motion.amended", "aggv": gate["aggv"] + 1}
    gate["body"] = {
        "poll": log.find("poll.opened", 0)["agg"],
        "amendment": log.body("poll.announced")["subject"],
    }
    log.entries.append(gate)


def extended_after_the_end(log: Log) -> None:
    later = log.copy().find("poll.opened", 1)
    later |= {"type": "poll.extended", "at": "2026-04-29T10:05:00Z", "body": {"closes": 2_000_000_000}}
    log.entries.insert(log.where("poll.closed", 1), later)
    log.renumber()


def dated_back(log: Log) -> None:
    log.body("poll.announced", 1)["noticed"] = "2026-04-16"


def too_short_a_notice(log: Log) -> None:
    log.body("poll.announced", 1)["noticed"] = "2026-04-18"


@pytest.mark.parametrize(
    "forge",
    [
        dated_back,
        too_short_a_notice,
        opened_twice,
        closed_too_early,
        opened_too_early,
        counted_to_another_cut,
        resolution_on_a_failed_vote,
        resolution_with_another_text,
        settled_against_the_count,
        gate_on_a_failed_vote,
        amended_on_a_failed_vote,
        extended_after_the_end,
    ],
)
def test_a_step_out_of_turn_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert "C08" in found(log, tmp_path)


# boxes and hands


def more_slips_than_sealed(log: Log) -> None:
    log.body("box.sealed")["slips"] = 1


def slips_never_entered(log: Log) -> None:
    log.body("box.sealed")["slips"] = 3


def sealed_alone(log: Log) -> None:
    box = log.find("box.sealed")
    box["body"]["second"] = box["actor"]["person"]


def sealed_too_late(log: Log) -> None:
    log.find("box.sealed")["at"] = "2026-04-29T10:00:01Z"


def hands_that_do_not_add_up(log: Log) -> None:
    log.body("poll.hands_counted")["present"] = 3


def more_hands_than_seats(log: Log) -> None:
    log.body("poll.hands_counted")["due"] = 5


@pytest.mark.parametrize(
    "forge",
    [
        more_slips_than_sealed,
        slips_never_entered,
        sealed_alone,
        sealed_too_late,
        hands_that_do_not_add_up,
        more_hands_than_seats,
    ],
)
def test_paper_and_hands_that_do_not_add_up_are_found(
    log: Log, tmp_path: Path, forge: Callable[[Log], None]
) -> None:
    forge(log)
    assert "C16" in found(log, tmp_path)
