"""Stories that hang together in themselves and are false all the same: told with every key, and with every hash made anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.audit import verify
from tests.audit.forging import Entry, Log, codes, found
from tests.audit.signing import bundle, with_key
from tests.given import household, who
from tests.golden import keeping

GOLDEN = keeping.read("0.1.0").leaves


def findings(leaves: list[bytes]) -> set[str]:
    """Return the codes of what is found in entries, whatever tree they belong to."""
    checker = verify.Checker()
    for leaf in leaves:
        checker.take(leaf)
    return {finding.code for finding in checker.findings}


# ways of voting


def at_a_desk_that_nobody_watches(log: Log) -> None:
    """Ballots "handed in" in a way that no rule knows, by one of the staff."""
    log.body("poll.announced", 1)["channels"].append("desk")
    for entry in log.entries:
        if entry["type"] == "ballot.cast" and entry["body"]["channel"] == "phone" and entry["body"]["roll"] == "binding":
            entry["body"]["channel"], entry["actor"] = "desk", {"person": who("scrutineer"), "role": "scrutineer"}


def hands_beside_ballots(log: Log) -> None:
    log.body("poll.announced", 1)["channels"].append("hands")


def no_way_at_all(log: Log) -> None:
    log.body("poll.announced")["channels"] = []


@pytest.mark.parametrize("forge", [at_a_desk_that_nobody_watches, hands_beside_ballots, no_way_at_all])
def test_a_way_of_voting_that_there_is_not_is_found(log: Log, tmp_path: Path, forge: Callable[[Log], None]) -> None:
    forge(log)
    assert "C08" in found(log, tmp_path)


# who votes for whom


def one_phone_for_the_whole_village(log: Log) -> None:
    """Every line of the roll names one person, whose phone then casts every ballot; the roots are made anew."""
    lines = []
    for entry in log.entries:
        if entry["type"] == "roll.page_frozen" and entry["body"]["roll"] == "binding":
            poll = entry["body"]["poll"]
            if poll == log.find("poll.announced", 1)["agg"]:
                lines += entry["body"]["lines"]
    lines += log.body("roll.corrected")["added"]
    for line in lines:
        line[3] = who("li")
    first = [line for line in lines if line not in log.body("roll.corrected")["added"]]
    _root(log.body("poll.announced", 1)["rolls"], first)
    _root(log.body("roll.corrected")["rolls"], lines)
    for entry in log.entries:
        if entry["type"] == "ballot.cast" and entry["body"]["channel"] == "phone" and entry["body"]["roll"] == "binding":
            entry["actor"]["person"] = who("li")


def _root(rolls: Entry, lines: list[list[str]]) -> None:
    rolls["binding"]["root"] = verify.Tree(verify.canonical(line) for line in sorted(lines)).root().hex()


def test_a_roll_on_which_a_stranger_votes_for_a_household_is_found(log: Log, tmp_path: Path) -> None:
    one_phone_for_the_whole_village(log)
    assert found(log, tmp_path) == {"C10"}


# offices


def _end(log: Log, on: str, form: int = 2) -> None:
    """The scrutineer's office, held until the end of 2026, "ends" on a day."""
    granted = next(entry for entry in log.entries if entry["type"] == "role.granted" and entry["body"]["person"] == who("scrutineer"))
    granted["body"]["until"] = "2026-12-31"
    body = {"person": who("scrutineer"), "role": granted["body"]["role"], "on": on} | ({"second": who("chair")} if form > 1 else {})
    actor = {"person": who("secretary"), "role": "secretary"}
    log.entries.append(
        {**granted, "aggv": 2, "at": log.entries[-1]["at"], "type": "role.ended", "v": form, "body": body, "actor": actor}
    )


def test_an_office_that_ends_is_no_finding(log: Log, tmp_path: Path) -> None:
    _end(log, "2026-06-30")
    assert found(log, tmp_path) == set()


@pytest.mark.parametrize("on", ["", "2031-01-01"])
def test_an_end_that_makes_a_term_longer_is_found(log: Log, tmp_path: Path, on: str) -> None:
    _end(log, on)
    assert found(log, tmp_path) == {"C08"}


def test_the_form_that_names_no_second_person_is_over_for_all_that_concerns_offices(log: Log, tmp_path: Path) -> None:
    _end(log, "2026-06-30", form=1)
    assert found(log, tmp_path) == {"C05"}


def test_an_act_dated_back_into_a_term_that_is_over_is_found(log: Log, tmp_path: Path) -> None:
    """What an entry says of its own time is believed as far as a day; then the log's time counts."""
    granted = next(entry for entry in log.entries if entry["type"] == "role.granted" and entry["body"]["person"] == who("chair"))
    granted["body"]["until"] = "2026-04-29"
    assert found(log, tmp_path / "late") == {"C09"}
    log.find("resolution.adopted")["at"] = "2026-04-29T10:30:00Z"
    assert found(log, tmp_path / "a little") == set()
    later = log.copy().find("motion.seconded")
    later |= {"at": "2026-05-02T00:00:00Z"}
    later["actor"]["person"] = who("wu")
    later["agg"] = verify.id_of(later["body"]["motion"], who("wu"))
    log.entries.insert(log.where("resolution.adopted"), later)
    assert "C09" in found(log, tmp_path / "back")


# what a count is said to have been


def golden(type: str, change: Callable[[Entry], None], number: int = 0) -> list[bytes]:
    """The leaves of the golden log with one entry changed."""
    log = Log([])
    log.entries = [verify._decode(leaf.decode())[0] for leaf in GOLDEN]
    change(log.body(type, number))
    return log.leaves()


def other_numbers(body: Entry) -> None:
    body["in_favour"], body["against"] = body["in_favour"] + 1, body["against"] - 1


def test_a_stage_with_other_votes_than_were_counted_is_found() -> None:
    decided = _gate("decided")
    assert findings(golden("matter.gate_passed", other_numbers, decided)) == {"C14"}


def test_a_stage_decided_by_a_vote_of_another_kind_is_found() -> None:
    party = Log([verify._decode(leaf.decode())[0] for leaf in GOLDEN]).body("matter.gate_passed", _gate("deliberated"))["poll"]

    def by_the_council(body: Entry) -> None:
        body |= {"poll": party, "in_favour": 0, "against": 0, "abstain": 0}

    assert findings(golden("matter.gate_passed", by_the_council, _gate("decided"))) == {"C08"}


def _gate(stage: str) -> int:
    log = Log([verify._decode(leaf.decode())[0] for leaf in GOLDEN])
    return [entry["body"]["stage"] for entry in log.entries if entry["type"] == "matter.gate_passed"].index(stage)


@pytest.mark.parametrize("tongue", ["zh", "en"])
@pytest.mark.parametrize("poll", [0, 1])
def test_a_reason_put_in_words_with_other_numbers_is_found(log: Log, tmp_path: Path, tongue: str, poll: int) -> None:
    step = log.body("poll.counted", poll)["steps"][-1]
    step[tongue] = step[tongue].replace("0", "9") if poll else step[tongue].replace("2", "7")
    assert found(log, tmp_path) == {"C14"}


@pytest.mark.parametrize("field", ["rule", "version", "source"])
def test_a_reason_that_quotes_another_law_is_found(log: Log, tmp_path: Path, field: str) -> None:
    log.body("poll.counted", 1)["steps"][0][field] = "VIL_P"
    assert found(log, tmp_path) == {"C14"}


@pytest.mark.parametrize("change", [{"agg": who("elsewhere")}, {"page": 2}])
def test_a_page_of_the_roll_in_a_stream_of_its_own_making_is_found(log: Log, tmp_path: Path, change: Entry) -> None:
    entry = log.find("roll.page_frozen")
    entry |= {name: value for name, value in change.items() if name == "agg"}
    entry["body"] |= {name: value for name, value in change.items() if name != "agg"}
    assert found(log, tmp_path) == {"C10"}


# resolutions


def test_a_resolution_that_keeps_more_numbers_of_clauses_than_its_motion_is_found(log: Log, tmp_path: Path) -> None:
    log.body("resolution.adopted")["text"]["last"] += 1
    assert found(log, tmp_path) == {"C08"}


def test_a_resolution_that_says_of_some_clauses_only_where_they_came_from_is_found() -> None:
    def leave_out(body: Entry) -> None:
        del body["provenance"][3]

    assert findings(golden("resolution.adopted", leave_out)) == {"C08"}


def test_a_resolution_adopted_in_days_to_come_is_found(log: Log, tmp_path: Path) -> None:
    log.body("resolution.adopted")["adopted_on"] = "2026-05-10"
    assert found(log, tmp_path) == {"C08"}


# letters


def _letter(log: Log, by: str, role: str) -> Entry:
    """A letter of the household zhao for sun, granted on the day before the ballots; sun's phone then casts the ballot of zhao."""
    opened = log.find("poll.opened", 1)
    body = {"agent": who("sun"), "bound": False, "instruction": "", "letter": "0" * 64, "number": "", "poll": opened["agg"], "until": 2_000_000_000}
    entry = {**opened, "agg": who("a letter"), "aggv": 1, "type": "proxy.granted", "v": 1, "body": body | {"voter": household("wu")}}
    entry |= {"actor": {"person": who(by), "role": role}}
    log.entries.insert(log.entries.index(opened) + 1, entry)
    log.body("poll.counted", 1)["cut_off"] += 1
    return entry


def test_a_letter_of_a_household_that_a_neighbour_entered_is_found(log: Log, tmp_path: Path) -> None:
    log.body("poll.announced", 1)["rule"]["proxies"] = 3
    honest = found(log, tmp_path / "none")
    letter = _letter(log, "sun", "resident")
    assert "C16" in found(log, tmp_path / "neighbour") - honest
    letter["actor"] = {"person": who("scrutineer"), "role": "scrutineer"}
    assert "C12" not in found(log, tmp_path / "staff")


def test_a_letter_taken_back_by_a_neighbour_is_found(log: Log, tmp_path: Path) -> None:
    letter = _letter(log, "scrutineer", "scrutineer")
    before = found(log, tmp_path / "before")
    back = {**letter, "aggv": 2, "type": "proxy.revoked", "actor": {"person": who("sun"), "role": "resident"}}
    back["body"] = {name: letter["body"][name] for name in ("number", "poll", "voter")}
    log.entries.insert(log.entries.index(letter) + 1, back)
    log.body("poll.counted", 1)["cut_off"] += 1
    assert found(log, tmp_path / "after") - before == {"C12"}


# signatures


def test_a_bundle_of_this_form_that_nobody_signed_is_found(tmp_path: Path) -> None:
    log = with_key()
    log.drop("log_key.adopted")
    for entry in log.entries:
        if entry["type"] == "poll.counted":
            entry["body"]["cut_off"] -= 1
    folder = bundle(tmp_path / "bundle", log.leaves())
    for file in [folder / "checkpoint", *folder.glob("checkpoints/*")]:
        file.write_bytes(file.read_bytes().partition(b"\n\n")[0] + b"\n")
    (folder / "policy").write_bytes(b"quorum none\n")
    assert codes(folder) == {"C01"}
