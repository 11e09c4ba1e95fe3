"""Check an exported log and recount every poll: this file alone, with Python's standard library.

    python3 verify.py FOLDER [--english] [--pin SIZE:ROOT]

It hashes every stored byte into the RFC 6962 tree and compares it with ``checkpoint``, insists that each entry is
canonical JSON, follows every stream, freezes every roll again, opens every sealed ballot with the published key,
counts, applies the rule that the notice froze, and compares with what was declared. A pin is the size and root of an
earlier checkpoint, from paper or from a neighbour, which the log must continue. Exit status 0: all holds. 1: findings,
each with its check and position. 2: wrong use.

It shares no line with the program that wrote the log, and is one file so that it can be read, copied and run by
itself. Entries of a type it has no rule for are hashed and ordered, no more.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import operator
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

Json = dict[str, Any]
Problems = Iterator[tuple[str, str, str]]

#: A community's id is the UUID of version 5 in this namespace, named by the origin of its checkpoint.
ORIGINS = uuid.UUID("6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10")
ENVELOPE = {"actor", "agg", "aggv", "at", "body", "type", "v"}
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
CHOICES = ("for", "against", "abstain")
#: Who handles ballots; the clocks of China.
STAFF = ("secretary", "scrutineer", "grid_worker")
#: Who makes sign-in letters and helps with keys; ids of what becomes of a letter are of version 5 in this namespace.
DESK = ("secretary", "chair", "operator")
LETTERS = "5d0e2f52-6c5e-5c0e-9d56-2f6d0e0b7a11"
CHINA = timezone(timedelta(hours=8))
#: Entries in a file of the bundle; findings in a report.
WIDTH, SHOWN = 256, 40


class Finding(NamedTuple):
    """Something that does not hold: check code, position (None: the whole), a sentence in both languages."""

    code: str
    position: int | None
    zh: str
    en: str

    def line(self, language: str = "zh") -> str:
        """Return it as a line of the report."""
        where = "" if self.position is None else f" [{self.position}]"
        return f"{self.code}{where} {self.zh if language == 'zh' else self.en}"


class Broken(Exception):
    """Reading cannot go on here."""

    def __init__(self, code: str, position: int | None, zh: str, en: str) -> None:
        super().__init__(code, position)
        self.finding = Finding(code, position, zh, en)


# the files of a bundle


def read_checkpoint(folder: Path) -> tuple[str, int, bytes]:
    """Return origin, size and root; signatures may follow below an empty line. Raises Broken."""
    try:
        origin, size, root, end, *_ = (folder / "checkpoint").read_bytes().decode().split("\n")
        count, hash = int(size), base64.b64decode(root)
        written_so = (str(count), base64.b64encode(hash).decode(), "") == (size, root, end)
        if written_so and origin and count > 0 and len(hash) == 32:
            return origin, count, hash
    except (OSError, ValueError):
        pass
    raise Broken("C01", None, "缺少存证点，或者写得不对", "the checkpoint is missing or malformed")


def read_leaves(folder: Path, size: int) -> Iterator[bytes]:
    """Yield the stored bytes of each entry, from the C2SP tlog-tiles entry files. Raises Broken."""
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        path = entries_path(first // WIDTH, width)
        try:
            data = (folder / path).read_bytes()
        except OSError:
            raise Broken("C03", first, f"缺文件 {path}", f"file {path} is missing") from None
        leaves = split(data)
        yield from leaves[:width]
        if len(leaves) != width or sum(2 + len(leaf) for leaf in leaves) != len(data):
            raise Broken("C03", first, f"文件 {path} 的长度不对", f"file {path} has the wrong length")


def entries_path(number: int, width: int) -> str:
    """Return the path of an entry file: groups of three digits, all but the last with an x; its width if a part."""
    digits = str(number)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/entries/{name}" + (f".p/{width}" if width < WIDTH else "")


def split(data: bytes) -> list[bytes]:
    """Return the entries of a file, each of which stands behind its length in two bytes, as far as they are whole."""
    leaves, at = [], 0
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            break
        leaves.append(data[at + 2 : end])
        at = end
    return leaves


class Tree:
    """The RFC 6962 tree, reduced to its complete subtrees: height and root of each, largest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []
        for leaf in leaves:
            self.push(leaf)

    def push(self, leaf: bytes) -> None:
        """Append a leaf by its bytes."""
        height, node = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self.peaks and self.peaks[-1][0] == height:
            node = hashlib.sha256(b"\1" + self.peaks.pop()[1] + node).digest()
            height += 1
        self.peaks.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root


# one entry


class Entry(NamedTuple):
    """One event: position, id and version of its stream, time (seconds UTC), who, type, body, version of its type's form, role of who."""

    position: int
    id: str
    version: int
    at: int
    person: str
    type: str
    body: Json
    form: int
    role: str = ""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of JSON without floats and with ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def id_of(first: str, *rest: str) -> str:
    """Return the id that belongs to these parts."""
    return str(uuid.uuid5(uuid.UUID(first), "/".join(rest)))


def text_digest(text: Json) -> str:
    """Return the digest of a text: SHA-256 (hex) over title and clauses."""
    return hashlib.sha256(canonical({name: text[name] for name in ("clauses", "title")})).hexdigest()


def parse(leaf: bytes, position: int) -> Entry:
    """Return the entry of a leaf. Raises Broken unless it is written in the one way there is."""
    try:
        raw = _strict.decode(leaf.decode())
        at = datetime.strptime(raw["at"], MOMENT).replace(tzinfo=UTC)
        actor = raw["actor"]
        stream = (raw["agg"], raw["aggv"], int(at.timestamp()))
        entry = Entry(position, *stream, actor["person"], raw["type"], raw["body"], raw["v"], actor["role"])
        kinds = [type(value) for value in entry]
        exact = canonical(raw) == leaf and set(raw) == ENVELOPE and set(actor) == {"person", "role"}
        plain = at.strftime(MOMENT) == raw["at"] and str(uuid.UUID(entry.id)) == entry.id
        if exact and plain and kinds == [int, str, int, int, str, str, dict, int, str]:
            return entry
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass
    raise Broken("C05", position, "这一条不是规定的写法", "this entry is not in canonical form")


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _whole(text: str) -> int:
    return int(text) if abs(int(text)) < 1 << 53 else _refuse(text)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    return made if len(made) == len(pairs) and all(key.isascii() for key in made) else _refuse("keys")


_strict = json.JSONDecoder(
    parse_float=_refuse, parse_constant=_refuse, parse_int=_whole, object_pairs_hook=_once
)


# the law of a vote

OPERATORS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "==": operator.eq}


def _say(subject: str, sign: str, base: str, measure: str = "heads") -> Json:
    return {"measure": measure, "subject": subject, "operator": sign, "base": base, "numerator": 1, "denominator": 1}


MEASURES = ("heads", "area")
POSSIBLE = [
    condition
    for measure in MEASURES
    for condition in (
        *(_say(name, ">=", "zero", measure) for name in ("roll", *CHOICES, "silent")),
        _say("votes", "==", "participating", measure),
        _say("participating", "<=", "roll", measure),
    )
]
POSSIBLE += [_say("participating", "<=", "present"), _say("present", "<=", "roll")]
NO_SLIP_TOO_MANY = [_say("returned", "<=", "issued")]
NOBODY_TWICE = [_say("reached", "<=", "roll", measure) for measure in MEASURES]
REPORT = [_say("participating", "<=", "roll"), *(_say(choice, "<=", "participating") for choice in CHOICES)]
ADVICE = {"binding": False}
STEP = ["kind", "measure", "subject", "count", "times", "operator", "base", "of", "base_times", "left", "right", "holds"]
#: What rules of this release may ask for.
KNOWN = {"silence": ("out", "abstain", "majority"), "tie": ("fails", "ignored"), "abstention": ("stays", "leaves")}


class Crowd(NamedTuple):
    """Who voted how, by heads and by area (0.01 m²): ``chosen`` measure -> choice -> amount, ``roll`` and ``silent`` measure ->
    amount; ``present`` heads in the room, if there was one; ``members`` of a mixed body by what they are, if known; ``slips``
    of paper "issued" and "returned", if known."""

    chosen: Mapping[str, Mapping[str, int]]
    roll: Mapping[str, int]
    silent: Mapping[str, int]
    present: int | None = None
    members: Mapping[str, int] | None = None
    slips: Mapping[str, int] | None = None

    def amounts(self, measure: str) -> dict[str, int]:
        """Everything that a condition may name."""
        chosen, roll = {choice: self.chosen[measure][choice] for choice in CHOICES}, self.roll[measure]
        votes, silent = sum(chosen.values()), self.silent[measure]
        found = {**chosen, "roll": roll, "all": roll, "zero": 0, "votes": votes, "participating": votes, "present": votes}
        found |= {"decided": chosen["for"] + chosen["against"], "silent": silent, "reached": votes + silent}
        if measure == "heads":
            found |= {} if self.present is None else {"present": self.present}
            found |= {name: (self.members or {}).get(name, 0) for name in ("delegate", "woman")}
            return found | {name: (self.slips or {}).get(name, 0) for name in ("returned", "issued")}
        return found | dict.fromkeys(("delegate", "woman", "returned", "issued"), 0)


def crowd(chosen: Mapping[str, int], roll: int, present: int | None = None) -> Crowd:
    """Return a crowd counted by heads alone."""
    return Crowd({"heads": chosen, "area": dict.fromkeys(CHOICES, 0)}, {"heads": roll, "area": 0}, {"heads": 0, "area": 0}, present)


def judge(rule: Json, crowd: Crowd) -> tuple[str, list[Json], str | None]:
    """Return what a count means under a rule, every comparison made, and what it would mean without the silent if they are
    counted."""
    possible = POSSIBLE + (NOBODY_TWICE if any(crowd.silent.values()) else []) + (NO_SLIP_TOO_MANY if crowd.slips else [])
    if impossible := _failing("void", possible, rule, crowd):
        return "VOID", impossible, None
    made_up = rule.get("composition") or []
    if crowd.members is not None and _failing("composition", made_up, rule, crowd):
        return "VOID", _steps("composition", made_up, rule, crowd), None
    if not rule["binding"]:
        return "REPORTED", _steps("report", REPORT, rule, crowd), None
    if rule["silence"] == "out" or not any(crowd.silent.values()):
        return (*_decide(rule, crowd), None)
    measures = [name for name in MEASURES if name == "heads" or _by_area(rule)]
    side = _side(rule["silence"], [crowd.chosen[name]["for"] - crowd.chosen[name]["against"] for name in measures])
    said = _steps("silence", [_say("silent", "<=", side, name) for name in measures], rule, crowd)
    whole = {name: {choice: crowd.chosen[name][choice] for choice in CHOICES} for name in MEASURES}
    chosen = {name: {**cast, side: cast[side] + crowd.silent[name]} for name, cast in whole.items()}
    status, steps = _decide(rule, crowd._replace(chosen=chosen, silent=dict.fromkeys(MEASURES, 0)))
    return status, said + steps, _decide(rule, crowd)[0]


def _side(silence: str, leads: list[int]) -> str:
    if silence == "abstain":
        return "abstain"
    return "for" if all(lead > 0 for lead in leads) else "against" if all(lead < 0 for lead in leads) else "abstain"


def _by_area(rule: Json) -> bool:
    return any(condition["measure"] == "area" for condition in rule["quorum"] + rule["majority"])


def _decide(rule: Json, crowd: Crowd) -> tuple[str, list[Json]]:
    nobody = [] if rule.get("dissent") else _failing("turnout", [_say("participating", ">", "zero")], rule, crowd)
    quorum = nobody + _steps("quorum", rule["quorum"], rule, crowd)
    if not all(step["holds"] for step in quorum):
        return "NO_QUORUM", quorum
    majority = _steps("majority", rule["majority"], rule, crowd)
    tie = _failing("tie", [_say("for", ">", "against")], rule, crowd) if rule["tie"] == "fails" else []
    held = [step["holds"] for step in majority]
    passed = not tie and (any(held) if rule.get("either") else all(held))
    return "PASS" if passed else "FAIL", quorum + majority + tie


def _steps(kind: str, conditions: Iterable[Json], rule: Json, crowd: Crowd) -> list[Json]:
    return [_compare(kind, condition, crowd, rule) for condition in conditions]


def _failing(kind: str, conditions: Iterable[Json], rule: Json, crowd: Crowd) -> list[Json]:
    return [step for step in _steps(kind, conditions, rule, crowd) if not step["holds"]]


def _compare(kind: str, condition: Json, crowd: Crowd, rule: Json) -> Json:
    """Compare with a fraction: nothing is rounded."""
    subject, base, measure = condition["subject"], condition["base"], condition["measure"]
    if kind == "majority" and rule["abstention"] == "leaves" and base in ("participating", "present"):
        base = "decided"
    if crowd.present is None:
        subject, base = ("participating" if name == "present" else name for name in (subject, base))
    amounts, times, share = crowd.amounts(measure), condition["denominator"], condition["numerator"]
    count, of = amounts[subject], amounts[base]
    holds = OPERATORS[condition["operator"]](Fraction(count), of * Fraction(share, times))
    made = (kind, measure, subject, count, times, condition["operator"], base, of, share)
    return dict(zip(STEP, (*made, count * times, of * share, holds and (kind != "majority" or of > 0)), strict=True))


# days on the clocks of China, which have been eight hours ahead of UTC since 1991

DAY, AHEAD = 86_400, 8 * 3_600


def end_of_days(moment: int, days: int) -> int:
    """Return 24:00 of the n-th day after a moment, its own day not counted. Public holidays, which only make it later, are not
    known here."""
    return ((moment + AHEAD) // DAY + days + 1) * DAY - AHEAD


def end_of_months(moment: int, months: int) -> int:
    """Return 24:00 of the day of the same number so many months later, or of the last of its month."""
    day = datetime.fromtimestamp(moment + AHEAD, UTC).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first, following = date(year, month + 1, 1), date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = min(first.toordinal() + day.day, following.toordinal()) - 1
    return (last - date(1970, 1, 1).toordinal() + 1) * DAY - AHEAD


#: Types that got a second form together: once one of them is written so, nobody writes any of them in the first form, which
#: says less and is checked for less.
RENEWED = {"poll.announced", "ballot.cast", "box.sealed", "slip.refused", "poll.counted"}
#: Beginning of a rule's id -> the office whose holders are the delegates of that mixed body.
DELEGATES = {"VIL_R": "village_delegate", "RES_R": "village_delegate"}
#: Beginning of a rule's id -> the rule by which that assembly is called on signatures.
CALLS = {"VIL": "CALL_V", "RES": "CALL_R", "OWN": "OWN_CALL"}
#: What became of a poll that may be held again.
REPEATABLE = ("cancelled", "annulled", "FAIL", "NO_QUORUM", "VOID")


# the procedure, as tables

#: Offices by a letter each, for the table below. A resident is anybody of the register; the operator stands at the machine.
LETTER = {
    "S": "secretary", "C": "chair", "K": "committee", "R": "scrutineer", "V": "supervisor", "G": "grid_worker",
    "T": "street_office", "D": "delegate", "N": "resident", "O": "operator",
}  # fmt: skip
#: type -> who may sign it. Whoever does so in an office holds it on that day on the clocks of China.
SIGNERS = {
    "community.founded": "O",
    "register.places_entered": "SO", "register.units_entered": "SO", "register.households_entered": "SO",
    "register.persons_entered": "SO", "register.owners_entered": "SO", "register.titles_entered": "SO",
    "title.transferred": "SO", "unit.measured": "SO", "owner.voter_named": "SCON",
    "role.granted": "SCO", "role.ended": "SCO",
    "access.adopted": "SCO", "letters.issued": "SCO", "letter.replaced": "SCO",
    "binding.made": "NSCKRVGTD", "binding.renewed": "NSCKRVGTD", "binding.key_changed": "N", "binding.objected": "NSCO",
    "binding.ended": "NSCO", "binding.keys_replaced": "SCO",
    "log_key.adopted": "O", "log_key.rotated": "O", "person.erased": "SCO", "content.erased": "SCO",
    "report.received": "NSCKG", "report.reclassed": "SCKG", "report.merged": "SCK", "report.taken_up": "SCK",
    "report.split_off": "SCK", "report.answered": "SCKG",
    "matter.opened": "SCK", "matter.gate_passed": "SC", "matter.review_asked": "SC", "matter.reviewed": "TS", "matter.closed": "SC",
    "motion.proposed": "CKDSN", "motion.seconded": "NDK", "motion.admitted": "SC", "motion.revised": "SC", "motion.amended": "SC",
    "motion.withdrawn": "SCNDK", "motion.settled": "SCR", "amendment.moved": "DKCS", "amendment.settled": "SC",
    "comment.made": "ND", "comment.answered": "SCK",
    "meeting.called": "SC", "meeting.cancelled": "SC", "meeting.opened": "SC", "meeting.closed": "SC", "meeting.signed": "SCN",
    "attendance.marked": "SC", "attendance.changed": "SC", "minute.entered": "S", "minute.corrected": "SC",
    "poll.announced": "SC", "roll.page_frozen": "SC", "roll.corrected": "S", "poll.delivered": "S", "poll.served": "SN",
    "poll.opened": "SC", "poll.extended": "S", "poll.cancelled": "S", "poll.hands_counted": "SC", "poll.closed": "SCR",
    "poll.counted": "SCR", "poll.annulled": "SC", "poll.recounted": "SRG", "doubt.raised": "NSR", "doubt.answered": "SR",
    "rules.adopted": "SCO", "ballot.cast": "NSRG", "ballot.voided": "NSCO", "proxy.granted": "NSRG", "proxy.revoked": "NSRG",
    "box.sealed": "SRG", "box.scanned": "SRG", "slip.read": "SRG", "slip.settled": "SRG", "slip.refused": "SRG",
    "resolution.adopted": "SC",
    "publication.posted": "SCK", "publication.taken_down": "SCK", "objection.raised": "NVSCK", "objection.answered": "VSCK",
    "notice.issued": "GSKC", "notice.served": "GSKC", "notice.inspected": "GSKC", "notice.escalated": "GSKC",
    "notice.closed": "GSKC", "notice.withdrawn": "GSKC",
    "filing.made": "SC", "filing.acknowledged": "TS", "filing.returned": "TS",
}  # fmt: skip
OFFICES = {type: frozenset(LETTER[letter] for letter in letters) for type, letters in SIGNERS.items()}

#: type -> what it does to its own stream: "kind: states in which it may come > state afterwards". "new": it begins the stream;
#: "=": the state stays, or the rule of the type sets it.
STEPS = {
    "role.granted": "role: new > held", "role.ended": "role: held > ended",
    "report.received": "report: new > received", "report.reclassed": "report: received > =", "report.merged": "report: received > merged",
    "report.taken_up": "report: received > taken_up", "report.split_off": "report: received > split_off",
    "report.answered": "report: received merged taken_up split_off > =",
    "matter.opened": "matter: new > open", "matter.gate_passed": "matter: open > =", "matter.review_asked": "matter: open > =",
    "matter.reviewed": "matter: open > =", "matter.closed": "matter: open > closed",
    "motion.proposed": "motion: new > proposed", "motion.admitted": "motion: proposed > admitted",
    "motion.revised": "motion: proposed admitted > =", "motion.amended": "motion: proposed admitted > =",
    "motion.withdrawn": "motion: proposed admitted > withdrawn", "motion.settled": "motion: admitted > =",
    "motion.seconded": "second: new > made",
    "amendment.moved": "amendment: new > moved", "amendment.settled": "amendment: moved > =",
    "comment.made": "comment: new > made", "comment.answered": "comment: made > answered",
    "meeting.called": "meeting: new > called", "meeting.cancelled": "meeting: called > cancelled",
    "meeting.opened": "meeting: called > open", "meeting.closed": "meeting: open > closed", "meeting.signed": "meeting: closed > =",
    "attendance.marked": "attendance: new > marked", "attendance.changed": "attendance: marked > =",
    "minute.entered": "minute: new > entered", "minute.corrected": "minute: entered > =",
    "resolution.adopted": "resolution: new > adopted",
    "publication.posted": "publication: new > posted", "publication.taken_down": "publication: posted > taken_down",
    "objection.raised": "objection: new > raised", "objection.answered": "objection: raised > answered",
    "notice.issued": "notice: new > issued", "notice.served": "notice: issued > served",
    "notice.inspected": "notice: served failed passed > =", "notice.escalated": "notice: failed > escalated",
    "notice.closed": "notice: passed > closed", "notice.withdrawn": "notice: issued served failed passed > withdrawn",
    "filing.made": "filing: new > made", "filing.acknowledged": "filing: made > acknowledged", "filing.returned": "filing: made > returned",
}  # fmt: skip


class Step(NamedTuple):
    """What a type does to its stream, read from STEPS; ``before`` is empty if it begins the stream."""

    kind: str
    before: frozenset[str]
    after: str


def _step(text: str) -> Step:
    kind, _, path = text.partition(": ")
    before, _, after = path.partition(" > ")
    return Step(kind, frozenset(before.split()) - {"new"}, "" if after == "=" else after)


TRANSITIONS = {type: _step(text) for type, text in STEPS.items()}
#: type -> fields of which the id of its stream is made ("@" whoever signs).
DERIVED = {
    "role.granted": ("person", "role", "place", "since"), "motion.seconded": ("motion", "@"),
    "attendance.marked": ("meeting", "person"), "objection.raised": ("publication", "person"),
}  # fmt: skip
#: type -> field -> kind of thing that it must name, and the states it may be in; "?" in front: or "" for none.
CITES = {
    "role.granted": {"person": "person", "place": "?place"},
    "owner.voter_named": {"owner": "owner", "person": "person"},
    "title.transferred": {"unit": "unit", "owner": "owner"},
    "unit.measured": {"unit": "unit"},
    "report.received": {"place_id": "?place", "reporter": "?person"},
    "report.merged": {"into": "report received taken_up split_off answered"},
    "report.taken_up": {"matter": "matter open"},
    "matter.gate_passed": {"poll": "?poll"},
    "matter.review_asked": {"motion": "motion proposed admitted"},
    "matter.reviewed": {"motion": "motion"},
    "motion.proposed": {"matter": "matter open"},
    "motion.seconded": {"motion": "motion proposed"},
    "motion.amended": {"amendment": "amendment moved passed", "poll": "poll"},
    "motion.settled": {"poll": "poll"},
    "amendment.moved": {"motion": "motion proposed admitted", "replaces": "?amendment not_passed"},
    "amendment.settled": {"poll": "poll"},
    "comment.made": {"motion": "motion proposed admitted"},
    "meeting.called": {"matter": "matter open"},
    "meeting.opened": {"chair": "person", "secretary": "person"},
    "attendance.marked": {"meeting": "meeting called open"},
    "attendance.changed": {"meeting": "meeting called open"},
    "minute.entered": {"meeting": "meeting open", "poll": "?poll"},
    "minute.corrected": {"meeting": "meeting"},
    "poll.announced": {"meeting": "?meeting", "repeats": "?poll"},
    "doubt.raised": {"person": "person"},
    "proxy.granted": {"poll": "poll", "agent": "person"},
    "resolution.adopted": {"matter": "matter open", "motion": "motion proposed admitted adopted", "poll": "poll"},
    "publication.posted": {"matter": "matter open"},
    "objection.raised": {"publication": "publication", "person": "person"},
    "notice.issued": {"matter": "matter open", "resolution": "resolution", "place": "?place", "replaces": "?notice withdrawn"},
    "filing.made": {"matter": "matter open", "resolution": "?resolution"},
    "binding.made": {"person": "person"},
    "person.erased": {"person": "person"},
}  # fmt: skip
#: type -> (field, field): the second repeats the number of what the first names.
NUMBERED = {
    "report.merged": ("into", "into_number"), "report.taken_up": ("matter", "matter_number"),
    "motion.seconded": ("motion", "number"), "objection.raised": ("publication", "number"),
}  # fmt: skip
#: Things of these kinds lie in one matter, which everything that names them repeats.
FILED = ("motion", "meeting", "publication")
#: Kinds whose numbers are given once in a community; those of motions once in a matter.
ONE_NUMBER = ("report", "matter", "motion", "meeting", "resolution", "publication", "notice", "filing")
#: Fields that a later entry of a stream repeats from the first.
ECHO = ("number", "title", "matter", "meeting", "motion", "publication", "label", "capacity", "person", "kind", "role")
#: Things that can still change only while their matter is open.
WHILE_OPEN = ("motion.admitted", "motion.revised", "motion.amended", "motion.withdrawn", "motion.settled")
#: Procedures: stage -> rules of which one decides it; "*" marks the review by the street office.
TEMPLATES = {
    "SI_YI": "proposed; consulted; reviewed_by_party PARTY4; deliberated DELIB; commented; prefiled *; decided VIL_H VIL_P; "
    "published; filed; result_published",
    "WU_BU": "collected; discussed; carried_out; rated; filed",
}
#: What words a type commits to, if not "words" alone; whose words they can be is in these fields.
SAID = {"minute.corrected": ("words", "reason")}
VOICES = ("person", "speaker", "reporter")
CODES = {
    "channel": "patrol photo box hotline scan reception online double_report", "colour": "red gold blue",
    "outcome_of_comment": "adopted explained merged", "stance": "support concern question", "status": "present leave absent",
    "meeting": "council party assembly committee branch", "level": "ordinary serious",
    "minute": "speech motion second amendment vote decision reply note", "motion": "compact decision opinion",
    "publication": "draft roll notice result resolution implementation", "how": "signed received_for refused_witnessed posted",
    "reason_kind": "review comments drafting",
    "ground": "request purpose_ended unlawful order retention_over consent_withdrawn",
}  # fmt: skip
KNOWN_CODES = {name: frozenset(words.split()) for name, words in CODES.items()}
#: Minutes of these kinds are public text; all others are words of persons.
PUBLIC = ("vote", "decision")
#: Days on display at least; level of a notice -> (days, hours) to mend; days in which a decision is filed.
LEAST = {"result": 15, "resolution": 15, "implementation": 15}
PERIODS = {"ordinary": (3, 0), "serious": (0, 24)}
TO_FILE = 10
#: Days by which public holidays move the end of a period at most: the calendar itself is not known here.
HOLIDAYS = 12


class Thing:
    """Something with a stream of its own that other entries name: its kind, the body it began with, its state."""

    __slots__ = ("at", "body", "id", "kind", "more", "person", "position", "state")

    def __init__(self, kind: str, e: Entry) -> None:
        self.kind, self.id, self.body, self.person, self.at, self.position = kind, e.id, e.body, e.person, e.at, e.position
        self.state = ""
        #: What the rules of its room keep of it.
        self.more: Json = {}


def stages_of(template: str) -> list[tuple[str, list[str], bool]]:
    """Return (stage, rules, whether it is the review) for each stage of a template."""
    words = [stage.split() for stage in TEMPLATES[template].split("; ")]
    return [(first, [rule for rule in rules if rule != "*"], "*" in rules) for first, *rules in words]


@functools.cache
def _date(number: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number).isoformat()


def day_of(at: int) -> str:
    """Return the day (ISO date) on the clocks of China."""
    return _date((at + AHEAD) // DAY)


def days_from(first: str, last: str) -> int:
    """Return the days from one day (ISO date) to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def begins(day: str) -> int:
    """Return the first moment of a day in China, in seconds UTC."""
    return days_from("1970-01-01", day) * DAY - AHEAD


# clauses


def rewritten(text: Json, operations: list[Json]) -> Json:
    """Return a text after operations on its clauses, in order. Raises ValueError for one that does not fit, LookupError."""
    clauses, last = [list(clause) for clause in text["clauses"]], text["last"]
    for change in operations:
        ids = [clause[0] for clause in clauses]
        if change["operation"] == "insert":
            free = {f"c{n}" for n in range(1, last + 1)} - {*ids} if change["again"] else {f"c{last + 1}"}
            _fits(change["clause"] in free and bool(change["text"].strip()) and len(clauses) < 999)
            clauses.insert(ids.index(change["after"]) + 1 if change["after"] else 0, [change["clause"], change["text"]])
            last += not change["again"]
            continue
        at = ids.index(change["clause"])
        if change["operation"] == "replace":
            _fits(clauses[at][1] == change["old"] != change["new"] and bool(change["new"].strip()))
            clauses[at][1] = change["new"]
        else:
            before = ids[at - 1] if at else ""
            _fits(change["operation"] == "remove" and (clauses[at][1], before) == (change["text"], change["after"]))
            del clauses[at]
    return {"title": text["title"], "clauses": clauses, "last": last}


def _fits(so: bool) -> None:
    if not so:
        raise ValueError("an operation does not fit the text")


def unnamed(operations: list[Json]) -> list[Json]:
    """Return operations with the clauses that they insert named by their order, so that two sets can be compared."""
    names: dict[str, str] = {}
    made = []
    for change in operations:
        if change["operation"] == "insert" and not change["again"]:
            names[change["clause"]] = f"+{len(names)}"
        made.append(change | {field: names.get(change[field], change[field]) for field in ("clause", "after") if field in change})
    return made


# one poll


class Poll:
    """What the log says of one poll, read anew."""

    def __init__(self, announced: Entry) -> None:
        self.id, self.at, self.notice = announced.id, announced.at, announced.body
        self.rolls, self.closes = self.notice["rolls"], self.notice["closes"]
        self.lines: dict[str, dict[str, list[Any]]] = {name: {} for name in self.rolls}
        #: voter -> way in which the ballot reached the door; number of slips issued, where it was declared
        self.served: dict[str, str] = {}
        self.paper: int | None = None
        self.returned = 0
        #: voter -> ballot entry; box -> slips not entered yet; reason -> slips put aside
        self.ballots: dict[str, Entry] = {}
        #: voter -> ballots voided so far; voter -> binding, of ballots that an objection voids and that are not voided yet
        self.voided: Counter[str] = Counter()
        self.due: dict[str, str] = {}
        self.boxes: dict[str, int] = {}
        self.refused: Counter[str] = Counter()
        #: box -> readings it asks for; first reading -> its entries, and its box; those used up; letter -> entry; taken back
        self.readings: dict[str, int] = {}
        self.read: dict[str, list[Entry]] = {}
        self.used: set[str] = set()
        self.letters: dict[str, Entry] = {}
        self.revoked: set[str] = set()
        #: slips put aside that were read twice: (first reading, reason); those of a voter whose ballot was in then
        self.aside: list[tuple[str, str]] = []
        self.doubled: set[str] = set()
        #: Owner -> area and voter by the register when the poll was announced; voters whose line was corrected since.
        self.owned: dict[str, tuple[int, str]] | None = None
        self.corrected: set[str] = set()
        self.opened: int | None = None
        self.closed: int | None = None
        self.cancelled = False
        self.hands: Json | None = None
        self.counted: Json | None = None
        #: the log's time at the count; open doubts and by whom; whether one was found right, or the result annulled
        self.counted_at = 0
        self.doubts: dict[str, str] = {}
        self.wrong = self.annulled = False
        #: Whether the latest recount found other numbers.
        self.differs = False
        self.tally: Json = {}

    @property
    def became(self) -> str:
        """What became of it: "cancelled", "annulled", its outcome, or "" before the count."""
        fell = "cancelled" if self.cancelled else "annulled" if self.annulled else ""
        return fell or str(self.counted["outcome"] if self.counted else "")

    def repeatable(self, now: int) -> bool:
        """Whether it certainly gave no result, so that it may be held again."""
        return self.became in REPEATABLE and (self.cancelled or self.annulled or self.final(now))

    def final(self, now: int) -> bool:
        """Whether something may rest on the count: it stands, the days for asking are over, every doubt is answered."""
        days = self.notice["rule"].get("doubt_days", 0)
        waited = not days or now >= end_of_days(self.counted_at, days)
        return waited and not (self.doubts or self.wrong or self.annulled or self.differs)

    def given_by_phone(self, ballot: Entry) -> Entry | None:
        """Return the letter by which a ballot was cast, if whoever votes for the voter gave it: staff had none on paper."""
        letter = self.letters.get(_aid(ballot).get("proxy", ""))
        if letter is None:
            return None
        own = self.lines["binding"].get(letter.body["voter"], [])[3:4] == [letter.person]
        return letter if own or not letter.body["letter"] else None

    @property
    def running(self) -> bool:
        """Whether ballots count that are cast now."""
        return self.opened is not None and self.closed is None

    def roll_stands(self) -> bool:
        """Whether the lines are those announced and corrected: the tree over canonical lines sorted by voter."""
        return all(
            (roll["count"], roll.get("area", 0)) == (len(self.lines[name]), self.area_of(name, self.lines[name]))
            and roll["root"] == Tree(canonical(line) for _, line in sorted(self.lines[name].items())).root().hex()
            for name, roll in self.rolls.items()
        )

    def area_of(self, roll: str, voters: Iterable[str]) -> int:
        """Return the area of voters of a roll together, in 0.01 m²."""
        lines = self.lines[roll]
        return sum(lines[voter][4] for voter in voters if len(lines[voter]) > 4)

    def silent(self) -> list[str]:
        """Return who was served and cast no ballot, where the rule counts them."""
        if self.notice["rule"]["silence"] == "out":
            return []
        cast = {voter for voter, ballot in self.ballots.items() if ballot.body["roll"] == "binding"}
        return [voter for voter in self.served if voter not in cast and voter in self.lines["binding"]]

    def slips(self) -> dict[str, int]:
        """Return paper issued and returned, nothing where no paper is on record as issued."""
        handed = sum(way != "own" for way in self.served.values())
        if (not handed and self.paper is None) or "paper" not in self.notice["channels"]:
            return {}
        return {"issued": max(handed, self.paper or 0), "returned": self.returned}

    def differences(self, declared: Json) -> Problems:
        """Yield (check, zh, en) for what a declaration says otherwise than a count from the sealed ballots."""
        key = bytes.fromhex(declared["key"])
        if hashlib.sha256(key).hexdigest() != self.notice["key_commitment"]:
            yield "C14", "公布的密钥不是公告承诺的那一把", "the key published is not the one committed to"
            return
        sums = self._hand_sums(self.hands) if self.hands else self._ballot_sums(key)
        counted = {name: sum(tally.get(choice, 0) for choice in CHOICES) for name, tally in declared["tallies"].items()}
        logged = {name: chosen.total() for name, chosen in sums.items()}
        whole = counted == logged and all(logged[name] <= self._roll(name) for name in logged)
        if not whole:
            yield "C13", f"记录里的票是 {logged}，计的是 {counted}", f"{logged} ballots are in the log, {counted} were counted"
        if any(set(chosen) - set(CHOICES) for chosen in sums.values()):
            yield "C12", "有票用公布的密钥打不开", "a ballot does not open with the published key"
        tallies: dict[str, Any] = {n: {c: chosen[c] for c in CHOICES} | {"roll": self._roll(n)} for n, chosen in sums.items()}
        stated = {"for": declared["in_favour"], "against": declared["against"], "abstain": declared["abstain"]}
        binding = self.tally = tallies["binding"]
        same = {**stated, "roll": binding["roll"]} == binding
        areas, silent = self._areas(key), self.silent()
        binding |= {"area": areas | {"silent": self.area_of("binding", silent)}} if areas else {}
        binding |= {"silent": len(silent)} if silent else {}
        if whole and (declared["tallies"] != tallies or not same):
            yield "C14", f"票数应为 {tallies}", f"the tallies should be {tallies}"
        if declared.get("slips", self.slips()) != self.slips():
            yield "C16", f"纸票应为 {self.slips()}", f"the slips should be {self.slips()}"
        if whole and self._groups_differ(declared["groups"], key):
            yield "C14", "分组的票数对不上", "the tallies by group differ"
        if declared["refused"] != dict(self.refused):
            yield "C14", "不计入的票数对不上", "the refused slips differ"
        yield from self._judged(declared, sums, areas) if whole else ()
        yield from self._readings_differ(key)
        yield from self._instructions_differ(key)

    def _readings_differ(self, key: bytes) -> Problems:
        """Two persons must have read the same on each slip; a choice read of somebody who had voted is a duplicate."""
        pairs = [(ballot.body["aid"]["slip"], _open(ballot, key)) for ballot in self.ballots.values() if "slip" in _aid(ballot)]
        for slip, second in pairs + self.aside:
            first = _open(self.read[slip][-1], key) if slip in self.read else ""
            same = {"blank": "abstain"}.get(first, first) == second
            doubled = second == "duplicate" and (first in CHOICES or first == "blank") and slip in self.doubled
            if not same and not doubled:
                yield "C12", "一张纸票两遍录得不一样", "the two readings of a slip differ"

    def _instructions_differ(self, key: bytes) -> Problems:
        """A letter that says how to vote is followed."""
        for ballot in self.ballots.values():
            letter = self.letters.get(_aid(ballot).get("proxy", ""))
            if letter is not None and letter.body["bound"] and _unseal(letter, "instruction", key) != _open(ballot, key):
                yield "C12", "代投的与委托书写明的不一样", "a proxy voted otherwise than the letter says"

    def _areas(self, key: bytes) -> dict[str, int]:
        """Return choice -> area and "roll" -> area of the binding roll; nothing where votes do not weigh by it."""
        whole = self.rolls["binding"].get("area", 0)
        if not whole:
            return {}
        sums = {**dict.fromkeys(CHOICES, 0), "roll": whole}
        for voter, ballot in self.ballots.items() if not self.hands else ():
            if ballot.body["roll"] == "binding":
                sums[_open(ballot, key)] += self.area_of("binding", [voter])
        return sums

    def _crowd(self, heads: Mapping[str, int], areas: Mapping[str, int]) -> Crowd:
        silent, rolled = self.silent(), self._roll("binding")
        by_area = {choice: areas.get(choice, 0) for choice in CHOICES}
        unheard = {"heads": len(silent), "area": self.area_of("binding", silent) if areas else 0}
        roll = {"heads": rolled, "area": areas.get("roll", 0)}
        present = self.hands["present"] if self.hands else None
        return Crowd({"heads": heads, "area": by_area}, roll, unheard, present, self.rolls["binding"].get("members"), self.slips())

    def _judged(self, declared: Json, sums: Mapping[str, Counter[str]], areas: Mapping[str, int]) -> Problems:
        status, steps, cast_only = judge(self.notice["rule"], self._crowd(sums["binding"], areas))
        if declared.get("cast_only", "") != (cast_only or ""):
            yield "C14", "只算投出的票，结果不一样", "the outcome of the votes cast alone differs"
        for name in sums:
            if name != "binding":
                steps = steps + judge(ADVICE, crowd(sums[name], self._roll(name)))[1]
        if declared["outcome"] != status:
            yield "C14", f"结果应为 {status}", f"the outcome should be {status}"
        if [{name: step[name] for name in STEP} for step in declared["steps"]] != steps:
            yield "C14", "结果的理由与计票对不上", "the reasons given for the outcome do not follow from the count"

    def _roll(self, name: str) -> int:
        return int(self.hands["due"]) if self.hands else len(self.lines[name])

    def _hand_sums(self, hands: Json) -> dict[str, Counter[str]]:
        said = {"for": hands["in_favour"], "against": hands["against"], "abstain": hands["abstain"]}
        return {"binding": Counter(said)}

    def _ballot_sums(self, key: bytes) -> dict[str, Counter[str]]:
        sums: dict[str, Counter[str]] = {name: Counter() for name in self.rolls}
        for ballot in self.ballots.values():
            sums[ballot.body["roll"]][_open(ballot, key)] += 1
        return sums

    def _groups_differ(self, groups: Json, key: bytes) -> bool:
        """Whether a group shown by grid or by channel (small ones are not shown) has other numbers."""
        sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for voter, ballot in self.ballots.items() if not self.hands else ():
            if ballot.body["roll"] == "binding":
                for group in (("grid", self.lines["binding"][voter][2]), ("channel", ballot.body["channel"])):
                    sums[group][_open(ballot, key)] += 1
        return any(
            {c: line[c] for c in CHOICES} != {c: sums[kind, line["name"]][c] for c in CHOICES}
            for kind, lines in groups.items() for line in lines
        )  # fmt: skip


def _open(ballot: Entry, key: bytes) -> str:
    """Return the choice: 32 bytes, XOR HMAC-SHA256(key, ballot id / version), without the spaces at their end."""
    return _unseal(ballot, "sealed", key)


def _unseal(entry: Entry, field: str, key: bytes) -> str:
    pad = hmac.digest(key, f"{entry.id}/{entry.version}".encode(), "sha256")
    sealed = bytes.fromhex(entry.body[field])
    return bytes(a ^ b for a, b in zip(sealed, pad, strict=True)).decode("ascii", "replace").rstrip(" ")


def _aid(ballot: Entry) -> Json:
    """Return who stood by the voter: the first reading of a slip, a letter, a witness."""
    aid: Json = ballot.body.get("aid", {})
    return aid


# signing in


class Letter:
    """A sign-in letter: its kind, for whom it is, until when (seconds UTC), and whether somebody may still use it."""

    def __init__(self, kind: str, target: str, until: int) -> None:
        self.kind, self.target, self.until, self.open = kind, target, until, True


class Bound:
    """A person bound by a letter: to which home, since when, voting by phone from when; the letter it waits for, if any."""

    def __init__(self, e: Entry) -> None:
        self.id, self.person, self.home = e.id, e.body["person"], e.body["home"]
        self.made, self.votes_from, self.waits, self.ended = e.at, e.body["votes_from"], "", 0


# the whole log


class Recount(NamedTuple):
    """One poll, counted again: what was declared, and the binding tally as counted here ({} if it could not be)."""

    poll: str
    number: str
    title: str
    declared: Json
    tally: Json
    same: bool


class Checker:
    """Takes the entries in order and collects what does not hold."""

    def __init__(self, pins: Mapping[int, bytes] | None = None) -> None:
        self.tree, self.pins = Tree(), dict(pins or {})
        self.origin = ""
        self.findings: list[Finding] = []
        self.versions: dict[str, int] = {}
        #: subject -> digest of its text now; the log's time is the latest so far
        self.texts: dict[str, str] = {}
        self.time = 0
        self.polls: dict[str, Poll] = {}
        #: place -> place it lies in; unit -> [building, area]; unit -> [owner, kind]
        self.parents: dict[str, str] = {}
        self.units: dict[str, list[Any]] = {}
        self.titles: dict[str, list[str]] = {}
        #: owner -> who votes for it, "" while nobody is named; whether an entry of a renewed type was in its second form
        self.voters: dict[str, str] = {}
        self.renewed = False
        #: person -> home; person -> terms of roles [role, first day, last day or ""]; role grant -> its term
        self.homes: dict[str, str] = {}
        self.roles: defaultdict[str, list[list[str]]] = defaultdict(list)
        self.terms: dict[str, list[str]] = {}
        #: doubt -> its poll and who raised it
        self.doubts: dict[str, tuple[Poll, str]] = {}
        #: Hours from a binding to its first ballot by phone, None before signing in had rules; letters by number; the binding
        #: that stands for a person; those that stand, by id
        self.hours: int | None = None
        self.letters: dict[str, Letter] = {}
        self.bound: dict[str, Bound] = {}
        self.bindings: dict[str, Bound] = {}
        self.left: dict[str, Bound] = {}
        #: person -> from when to when (seconds UTC) bindings stood that were objected to
        self.objected: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        #: The rules adopted last, None before the first adoption.
        self.adopted: list[Json] | None = None
        self.recounted: list[Recount] = []
        self.resolutions = 0
        #: Everything with a stream of its own by its id, but ballots and what else belongs to a poll; numbers given.
        self.things: dict[str, Thing] = {}
        self.numbers: set[tuple[str, str, str]] = set()
        #: household -> [unit, grid]; adults; units with a title
        self.households: dict[str, list[str]] = {}
        self.adults: set[str] = set()
        #: commitment -> whose words they can be; those erased; persons erased
        self.commitments: dict[str, set[str]] = {}
        self.erased: set[str] = set()
        self.gone: set[str] = set()
        #: What entries name that has no stream of its own.
        self.known: dict[str, Mapping[str, Any]] = {
            "person": self.homes, "place": self.parents, "unit": self.units, "owner": self.voters, "poll": self.polls
        }  # fmt: skip

    @property
    def size(self) -> int:
        """Number of entries taken."""
        return self.tree.size

    def find(self, code: str, position: int | None, zh: str, en: str) -> None:
        """Record that something does not hold."""
        self.findings.append(Finding(code, position, zh, en))

    def insist(self, holds: bool, code: str, e: Entry, zh: str, en: str) -> bool:
        """Record a finding unless it holds."""
        if not holds:
            self.find(code, e.position, zh, en)
        return holds

    def take(self, leaf: bytes) -> Entry | None:
        """Check one more entry; return it if it can be read."""
        position = self.size
        self.tree.push(leaf)
        if self.size in self.pins and self.pins.pop(self.size) != self.tree.root():
            self.find("C04", position, "与早先的存证点接不上", "the log does not continue an earlier checkpoint")
        try:
            e = parse(leaf, position)
        except Broken as broken:
            self.findings.append(broken.finding)
            return None
        self.time = max(self.time, e.at)
        handler: Callable[[Entry], None] | None = getattr(self, "on_" + e.type.replace(".", "_"), None)
        try:
            self._in_order(e)
            if handler is not None:
                handler(e)
        except Exception:  # whatever a forger writes into a body must end as a finding
            self.find("C05", position, "这一条缺内容，或者提到了没有的事", "this entry lacks something it needs")
        return e

    def finish(self, size: int, root: bytes, origin: str) -> None:
        """Compare with the checkpoint, or with what the database says of itself."""
        if self.size != size or self.tree.root() != root:
            self.find("C03", None, "内容与存证点的指纹不一致", "the entries do not hash to the checkpoint's root")
        if self.origin != str(uuid.uuid5(ORIGINS, origin)):
            self.find("C01", None, f"这不是“{origin}”的日志", f"this is not the log of “{origin}”")
        for pin in self.pins:
            self.find("C04", None, f"日志短于早先的存证点（{pin}条）", f"shorter than an earlier checkpoint ({pin})")

    def _in_order(self, e: Entry) -> None:
        first = e.type == "community.founded"
        alone = (e.position == 0) == first
        self.insist(alone, "C08", e, "第一条必须是社区建立，且只有一次", "the founding must be first, once")
        self.origin = self.origin or e.id
        expected = self.versions.get(e.id, 0) + 1
        self.insist(e.version == expected, "C06", e, f"版本应为{expected}", f"version should be {expected}")
        self.versions[e.id] = e.version
        if e.type in RENEWED:
            self.renewed = self.renewed or e.form > 1
            self.insist(e.form > 1 or not self.renewed, "C05", e, "用了早已不用的写法", "written in a form that was given up before")
        if e.type.startswith(("motion.", "amendment.")) and "digest" in e.body:
            self.texts[e.id] = e.body["digest"]
            same = "text" not in e.body or e.body["digest"] == text_digest(e.body["text"])
            self.insist(same, "C08", e, "文字与它的指纹不符", "a text does not have the digest given")
        self._by_the_book(e)

    # every entry by the book: who signs it, what it does to its stream, what it names

    def _by_the_book(self, e: Entry) -> None:
        self._signed(e)
        if e.type == "ballot.cast":
            return
        step = TRANSITIONS.get(e.type)
        if step is not None:
            self._walk(e, step)
        for field, wanted in CITES.get(e.type, {}).items():
            self._cites(e, field, wanted)
        for field in SAID.get(e.type, ("words",)):
            words = e.body.get(field, "")
            if words:
                self._said(e, words)

    def _signed(self, e: Entry) -> None:
        """In an office that does this, held on that day; as a resident of the register; at the machine itself."""
        allowed = OFFICES.get(e.type)
        if allowed is None:
            return
        self.insist(e.role in allowed, "C09", e, "这个职务不办这件事", "signed in an office that does not do this")
        if e.role == "operator":
            held = e.person == "operator"
        else:
            held = e.person in self.homes if e.role == "resident" else self._holds(e.person, e.role, e.at)
        self.insist(held, "C09", e, "签的人那天没有担任这个职务，或者不在名册里", "signed by somebody who did not hold that office that day")

    def _walk(self, e: Entry, step: Step) -> None:
        code = "C15" if step.kind == "minute" else "C08"
        thing = self.things.get(e.id)
        if not step.before:
            self.insist(thing is None and e.version == 1, code, e, "同一件事立了两次", "a stream began twice")
            derived = DERIVED.get(e.type)
            if derived:
                parts = [e.person if name == "@" else e.body[name] for name in derived]
                self.insist(e.id == id_of(*parts), code, e, "编号不是规定的那一个", "its id is not the one that follows from what it is")
            thing = self.things[e.id] = Thing(step.kind, e)
            thing.state = step.after
            self._numbered(e, thing)
            return
        there = thing is not None and thing.kind == step.kind and thing.state in step.before
        self.insist(there, code, e, "这一步现在不能办", "this step was not open, or is about nothing")
        if thing is None:
            return
        same = all(e.body[name] == thing.body[name] for name in ECHO if name in e.body and name in thing.body)
        self.insist(same, code, e, "写的编号、标题等与原来的不符", "number, title or the like is not what it began with")
        thing.state = step.after or thing.state
        if e.type in WHILE_OPEN:
            self._cites(e._replace(body=thing.body), "matter", "matter open")

    def _numbered(self, e: Entry, thing: Thing) -> None:
        if thing.kind in ONE_NUMBER:
            key = (thing.kind, e.body["matter"] if thing.kind == "motion" else "", e.body["number"])
            self.insist(key not in self.numbers, "C08", e, "编号用过了", "a number was given twice")
            self.numbers.add(key)

    def _cites(self, e: Entry, field: str, wanted: str) -> None:
        kind, *states = wanted.split()
        optional, kind = kind[0] == "?", kind.removeprefix("?")
        id = e.body.get(field, "") if optional else e.body[field]
        if optional and not id:
            return
        found = self.things.get(id)
        known = id in self.known[kind] if kind in self.known else found is not None and found.kind == kind
        self.insist(known, "C08", e, f"所引的{field}不存在", f"what it names as {field} does not exist")
        if not known or found is None or kind in self.known:
            return
        self.insist(not states or found.state in states, "C08", e, f"所引的{field}已经不能这样用", f"{field} is not in a state for this")
        filed = "matter" not in e.body or kind not in FILED or e.body["matter"] == found.body["matter"]
        self.insist(filed, "C08", e, "不是同一个事项", "it is filed under another matter than what it names")
        if kind == "motion" and states and e.type != "resolution.adopted":
            self._cites(e._replace(body=found.body), "matter", "matter open")
        numbered = NUMBERED.get(e.type)
        if numbered and numbered[0] == field:
            self.insist(e.body[numbered[1]] == found.body["number"], "C08", e, "所引的编号不符", "the number of what it names is another")

    def _said(self, e: Entry, words: str) -> None:
        """Words of persons: the log holds their commitment, and says whose they can be."""
        plain = len(words) == 64 and set(words) <= set("0123456789abcdef")
        self.insist(plain, "C07", e, "文字的承诺值写法不对", "a commitment that is malformed")
        thing = self.things.get(e.id)
        bodies = [e.body] if thing is None else [e.body, thing.body]
        said = self.commitments.setdefault(words, {e.person})
        said.update(body[name] for body in bodies for name in VOICES if body.get(name))

    def _coded(self, e: Entry, name: str, value: str) -> None:
        self.insist(value in KNOWN_CODES[name], "C08", e, f"没有“{value}”这一类", f"there is no kind “{value}” here")

    def _own(self, e: Entry, person: str) -> None:
        """What a resident does is in that resident's own name; staff enter what others say."""
        own = e.role != "resident" or e.person == person
        self.insist(own, "C09", e, "替别人办了只能本人办的事", "a resident acted in another one's name")

    # words erased

    def on_person_erased(self, e: Entry) -> None:
        person = e.body["person"]
        fresh = person not in self.gone
        self.insist(fresh, "C17", e, "同一个人删除了两次", "a person was erased twice")
        self.gone.add(person)
        self._erased(e, e.body["contents"], person)

    def on_content_erased(self, e: Entry) -> None:
        self.insist(bool(e.body["commitments"]), "C17", e, "没有写删除哪些文字", "an erasure of nothing")
        self._erased(e, e.body["commitments"], "")

    def _erased(self, e: Entry, contents: list[str], person: str) -> None:
        """Two of the desk, for a ground that the law gives, words that stand in the log; of a person only that person's."""
        second = e.body["second"]
        two = second not in ("", e.person, person) and any(self._holds(second, role, e.at) for role in DESK)
        self.insist(two and e.person != person, "C17", e, "删除没有两个人经手", "erased by one person alone, or by who was erased")
        self.insist(e.body["ground"] in KNOWN_CODES["ground"], "C17", e, "删除没有依据", "an erasure without a ground")
        for commitment in contents:
            known = commitment in self.commitments and commitment not in self.erased
            self.insist(known, "C17", e, "删除的不是可以删除的文字", "what was erased is not erasable, or had been erased")
            own = not person or person in self.commitments.get(commitment, ())
            self.insist(own, "C17", e, "删除了别人的文字", "words of another person were erased")
            self.erased.add(commitment)

    # reports

    def on_report_received(self, e: Entry) -> None:
        self._coded(e, "channel", e.body["channel"])
        self._coded(e, "colour", e.body["colour"])
        self._own(e, e.body["reporter"])
        self.things[e.id].more["colour"] = e.body["colour"]

    def on_report_reclassed(self, e: Entry) -> None:
        self._coded(e, "colour", e.body["colour"])
        thing = self.things.get(e.id)
        if thing is not None:
            changed = thing.more.get("colour") != e.body["colour"]
            self.insist(changed, "C08", e, "颜色没有变", "reclassed as what it was")
            thing.more["colour"] = e.body["colour"]

    def on_report_merged(self, e: Entry) -> None:
        self.insist(e.body["into"] != e.id, "C08", e, "并入了自己", "merged into itself")

    def on_report_answered(self, e: Entry) -> None:
        thing = self.things.get(e.id)
        if thing is not None:
            once = "answered" not in thing.more and e.body["settles"] is (thing.state == "received")
            self.insist(once, "C08", e, "答复过了，或者没有写明是否了结", "answered twice, or settled what was not waiting")
            thing.more["answered"] = True
            thing.state = "answered" if e.body["settles"] else thing.state

    # matters

    def on_matter_opened(self, e: Entry) -> None:
        stages = [(stage["stage"], stage["rules"], stage["review"]) for stage in e.body["stages"]]
        same = e.body["template"] in TEMPLATES and stages == stages_of(e.body["template"])
        self.insist(same, "C08", e, "步骤不是这种办法的步骤", "its stages are not those of its procedure")
        self.things[e.id].more |= {"passed": [], "day": "", "asked": {}, "reviews": 0}

    def on_matter_gate_passed(self, e: Entry) -> None:
        self._rests_on_a_count(e, "matter", e.id, True)
        thing, b = self.things.get(e.id), e.body
        if thing is None or thing.kind != "matter":
            return
        passed, stages = thing.more["passed"], thing.body["stages"]
        now, following = (*stages[len(passed) : len(passed) + 2], {}, {})[:2]
        in_turn = b["stage"] == now.get("stage") and b["rules"] == now.get("rules") and b["next"] == following.get("stage", "")
        self.insist(in_turn, "C08", e, "步骤的次序不对", "a stage out of its order")
        self.insist(bool(b["poll"]) or not b["rules"], "C08", e, "这一步要有表决", "a stage that needs a vote passed without one")
        heads = [b[name] for name in ("due", "present", "in_favour", "against", "abstain")]
        fit = min(heads) >= 0 and heads[1] <= heads[0] and sum(heads[2:]) <= heads[1]
        self.insist(fit, "C16", e, "应到、实到和票数对不上", "heads due, present and voting do not add up")
        self.insist(thing.more["day"] <= b["on"] <= day_of(e.at), "C08", e, "步骤的日期不对", "a stage dated out of order")
        thing.more["day"] = b["on"]
        passed.append(b["stage"])

    def on_matter_review_asked(self, e: Entry) -> None:
        thing, motion, b = self.things.get(e.id), self.things.get(e.body["motion"]), e.body
        if thing is None or motion is None or motion.kind != "motion":
            return
        present = (motion.more["edition"], self.texts.get(motion.id)) == (b["version"], b["digest"])
        self.insist(present and motion.body["matter"] == e.id, "C08", e, "送审的不是现在的文本", "what was sent for review is not the text")
        asked = thing.more["asked"]
        fresh = (b["motion"], b["digest"]) not in asked and b["review"] == thing.more["reviews"] + 1
        self.insist(fresh, "C08", e, "送审的次数不对，或者上一次还没有答复", "a review asked twice, or numbered wrongly")
        thing.more["reviews"] += 1
        asked[b["motion"], b["digest"]] = (b["review"], b["version"])

    def on_matter_reviewed(self, e: Entry) -> None:
        thing, motion, b = self.things.get(e.id), self.things.get(e.body["motion"]), e.body
        if thing is None or motion is None or motion.kind != "motion":
            return
        due = thing.more["asked"].pop((b["motion"], b["digest"]), None) == (b["review"], b["version"])
        self.insist(due and b["count"] == len(b["findings"]), "C08", e, "没有送审就有审核意见", "a review that nobody had asked for")
        _digest, clauses = motion.more["editions"].get(b["version"], ("", {}))
        quoted = all(found["wording"] and found["wording"] in clauses.get(found["clause"], "") for found in b["findings"])
        self.insist(quoted, "C08", e, "审核意见引的文字不在文本里", "a finding quotes what the text does not say")
        motion.more["findings"] += b["findings"]
        motion.more["reviewed"] = True

    def on_matter_closed(self, e: Entry) -> None:
        thing, b = self.things.get(e.id), e.body
        if thing is not None and thing.kind == "matter":
            numbers = (len(thing.more["passed"]), len(thing.body["stages"]))
            same = (b["passed"], b["stages"]) == numbers and b["complete"] is (numbers[0] == numbers[1])
            self.insist(same and (b["complete"] or b["words"]), "C08", e, "办结写的步数不对，或者没有理由", "closed with other stages done, or without a reason")

    def _review_is_answered(self, e: Entry, poll: Poll) -> None:
        """A vote behind the review of its procedure waits for an answer, and for what was found to be gone."""
        matter, motion = self.things.get(poll.notice["matter"]), self.things.get(poll.notice["subject"])
        if poll.notice["subject_kind"] != "motion" or matter is None or motion is None or matter.kind != "matter":
            return
        stages = matter.body["stages"]
        reviewed = next((n for n, stage in enumerate(stages) if stage["review"]), len(stages))
        if any(poll.notice["rule"]["id"] in stage["rules"] for stage in stages[reviewed:]):
            self.insist(motion.more["reviewed"], "C08", e, "没有审核就开始表决", "opened before the review was answered")
            clauses = dict(motion.more["text"]["clauses"])
            open_ = any(found["wording"] in clauses.get(found["clause"], "") for found in motion.more["findings"])
            self.insist(not open_, "C08", e, "审核指出的文字还在", "opened while what the review found still stands")

    # motions

    def on_motion_proposed(self, e: Entry) -> None:
        text, kind = e.body["text"], e.body["kind"]
        self._coded(e, "motion", kind)
        ids = [id for id, _ in text["clauses"]]
        plain = ids == [f"c{n}" for n in range(1, text["last"] + 1)] and len(ids) > 0
        good = plain and e.body["version"] == 1 and e.body["seconds_needed"] >= 0
        self.insist(good, "C08", e, "议题的第一稿写得不对", "the first version of a motion is malformed")
        origins = {id: ["draft", "", 1, e.position] for id in ids}
        editions = {1: (e.body["digest"], dict(text["clauses"]))}
        self.things[e.id].more |= {
            "text": text, "edition": 1, "seconds": 0, "written": set(), "origins": origins, "editions": editions, "findings": [],
            "reviewed": False, "labels": {},
        }  # fmt: skip

    def on_motion_seconded(self, e: Entry) -> None:
        motion = self.things.get(e.body["motion"])
        if motion is not None and motion.kind == "motion":
            self.insist(motion.person != e.person, "C08", e, "自己附议了自己的议题", "seconded by who proposed it")
            motion.more["seconds"] += 1

    def on_motion_admitted(self, e: Entry) -> None:
        motion = self.things.get(e.id)
        if motion is not None and motion.kind == "motion":
            enough = motion.more["seconds"] >= motion.body["seconds_needed"]
            self.insist(enough, "C08", e, "附议的人不够就受理了", "admitted with too few seconds")

    def on_motion_withdrawn(self, e: Entry) -> None:
        motion = self.things.get(e.id)
        own = motion is None or motion.person == e.person or e.role in ("chair", "secretary")
        self.insist(own, "C09", e, "撤回的不是提出的人", "withdrawn by another person than who proposed it")

    def on_motion_revised(self, e: Entry) -> None:
        self._coded(e, "reason_kind", e.body["reason_kind"])
        self._rewritten(e, e.body["reason_kind"])

    def on_motion_amended(self, e: Entry) -> None:
        self._rests_on_a_count(e, "subject", e.body["amendment"], True)
        amendment, motion = self.things.get(e.body["amendment"]), self.things.get(e.id)
        if amendment is not None and amendment.kind == "amendment" and motion is not None and motion.kind == "motion":
            same = amendment.body["motion"] == e.id and unnamed(amendment.body["operations"]) == unnamed(e.body["operations"])
            same = same and e.body["label"] == amendment.body["label"]
            self.insist(same, "C08", e, "写入的不是通过的修正案", "what was written in is not the amendment that passed")
            once = amendment.id not in motion.more["written"]
            self.insist(once, "C08", e, "同一修正案写入了两次", "an amendment was written in twice")
            motion.more["written"].add(amendment.id)
        self._rewritten(e, "amendment")

    def _rewritten(self, e: Entry, origin: str) -> None:
        """The operations lead from the text before to the one stated, and nobody votes on it at the time."""
        motion, b = self.things.get(e.id), e.body
        if motion is None or motion.kind != "motion":
            return
        try:
            text = rewritten(motion.more["text"], b["operations"])
        except (ValueError, LookupError, TypeError):
            text = {}
        same = text == b["text"] and bool(b["operations"]) and bool(text.get("clauses")) and b["version"] == motion.more["edition"] + 1
        self.insist(same, "C08", e, "改动以后的文字对不上", "the changes do not lead to the text stated")
        voting = any(poll.notice["subject"] == e.id and poll.opened is not None and not poll.became for poll in self.polls.values())
        self.insist(not voting, "C08", e, "表决的时候改了文字", "the text was changed while people voted on it")
        stands, more = dict(b["text"]["clauses"]), motion.more
        for clause in {change["clause"] for change in b["operations"]}:
            more["origins"].pop(clause, None)
            if clause in stands:
                more["origins"][clause] = [origin, b["label"], b["version"], e.position]
        more["text"], more["edition"] = b["text"], b["version"]
        more["editions"][b["version"]] = (b["digest"], stands)

    def on_motion_settled(self, e: Entry) -> None:
        self._rests_on_a_count(e, "subject", e.id, e.body["outcome"] == "PASS")
        poll, motion = self.polls.get(e.body["poll"]), self.things.get(e.id)
        if motion is not None and motion.kind == "motion":
            text = poll is not None and e.body["digest"] == poll.notice["digest"] == motion.more["editions"][motion.more["edition"]][0]
            known = e.body["outcome"] in ("PASS", "FAIL")
            self.insist(text and known, "C08", e, "结果不是关于现在的文本", "settled by a vote on another text, or without an outcome")
            motion.state = "adopted" if e.body["outcome"] == "PASS" else "rejected"

    def on_amendment_moved(self, e: Entry) -> None:
        motion, b = self.things.get(e.body["motion"]), e.body
        if motion is None or motion.kind != "motion":
            return
        digest = hashlib.sha256(canonical({"base": b["base_digest"], "operations": b["operations"]})).hexdigest()
        same = b["digest"] == digest and b["count"] == len(b["operations"]) > 0
        self.insist(same, "C08", e, "修正案与它的指纹不符", "an amendment does not have the digest given")
        base = b["base_digest"] == motion.more["editions"][motion.more["edition"]][0]
        try:
            fits = base and bool(rewritten(motion.more["text"], b["operations"])["clauses"])
        except (ValueError, LookupError, TypeError):
            fits = False
        self.insist(fits, "C08", e, "修正案对不上现在的文字", "an amendment does not fit the present text")
        replaced, labels = self.things.get(b["replaces"]), motion.more["labels"]
        again = replaced is not None and replaced.body.get("motion") == motion.id
        free = b["label"] not in labels or (again and replaced is not None and replaced.body.get("label") == b["label"])
        self.insist(free and (again or not b["replaces"]), "C08", e, "修正案的代号用过了", "the label of an amendment was given before")
        labels[b["label"]] = e.id

    def on_amendment_settled(self, e: Entry) -> None:
        self._rests_on_a_count(e, "subject", e.id, e.body["outcome"] == "PASS")
        amendment = self.things.get(e.id)
        if amendment is not None:
            amendment.state = "passed" if e.body["outcome"] == "PASS" else "not_passed"

    # comments

    def on_comment_made(self, e: Entry) -> None:
        motion, b = self.things.get(e.body["motion"]), e.body
        if b["stance"]:
            self._coded(e, "stance", b["stance"])
        if b["clause"] and motion is not None and motion.kind == "motion":
            there = b["clause"] in dict(motion.more["text"]["clauses"])
            self.insist(there, "C08", e, "意见所指的条款不在文中", "a comment on a clause that the text has not")

    def on_comment_answered(self, e: Entry) -> None:
        self._coded(e, "outcome_of_comment", e.body["outcome"])

    # meetings and their record

    def on_meeting_called(self, e: Entry) -> None:
        b, items = e.body, [line["item"] for line in e.body["agenda"]]
        self._coded(e, "meeting", b["kind"])
        seats = len(b["seats"]) == len({*b["seats"]}) == b["due"] > 0 and all(person in self.homes for person in b["seats"])
        agenda = len(items) == len({*items}) == b["items"] > 0
        self.insist(seats and agenda, "C08", e, "应到人员或议程不对", "seats or agenda of a meeting are not as they must be")
        sheet = dict.fromkeys(b["seats"], "")
        self.things[e.id].more |= {"sheet": sheet, "observers": {}, "spoke": set(), "entries": [], "items": {*items}, "signed": {}}

    def on_meeting_opened(self, e: Entry) -> None:
        meeting = self.things.get(e.id)
        if meeting is not None:
            meeting.more["signers"] = {"chair": e.body["chair"], "secretary": e.body["secretary"]}

    def on_attendance_marked(self, e: Entry) -> None:
        meeting, b = self.things.get(e.body["meeting"]), e.body
        if meeting is None or meeting.kind != "meeting":
            return
        seated = b["person"] in meeting.more["sheet"]
        self.insist(seated == (b["capacity"] == "seat"), "C16", e, "应到的和列席的记混了", "a seat marked as an observer, or the reverse")
        self._marked(e, meeting, b["person"])

    def on_attendance_changed(self, e: Entry) -> None:
        mark, meeting, b = self.things.get(e.id), self.things.get(e.body["meeting"]), e.body
        if meeting is None or meeting.kind != "meeting" or mark is None:
            return
        people = meeting.more["sheet" if b["capacity"] == "seat" else "observers"]
        self.insist(people.get(b["person"]) == b["was"], "C16", e, "更正的签到不是原来的", "a mark corrected from what it was not")
        self._marked(e, meeting, b["person"])

    def _marked(self, e: Entry, meeting: Thing, person: str) -> None:
        self._coded(e, "status", e.body["status"])
        there = e.body["status"] == "present" or person not in meeting.more["spoke"]
        self.insist(there, "C16", e, "发过言的人记成没有到会", "somebody on record as a speaker was marked as not there")
        meeting.more["sheet" if e.body["capacity"] == "seat" else "observers"][person] = e.body["status"]

    def on_meeting_closed(self, e: Entry) -> None:
        meeting, b = self.things.get(e.id), e.body
        if meeting is not None and meeting.kind == "meeting":
            marks = Counter(meeting.more["sheet"].values())
            observers = Counter(meeting.more["observers"].values())["present"]
            sheet = {"due": meeting.body["due"], "present": marks["present"], "leave": marks["leave"], "absent": marks["absent"]}
            same = all(b[name] == number for name, number in sheet.items()) and not marks[""] and b["observers"] == observers
            self.insist(same, "C16", e, "散会的人数与签到表不符", "the numbers at the close are not those of the attendance sheet")

    def on_minute_entered(self, e: Entry) -> None:
        meeting, b = self.things.get(e.body["meeting"]), e.body
        self._coded(e, "minute", b["kind"])
        self._minute(e, self.things[e.id], 1, meeting)
        if meeting is None or meeting.kind != "meeting":
            return
        listed = not b["item"] or b["item"] in meeting.more["items"]
        self.insist(listed, "C15", e, "记在议程以外", "entered under an item that is not on the agenda")
        people = meeting.more["observers"] | meeting.more["sheet"]
        there = not b["speaker"] or people.get(b["speaker"], "absent") not in ("leave", "absent")
        self.insist(there, "C15", e, "发言的人不在场", "a speaker who was not at the meeting")
        meeting.more["spoke"].add(b["speaker"])
        meeting.more["entries"].append(self.things[e.id])

    def on_minute_corrected(self, e: Entry) -> None:
        entry, meeting = self.things.get(e.id), self.things.get(e.body["meeting"])
        if entry is None or entry.kind != "minute":
            return
        self._minute(e, entry, len(entry.more["versions"]) + 1, meeting)
        signed = meeting is not None and bool(meeting.more.get("signed"))
        agreed = e.role == "chair" or (e.role == "secretary" and self._holds(e.body["confirmed_by"], "chair", e.at))
        self.insist(not signed or agreed, "C15", e, "签名以后的记录不是主持人更正的", "a signed record was corrected without the chair")
        self.insist(bool(e.body["reason"]), "C15", e, "更正没有理由", "a correction without its reason")

    def _minute(self, e: Entry, entry: Thing, version: int, meeting: Thing | None) -> None:
        """Each version stands beside those before; votes and decisions are public text, all else words of persons."""
        first, b = entry.body, e.body
        said = bool(b["text"].strip()) and not b["words"] if b["kind"] in PUBLIC else bool(b["words"]) and not b["text"]
        number = b.get("version", 1) == version == e.version
        self.insist(said and number, "C15", e, "记录的稿次或文字不对", "a minute out of its chain of versions, or without its words")
        line = [e.id, version, first["item"], first["kind"], first["speaker"], b["text"], b["words"], b.get("reason", ""), first["poll"]]
        entry.more.setdefault("versions", []).append([*line, e.person, b.get("confirmed_by", ""), e.at])

    def on_meeting_signed(self, e: Entry) -> None:
        """Who presided and who kept the record each sign it, over every version of every entry as it stands."""
        meeting, b = self.things.get(e.id), e.body
        if meeting is None or meeting.kind != "meeting":
            return
        versions = [version for entry in meeting.more["entries"] for version in entry.more["versions"]]
        record = hashlib.sha256(canonical(versions)).hexdigest()
        self.insist(b["digest"] == record, "C15", e, "签的不是现在的会议记录", "what was signed is not the record as it stood")
        mine = meeting.more.get("signers", {}).get(b["part"]) == e.person and b["part"] not in meeting.more["signed"]
        self.insist(mine, "C15", e, "签名的不是主持人或记录人本人", "signed by another person than who presided or kept the record")
        meeting.more["signed"][b["part"]] = b["digest"]
        both = {*meeting.more["signed"]} == {"chair", "secretary"}
        self.insist(b["complete"] is both, "C15", e, "两位是否都签了写得不对", "it says wrongly whether both have signed")
        meeting.state = "signed" if both else meeting.state

    # publications

    def on_publication_posted(self, e: Entry) -> None:
        b = e.body
        self._coded(e, "publication", b["kind"])
        least = LEAST.get(b["kind"], 1)
        shown = days_from(b["from_date"], b["until"])
        good = b["title"] and b["text"] and b["days"] >= least and b["days"] <= shown <= b["days"] + HOLIDAYS
        self.insist(bool(good), "C08", e, "公示的天数不够", "on display for fewer days than the law asks, or another end than its days")
        self.insist(b["from_date"] >= day_of(e.at), "C08", e, "公示倒签了日期", "a display dated back")
        if b["subject"]:
            known = b["subject"] in self.things or b["subject"] in self.polls
            self.insist(known, "C08", e, "公示的东西不存在", "what is shown does not exist")
        fell = b["kind"] == "result" and b["subject"] in self.polls and self.polls[b["subject"]].annulled
        fell = fell or (b["kind"] in ("resolution", "implementation") and self._fell(b["subject"]))
        self.insist(not fell, "C08", e, "公示的结果已经撤销", "a result was posted that had been annulled")

    def on_publication_taken_down(self, e: Entry) -> None:
        shown = self.things.get(e.id)
        over = shown is None or day_of(e.at) > shown.body.get("until", "")
        self.insist(over, "C08", e, "公示没有满期就撤下了", "taken down before its last day was over")

    def on_objection_raised(self, e: Entry) -> None:
        self._own(e, e.body["person"])
        shown = self.things.get(e.body["publication"])
        if shown is not None and shown.kind == "publication":
            in_time = begins(shown.body["from_date"]) <= self.time < begins(shown.body["until"]) + DAY
            self.insist(in_time, "C08", e, "异议不在公示期内", "an objection outside the days of display")

    # notices to mend

    def _fell(self, resolution: str) -> bool:
        thing = self.things.get(resolution)
        poll = self.polls.get(thing.body.get("poll", "")) if thing is not None else None
        return poll is not None and poll.annulled

    def on_notice_issued(self, e: Entry) -> None:
        resolution, b = self.things.get(e.body["resolution"]), e.body
        self._coded(e, "level", b["level"])
        period = PERIODS.get(b["level"]) == (b["days"], b["hours"]) and bool(b["place_label"])
        self.insist(period, "C08", e, "期限不是这一级的期限", "its period is not that of its level")
        if resolution is not None and resolution.kind == "resolution":
            clauses = dict(resolution.body["text"]["clauses"])
            in_force = b["clause"] in clauses and day_of(e.at) >= resolution.body["effective_on"] and not self._fell(resolution.id)
            self.insist(in_force, "C08", e, "所引的条款没有生效", "a notice under a clause that is not in force")

    def on_notice_served(self, e: Entry) -> None:
        b, notice = e.body, self.things.get(e.id)
        self._coded(e, "how", b["how"])
        self._workers(e)
        witnessed = b["how"] != "refused_witnessed" or b["witness"] not in ("", *b["workers"])
        self.insist(witnessed and (not b["witness"] or b["witness"] in self.homes), "C16", e, "拒签没有见证人", "refused without a witness")
        self.insist(b["served_at"] <= e.at, "C08", e, "送达写在以后", "served later than recorded")
        if notice is not None and notice.kind == "notice":
            days, hours, at = notice.body["days"], notice.body["hours"], b["served_at"]
            first = at + 3_600 * hours if hours else end_of_days(at, days)
            last = first if hours else first + HOLIDAYS * DAY
            self.insist(first <= b["due"] <= last, "C08", e, "期限算得不对", "the end of its period is wrong")
            notice.more["due"] = b["due"]

    def on_notice_inspected(self, e: Entry) -> None:
        b, notice = e.body, self.things.get(e.id)
        self._workers(e)
        if notice is not None and notice.kind == "notice":
            turn = b["n"] == notice.more.get("inspections", 0) + 1 and b["result"] in ("ok", "not_ok")
            late = b["result"] == "ok" or e.at >= notice.more.get("due", 0)
            self.insist(turn and late, "C08", e, "没有到期就定为不合格，或者次数不对", "called not mended before its time, or misnumbered")
            notice.more["inspections"] = b["n"]
            notice.state = "passed" if b["result"] == "ok" else "failed"

    def _workers(self, e: Entry) -> None:
        workers = e.body["workers"]
        two = len(workers) == 2 == len({*workers}) and all(person in self.homes for person in workers)
        self.insist(two, "C16", e, "要两个人一起去", "it takes two persons of the register")

    # filings

    def on_filing_made(self, e: Entry) -> None:
        b = e.body
        files = all(file["title"] and len(file["digest"]) == 64 for file in b["attachments"])
        whole = b["to"] and b["count"] == len(b["attachments"]) > 0 and files and not self._fell(b["resolution"])
        self.insist(bool(whole), "C08", e, "报送件不完整，或者决议已经撤销", "a filing that lacks something, or of a resolution that fell")
        dated = b["decided_on"] <= b["made_on"] == day_of(e.at)
        due = b["days"] == TO_FILE <= days_from(b["decided_on"], b["due_on"]) <= TO_FILE + HOLIDAYS
        self.insist(dated and due, "C08", e, "报送的日期不对", "the days of a filing are wrong")

    def on_filing_acknowledged(self, e: Entry) -> None:
        filing = self.things.get(e.id)
        if filing is not None and filing.kind == "filing":
            dated = filing.body["made_on"] <= e.body["on"] <= day_of(e.at)
            self.insist(dated, "C08", e, "备案的日期不对", "a receipt dated before the filing, or after today")

    # polls

    def on_poll_announced(self, e: Entry) -> None:
        self.insist(e.id not in self.polls, "C08", e, "同一次表决公告了两次", "a poll was announced twice")
        known = all(e.body["rule"].get(name) in words for name, words in KNOWN.items())
        self.insist(known, "C14", e, "这里没有这条规则的算法", "this program cannot apply that rule")
        adopted = not e.body["rule"].get("dissent") if self.adopted is None else e.body["rule"] in self.adopted
        self.insist(adopted, "C14", e, "表决用的规则没有采用过", "the vote was held by a rule that was not adopted")
        self._asked_again(e)
        poll = self.polls.setdefault(e.id, Poll(e))
        self._asked(e)
        scope, law = poll.rolls["binding"].get("scope", ""), e.body["rule"]
        self.insist(not scope or scope in self.parents, "C10", e, "名册的范围不在名册里", "the part whose roll it is is unknown")
        told = e.form < 2 or not law.get("composition") or "members" in poll.rolls["binding"]
        self.insist(told, "C10", e, "没有写明会议的组成", "it is not said of whom the mixed body consists")
        self._noticed(e)
        poll.owned = self._owned(poll) if law["unit"] == "owner" else None

    def _asked(self, e: Entry) -> None:
        """It is a motion or an amendment as it stands, in one window, with the three answers."""
        b = e.body
        subject = self.things.get(b["subject"])
        known = subject is not None and subject.kind == b["subject_kind"] and subject.body["matter"] == b["matter"]
        known = known or b["subject_kind"] == "question"
        self.insist(known, "C08", e, "表决的事不存在", "what is put to the vote does not exist")
        same = b["subject_kind"] == "question" or self.texts.get(b["subject"]) == b["digest"]
        self.insist(same, "C08", e, "公告的不是现在的文字", "the text announced is not the one that stands")
        plain = tuple(b["options"]) == CHOICES and b["opens"] <= b["closes"] and e.version == 1
        self.insist(plain, "C08", e, "公告的选项或时间不对", "answers or window of a poll are not as they must be")
        self._not_too_long(e, b["rule"], b["opens"], b["closes"])

    def _not_too_long(self, e: Entry, rule: Json, opens: int, closes: int) -> None:
        most = rule.get("longest_days", 0)
        fits = not most or days_from(day_of(opens), day_of(closes)) <= most
        self.insist(fits, "C08", e, "投票的天数超过规则", "the vote lasts longer than its rule allows")

    def _noticed(self, e: Entry) -> None:
        """The notice came as many days before the opening as the rule asks, its own day not counted."""
        days = (datetime.fromtimestamp(e.body["opens"], CHINA).date() - date.fromisoformat(e.body["noticed"])).days
        enough = "hands" in e.body["channels"] or days >= e.body["rule"].get("notice_days", 0)
        self.insist(enough, "C08", e, "公告的天数不够", "the notice came too late")
        today = datetime.fromtimestamp(self.time, CHINA).date().isoformat()
        asked = e.form > 1 and "hands" not in e.body["channels"] and e.body["rule"].get("notice_days", 0) > 0
        self.insist(not asked or e.body["noticed"] >= today, "C08", e, "公告的日期倒签了", "a notice was dated back")

    def _owned(self, poll: Poll) -> dict[str, tuple[int, str]]:
        """Return owner -> area of all units that count in the poll, and who votes for it, by the register."""
        kinds = poll.notice["rule"].get("unit_kinds", ["dwelling", "shop"])
        scope, owned = poll.rolls["binding"].get("scope", ""), defaultdict[str, int](int)
        for unit, (owner, kind) in self.titles.items():
            building, area = self.units[unit]
            if kind in kinds and scope in ("", building, self.parents.get(building)):
                owned[owner] += area
        return {owner: (area, self.voters.get(owner, "")) for owner, area in owned.items()}

    def _owners_differ(self, poll: Poll) -> bool:
        """Whether the roll of owners has other owners, areas or voters than the register, beside those corrected since."""
        by_area, owned = "area" in poll.rolls["binding"], poll.owned or {}
        rolled = {voter: (poll.area_of("binding", [voter]), line[3]) for voter, line in poll.lines["binding"].items()}
        voters = ({*rolled} | {*owned}) - poll.corrected
        if not by_area:
            rolled, owned = ({voter: (0, who) for voter, (_, who) in known.items()} for known in (rolled, owned))
        return any(rolled.get(voter) != owned.get(voter) for voter in voters)

    def _composed(self, e: Entry, poll: Poll) -> None:
        """As many delegates as are said to be on a mixed body's roll hold that office."""
        office = DELEGATES.get(poll.notice["rule"]["id"].partition("/")[0])
        members = poll.rolls["binding"].get("members")
        if office and members is not None:
            held = sum(self._holds(voter, office, poll.at) for voter in poll.lines["binding"])
            good = members["delegate"] == held and 0 <= members["woman"] <= held
            self.insist(good, "C10", e, "会议的组成与任职登记不符", "the mixed body is not composed as said")

    def on_register_places_entered(self, e: Entry) -> None:
        self._fresh(e, self.parents)
        self.parents.update((line[0], line[3]) for line in e.body["lines"])

    def on_register_units_entered(self, e: Entry) -> None:
        self._fresh(e, self.units)
        good = all(line[1] in self.parents and line[3] >= 0 for line in e.body["lines"])
        self.insist(good, "C10", e, "房屋所在的楼栋不在名册里", "a unit in a building that is not in the register")
        self.units.update((line[0], [line[1], line[3]]) for line in e.body["lines"])

    def on_register_households_entered(self, e: Entry) -> None:
        self._fresh(e, self.households)
        good = all(line[1] in self.units and line[3] in self.parents for line in e.body["lines"])
        self.insist(good, "C10", e, "户的房屋或网格不在名册里", "a household in a unit or grid that is not in the register")
        self.households.update((line[0], [line[1], line[3]]) for line in e.body["lines"])

    def _fresh(self, e: Entry, known: Mapping[str, Any]) -> None:
        """No line stands twice, nor in the register already."""
        ids = [line[0] for line in e.body["lines"]]
        fresh = len({*ids}) == len(ids) == e.body["count"] and not any(id in known for id in ids)
        self.insist(fresh, "C10", e, "名册里已经有了", "a line stands in the register twice")

    def on_unit_measured(self, e: Entry) -> None:
        self.insist(e.body["unit"] in self.titles, "C10", e, "没有产权的房屋改了面积", "a unit without a title was measured")
        self.units[e.body["unit"]][1] = e.body["area"]

    def on_register_owners_entered(self, e: Entry) -> None:
        self._fresh(e, self.voters)
        good = all(not line[2] or line[2] in self.adults for line in e.body["lines"])
        self.insist(good, "C10", e, "产权人的表决人不是名册里的成年人", "the voter of an owner is no adult of the register")
        self.voters.update((line[0], line[2]) for line in e.body["lines"])

    def on_owner_voter_named(self, e: Entry) -> None:
        good = e.body["person"] in self.adults and self.voters.get(e.body["owner"]) != e.body["person"]
        self.insist(good, "C10", e, "指定的表决人不是成年人，或者没有变", "the voter named is no adult of the register, or was named before")
        self.voters[e.body["owner"]] = e.body["person"]

    def on_register_titles_entered(self, e: Entry) -> None:
        for unit, owner, kind, _evidence in e.body["lines"]:
            self.insist(unit not in self.titles, "C10", e, "一套房登记了两次产权", "a unit was given a second title")
            known = unit in self.units and owner in self.voters
            self.insist(known, "C10", e, "产权的房屋或产权人不在名册里", "a title of a unit or owner that is not in the register")
            self.titles[unit] = [owner, kind]

    def on_title_transferred(self, e: Entry) -> None:
        before = self.titles.get(e.body["unit"], [""])[0]
        self.insist(before not in ("", e.body["owner"]), "C10", e, "过户的房屋没有产权，或者没有变", "a unit without a title, or of the same owner, changed hands")
        self.titles[e.body["unit"]] = [e.body["owner"], e.body["kind"]]

    def _asked_again(self, e: Entry) -> None:
        """What was asked before: repeated only without a result, voted down only after its months or on a petition."""
        what = (e.body["subject_kind"], e.body["subject"])
        before = [p for p in self.polls.values() if (p.notice["subject_kind"], p.notice["subject"]) == what]
        repeats = e.body.get("repeats", "")
        fits = not repeats or any(poll.id == repeats and poll.repeatable(self.time) for poll in before)
        self.insist(fits, "C08", e, "重新表决的不是没有结果的那一次", "what is repeated is no poll on the same that gave no result")
        bars = [(poll.counted_at, poll.notice["rule"].get("bar_months", 0)) for poll in before if poll.became == "FAIL"]
        barred = any(months and self.time < end_of_months(at, months) for at, months in bars)
        free = not barred or self._called_for(e)
        self.insist(free, "C08", e, "没有通过的事，没到期限又公告表决", "voted down not long ago, and announced again too early")

    def _called_for(self, e: Entry) -> bool:
        """Whether enough signed, by the adopted rule for calling that assembly. Of the roll: it has no more lines than persons."""
        wanted = CALLS.get(e.body["rule"]["id"].partition("_")[0], "")
        laws = [law for law in self.adopted or [] if law["id"].partition("/")[0] == wanted and law["unit"] != "delegate"]
        signed, roll = e.body.get("petition", 0), e.body["rolls"]["binding"]["count"]
        chosen = {"for": min(signed, roll), "against": 0, "abstain": 0}
        return bool(laws) and judge(laws[0], crowd(chosen, roll))[0] == "PASS"

    def on_poll_annulled(self, e: Entry) -> None:
        poll = self.polls.get(e.body["poll"])
        counted = poll is not None and poll.counted is not None and not poll.annulled
        self.insist(counted, "C08", e, "撤销的结果没有计过票", "a result was annulled that had not been counted")
        self.polls[e.body["poll"]].annulled = True

    def on_doubt_raised(self, e: Entry) -> None:
        poll, person = self.polls[e.body["poll"]], e.body["person"]
        due = poll.counted is not None and not poll.annulled and poll.notice["rule"].get("doubt_days", 0) > 0
        self.insist(due, "C08", e, "询问的计票不在询问期内", "a doubt about a count that could not be asked about")
        self._own(e, person)
        in_time = poll.counted is None or self.time < end_of_days(poll.counted_at, poll.notice["rule"].get("doubt_days", 0) + HOLIDAYS)
        self.insist(in_time, "C08", e, "询问来得太晚", "a doubt raised after its days were over")
        once = e.version == 1 and person not in poll.doubts.values()
        self.insist(once, "C08", e, "同一个人的询问还没有答复又问一次", "a second open doubt of one person")
        self.doubts[e.id] = (poll, person)
        poll.doubts[e.id] = person

    def on_doubt_answered(self, e: Entry) -> None:
        poll, person = self.doubts[e.id]
        first = poll.doubts.pop(e.id, None) is not None and e.body["poll"] == poll.id
        self.insist(first, "C08", e, "这件询问已经答复过", "a doubt was answered twice")
        self.insist(e.person != person, "C08", e, "自己答复了自己的询问", "a doubt was answered by who raised it")
        good = e.body["finding"] in ("stands", "wrong")
        self.insist(good, "C08", e, "答复没有写明核对结果", "an answer that does not say what was found")
        poll.wrong = poll.wrong or e.body["finding"] != "stands"

    def on_poll_recounted(self, e: Entry) -> None:
        r, poll = e.body, self.polls[e.body["poll"]]
        counted = poll.counted is not None and not poll.annulled
        self.insist(counted, "C08", e, "复核的结果没有计过票，或者已经撤销", "a recount of what was not counted, or had been annulled")
        two = r["second"] not in ("", e.person) and any(self._holds(r["second"], role, e.at) for role in STAFF)
        self.insist(two, "C16", e, "复核只有一个人", "a recount was held by one person alone")
        d = poll.counted or {}
        same = all(r[name] == d.get(name) for name in ("in_favour", "against", "abstain"))
        same = same and r["refused"] == sum(d.get("refused", {}).values())
        poll.differs = not same
        self.insist(r["same"] is same, "C14", e, "复核是否一致，与两次的数不符", "a recount says wrongly whether it found the same")

    def on_rules_adopted(self, e: Entry) -> None:
        self.adopted = e.body["rules"]

    def on_roll_page_frozen(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        known = all(self._may_stand(voter, holder) for voter, _, _, holder, *_ in e.body["lines"])
        self.insist(known, "C10", e, "名册里的户、人或产权人没有登记", "a voter on the roll, or who votes for it, is not in the register")
        self.insist(poll.opened is None, "C10", e, "开始表决以后冻结了名册", "a page of the roll was frozen after the opening")
        self._roll_changes(e, poll, [], e.body["lines"])

    def _may_stand(self, voter: str, holder: str) -> bool:
        """A voter is a household, a person or an owner of the register; who votes for it is a person of the register, or nobody."""
        known = voter in self.households or voter in self.homes or voter in self.voters
        return known and (not holder or holder in self.homes)

    def on_roll_corrected(self, e: Entry) -> None:
        poll = self.polls[e.id]
        self.insist(poll.roll_stands(), "C10", e, "名册与公告不符", "the roll is not the one announced")
        self.insist(self._seconded(e), "C10", e, "更正只有一个人经手", "a roll was corrected by one person alone")
        before, known = self._weight(poll, e.body["roll"]), {v: poll.area_of("binding", [v]) for v in poll.lines["binding"]}
        self._roll_changes(e, poll, e.body["removed"], e.body["added"])
        sold = poll.notice["rule"]["unit"] == "owner" and before == self._weight(poll, e.body["roll"])
        self.insist(poll.opened is None or sold, "C10", e, "开始表决以后改了名册", "the roll was changed after the opening")
        fixed = [{n: {k: r.get(k) for k in ("scope", "members")} for n, r in rolls.items()} for rolls in (poll.rolls, e.body["rolls"])]
        self.insist(fixed[0] == fixed[1], "C10", e, "更正改了名册的范围或组成", "a correction changed the part or the composition of a roll")
        poll.rolls = e.body["rolls"]
        self.insist(poll.roll_stands(), "C10", e, "更正以后的名册对不上", "the roll as corrected is not the one stated")
        if poll.owned is not None and e.body["roll"] == "binding":
            self._registered(e, poll, known)

    def _registered(self, e: Entry, poll: Poll, known: Mapping[str, int]) -> None:
        """A corrected line of an owner keeps its area or has that of the register now; who goes owns nothing there any more."""
        owned, by_area = self._owned(poll), "area" in poll.rolls["binding"]
        areas = {line[0]: poll.area_of("binding", [line[0]]) if by_area else 0 for line in e.body["added"]}
        kept = all(
            known.get(voter) == area or (voter in owned and (not by_area or owned[voter][0] == area)) for voter, area in areas.items()
        )
        gone = all(voter in areas or voter not in owned for voter in e.body["removed"])
        whole = poll.area_of("binding", poll.lines["binding"])
        kept = kept and (not by_area or whole in (sum(known.values()), sum(area for area, _ in owned.values())))
        self.insist(kept and gone, "C10", e, "更正的业主或面积与产权登记不符", "owners or areas as corrected are not those of the register")

    def _weight(self, poll: Poll, roll: str) -> int:
        return poll.area_of(roll, poll.lines[roll])

    def _roll_changes(self, e: Entry, poll: Poll, removed: list[str], added: list[list[str]]) -> None:
        lines = poll.lines[e.body["roll"]]
        self.insist(poll.closed is None, "C10", e, "截止以后改了名册", "the roll was changed after the close")
        if e.type == "roll.corrected":
            poll.corrected |= {*removed, *(line[0] for line in added)}
        for voter in removed:
            ballot = poll.ballots.get(voter)
            stands = ballot is None or ballot.body["roll"] != e.body["roll"]
            self.insist(stands, "C10", e, "投过票的从名册里去掉了", "a voter was removed who had voted")
            there = lines.pop(voter, None) is not None
            self.insist(there, "C10", e, "去掉的不在名册里", "a voter removed was not there")
        for line in added:
            self.insist(line[0] not in lines, "C10", e, "名册里有重复", "a voter stands on the roll twice")
            lines[line[0]] = line

    def on_poll_delivered(self, e: Entry) -> None:
        poll = self.polls[e.id]
        in_time = poll.closed is None and not poll.cancelled
        self.insist(in_time, "C16", e, "送达不在截止之前", "deliveries were declared after the end")
        few = 0 <= e.body["phone"] + e.body["paper"] <= poll.rolls["binding"]["count"]
        self.insist(few, "C16", e, "送达的比名册多", "more deliveries than voters")
        poll.paper = e.body["paper"]

    def on_poll_served(self, e: Entry) -> None:
        b, poll = e.body, self.polls[e.body["poll"]]
        in_time = poll.closed is None and not poll.cancelled and self.time <= poll.closes
        self.insist(in_time, "C16", e, "送达不在截止之前", "a ballot was served after the end")
        self.insist(b["way"] == "own" or len(b["evidence"]) == 64, "C16", e, "送达没有凭证", "served without evidence")
        for voter in b["voters"]:
            line = poll.lines["binding"].get(voter, [])
            self.insist(bool(line), "C12", e, "送达的不在名册里", "served to somebody who is not on the roll")
            own = b["way"] != "own" or line[3:4] == [e.person]
            self.insist(own, "C12", e, "不是本人签收", "confirmed by another person")
            self.insist(voter not in poll.served, "C16", e, "同一户送达了两次", "one voter was served twice")
            poll.served[voter] = b["way"]

    def on_poll_extended(self, e: Entry) -> None:
        poll = self.polls[e.id]
        in_time = poll.closed is None and not poll.cancelled and self.time <= poll.closes < e.body["closes"]
        self._not_too_long(e, poll.notice["rule"], poll.notice["opens"], e.body["closes"])
        self.insist(in_time, "C08", e, "延期不在截止之前，或没有延后", "an extension after the end, or to an earlier one")
        poll.closes = e.body["closes"]

    def on_poll_cancelled(self, e: Entry) -> None:
        poll = self.polls[e.id]
        waiting = poll.opened is None and not poll.cancelled
        self.insist(waiting, "C08", e, "开始以后撤销了表决", "a poll was cancelled after its opening")
        poll.cancelled = True

    def on_poll_opened(self, e: Entry) -> None:
        poll, by_hands = self.polls[e.id], "hands" in self.polls[e.id].notice["channels"]
        fresh = poll.opened is None and not poll.cancelled
        self.insist(fresh, "C08", e, "这次表决已经开始过或撤销了", "the poll was open before, or cancelled")
        in_time = by_hands or poll.notice["opens"] <= self.time <= poll.closes
        self.insist(in_time, "C08", e, "不在公告的时间内开始", "opened outside the window announced")
        digest = self.texts.get(poll.notice["subject"], e.body["digest"])
        same = poll.notice["digest"] == e.body["digest"] == digest
        same = same and all(e.body[name] == poll.notice[name] for name in ("title", "subject", "subject_kind"))
        self.insist(same, "C08", e, "开始表决的文字不是公告的文字", "the text opened is not the one announced")
        self._review_is_answered(e, poll)
        self.insist(poll.roll_stands(), "C10", e, "名册与公告不符", "the roll is not the one announced")
        self._composed(e, poll)
        owners = poll.owned is None or not self._owners_differ(poll)
        self.insist(owners, "C10", e, "名册的业主或面积与产权登记不符", "owners or areas of the roll are not those of the register")
        poll.opened = e.position

    def on_poll_hands_counted(self, e: Entry) -> None:
        poll, h = self.polls[e.id], e.body
        good = poll.running and poll.hands is None and "hands" in poll.notice["channels"]
        self.insist(good, "C08", e, "此时不能计举手", "no show of hands was due")
        silent = h["present"] - h["in_favour"] - h["against"] - h["abstain"]
        all_said = silent == 0 or (silent > 0 and poll.notice["rule"]["silence"] == "out")
        adds_up = all_said and h["present"] <= h["due"] == len(poll.lines["binding"])
        self.insist(adds_up, "C16", e, "举手的人数与到会、应到对不上", "hands, persons present and seats do not add up")
        meeting = self.things.get(poll.notice["meeting"])
        there = Counter(meeting.more["sheet"].values())["present"] if meeting is not None and meeting.kind == "meeting" else h["present"]
        self.insist(h["present"] == there, "C16", e, "举手的人数与签到表不符", "more or fewer raised hands than the attendance sheet has present")
        poll.hands = h

    def on_poll_closed(self, e: Entry) -> None:
        poll, by_hands = self.polls[e.id], "hands" in self.polls[e.id].notice["channels"]
        self.insist(poll.running, "C08", e, "没有在投票的表决被截止", "a poll was closed that was not open")
        self.insist(by_hands or self.time >= poll.closes, "C08", e, "没有到时间就截止", "closed before its time")
        self.insist(not by_hands or poll.hands is not None, "C08", e, "没有计举手就截止", "closed without the show of hands")
        poll.closed = e.position

    def on_ballot_cast(self, e: Entry) -> None:
        b, poll = e.body, self.polls[e.body["poll"]]
        line = poll.lines[b["roll"]].get(b["voter"], [])
        own = b["channel"] != "phone" or line[3:4] == [e.person] or self._by_letter(e, poll)
        inside = poll.running and (b["channel"] == "paper" or self.time <= poll.closes)
        known = b["channel"] in poll.notice["channels"] and b["channel"] != "hands"
        again = 2 * poll.voided[b["voter"]] + 1
        single = b["voter"] not in poll.ballots and e.version == again and e.id == id_of(poll.id, b["voter"])
        bound = self.bound.get(e.person)
        mature = b["channel"] != "phone" or self.hours is None or (bound is not None and e.at >= bound.votes_from)
        letter = poll.given_by_phone(e)
        alive = letter is None or not any(made <= letter.at <= ended for made, ended in self.objected[letter.person])
        hand = (b["channel"] == "phone") == (e.role == "resident")
        self.insist(hand, "C09", e, "手机票由本人投，其他的由工作人员录", "by phone people vote themselves, everything else staff enter")
        counts = [
            self.insist(bool(line), "C12", e, "投票的不在名册里", "this voter is not on the roll"),
            self.insist(alive, "C12", e, "委托的人的绑定已经有人异议", "by a letter given under a binding that was objected to"),
            self.insist(not line or own, "C12", e, "不是本户的手机", "cast by another person's phone"),
            self.insist(known, "C12", e, "公告没有这种投票方式", "cast in a way that the notice does not name"),
            self.insist(single, "C12", e, "同一户投了两次", "a second ballot of one voter"),
            self.insist(mature, "C12", e, "用手机投票的人没有绑定，或者还没到时间", "by phone of somebody not bound, or not long enough"),
            self.insist(inside, "C12", e, "不在投票期内", "outside the voting period"),
            b["channel"] != "paper" or self._from_box(e, poll, _aid(e).get("slip", "")),
            b["channel"] != "assisted" or self._witnessed(e),
        ]
        if all(counts):
            poll.ballots[b["voter"]] = e

    def on_ballot_voided(self, e: Entry) -> None:
        """Only with an objection to the binding of whoever cast it by phone, or gave the letter for it by phone, before the count;
        then the voter may vote again."""
        b, poll = e.body, self.polls[e.body["poll"]]
        ballot = poll.ballots.get(b["voter"])
        same = ballot is not None and (ballot.id, ballot.position, ballot.body["roll"]) == (e.id, b["entry"], b["roll"])
        self.insist(same, "C12", e, "作废的不是这一户的票", "what was voided is not the ballot of this voter")
        due = poll.counted is None and poll.due.get(b["voter"]) == b["binding"]
        self.insist(due, "C12", e, "没有异议就作废了票，或者已经计过票", "a ballot was voided without an objection, or after the count")
        if same and due:
            del poll.ballots[b["voter"]], poll.due[b["voter"]]
            poll.voided[b["voter"]] += 1

    def _by_letter(self, e: Entry, poll: Poll) -> bool:
        """Whether a letter of the voter names whoever cast the ballot, and held then."""
        id = _aid(e).get("proxy", "")
        letter = poll.letters.get(id)
        if letter is None or id in poll.revoked:
            return False
        named = (letter.body["voter"], letter.body["agent"]) == (e.body["voter"], e.person)
        return named and self.time <= letter.body["until"]

    def _witnessed(self, e: Entry) -> bool:
        """Whether one of the staff helped while another looked on."""
        witness = _aid(e).get("witness", "")
        staff = all(any(self._holds(who, role, e.at) for role in STAFF) for who in (e.person, witness))
        good = witness != e.person and staff and bool(_aid(e).get("place"))
        return self.insist(good, "C16", e, "协助投票没有见证人", "an assisted ballot without a witness")

    def _holds(self, person: str, role: str, at: int) -> bool:
        if person not in self.roles:
            return False
        day = day_of(at)
        return any(term[0] == role and term[1] <= day and (not term[2] or day <= term[2]) for term in self.roles[person])

    def on_register_persons_entered(self, e: Entry) -> None:
        self._fresh(e, self.homes)
        good = all(not line[1] or line[1] in self.households or line[1] in self.units for line in e.body["lines"])
        self.insist(good, "C10", e, "有人的住处不在名册里", "somebody's home is not in the register")
        self.homes.update((line[0], line[1]) for line in e.body["lines"])
        self.adults.update(line[0] for line in e.body["lines"] if line[3] == 1)

    def on_role_granted(self, e: Entry) -> None:
        term = [e.body["role"], e.body["since"], e.body["until"]]
        self.roles[e.body["person"]].append(term)
        self.terms[e.id] = term

    def on_role_ended(self, e: Entry) -> None:
        self.terms[e.id][2] = e.body["on"]

    def on_proxy_granted(self, e: Entry) -> None:
        b, poll = e.body, self.polls[e.body["poll"]]
        rule, line = poll.notice["rule"], poll.lines["binding"].get(b["voter"], [])
        in_time = poll.closed is None and not poll.cancelled and self.time <= poll.closes
        self.insist(in_time, "C16", e, "委托不在截止之前", "a proxy was named after the end")
        self.insist(bool(line), "C12", e, "委托的不在名册里", "a proxy of somebody who is not on the roll")
        by_phone, bound = line[3:4] == [e.person], self.bound.get(e.person)
        mature = not by_phone or self.hours is None or (bound is not None and e.at >= bound.votes_from)
        self.insist(mature, "C16", e, "用手机委托的人没有绑定，或者还没到时间", "a proxy by phone of somebody not bound, or not long enough")
        own = by_phone or len(b["letter"]) == 64
        self.insist(own, "C16", e, "委托没有委托书", "a proxy without a letter that the voter did not grant")
        spent = {_aid(ballot).get("proxy", "") for ballot in poll.ballots.values()}
        held = {id: one.body for id, one in poll.letters.items() if id not in poll.revoked}
        holding = [one for id, one in held.items() if id in spent or one["until"] >= self.time]
        once = all(one["voter"] != b["voter"] for one in holding) and b["voter"] not in poll.ballots
        self.insist(once, "C16", e, "同一户委托了两次，或者已经投过", "a second proxy of one voter, or of one who has voted")
        few = rule["proxies"] is None or sum(one["agent"] == b["agent"] for one in holding) < rule["proxies"]
        self.insist(few, "C16", e, "一个人受托太多", "one agent holds more proxies than the rule allows")
        home = self.homes.get(b["agent"], "")
        near = rule.get("agents") != "household" or (home and home == self.homes.get("".join(line[3:4])))
        free = not any(self._holds(b["agent"], role, e.at) for role in rule.get("barred", []))
        self.insist(bool(near and free), "C16", e, "按规则这个人不能受托", "by the rule this person may hold no proxy")
        poll.letters[e.id] = e

    def on_proxy_revoked(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        waiting = e.body["voter"] not in poll.ballots
        self.insist(waiting, "C16", e, "投出以后撤回了委托", "a proxy was taken back after the ballot was cast")
        poll.revoked.add(e.id)

    def on_slip_read(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        known = e.body["box"] in poll.boxes and poll.opened is not None and poll.counted is None
        fresh = e.id not in poll.read and e.id == id_of(e.body["box"], "sheet", str(e.body["sheet"]))
        self.insist(known and fresh, "C16", e, "录的票不在封好的箱里", "a slip was read that no sealed box holds, or twice")
        poll.read.setdefault(e.id, []).append(e)

    def on_slip_settled(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        self.insist(e.id in poll.read and e.id not in poll.used, "C16", e, "定下的票已经算过", "a slip was settled after it counted")
        two = e.person != e.body["second"] and any(self._holds(e.body["second"], role, e.at) for role in STAFF)
        self.insist(two, "C16", e, "只有一个人看票", "a slip was settled by one person alone")
        poll.read.setdefault(e.id, []).append(e)

    def on_box_sealed(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        self.insist(self._seconded(e), "C16", e, "封箱只有一个人", "a box was sealed by one person alone")
        self.insist("paper" in poll.notice["channels"], "C16", e, "公告没有纸票", "a box in a vote without paper")
        in_time = poll.running and self.time <= poll.closes
        self.insist(in_time, "C16", e, "封箱不在投票期内", "a box was sealed outside the voting period")
        self.insist(e.id not in poll.boxes, "C16", e, "同一个票箱封了两次", "a box was sealed twice")
        poll.boxes[e.id] = e.body["slips"]
        poll.returned += e.body["slips"]
        poll.readings[e.id] = e.body.get("readings", 1)
        twice = e.form < 2 or poll.readings[e.id] == 2
        self.insist(twice, "C16", e, "这一箱的票没有要两个人录", "a box whose slips need not be read by two")

    def _seconded(self, e: Entry) -> bool:
        """Another of the staff, or the chair, stood by."""
        second = e.body["second"]
        return second != e.person and any(self._holds(second, role, e.at) for role in (*STAFF, "chair"))

    def on_slip_refused(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        in_time = poll.opened is not None and poll.counted is None
        self.insist(in_time, "C16", e, "不在录票期间", "a slip was put aside when none were entered")
        poll.refused[e.body["reason"]] += 1
        slip = e.body.get("slip", "")
        poll.aside += [(slip, e.body["reason"])] if slip else []
        poll.doubled |= {slip} if e.body["voter"] in poll.ballots else set()
        late = e.body["reason"] != "late" or self.time > poll.closes
        self.insist(late, "C16", e, "还没有截止，就说来晚了", "a slip was called late before the end")
        if e.body["box"]:
            self._from_box(e, poll, slip)

    def _from_box(self, e: Entry, poll: Poll, slip: str) -> bool:
        if poll.readings.get(e.body["box"], 1) > 1:
            latest = poll.read[slip][-1].body if slip in poll.read else {}
            same = (latest.get("box"), latest.get("voter")) == (e.body["box"], e.body["voter"]) and slip not in poll.used
            two = same and poll.read[slip][0].person != e.person
            self.insist(two, "C16", e, "纸票只有一个人录过", "a slip was read by one person alone")
        poll.used.add(slip)
        left = poll.boxes.get(e.body["box"], 0)
        poll.boxes[e.body["box"]] = left - 1
        return self.insist(left > 0, "C16", e, "录出的张数比封箱时多", "more slips came out of a box than were sealed")

    def on_poll_counted(self, e: Entry) -> None:
        d, poll, before = e.body, self.polls[e.body["poll"]], len(self.findings)
        once = poll.counted is None and e.id == id_of(poll.id, "count")
        self.insist(once, "C14", e, "同一次表决计了两次票", "a poll was counted twice")
        cut = poll.closed is not None and (poll.hands is not None or d["cut_off"] == poll.closed)
        self.insist(cut, "C08", e, "没有截止就计票", "counted before the close, or up to another position")
        same = all(d[name] == poll.notice[name] for name in ("number", "title", "digest", "subject", "subject_kind"))
        self.insist(same, "C14", e, "计的不是公告的那次表决", "the count is of something else than the notice")
        self.insist(not poll.due, "C12", e, "有异议的手机票没有作废就计了票", "a ballot that an objection voids was counted")
        emptied = not any(left > 0 for left in poll.boxes.values())
        self.insist(emptied, "C16", e, "票箱里还有没录入的票", "slips of a sealed box were never entered")
        for code, zh, en in poll.differences(d):
            self.find(code, e.position, zh, en)
        poll.counted, poll.counted_at = d, self.time
        same = len(self.findings) == before
        self.recounted.append(Recount(poll.id, d["number"], d["title"], d, poll.tally, same))

    # signing in

    def on_access_adopted(self, e: Entry) -> None:
        self.hours = e.body["hours"]
        if e.role != "operator":
            self._two(e)

    def on_letters_issued(self, e: Entry) -> None:
        known = self.hours is not None and len(e.body["letters"]) == e.body["count"] and e.at < e.body["until"]
        self.insist(known, "C08", e, "没有登录办法就做了信", "letters without rules of signing in, or none to use")
        for number, kind, target in e.body["letters"]:
            fresh = number not in self.letters and kind in ("home", "staff")
            self.insist(fresh, "C08", e, "同一个号做了两封信", "a letter was made twice")
            known = target in self.homes if kind == "staff" else target in self.households or target in self.units
            self.insist(known, "C08", e, "信不是给名册里的住处或人的", "a letter to a home or person that is not in the register")
            by_the_operator = kind != "staff" or e.role == "operator"
            self.insist(by_the_operator, "C16", e, "工作人员的信不是系统维护做的", "a letter of the staff that the operator did not make")
            self.letters[number] = Letter(kind, target, e.body["until"])

    def on_letter_replaced(self, e: Entry) -> None:
        b, old = e.body, self.letters.get(e.body["letter"])
        waits = old is not None and old.open and (old.kind, old.target) == (b["kind"], b["target"])
        fits = waits and e.id == id_of(LETTERS, b["letter"], "replaced") and b["number"] not in self.letters
        self.insist(fits, "C08", e, "换的信已经用过、换过，或者不是这一家的", "a letter was replaced that was not open, or for another home")
        self._two(e)
        if old is not None:
            old.open = False
        self.letters[b["number"]] = Letter(b["kind"], b["target"], b["until"])

    def on_binding_made(self, e: Entry) -> None:
        b = e.body
        self._opens(e, b["home"] or b["person"], "home" if b["home"] else "staff")
        first = e.version == 1 and e.id == id_of(LETTERS, b["letter"], "binding")
        self.insist(first, "C08", e, "同一封信绑定了两次", "a letter bound twice")
        self.insist(b["person"] not in self.bound, "C08", e, "同一个人绑定了两次", "a person was bound twice")
        waits = self.hours is not None and b["votes_from"] >= e.at + 3_600 * self.hours
        self.insist(waits, "C08", e, "绑定的等待时间不够", "a binding whose waiting time is not the adopted one")
        witness, alone = b["aid"].get("witness", ""), e.person == b["person"]
        helped = bool(b["aid"]) and not alone and witness not in ("", e.person, b["person"])
        self.insist(helped or (alone and not b["aid"]), "C16", e, "替人绑定没有见证人", "somebody was bound by another person without a witness")
        self.bound[b["person"]] = self.bindings[e.id] = Bound(e)

    def _opens(self, e: Entry, target: str, kind: str) -> None:
        """A letter is used: it is known, for this home or person, open, and not over."""
        letter = self.letters.get(e.body["letter"])
        known = letter is not None and (letter.kind, letter.target) == (kind, target)
        self.insist(known, "C08", e, "没有发过这样一封信", "no such letter was made")
        fits = letter is None or (letter.open and e.at <= letter.until)
        self.insist(fits, "C08", e, "信已经用过、换过或者过期", "a letter was used that was used before, replaced, or over")
        if letter is not None:
            letter.open = False

    def _standing(self, e: Entry) -> Bound:
        """The binding that an entry is about; it must stand, and be of that person."""
        found = self.bindings.get(e.id)
        stands = found is not None and found.person == e.body["person"]
        self.insist(stands, "C08", e, "这项绑定不在，或者已经解除", "a binding that never was, or had ended")
        return found or Bound(e._replace(body={"home": "", "votes_from": 0, **e.body}))

    def _over(self, binding: Bound) -> None:
        self.bindings.pop(binding.id, None)
        if self.bound.get(binding.person) is binding:
            del self.bound[binding.person]

    def on_binding_objected(self, e: Entry) -> None:
        """Every ballot that the person cast by phone since the binding must be voided before its poll is counted; and every one
        cast by a letter that the person gave by phone since."""
        left = self.left.pop(e.id, None)
        binding = self._standing(e) if left is None else left
        known = binding.ended == e.body["over_at"] and binding.person == e.body["person"]
        self.insist(known, "C08", e, "异议里写的绑定和记录不符", "an objection to a binding that was otherwise")
        if e.role in DESK:
            self._two(e)
        last = binding.ended or e.at
        stood = left is not None or binding.id in self.bindings
        if stood:
            self.objected[binding.person].append((binding.made, last))
        for poll in self.polls.values() if stood else ():
            for voter, ballot in poll.ballots.items() if poll.counted is None else ():
                done = [one for one in (ballot, poll.given_by_phone(ballot)) if one and one.person == binding.person]
                if ballot.body["channel"] == "phone" and any(binding.made <= one.at <= last for one in done):
                    poll.due[voter] = e.id
        self._over(binding)

    def on_binding_ended(self, e: Entry) -> None:
        binding = self._standing(e)
        if e.person != binding.person or e.body["second"]:
            self._two(e)
        binding.ended, self.left[e.id] = e.at, binding
        self._over(binding)

    def on_binding_keys_replaced(self, e: Entry) -> None:
        binding = self._standing(e)
        self._two(e)
        apart = binding.person not in (e.person, e.body["second"])
        self.insist(apart, "C16", e, "本人经手换了自己的登录方式", "somebody handled the replacement of their own keys")
        self.insist(e.body["letter"] not in self.letters, "C08", e, "同一个号做了两封信", "a letter was made twice")
        if binding.waits in self.letters:
            self.letters[binding.waits].open = False
        binding.waits = e.body["letter"]
        self.letters[binding.waits] = Letter("renewal", binding.person, e.body["until"])

    def on_binding_key_changed(self, e: Entry) -> None:
        self._standing(e)
        self._own(e, e.body["person"])

    def on_binding_renewed(self, e: Entry) -> None:
        binding = self._standing(e)
        self.insist(binding.waits == e.body["letter"] != "", "C08", e, "不是换发的那封信", "renewed with another letter than the one handed over")
        self._opens(e, binding.person, "renewal")
        aided = bool(e.body["aid"]) and e.body["aid"].get("witness") not in ("", None, e.person, binding.person)
        alone = e.person == binding.person and not e.body["aid"]
        self.insist(alone or (e.person != binding.person and aided), "C16", e, "别人替换了登录方式", "keys were set by another person")
        binding.waits = ""

    def _two(self, e: Entry) -> None:
        """Two of the desk stand by."""
        second = e.body["second"]
        two = second not in ("", e.person) and any(self._holds(second, role, e.at) for role in DESK)
        self.insist(two, "C16", e, "只有一个人经手，或者第二位不是工作人员", "done by one person alone, or beside somebody of no office")

    # what rests on a count

    def on_resolution_adopted(self, e: Entry) -> None:
        self.resolutions += 1
        poll = self.polls[e.body["poll"]]
        same = poll.notice["digest"] == e.body["digest"] == text_digest(e.body["text"])
        decides = not poll.notice["rule"]["opinion"] and poll.notice["rule"]["unit"] != "party"
        carried = decides and poll.counted is not None and poll.counted["outcome"] == "PASS"
        self.insist(carried, "C08", e, "决议没有通过的表决作依据", "a resolution without a vote that carried it")
        self.insist(same, "C08", e, "决议的文字不是表决的文字", "the text of a resolution is not the one voted on")
        self._is_final(e, poll)
        asked = (poll.notice["subject_kind"], poll.notice["subject"], poll.notice["matter"]) == ("motion", e.body["motion"], e.body["matter"])
        self.insist(asked and not poll.annulled, "C08", e, "决议依据的表决不是关于这个议题", "the vote it rests on was on something else")
        self._stands_alone(e)
        self._whence(e)

    def _stands_alone(self, e: Entry) -> None:
        """A motion has one resolution; another only where the result that carried it was annulled."""
        b, first = e.body, id_of(e.body["motion"], "resolution")
        before = [one for one in self.things.values() if one.kind == "resolution" and one.body["motion"] == b["motion"] and one.id != e.id]
        named = e.id == first or (bool(before) and e.id == id_of(b["motion"], "resolution", b["poll"]))
        alone = all(self._fell(one.id) for one in before)
        self.insist(named and alone, "C08", e, "一个议题有了两个决议", "a motion became a resolution twice")
        self.insist(b["adopted_on"] <= b["effective_on"], "C08", e, "施行日期早于通过日期", "in force before it was adopted")

    def _whence(self, e: Entry) -> None:
        """Each clause came from where it is said to: the draft, a revision, an amendment, and at which entry of the log."""
        motion = self.things.get(e.body["motion"])
        if motion is None or motion.kind != "motion":
            return
        lines = [(line["clause"], [line[name] for name in ("origin", "label", "version", "position")]) for line in e.body["provenance"]]
        true = all(motion.more["origins"].get(clause) == origin for clause, origin in lines)
        self.insist(true, "C08", e, "条款的来历写得不对", "a clause did not come from where it is said to")

    def _rests_on_a_count(self, e: Entry, what: str, id: str, passed: bool) -> None:
        if e.body["poll"]:
            poll = self.polls[e.body["poll"]]
            so = poll.counted is not None and (poll.counted["outcome"] == "PASS") == passed
            good = so and poll.notice[what] == id
            self.insist(good, "C08", e, "所引的表决不是这个结果", "the poll this rests on was not decided so")
            self._is_final(e, poll)

    def _is_final(self, e: Entry, poll: Poll) -> None:
        final = poll.final(self.time)
        self.insist(final, "C08", e, "所引的结果还是初步的，或者有误、已撤销", "rests on a preliminary, wrong or annulled result")


def check(
    folder: str | Path,
    pins: Mapping[int, bytes] | None = None,
    progress: Callable[[int, int], None] = lambda done, size: None,
) -> Checker:
    """Return the Checker after reading a whole bundle. Never raises for a bad bundle: it finds."""
    checker = Checker(pins)
    try:
        origin, size, root = read_checkpoint(Path(folder))
        for leaf in read_leaves(Path(folder), size):
            checker.take(leaf)
            progress(checker.size, size)
        checker.finish(size, root, origin)
    except Broken as broken:
        checker.findings.append(broken.finding)
    return checker


def report(checker: Checker, language: str = "zh") -> list[str]:
    """Return the lines of the report, the verdict last."""
    zh, root, found = language == "zh", checker.tree.root().hex(), len(checker.findings)
    polls, texts = len(checker.recounted), checker.resolutions
    lines = [f"{checker.size} 条事件，总指纹 {root}，重新计票 {polls} 次，决议 {texts} 件" if zh
             else f"{checker.size} events, root {root}, {polls} polls recounted, {texts} resolutions"]  # fmt: skip
    for _, number, title, declared, _, same in checker.recounted:
        numbers = "/".join(str(declared[name]) for name in ("in_favour", "against", "abstain"))
        lines.append(f"{'✓' if same else '✕'} {number} {title}: {numbers} {declared['outcome']}")
    lines += [finding.line(language) for finding in checker.findings[:SHOWN]]
    lines += [f"…… +{found - SHOWN}"] if found > SHOWN else []
    good, bad = ("全部对得上。", f"有 {found} 处对不上。") if zh else ("Everything holds.", f"Findings: {found}.")
    return [*lines, bad if found else good]


def main(arguments: list[str]) -> int:
    """Run as a command and return the exit status."""
    words = [argument for argument in arguments if argument != "--english"]
    try:
        pins = {}
        while "--pin" in words:
            at = words.index("--pin")
            size, root = words[at + 1].split(":")
            pins[int(size)] = bytes.fromhex(root)
            del words[at : at + 2]
        (folder,) = words
    except (ValueError, IndexError):
        print(__doc__, file=sys.stderr)
        return 2
    checker = check(folder, pins)
    print("\n".join(report(checker, "en" if "--english" in arguments else "zh")))
    return 1 if checker.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
