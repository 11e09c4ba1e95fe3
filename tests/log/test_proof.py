"""A receipt is a text that others' tools read (C2SP tlog-proof) and that shows one entry and no other."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.log.note import Checkpoint, NoteUnreadable, Signer
from deliberation.log.proof import Proof, ProofUnreadable
from deliberation.log.tlog import leaf_hash, prove_inclusion, root_of

SIGNER = Signer("jiahe", bytes(range(32)))
HASHES = [leaf_hash(str(n).encode()) for n in range(70)]


def receipt(position: int, size: int = 70) -> Proof:
    note = SIGNER.sign(Checkpoint("jiahe", size, root_of(HASHES[:size])).text())
    return Proof(position, tuple(prove_inclusion(HASHES[:size], position)), note)


@given(st.integers(1, 70), st.data())
def test_a_receipt_read_back_holds_for_its_entry_alone(size: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    proof = Proof.read(receipt(position, size).text())
    assert proof == receipt(position, size)
    assert [n for n in range(70) if proof.holds(HASHES[n], [SIGNER.verifier])] == [position]


def test_it_is_written_as_the_specification_says() -> None:
    first, index, *hashes, blank, origin, size, _root, _blank, signature, _end = receipt(3).text().split("\n")
    assert (first, index, blank, origin, size) == ("c2sp.org/tlog-proof@v1", "index 3", "", "jiahe", "70")
    assert all(len(base64.b64decode(one)) == 32 for one in hashes)
    assert signature.startswith("— jiahe ")


def test_what_is_extra_in_it_is_left_alone() -> None:
    text = receipt(3).text().replace("index 3", "extra aGk=\nindex 3")
    assert Proof.read(text) == receipt(3)


def test_it_needs_a_key_that_is_known() -> None:
    stranger = Signer("jiahe", bytes(32)).verifier
    assert not receipt(3).holds(HASHES[3], [stranger])
    with pytest.raises(NoteUnreadable):
        receipt(3).checkpoint([stranger])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 3\n\nnote",
        receipt(3).text().replace("index 3", "index 03"),
        receipt(3).text().replace("index 3", "index -3"),
        receipt(3).text().replace("index 3\n", ""),
        receipt(3).text().partition("\n\n")[0],
        "c2sp.org/tlog-proof@v1\nindex 3\nAAAA\n\nnote",
        "c2sp.org/tlog-proof@v1\nindex 3\n" + (base64.b64encode(bytes(32)).decode() + "\n") * 64 + "\nnote",
        "c2sp.org/tlog-proof@v1\nindex 3\né\n\nnote",
    ],
)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ProofUnreadable):
        Proof.read(text)


@given(st.integers(0, 69), st.data())
def test_a_receipt_with_any_letter_changed_never_shows_another_entry(position: int, data: st.DataObject) -> None:
    text = receipt(position).text()
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.characters(max_codepoint=0x2FFF)) + text[at + 1 :]
    try:
        proof = Proof.read(changed)
    except ProofUnreadable:
        return
    assert [n for n in range(70) if proof.holds(HASHES[n], [SIGNER.verifier])] in ([], [position])
