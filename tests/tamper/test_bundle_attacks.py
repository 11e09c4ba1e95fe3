"""Attacks on what stands around the entries: files, checkpoints, witnesses, texts, receipts, keys. Each by the check that finds it."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from deliberation.custody.model import message
from deliberation.log.note import Checkpoint
from deliberation.log.tlog import leaf_hash, prove_inclusion
from tests.audit.forging import SLUG, Log
from tests.given import who
from tests.tamper import attacks, keys
from tests.tamper.bundles import SEEN, bundle, checkpoint_of, codes, note, put
from tests.tamper.procedure import honest
from tests.tamper.test_attacks import OF_ENTRIES, forged

Tamper = Callable[[Path], None]
TAMPERINGS: dict[Tamper, frozenset[str]] = {}


def found_by(*expected: str) -> Callable[[Tamper], Tamper]:
    def enter(tamper: Tamper) -> Tamper:
        TAMPERINGS[tamper] = frozenset(expected)
        return tamper

    return enter


def size() -> int:
    return len(honest().entries)


def edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) >= 1
    path.write_bytes(data.replace(old, new, 1))


def entries(folder: Path) -> Path:
    return folder / f"tile/entries/000.p/{size()}"


# checkpoint and key


@found_by("C01")
def signed_by_another_key(folder: Path) -> None:
    for name in ("checkpoint", f"checkpoints/{size()}"):
        put(folder, name, note(checkpoint_of(honest()), signer=keys.STRANGER))


@found_by("C01")
def a_policy_that_names_another_key(folder: Path) -> None:
    put(folder, "policy", f"log {keys.STRANGER.verifier}\nquorum none\n")


@found_by("C01")
def an_earlier_checkpoint_of_another_key(folder: Path) -> None:
    put(folder, "checkpoints/60", note(checkpoint_of(honest(), 60), signer=keys.STRANGER))


# witnesses


def resigned(folder: Path, text: str) -> None:
    for name in ("checkpoint", f"checkpoints/{size()}"):
        put(folder, name, text)


@found_by("C02")
def without_the_witness(folder: Path) -> None:
    resigned(folder, note(checkpoint_of(honest()), witnessed=False))


@found_by("C02")
def a_cosignature_of_another_checkpoint(folder: Path) -> None:
    text = checkpoint_of(honest()).text()
    resigned(folder, keys.OPERATOR.sign(text) + keys.cosigned(checkpoint_of(honest(), 60).text(), SEEN))


@found_by("C02")
def witnessed_in_the_future(folder: Path) -> None:
    resigned(folder, note(checkpoint_of(honest()), at=SEEN + 10_000_000))


@found_by("C06")
def entries_later_than_the_witness_saw_them(folder: Path) -> None:
    resigned(folder, note(checkpoint_of(honest()), at=SEEN - 30_000_000))


# files


@found_by("C03")
def bytes_behind_the_last_entry(folder: Path) -> None:
    entries(folder).write_bytes(entries(folder).read_bytes() + b"\0\0")


@found_by("C03", "C04")
def a_word_changed_in_an_entry(folder: Path) -> None:
    edit(entries(folder), "居民厅".encode(), "村民厅".encode())


@found_by("C03")
def entries_missing(folder: Path) -> None:
    entries(folder).unlink()


@found_by("C03")
def a_hash_changed(folder: Path) -> None:
    tile = folder / f"tile/0/000.p/{size()}"
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])


@found_by("C03")
def a_file_that_does_not_belong(folder: Path) -> None:
    put(folder, "tile/entries/007", "more")


@found_by("C03", "C04")
def another_root(folder: Path) -> None:
    resigned(folder, note(Checkpoint(SLUG, size(), bytes(32))))


# earlier checkpoints


@found_by("C04")
def an_earlier_checkpoint_of_another_history(folder: Path) -> None:
    other = forged(attacks.a_minute_edited)
    put(folder, "checkpoints/60", note(checkpoint_of(other, 60)))


@found_by("C04")
def two_roots_for_one_size(folder: Path) -> None:
    put(folder, f"checkpoints/{size()}", note(Checkpoint(SLUG, size(), bytes(32))))


@found_by("C04")
def shorter_than_an_earlier_checkpoint(folder: Path) -> None:
    put(folder, f"checkpoints/{size() + 1}", note(Checkpoint(SLUG, size() + 1, bytes(32))))


# texts


def content(text: str) -> tuple[str, bytes]:
    data = bytes(32) + text.encode()
    return hashlib.sha256(data).hexdigest(), data


@found_by("C07")
def a_text_under_the_commitment_of_another(folder: Path) -> None:
    put(folder, f"content/{honest().body('comment.answered')['words']}", "0" * 32 + "不谢")


@found_by("C07")
def a_text_that_no_entry_names(folder: Path) -> None:
    mark, data = content("没有人说过")
    put(folder, f"content/{mark}", data.decode())


# receipts


def receipt(log: Log, position: int, signed: str) -> str:
    proof = prove_inclusion([leaf_hash(leaf) for leaf in log.leaves()], position)
    path = [base64.b64encode(hash).decode() for hash in proof]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {position}", *path, "", signed])


@found_by("C18")
def a_receipt_of_another_entry(folder: Path) -> None:
    good = receipt(honest(), 70, note(checkpoint_of(honest())))
    put(folder, "receipts/mine.tlog-proof", good.replace("index 70", "index 71"))


@found_by("C18")
def a_receipt_that_the_log_did_not_sign(folder: Path) -> None:
    put(folder, "receipts/mine.tlog-proof", receipt(honest(), 70, note(checkpoint_of(honest()), signer=keys.STRANGER)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bundle(tmp_path / "bundle", honest())


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_was_done_to_a_bundle_is_found_by_its_check(tamper: Tamper, folder: Path) -> None:
    tamper(folder)
    assert codes(folder, policy=True) == TAMPERINGS[tamper]


def test_every_check_of_a_bundle_has_a_tampering_that_it_alone_finds() -> None:
    alone = {code for expected in TAMPERINGS.values() for code in expected if len(expected) == 1}
    assert alone | OF_ENTRIES >= {f"C{number:02}" for number in range(1, 19)} - {"C11"}


def test_a_receipt_that_is_kept_is_no_finding(folder: Path) -> None:
    put(folder, "receipts/mine.tlog-proof", receipt(honest(), 70, note(checkpoint_of(honest()))))
    assert codes(folder, policy=True) == set()


@pytest.mark.parametrize("forge", [attacks.a_ballot_invented_for_who_cast_none, attacks.a_choice_turned_and_everything_counted_anew])
def test_whoever_kept_a_receipt_finds_what_nobody_else_does(forge: attacks.Forge, tmp_path: Path) -> None:
    """The operator wrote another history and had it witnessed; one voter has the receipt of a ballot."""
    log = honest()
    mine = log.entries.index(attacks.ballot(log, "wang"))
    folder = bundle(tmp_path, forged(forge))
    assert codes(folder, policy=True) == set()
    put(folder, "receipts/mine.tlog-proof", receipt(log, mine, note(checkpoint_of(log))))
    assert codes(folder, policy=True) == {"C18"}


def test_a_text_that_was_erased_may_not_come_along(tmp_path: Path) -> None:
    log = honest().copy()
    mark, data = content("同意")
    log.body("comment.made")["words"], log.body("content.erased")["commitments"] = mark, [mark]
    log.find("content.erased")["agg"] = attacks.id_of(attacks.ERASURES, "words", mark)
    folder = bundle(tmp_path, log)
    assert codes(folder, policy=True) == set()
    put(folder, f"content/{mark}", data.decode())
    assert codes(folder, policy=True) == {"C17"}


# another key


def rotated(by: keys.Signer = keys.OPERATOR, second: str = "chair") -> Log:
    """The log goes on with a new key, to which another one hands over."""
    log = honest().copy()
    old, new = str(keys.OPERATOR.verifier), str(keys.NEXT.verifier)
    signature = base64.b64encode(by._key.sign(message(SLUG, old, new))).decode()
    told = {"origin": SLUG, "old": old, "key": new, "signature": signature, "second": who(second)}
    told |= {"reason": "planned", "reason_zh": "定期更换", "reason_en": "a planned change"}
    adopted = log.find("log_key.adopted")
    signed = {"person": who("secretary"), "role": "secretary"}
    entry = adopted | {"actor": signed, "aggv": 2, "at": "2026-07-02T02:00:00Z", "body": told, "type": "log_key.rotated"}
    log.entries.append(entry)
    return log


def test_a_key_handed_over_signs_from_then_on(tmp_path: Path) -> None:
    assert codes(bundle(tmp_path / "new", rotated(), signer=keys.NEXT), policy=True) == set()
    assert codes(bundle(tmp_path / "old", rotated()), policy=True) == {"C01"}


def test_a_key_that_the_old_one_did_not_hand_over_to_is_found(tmp_path: Path) -> None:
    assert codes(bundle(tmp_path, rotated(keys.STRANGER)), policy=True) == {"C19"}


def test_a_key_changed_by_one_person_is_found(tmp_path: Path) -> None:
    assert codes(bundle(tmp_path, rotated(second="secretary"), signer=keys.NEXT), policy=True) == {"C16"}
