"""Test vectors for whoever writes a verifier: small inputs, and what the program makes of them.

All keys here are of tests: seeds of 32 equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deliberation import deadlines
from deliberation.clauses import Text
from deliberation.log.aggregate import id_of
from deliberation.log.leaf import canonical
from deliberation.log.note import Checkpoint, Signer
from deliberation.log.tlog import leaf_hash, prove_consistency, prove_inclusion, root_of
from deliberation.polls import sealing
from deliberation.polls.catalogue import RULES
from deliberation.polls.roll import Line, root
from deliberation.polls.rules import Measures, Rule, Tally, decide
from deliberation.register.model import COMMUNITY_SPACE

ORIGIN = "jiahe"
COMMUNITY = id_of(COMMUNITY_SPACE, ORIGIN)
POLL, VOTER = id_of(COMMUNITY, "poll"), id_of(COMMUNITY, "voter")
OLD, NEW = (Signer(ORIGIN, bytes([number]) * 32) for number in (1, 2))
#: What a rule is judged by; its names and words are left out here.
LAW = ("quorum", "majority", "composition", "silence", "abstention", "tie", "binding", "either", "dissent", "id")
STEP = ("kind", "measure", "subject", "count", "times", "operator", "base", "of", "base_times", "left", "right", "holds")
#: For, against, abstaining, silent, on the roll, in persons; each weighs so many 0.01 m².
TALLIES = [(6, 1, 1, 0, 10), (5, 5, 0, 0, 10), (0, 0, 0, 3, 9), (2, 1, 6, 4, 13), (667, 333, 0, 0, 1500), (9, 0, 0, 0, 8)]
AREA = 9_150
#: Rule, tally, and what else is on record: heads in the room, members of a mixed body, slips of paper.
CROWDS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("DELIB", (6, 1, 1, 0, 10), {"present": 9}), ("DELIB", (6, 1, 1, 0, 10), {"present": 7}), ("DELIB", (4, 4, 0, 0, 10), {"present": 8}),
    ("VIL_R", (6, 1, 1, 0, 10), {"members": {"delegate": 9, "woman": 4}}), ("VIL_R", (6, 1, 1, 0, 10), {"members": {"delegate": 7, "woman": 2}}),
    ("VIL_H", (6, 1, 1, 0, 10), {"slips": {"issued": 5, "returned": 5}}), ("VIL_H", (6, 1, 1, 0, 10), {"slips": {"issued": 4, "returned": 5}}),
]  # fmt: skip


def vectors() -> dict[str, Any]:
    """Return all vectors."""
    leaves = list(_leaves())
    return {
        "about": "Bytes are hex unless said otherwise. Keys are of tests. See SPEC.md.",
        "leaves": [{"leaf": leaf.decode(), "hash": leaf_hash(leaf).hex()} for leaf in leaves],
        "not_leaves": list(_spoilt(leaves[0])),
        "tree": _tree([leaf_hash(leaf) for leaf in leaves]),
        "ids": _ids(),
        "text_digest": _text(),
        "commitment": _commitment(),
        "seal": list(_seals()),
        "roll": _roll(),
        "notes": _notes(leaves),
        "months": [_months(*case) for case in (("2026-04-29", 1), ("2026-08-31", 6), ("2027-11-30", 3), ("2028-02-29", 12))],
        "days": [_days(*case) for case in (("2026-04-29T10:30:00Z", 3), ("2026-04-29T15:59:59Z", 1), ("2026-04-29T16:00:00Z", 1))],
        "rules": [
            *(_case(law, tally) for law in RULES.values() for tally in TALLIES),
            *(_case(RULES[id], tally, **told) for id, tally, told in CROWDS),
        ],
    }


def _leaves() -> Iterator[bytes]:
    texts = ["甲河村", "“引号” \"\\ / \u0007\n", "é ≠ é", "🏘", "", "a", "7"]
    for number, text in enumerate(texts):
        yield canonical({
            "actor": {"person": "operator", "role": "operator"}, "agg": COMMUNITY, "aggv": number + 1,
            "at": f"2026-01-04T01:00:0{number}Z", "body": {"kind": "village", "name": text, "street": "丙街道"},
            "type": "community.founded", "v": 1,
        })  # fmt: skip


def _spoilt(leaf: bytes) -> Iterator[dict[str, str]]:
    changes = {
        "a space": (b"{", b"{ "), "a float": (b'"v":1', b'"v":1.0'), "minus nought": (b'"v":1', b'"v":-0'),
        "a name twice": (b'"v":1', b'"v":1,"v":1'), "another order": (b'"type":"community.founded","v":1', b'"v":1,"type":"community.founded"'), "too large a number": (b'"v":1', b'"v":9007199254740992'),
        "an escape that is not needed": ("村".encode(), b"\\u6751"), "half a surrogate": ("村".encode(), b"\\ud800"),
        "bytes that are no text": ("村".encode(), b"\xff"), "a time of another form": (b'Z"', b'+00:00"'),
        "a field too many": (b'"v":1', b'"v":1,"w":1'), "an id in capitals": (COMMUNITY.encode(), COMMUNITY.upper().encode()),
        "a body with more than its type has": (b'"kind"', b'"extra":"","kind"'), "a type that there is not": (b"community.founded", b"community.fondled"),
    }  # fmt: skip
    for why, (old, new) in changes.items():
        yield {"why": why, "leaf": leaf.replace(old, new, 1).hex()}


def _tree(hashes: list[bytes]) -> dict[str, Any]:
    size = len(hashes)
    return {
        "roots": {str(n): root_of(hashes[:n]).hex() for n in range(size + 1)},
        "inclusion": [
            {"index": index, "size": size, "path": [hash.hex() for hash in prove_inclusion(hashes, index)]} for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": size, "path": [hash.hex() for hash in prove_consistency(hashes, old)]} for old in range(1, size)
        ],
    }


def _ids() -> list[dict[str, Any]]:
    parts = [[COMMUNITY_SPACE, ORIGIN], [COMMUNITY, "log-key"], [POLL, "count"], [POLL, VOTER], [POLL, "box", "1"]]
    return [{"parts": some, "id": id_of(*some)} for some in parts]


def _text() -> dict[str, Any]:
    text = Text.of("楼道公约", ["楼道不堆放物品。", "电动自行车不进楼。"])
    return {"text": text.to_json(), "digest": text.digest()}


def _commitment() -> dict[str, str]:
    salt, said = bytes(range(32)), "楼道灯坏了。"
    return {"salt": salt.hex(), "text": said, "commitment": hashlib.sha256(salt + said.encode()).hexdigest()}


def _seals() -> Iterator[dict[str, Any]]:
    key, ballot = bytes(range(32)), id_of(POLL, VOTER)
    for version, choice in ((1, "for"), (1, "against"), (3, "abstain")):
        yield {
            "key": key.hex(), "key_commitment": sealing.commitment(key), "ballot": ballot, "version": version, "choice": choice,
            "sealed": sealing.seal(key, ballot, version, choice),
        }  # fmt: skip


def _roll() -> dict[str, Any]:
    lines = [Line(id_of(POLL, str(n)), f"{n}号", "", id_of(VOTER, str(n)), 9_000 + n if n % 2 else 0) for n in range(5)]
    return {"lines": [line.told() for line in lines], "root": root(lines), "count": len(lines)}


def _notes(leaves: list[bytes]) -> dict[str, Any]:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    text = Checkpoint(ORIGIN, len(leaves), root_of(hashes)).text()
    old, new = str(OLD.verifier), str(NEW.verifier)
    handing = f"yishihui/log-key/v1\n{ORIGIN}\n{old}\n{new}\n"
    path = "".join(base64.b64encode(hash).decode() + "\n" for hash in prove_inclusion(hashes, 3))
    return {
        "key": old,
        "checkpoint": OLD.sign(text),
        "short": f"{len(leaves)}-" + "-".join(root_of(hashes).hex()[at : at + 4] for at in range(0, 16, 4)),
        "rotation": {"key": new, "signed": handing, "signature": base64.b64encode(OLD.bytes_signed(handing.encode())).decode()},
        "receipt": f"c2sp.org/tlog-proof@v1\nindex 3\n{path}\n{OLD.sign(text)}",
    }


def _months(day: str, months: int) -> dict[str, Any]:
    start = date.fromisoformat(day)
    return {"day": day, "months": months, "end": _seconds(deadlines.end_of(deadlines.months_after(start, months)))}


def _days(moment: str, days: int) -> dict[str, Any]:
    start = datetime.fromisoformat(moment)
    return {"moment": _seconds(start), "days": days, "end": _seconds(deadlines.end_of(deadlines.local_date(start) + timedelta(days=days)))}


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _case(law: Rule, tally: tuple[int, ...], **beside: Any) -> dict[str, Any]:
    """``beside``: present, members and slips, where they are on record."""
    chosen = [Measures(heads, heads * AREA) for heads in tally]
    in_favour, against, abstain, silent, roll = chosen
    known: dict[str, Any] = {{"members": "composition"}.get(name, name): value for name, value in beside.items()}
    outcome = decide(law, Tally(roll, in_favour + against + abstain, in_favour, against, abstain, silent=silent, **known))
    told = law.to_json()
    names = ("for", "against", "abstain", "silent", "roll")
    return {
        "rule": {name: told[name] for name in LAW if name in told},
        "heads": dict(zip(names, tally, strict=True)),
        "area": {name: heads * AREA for name, heads in zip(names, tally, strict=True)},
        **beside,
        "outcome": outcome.status,
        "cast_only": outcome.cast_only or "",
        "steps": [[step.to_json()[name] for name in STEP] for step in outcome.steps],
    }
