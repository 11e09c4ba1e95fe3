"""Signed notes as others write and read them."""

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deliberation.log.note import Checkpoint, NoteUnreadable, Signer, Verifier, opened

#: The example of the Go package golang.org/x/mod/sumdb/note, which set the format.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"


def test_the_published_example_is_written_byte_for_byte_and_opened():
    signer = Signer("PeterNeumann", NEUMANN_SEED)
    assert str(signer.verifier) == NEUMANN
    assert signer.sign(TEXT) == NOTE
    assert opened(NOTE, [Verifier.read(NEUMANN)]).text == TEXT


def test_lines_of_unknown_keys_are_left_alone():
    witness = Signer("witness.example/w1", secrets.token_bytes(32))
    note = NOTE + witness.line(TEXT)
    known = opened(note, [Verifier.read(NEUMANN)])
    assert [len(known.signed), len(known.unknown)] == [1, 1]
    assert len(opened(note, [Verifier.read(NEUMANN), witness.verifier]).signed) == 2


@given(some.integers(0, len(NOTE) - 1), some.characters(blacklist_categories=("Cs",)))
def test_any_other_character_is_noticed(place, sign):
    forged = NOTE[:place] + sign + NOTE[place + 1 :]
    if forged != NOTE:
        with pytest.raises(NoteUnreadable):
            opened(forged, [Verifier.read(NEUMANN)])


@pytest.mark.parametrize("note", [
    "", "\n", TEXT, f"{TEXT}\n", NOTE[:-1], NOTE.replace("— ", "- "), NOTE.replace("— ", "—"), NOTE + "\n", f"{TEXT}\n— PeterNeumann x08g\n",
    NOTE.replace("\n", "\r\n"), NOTE + "— x y\n" * 200, "a" * 1_000_001,
])  # fmt: skip
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NoteUnreadable):
        opened(note, [Verifier.read(NEUMANN)])


@pytest.mark.parametrize("key", ["", "x", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "Peter Neumann+c74f20a3+ARpc", NEUMANN[:-4], NEUMANN.replace("+AR", "+BR"), "a+b+c"])  # fmt: skip
def test_what_is_no_key_is_refused(key):
    with pytest.raises(NoteUnreadable):
        Verifier.read(key)


@given(some.integers(0, 10**15), some.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_as_it_was_written(size, root):
    made = Checkpoint("example.org/jiahe", size, root)
    assert Checkpoint.read(made.text()) == made


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n!!!!\n", "\n1\n" + "A" * 43 + "=\n"])
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteUnreadable):
        Checkpoint.read(text)
