"""What one pattern reads is what decoding, writing anew and the schema would have let through, and nothing else."""

import json
import random

from deliberation.audit import verify
from tests.audit.forging import Log

#: Texts, numbers, days and more that a forger might put in the place of one character.
STRANGE = ['"', "\\", "\n", "0", "-1", "1.0", "null", " ", ",", "é", "\\u0041", "\\ud800", "\x7f", "}", "[", "a", "A", ""]


def _alike(leaf: bytes) -> bool:
    """Whether a leaf is flat; then parse() and the schema agree with what was read."""
    flat = verify.parse_flat(leaf, 7)
    if flat is not None:
        assert flat == verify.parse(leaf, 7)
        assert verify._SCHEMAS[flat.type, flat.form](flat.body)
    return flat is not None


def test_of_an_honest_log_most_entries_are_flat(log: Log) -> None:
    leaves = log.leaves()
    assert sum(map(_alike, leaves)) > len(leaves) / 2


def test_a_ballot_is_flat_with_and_without_aid(log: Log) -> None:
    ballots = [leaf for leaf in log.leaves() if b'"type":"ballot.cast"' in leaf]
    assert ballots
    assert all(map(_alike, ballots))


def test_no_altered_entry_gets_past(log: Log) -> None:
    chance = random.Random(5)
    flat = 0
    for leaf in [leaf for leaf in log.leaves() if verify.parse_flat(leaf, 0) is not None]:
        text = leaf.decode()
        for _ in range(60):
            at = chance.randrange(len(text))
            flat += _alike((text[:at] + chance.choice(STRANGE) + text[at + chance.randrange(2) :]).encode())
    assert flat


def test_every_field_altered_is_seen_as_the_schema_sees_it(log: Log) -> None:
    for entry in [json.loads(leaf) for leaf in log.leaves()]:
        for name in entry["body"]:
            for value in ("", "x", 0, -1, 1 << 53, True, None, [], {}, [[]], {"place": "x"}, {"place": "x", "slip": ""}):
                body = {**entry["body"], name: value}
                _alike(verify.canonical({**entry, "body": body}))


def test_times_that_are_none_are_left_to_the_closer_look(log: Log) -> None:
    leaf = next(leaf for leaf in log.leaves() if b'"type":"ballot.cast"' in leaf)
    entry = json.loads(leaf)
    for at in ("1969-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01T24:00:00Z"):
        assert verify.parse_flat(verify.canonical({**entry, "at": at}), 0) is None
