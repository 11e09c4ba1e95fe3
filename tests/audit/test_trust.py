"""Who vouches for a log: its key and what became of it, earlier checkpoints, witnesses, receipts, pins."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.audit import verify
from tests.audit.forging import Log, honest
from tests.audit.signing import (
    FIRST,
    LATER,
    SECOND,
    STRANGER,
    Witness,
    bundle,
    checkpoint,
    policy,
    put,
    receipt,
    rotated,
    with_key,
)
from tests.given import SLUG, who

W1, W2 = Witness("neighbour.example", 11), Witness("street.example", 12)
MINE = policy(f"log {FIRST.verifier}", f"witness a {W1.key}", f"witness b {W2.key}", "group both all a b", "quorum both")
ONE = policy(f"log {FIRST.verifier}", f"witness a {W1.key}", "quorum a")


@pytest.fixture
def leaves() -> list[bytes]:
    return with_key().leaves()


@pytest.fixture
def folder(leaves: list[bytes], tmp_path: Path) -> Path:
    return bundle(tmp_path / "bundle", leaves, earlier=[(5, FIRST), (9, FIRST)])


def codes(folder: Path, pins: object = None, trusted: bytes | None = None, now: int | None = None) -> set[str]:
    checker = verify.check(folder, pins, policy=trusted, now=now)  # type: ignore[arg-type]
    return {finding.code for finding in checker.findings}


def said(checker: verify.Checker) -> str:
    return "\n".join(verify.report(checker, "en"))


# the key


def test_a_whole_bundle_holds_and_says_what_was_not_compared(folder: Path) -> None:
    checker = verify.check(folder)
    assert [finding.line("en") for finding in checker.findings] == []
    assert "key was taken from the log itself" in said(checker)
    pinned = verify.check(folder, policy=policy(f"log {FIRST.verifier}", "quorum none"))
    assert (pinned.findings, pinned.remarks) == ([], [])


def test_a_checkpoint_by_another_key_is_found(leaves: list[bytes], tmp_path: Path) -> None:
    assert codes(bundle(tmp_path, leaves, signer=STRANGER)) == {"C01"}


def test_a_checkpoint_without_its_signature_is_found(folder: Path, leaves: list[bytes]) -> None:
    put(folder / "checkpoint", checkpoint(leaves).text().encode())
    assert codes(folder) == {"C01"}


def test_a_broken_signature_is_found(folder: Path) -> None:
    note = (folder / "checkpoint").read_text()
    head, signature = note.rsplit(" ", 1)
    content = bytearray(base64.b64decode(signature))
    content[-1] ^= 1
    put(folder / "checkpoint", f"{head} {base64.b64encode(content).decode()}\n".encode())
    assert codes(folder) == {"C01"}


def test_signatures_of_strangers_are_left_alone(folder: Path) -> None:
    note = (folder / "checkpoint").read_text()
    put(folder / "checkpoint", (note + STRANGER.line(note)).encode())
    assert codes(folder) == set()


def test_the_key_of_the_readers_policy_must_be_the_logs(folder: Path) -> None:
    assert codes(folder, trusted=policy(f"log {STRANGER.verifier}", "quorum none")) == {"C01"}


def test_a_policy_in_the_bundle_that_names_another_key_is_found(folder: Path) -> None:
    put(folder / "policy", policy(f"log {STRANGER.verifier}", "quorum none"))
    assert codes(folder) == {"C01"}


def test_a_log_without_a_key_needs_no_signature_but_one_by_nobody_known_is_found(tmp_path: Path) -> None:
    log = honest()
    unsigned = verify.check(log.write(tmp_path))
    assert unsigned.findings == []
    assert "not signed" in said(unsigned)
    note = (tmp_path / "checkpoint").read_text()
    put(tmp_path / "checkpoint", FIRST.sign(note).encode())
    assert codes(tmp_path) == {"C01"}
    assert codes(tmp_path, trusted=policy(f"log {FIRST.verifier}", "quorum none")) == set()


def test_a_reader_who_trusts_a_key_takes_no_checkpoint_without_a_signature(tmp_path: Path) -> None:
    assert codes(honest().write(tmp_path), trusted=policy(f"log {FIRST.verifier}", "quorum none")) == {"C01"}


def test_the_key_changes_hands_and_what_came_before_stays_valid(tmp_path: Path) -> None:
    log = rotated(with_key())
    size = len(log.entries)
    made = bundle(tmp_path, log.leaves(), signer=SECOND, earlier=[(9, FIRST), (size - 1, FIRST)])
    assert codes(made) == set()
    handed = verify.check(made, policy=policy(f"log {FIRST.verifier}", "quorum none"))
    assert handed.findings == []
    assert "handed over" in said(handed)


@pytest.mark.parametrize("signer", [FIRST, STRANGER])
def test_after_the_change_the_old_key_signs_no_more(tmp_path: Path, signer: object) -> None:
    log = rotated(with_key())
    assert codes(bundle(tmp_path, log.leaves(), signer=signer)) == {"C01"}  # type: ignore[arg-type]


def test_before_the_change_the_new_key_signs_nothing(tmp_path: Path) -> None:
    log = rotated(with_key())
    size = len(log.entries)
    assert codes(bundle(tmp_path, log.leaves(), signer=SECOND, earlier=[(size - 1, SECOND)])) == {"C01"}


def test_a_key_that_the_old_one_did_not_hand_over_to_is_found(tmp_path: Path) -> None:
    log = rotated(with_key(), by=STRANGER)
    assert codes(bundle(tmp_path, log.leaves(), signer=FIRST)) == {"C19"}
    assert "C19" in codes(bundle(tmp_path / "taken", log.leaves(), signer=SECOND))


@pytest.mark.parametrize("second", ["", "operator"])
def test_a_key_changed_by_one_person_alone_is_found(tmp_path: Path, second: str) -> None:
    log = rotated(with_key(), second=who("x"))
    log.body("log_key.rotated")["second"] = second
    assert "C16" in codes(bundle(tmp_path, log.leaves(), signer=SECOND))


def _another_stream(log: Log) -> None:
    log.find("log_key.adopted")["agg"] = who("other")


def _of_another_log(log: Log) -> None:
    log.body("log_key.adopted")["key"] = str(type(FIRST)("yihe", bytes(32)).verifier)


def _no_key(log: Log) -> None:
    log.body("log_key.adopted")["key"] = "jiahe+00000000+AAAA"


def _another_old_key(log: Log) -> None:
    log.body("log_key.rotated")["old"] = str(STRANGER.verifier)


def _back_to_the_first(log: Log) -> None:
    log.entries.pop()
    rotated(log, to=FIRST)


@pytest.mark.parametrize("forge", [_another_stream, _of_another_log, _no_key, _another_old_key, _back_to_the_first])
def test_a_key_that_cannot_be_is_found(tmp_path: Path, forge: Callable[[Log], None]) -> None:
    log = rotated(with_key())
    forge(log)
    assert "C19" in codes(bundle(tmp_path, log.leaves(), signer=SECOND))


# earlier checkpoints and pins


def test_an_earlier_checkpoint_of_another_history_is_found(folder: Path, leaves: list[bytes]) -> None:
    forked = [*leaves[:8], leaves[9]]
    put(folder / "checkpoints" / "9", FIRST.sign(checkpoint(forked).text()).encode())
    assert codes(folder) == {"C04"}


def test_two_roots_for_one_size_are_found(folder: Path, leaves: list[bytes]) -> None:
    forked = [*leaves[:-1], leaves[0]]
    put(folder / "checkpoints" / str(len(leaves)), FIRST.sign(checkpoint(forked).text()).encode())
    assert codes(folder) == {"C04"}


def test_a_log_shorter_than_a_checkpoint_beside_it_is_found(folder: Path, leaves: list[bytes]) -> None:
    more = [*leaves, leaves[0]]
    put(folder / "checkpoints" / str(len(more)), FIRST.sign(checkpoint(more).text()).encode())
    assert codes(folder) == {"C04"}


def test_a_checkpoint_under_another_name_is_found(folder: Path) -> None:
    (folder / "checkpoints" / "9").rename(folder / "checkpoints" / "8")
    assert codes(folder) == {"C01"}


@pytest.mark.parametrize("long", [True, False])
def test_a_pin_in_any_form_is_compared(folder: Path, leaves: list[bytes], tmp_path: Path, long: bool) -> None:
    root = checkpoint(leaves[:9]).root.hex()
    short = "-".join(root[at : at + 4] for at in range(0, 16, 4))
    put(tmp_path / "paper", FIRST.sign(checkpoint(leaves[:9]).text()).encode())
    texts = [f"9:{root}", str(tmp_path / "paper")] if long else [f"9-{short}", f"9-{short.upper()}"]
    for text in texts:
        checker = verify.check(folder, [verify.read_pin(text)])
        assert checker.findings == []
        assert ("16 digits" in said(checker)) is not long
        assert verify.main([str(folder), "--pin", text]) == 0


@pytest.mark.parametrize("text", ["9-0000-0000-0000-0000", f"9:{'00' * 32}", f"5000:{'00' * 32}", "5000-0000-0000-0000-0000"])
def test_a_pin_that_the_log_does_not_continue_is_found(folder: Path, text: str) -> None:
    assert codes(folder, [verify.read_pin(text)]) == {"C04"}


def test_two_pins_for_one_size_cannot_both_hold(folder: Path, leaves: list[bytes]) -> None:
    root = checkpoint(leaves[:9]).root
    assert codes(folder, [verify.Pin(9, root), verify.Pin(9, bytes(32))]) == {"C04"}


def test_a_pin_of_another_log_is_found(folder: Path, leaves: list[bytes], tmp_path: Path) -> None:
    put(tmp_path / "paper", checkpoint(leaves[:9], "yihe").text().encode())
    assert codes(folder, [verify.read_pin(str(tmp_path / "paper"))]) == {"C04"}


@pytest.mark.parametrize("root", [b"", bytes(7), bytes(33)])
def test_a_pin_of_any_other_length_never_holds(folder: Path, root: bytes) -> None:
    assert codes(folder, {9: root}) == {"C04"}


@pytest.mark.parametrize("text", ["", "9", "9:", "9:00", "0-0000-0000-0000-0000", "9-0000-0000-0000", "nowhere"])
def test_what_is_no_pin_is_wrong_use(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        verify.read_pin(text)


# witnesses


def test_witnesses_that_the_reader_trusts_must_have_signed(folder: Path) -> None:
    assert codes(folder, trusted=MINE) == {"C02"}
    W1.sign(folder)
    assert codes(folder, trusted=MINE) == {"C02"}
    W2.sign(folder)
    assert codes(folder, trusted=MINE) == set()
    assert codes(folder) == set()


def test_a_forged_signature_of_a_witness_is_found(folder: Path) -> None:
    W1.sign(folder, forged=True)
    assert codes(folder, trusted=ONE) == {"C02"}
    assert codes(folder) == set()


def test_a_witness_does_not_sign_in_the_future(folder: Path) -> None:
    W1.sign(folder)
    assert codes(folder, trusted=ONE, now=LATER - 3_600) == {"C02"}
    assert codes(folder, trusted=ONE, now=LATER - 10) == set()


def test_entries_are_not_younger_than_what_a_witness_saw(folder: Path, leaves: list[bytes]) -> None:
    last = verify.parse(leaves[-1], 0).at
    W1.sign(folder, at=last)
    assert codes(folder, trusted=ONE) == set()
    W1.sign(folder, at=last - 86_400, name="checkpoints/9")
    assert codes(folder, trusted=ONE) == set()


def test_a_log_dated_a_day_later_than_a_witness_saw_it_is_found(folder: Path, leaves: list[bytes]) -> None:
    W1.sign(folder, at=verify.parse(leaves[-1], 0).at - 86_400)
    assert codes(folder, trusted=ONE) == {"C06"}


def test_an_earlier_checkpoint_bounds_the_times_too(folder: Path, leaves: list[bytes]) -> None:
    W1.sign(folder)
    W1.sign(folder, at=verify.parse(leaves[0], 0).at - 86_400, name="checkpoints/9")
    assert codes(folder, trusted=ONE) == {"C06"}


X1, X2, X3 = (f"witness x{n} {Witness(f'x{n}', 20 + n).key}" for n in (1, 2, 3))
LOG = f"log {FIRST.verifier}"


@pytest.mark.parametrize(
    ("lines", "enough", "too_few"),
    [
        (["quorum none"], [[]], []),
        ([X1, "quorum x1"], [["x1"], ["x1", "x2"]], [[], ["x2"]]),
        ([X1, X2, X3, "group g 2 x1 x2 x3", "quorum g"], [["x1", "x3"]], [["x2"]]),
        ([X1, X2, "group g any x1 x2", "quorum g"], [["x1"], ["x2"]], [[]]),
        ([X1, X2, X3, "group g any x1 x2", "group h all g x3", "quorum h"], [["x2", "x3"]], [["x1", "x2"], ["x3"]]),
        (["# words", "", " \t", X1, "\tquorum  x1 "], [["x1"]], [[]]),
        ([f"{X1} https://x1.example/", "quorum x1"], [["x1"]], []),
    ],
)
def test_a_policy_says_who_is_enough(lines: list[str], enough: list[list[str]], too_few: list[list[str]]) -> None:
    read = verify.read_policy(policy(*lines))
    assert all(read.holds(some) for some in enough)
    assert not any(read.holds(some) for some in too_few)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [LOG],
        ["quorum none", "quorum none"],
        ["quorum x1"],
        ["quorum x1", X1],
        [LOG, LOG, "quorum none"],
        [X1, X1.replace("x1", "y1", 1), "quorum none"],
        [X1, "group x1 any x1", "quorum x1"],
        [X1, "group g 2 x1", "quorum g"],
        [X1, "group g 0 x1", "quorum g"],
        [X1, "group g any", "quorum g"],
        [X1, "group g any x1 x2", "quorum g"],
        [X1, "group g any x1 x1", "quorum g"],
        [X1, X2, "group g any x1 x2", "group h any x1 g", "quorum h"],
        [X1, "group none any x1", "quorum none"],
        ["group g any none", "quorum g"],
        ["witness none " + str(W1.key), "quorum none"],
        ["log nokey", "quorum none"],
        [LOG.replace("log ", "witness a "), "quorum a"],
        [f"log {W1.key}", "quorum none"],
        ["quorum none\r"],
        ["quorum none \x00"],
        ["what is this", "quorum none"],
    ],
)
def test_a_policy_that_is_none_is_found(folder: Path, lines: list[str]) -> None:
    assert codes(folder, trusted=policy(*lines)) == {"C02"}


def test_one_witness_under_two_names_counts_for_nothing(folder: Path) -> None:
    """The same key, under another key name and so with another id."""
    again = verify.Key("again.example", verify.WITNESS, W1.key.public)
    both = policy(LOG, f"witness a {W1.key}", f"witness b {again}", "group g all a b", "quorum g")
    assert codes(folder, trusted=both) == {"C02"}


# receipts


def test_receipts_are_kept(folder: Path, leaves: list[bytes]) -> None:
    for position, size in ((0, 5), (3, len(leaves)), (len(leaves) - 1, len(leaves)), (7, 8)):
        put(folder / "receipts" / f"{position}.tlog-proof", receipt(leaves, position, size))
    assert codes(folder) == set()


def _promised_elsewhere(data: bytes) -> bytes:
    return data.replace(b"index 3", b"index 4")


def _with_extra(data: bytes) -> bytes:
    return data.replace(b"index 3", b"extra AAAA\nindex 3")


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize("spoil", [_promised_elsewhere, _with_extra, _cut, lambda _data: b"", lambda _data: b"\xff"])
def test_a_receipt_that_proves_nothing_is_found(folder: Path, leaves: list[bytes], spoil: Callable[[bytes], bytes]) -> None:
    put(folder / "receipts" / "a.tlog-proof", spoil(receipt(leaves, 3, len(leaves))))
    assert codes(folder) == {"C18"}


def test_a_promise_that_was_broken_is_found(folder: Path, leaves: list[bytes]) -> None:
    """The log's own key promised an entry that is not there now; a stranger's promise is none of the log's."""
    other = [*leaves[:20], leaves[0], *leaves[21:]]
    put(folder / "receipts" / "a.tlog-proof", receipt(other, 20, len(other)))
    assert codes(folder) == {"C18"}
    put(folder / "receipts" / "a.tlog-proof", receipt(leaves, 20, len(leaves), STRANGER))
    assert codes(folder) == {"C18"}


def test_a_promise_beyond_the_end_is_found(folder: Path, leaves: list[bytes]) -> None:
    longer = [*leaves, leaves[0]]
    put(folder / "receipts" / "a.tlog-proof", receipt(longer, 3, len(longer)))
    assert codes(folder) == {"C18"}


def test_the_summary_is_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["origin"], told["findings"], len(told["polls"])) == (SLUG, [], 2)
