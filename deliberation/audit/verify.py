"""Check an exported log and recount every poll: this file alone, with Python's standard library.

    python3 verify.py FOLDER|FILE.tar [--pin PIN]… [--policy FILE] [--json] [--english]

It hashes every stored byte into the RFC 6962 tree and compares it with ``checkpoint``, with every earlier checkpoint and
with the hash tiles; checks who signed them; insists that each entry is canonical JSON of the form that its type and version
have; follows every stream, freezes every roll again, opens every sealed ballot with the published key, counts, applies the
rule that the notice froze, and compares with what was declared. SPEC.md beside it says all this for those who write another.

A pin is what you know of an earlier day, which the log must continue: a file with a checkpoint, SIZE:ROOT (64 hex digits), or
the short form printed on papers (SIZE-xxxx-xxxx-xxxx-xxxx). A policy (C2SP tlog-policy) is your own: the keys of the log and
of witnesses that you trust, and how many witnesses must have signed. Exit status 0: all holds. 1: findings, each with its
check and position. 2: wrong use.

It shares no line with the program that wrote the log, and is one file so that it can be read, copied and run by itself.
"""

from __future__ import annotations

import base64
import functools
import gc
import hashlib
import io
import json
import operator
import os
import re
import stat
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

Json = dict[str, Any]
Problems = Iterator[tuple[str, str, str]]
Test = Callable[[Any], object]

#: The first line of README; bundles of before it had neither README nor signatures.
FORMAT = "yishihui-bundle v1"
#: A community's id is the UUID of version 5 in this namespace, named by the origin of its checkpoint.
ORIGINS = uuid.UUID("6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10")
ENVELOPE = {"actor", "agg", "aggv", "at", "body", "type", "v"}
CHOICES = ("for", "against", "abstain")
#: Ways of voting: together, or a show of hands alone.
CHANNELS, BY_HANDS = {"phone", "paper", "assisted"}, ["hands"]
#: Who handles ballots; the clocks of China.
STAFF = ("secretary", "scrutineer", "grid_worker")
#: Who makes sign-in letters and helps with keys; ids of what becomes of a letter are of version 5 in this namespace.
DESK = ("secretary", "chair", "operator")
LETTERS = "5d0e2f52-6c5e-5c0e-9d56-2f6d0e0b7a11"
ERASURES = "7b1c1f0a-52f4-5a3e-8f5b-3c7d0d1f6b2e"
CHINA = timezone(timedelta(hours=8))
#: Entries in a file of the bundle; findings in a report, and kept at all.
WIDTH, SHOWN, KEPT = 256, 40, 10_000
#: Seconds by which the clock of a witness, or the reader's, may differ from that of the log.
SKEW = 300


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

_TILE = r"(?:x[0-9]{3}/){0,4}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?"
#: What may lie in a bundle -> bytes that it may have at most.
ALLOWED = {
    re.compile(pattern): most
    for pattern, most in (
        (rf"tile/entries/{_TILE}", WIDTH * (2 + 0xFFFF)),
        (rf"tile/(?:[0-9]|[1-5][0-9]|6[0-3])/{_TILE}", WIDTH * 32),
        (r"checkpoint|checkpoints/[1-9][0-9]{0,15}|policy|README|receipts/[A-Za-z0-9._-]{1,120}\.tlog-proof", 1 << 20),
        (r"content/[0-9a-f]{64}|spec/(?:SPEC\.md|schemas\.json|vectors\.json)|verify\.py", 1 << 24),
    )
}
_BLOCK, MOST_FILES = 512, 1 << 20


class Files:
    """The files of a bundle, in a folder or in one tar that is not compressed: name -> bytes. Nothing is unpacked, and nothing is
    read that may not be there: that is ``strange``. Raises Broken."""

    def __init__(self, place: Path) -> None:
        self.sizes: dict[str, int] = {}
        self.strange: list[str] = []
        self._place = place
        self._tar: BinaryIO | None = None
        self._at: dict[str, int] = {}
        try:
            if place.is_dir():
                self._walk()
            elif place.is_file():
                self._tar = tar = place.open("rb")
                self._index(tar)
            else:
                raise Broken("C01", None, f"没有 {place} 这个文件夹或文件", f"there is no folder or file {place}")
        except OSError as error:
            self.close()
            raise Broken("C01", None, f"读不了：{error}", f"cannot be read: {error}") from None
        except Broken:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        if self._tar is not None:
            self._tar.close()

    def read(self, name: str) -> bytes:
        """Return a file. Raises Broken."""
        size = self.sizes.get(name)
        if size is None:
            raise Broken("C03", None, f"缺文件 {name}", f"file {name} is missing")
        try:
            if self._tar is not None:
                self._tar.seek(self._at[name])
                data = self._tar.read(size)
            else:
                with self._place.joinpath(name).open("rb") as file:
                    data = file.read(size + 1)
        except OSError:
            data = b""
        if len(data) != size:
            raise Broken("C03", None, f"文件 {name} 读不全", f"file {name} cannot be read whole")
        return data

    def _put(self, name: str, size: int, at: int = 0) -> None:
        if len(self.sizes) + len(self.strange) >= MOST_FILES:
            raise Broken("C03", None, "文件太多", "there are too many files")
        most = next((most for pattern, most in ALLOWED.items() if pattern.fullmatch(name)), -1)
        if size > most or name in self.sizes:
            self.strange.append(name)
        else:
            self.sizes[name], self._at[name] = size, at

    def _walk(self) -> None:
        for folder, folders, names in os.walk(self._place):
            inside = Path(folder).relative_to(self._place)
            links = [name for name in folders if Path(folder, name).is_symlink()]
            for name in sorted(names + links):
                found = os.lstat(Path(folder, name))
                self._put(inside.joinpath(name).as_posix(), found.st_size if stat.S_ISREG(found.st_mode) else 1 << 62)
            if len(inside.parts) > 8:
                self.strange += [inside.joinpath(name).as_posix() for name in folders]
                folders.clear()

    def _index(self, tar: BinaryIO) -> None:
        end, at = tar.seek(0, os.SEEK_END), 0
        while True:
            tar.seek(at)
            header = tar.read(_BLOCK)
            if not header.strip(b"\0") and at:
                break
            name, kind, size = _member(header)
            if kind in (b"0", b"\0"):
                self._put(name, size if at + _BLOCK + size <= end else 1 << 62, at + _BLOCK)
            elif kind != b"5" or size:
                self.strange.append(name)
            at += _BLOCK + -(-size // _BLOCK) * _BLOCK
        while rest := tar.read(1 << 20):
            if rest.strip(b"\0"):
                self.strange.append("…")
                break


def _member(header: bytes) -> tuple[str, bytes, int]:
    """Return name, kind and size of what follows a header of a tar. Raises Broken."""
    try:
        total = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
        if len(header) == _BLOCK and header[257:262] == b"ustar" and int(header[148:156].strip(b"\0 "), 8) == total:
            size = int(header[124:136].strip(b"\0 ") or b"0", 8)
            prefix = header[345:500].partition(b"\0")[0] if header[262:263] == b"\0" else b""
            name = b"/".join(part for part in (prefix, header[:100].partition(b"\0")[0]) if part)
            if size >= 0:
                return name.decode("utf-8", "backslashreplace").removeprefix("./"), header[156:157], size
    except ValueError:
        pass
    raise Broken(
        "C01", None, "这不是证据包：要一个文件夹，或者没有压缩的 tar（压缩过的请先解开）",
        "this is no bundle: a folder is wanted, or a tar that is not compressed (unpack it first)",
    )  # fmt: skip


def read_leaves(files: Files, size: int) -> Iterator[bytes]:
    """Yield the stored bytes of each entry, from the C2SP tlog-tiles entry files. Raises Broken."""
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        path = entries_path(first // WIDTH, width)
        data = files.read(path)
        leaves = split(data)
        yield from leaves[:width]
        if len(leaves) != width or sum(map(len, leaves)) + 2 * width != len(data):
            raise Broken("C03", first, f"文件 {path} 的长度不对", f"file {path} has the wrong length")


def entries_path(number: int, width: int) -> str:
    """Return the path of an entry file."""
    return tile_path("entries", number, width)


def tile_path(level: int | str, number: int, width: int) -> str:
    """Return the path of a tile: groups of three digits, all but the last with an x; its width if a part."""
    digits = str(number)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def split(data: bytes) -> list[bytes]:
    """Return the entries of a file, each of which stands behind its length in two bytes, as far as they are whole."""
    leaves, at, whole = [], 0, len(data)
    while at + 2 <= whole:
        end = at + 2 + (data[at] << 8 | data[at + 1])
        if end > whole:
            break
        leaves.append(data[at + 2 : end])
        at = end
    return leaves


# signatures: Ed25519 (RFC 8032), with a table of sixteen multiples for every four bits of the factor

_P, _ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]
_ZERO: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    """Add two points (X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z); also a point to itself."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(data: bytes) -> Point | None:
    """Return the point of 32 bytes, None if they are none, or not written in the one way there is."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    x = x if x * x % _P == square else x * _ROOT % _P
    if y >= _P or x * x % _P != square or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else _P - x
    return x, y, 1, x * y % _P


@functools.lru_cache(maxsize=64)
def _multiples(point: Point) -> list[list[Point]]:
    rows = []
    for _ in range(64):
        row = [_ZERO]
        for _ in range(16):
            row.append(_add(row[-1], point))
        point = row.pop()
        rows.append(row)
    return rows


def _times(point: Point, factor: int) -> Point:
    total = _ZERO
    for row in _multiples(point):
        total = _add(total, row[factor & 15]) if factor & 15 else total
        factor >>= 4
    return total


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _ZERO


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is this key's; keys of small order have none."""
    key = _point(public) if len(public) == 32 and len(signature) == 64 else None
    factor = int.from_bytes(signature[32:], "little")
    if key is None or factor >= _ORDER:
        return False
    eightfold = functools.reduce(lambda point, _: _add(point, point), range(3), key)
    if eightfold[0] == 0:
        return False
    hash = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    minus = (_P - key[0], key[1], 1, _P - key[3])
    x, y, z, _ = _add(_times(_BASE, factor), _times(minus, hash))
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy)

_NAME, _SIGNED = re.compile(r"[^\s+]+"), re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
#: Kinds of keys -> bytes: of logs, of witnesses, and of witnesses whose signatures are of a kind not read here.
LOG, WITNESS, OTHER = 1, 4, 6
_BYTES = {LOG: 32, WITNESS: 32, OTHER: 1312}
MOST_SIGNATURES = 100


def _base64(text: str) -> bytes:
    """Return the bytes of base64 written in the one way there is. Raises ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


class Key(NamedTuple):
    """A public key with the name under which it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


def read_key(text: str, *kinds: int) -> Key:
    """Return a key as published, name+id+base64. Raises ValueError."""
    name, id, content = text.split("+", 2)
    data = _base64(content)
    key = Key(name, data[0] if data else 0, data[1:])
    right = key.kind in kinds and len(key.public) == _BYTES[key.kind] and key.id.hex() == id
    if not right or not _NAME.fullmatch(name) or (key.kind != OTHER and _point(key.public) is None):
        raise ValueError(text)
    return key


class Note(NamedTuple):
    """A checkpoint: what is signed, its origin, size and root, and the signatures (name, id of the key and what it signed with)."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes], ...] = ()

    def signed(self, key: Key) -> bool | None:
        """Whether a log signed it; None if it did not."""
        found = [ed25519(key.public, self.text, content) for content in self._of(key)]
        return all(found) if found else None

    def cosigned(self, key: Key) -> int | None:
        """Return the time (seconds UTC) at which a witness signed it, None if it did not. Raises ValueError."""
        found = [_cosigned(key, self.text, content) for content in self._of(key)]
        return found[0] if found else None

    def _of(self, key: Key) -> list[bytes]:
        return [content[4:] for name, content in self.lines if (name, content[:4]) == (key.name, key.id)]


def _cosigned(key: Key, text: bytes, content: bytes) -> int:
    at = int.from_bytes(content[:8], "big")
    if len(content) != 72 or at >> 63 or not ed25519(key.public, f"cosignature/v1\ntime {at}\n".encode() + text, content[8:]):
        raise ValueError(key.name)
    return at


def read_note(data: bytes) -> Note:
    """Return a checkpoint of exactly three lines, signed or not. Raises Broken."""
    try:
        text = data.decode()
        body, gap, under = text.partition("\n\n")
        origin, size, root = body.split("\n") if gap else body.removesuffix("\n").split("\n")
        lines = under.removesuffix("\n").split("\n") if gap else []
        matches = [_SIGNED.fullmatch(line) for line in lines]
        found = tuple((match[1], _base64(match[2])) for match in matches if match)
        good = text.endswith("\n") and len(found) == len(lines) <= MOST_SIGNATURES and all(len(one[1]) > 4 for one in found)
        plain = origin and re.fullmatch("[1-9][0-9]{0,15}", size) and not any(c < " " and c != "\n" for c in text)
        hash = _base64(root)
        if good and plain and len(hash) == 32:
            return Note(f"{origin}\n{size}\n{root}\n".encode(), origin, int(size), hash, found)
    except ValueError:
        pass
    raise Broken("C01", None, "缺少存证点，或者写得不对", "a checkpoint is missing or malformed")


class Policy(NamedTuple):
    """Whom the reader trusts: keys of logs, witnesses by name, groups (name, how many, members) in order, and who must have signed."""

    logs: list[Key]
    witnesses: dict[str, Key]
    groups: list[tuple[str, int, list[str]]]
    quorum: str

    def holds(self, signed: Iterable[str]) -> bool:
        """Whether these witnesses are enough."""
        held = {"none", *signed}
        for name, least, members in self.groups:
            held |= {name} if sum(member in held for member in members) >= least else set()
        return self.quorum in held


def read_policy(data: bytes) -> Policy:
    """Return a policy. Raises Broken, also where one key stands under two names."""
    policy, line = Policy([], {}, [], ""), b""
    try:
        if set(data) & ({*range(32), 127} - {9, 10}) or len(data) > 1 << 20:
            raise ValueError
        for line in data.split(b"\n"):
            words = [word.decode("utf-8", "surrogateescape") for word in re.split(rb"[ \t]+", line.strip(b" \t"))]
            if words[0] and not words[0].startswith("#"):
                policy = _policy_line(policy, words)
        logs, witnesses = {key.public for key in policy.logs}, {key.public for key in policy.witnesses.values()}
        once = len(logs) == len(policy.logs) and len(witnesses) == len(policy.witnesses)
        members = [member for _, _, group in policy.groups for member in group]
        if policy.quorum and once and len(set(members)) == len(members):
            return policy
        line = b""
    except ValueError:
        pass
    where = ascii(line[:80].decode("utf-8", "replace"))
    raise Broken("C02", None, f"核对用的 policy 写得不对：{where}", f"the policy is malformed, or has a key twice: {where}")


def _policy_line(policy: Policy, words: list[str]) -> Policy:
    known = {*policy.witnesses, *(name for name, _, _ in policy.groups)}
    match words:
        case ["log", key] | ["log", key, _]:
            return policy._replace(logs=[*policy.logs, read_key(key, LOG)])
        case ["witness", name, key] | ["witness", name, key, _] if name not in known | {"none"}:
            return policy._replace(witnesses=policy.witnesses | {name: read_key(key, WITNESS, OTHER)})
        case ["group", name, how, *members] if members and name not in known | {"none"} and known >= {*members}:
            least = {"any": "1", "all": str(len(members))}.get(how, how)
            if re.fullmatch("[1-9][0-9]{0,3}", least) and int(least) <= len(members):
                return policy._replace(groups=[*policy.groups, (name, int(least), members)])
        case ["quorum", name] if name in known | {"none"} and not policy.quorum:
            return policy._replace(quorum=name)
    raise ValueError(words)


class Pin(NamedTuple):
    """What somebody knows of an earlier day: size, root or its first 8 bytes, origin if known."""

    size: int
    root: bytes
    origin: str = ""


def read_pin(text: str) -> Pin:
    """Return a pin: a file with a checkpoint, SIZE:ROOT, or SIZE-xxxx-xxxx-xxxx-xxxx. Raises ValueError."""
    found = re.fullmatch(r"([1-9][0-9]{0,15})(?::([0-9a-f]{64})|((?:-[0-9a-f]{4}){4}))", text.strip().lower())
    if found:
        return Pin(int(found[1]), bytes.fromhex(found[2] or found[3].replace("-", "")))
    try:
        with open(text, "rb") as file:
            note = read_note(file.read(1 << 20))
    except (OSError, Broken) as error:
        raise ValueError(text) from error
    return Pin(note.size, note.root, note.origin)


class Receipt(NamedTuple):
    """A promise that an entry is in the log (C2SP tlog-proof): its position, the path to the root, the checkpoint."""

    position: int
    path: list[bytes]
    note: Note


def read_receipt(data: bytes) -> Receipt:
    """Return a receipt without extra data. Raises Broken or ValueError."""
    head, _, note = data.partition(b"\n\n")
    first, index, *hashes = head.decode("ascii").split("\n")
    path = [_base64(hash) for hash in hashes]
    number = re.fullmatch("index (0|[1-9][0-9]{0,15})", index)
    if first != "c2sp.org/tlog-proof@v1" or not number or any(len(hash) != 32 for hash in path):
        raise ValueError(first)
    return Receipt(int(number[1]), path, read_note(note))


# the tree


class Tree:
    """The RFC 6962 tree, reduced to the roots of its complete subtrees, largest first: one for each bit set in its size.

    ``tiles``, if there is one, is told every complete tile: level, number, hashes.
    """

    def __init__(self, leaves: Iterable[bytes] = (), tiles: Callable[[int, int, bytes], None] | None = None) -> None:
        self.size = 0
        self.peaks: list[bytes] = []
        self._tiles, self._step = tiles, WIDTH.bit_length() - 1
        self._rows: defaultdict[int, bytearray] = defaultdict(bytearray)
        self._done: Counter[int] = Counter()
        for leaf in leaves:
            self.push(leaf)

    def push(self, leaf: bytes) -> bytes:
        """Append a leaf by its bytes; return its hash."""
        sha256, peaks, size = hashlib.sha256, self.peaks, self.size
        node = hash = sha256(b"\0" + leaf).digest()
        self.size = size + 1
        if self._tiles is None:
            while size & 1:
                node = sha256(b"\1" + peaks.pop() + node).digest()
                size >>= 1
        else:
            self._lay(0, node)
            height = 0
            while size & 1:
                node = sha256(b"\1" + peaks.pop() + node).digest()
                size >>= 1
                height += 1
                if height % self._step == 0:
                    self._lay(height // self._step, node)
        peaks.append(node)
        return hash

    def _lay(self, level: int, node: bytes) -> None:
        row = self._rows[level]
        row += node
        if len(row) == 32 * WIDTH:
            self._tell(level)

    def _tell(self, level: int) -> None:
        assert self._tiles is not None
        self._tiles(level, self._done[level], bytes(self._rows[level]))
        self._done[level] += 1
        self._rows[level].clear()

    def end(self) -> None:
        """Tell of the tiles that are not complete."""
        for level in [level for level, row in self._rows.items() if row]:
            self._tell(level)

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root


def included(hash: bytes, index: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether a path leads from the hash of a leaf to the root of a tree of that size (RFC 9162, 2.1.3.2)."""
    last = size - 1
    if index > last:
        return False
    for other in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            hash = hashlib.sha256(b"\1" + other + hash).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hash = hashlib.sha256(b"\1" + hash + other).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and hash == root


# what each type of entry holds: a line for each type and version, as shapes.py of the program and SPEC.md explain

# schemas: begin
SCHEMAS = """
@rule {abstention?:t,agents?:t,bar_months?:n,barred?:[t],binding?:b,body_en:t,body_zh:t,composition?:[@condition],contested?:b,dissent?:b,doubt_days?:n,either?:b,id:t,longest_days?:n,majority?:[@condition],name_en:t,name_zh:t,notice_days?:n,opinion?:b,profile?:t,proxies?:~n,quorum?:[@condition],secrecy?:t,silence?:t,source:t,tie?:t,unit:t,unit_kinds?:[t],version:t}
@step {base:t,base_times:n,count:n,en:t,holds:b,kind:t,left:n,measure:t,of:n,operator:t,right:n,rule:t,source:t,subject:t,times:n,version:t,zh:t}
@condition {base:t,denominator:n,measure:t,numerator:n,operator:t,subject:t}
@operation {after?:t,again?:b,clause:t,new?:t,old?:t,operation:t,text?:t}
@text {clauses:[(t,t)],last:n,title:t}
@rolls <{area?:n,count:n,members?:<n>,root:h,scope?:u}>
@line (u,t,U,U,n?)
access.adopted 1 days:n hours:n second:U
amendment.moved 1 base_digest:H count:n digest:H label:t matter:U motion:U operations:[@operation] replaces:U
amendment.settled 1 label:t motion:U outcome:t poll:U result_en:t result_zh:t
attendance.changed 1 capacity:t meeting:U person:U status:t status_en:t status_zh:t was:t was_en:t was_zh:t words:H
attendance.marked 1 affiliation:t capacity:t capacity_en:t capacity_zh:t matter:U meeting:U person:U status:t status_en:t status_zh:t words:H
ballot.cast 1 box:U channel:t poll:U roll:t sealed:h voter:U
ballot.cast 2 aid:{place?:t,proxy?:u,slip?:u,witness?:u} box:U channel:t poll:U roll:t sealed:h voter:U
ballot.voided 1 binding:U entry:n poll:U roll:t voter:U
binding.ended 1 home:U person:U reason:t reason_en:t reason_zh:t second:U
binding.key_changed 1 person:U way:t way_en:t way_zh:t what:t what_en:t what_zh:t
binding.keys_replaced 1 letter:t person:U reason:t reason_en:t reason_zh:t second:U until:n
binding.made 1 aid:{place?:t,proxy?:u,slip?:u,witness?:u} home:U letter:t owner:U person:U votes_from:n way:t way_en:t way_zh:t
binding.objected 1 home:U over_at:n person:U second:U words:H
binding.renewed 1 aid:{place?:t,proxy?:u,slip?:u,witness?:u} letter:t person:U way:t way_en:t way_zh:t
box.scanned 1 box:U digest:h pages:n poll:U
box.sealed 1 kind:t label:t number:n poll:U second:U slips:n
box.sealed 2 kind:t label:t number:n poll:U readings:n second:U slips:n
comment.answered 1 motion:U outcome:t outcome_en:t outcome_zh:t words:H
comment.made 1 clause:t matter:U motion:U stance:t stance_en:t stance_zh:t words:H
community.founded 1 kind:t name:t street:t
content.erased 1 commitments:[h] ground:t second:U
doubt.answered 1 finding:t finding_en:t finding_zh:t poll:U title:t words:H
doubt.raised 1 matter:U number:t person:U poll:U title:t words:H
filing.acknowledged 1 number:t on:D receipt_number:t
filing.made 1 attachments:[{digest:H,title:t}] count:n days:n decided_on:D due_on:D made_on:D matter:U number:t resolution:U to:t
filing.returned 1 number:t words:H
letter.replaced 1 kind:t letter:t number:t reason:t reason_en:t reason_zh:t second:U target:u until:n
letters.issued 1 count:n letters:[(t,t,u)] until:n
log_key.adopted 1 key:t origin:t
log_key.rotated 1 key:t old:t origin:t reason:t reason_en:t reason_zh:t second:U signature:t
matter.closed 1 complete:b number:t passed:n stages:n title:t words:H
matter.gate_passed 1 abstain:n against:n due:n heads_en:t heads_zh:t in_favour:n minute:t next:t number:t on:D poll:U present:n rules:[t] stage:t stage_en:t stage_zh:t
matter.opened 1 number:t stages:[{en:t,review:b,rules:[t],stage:t,zh:t}] template:t template_en:t template_zh:t title:t
matter.review_asked 1 digest:H motion:U number:t review:n to:t version:n
matter.reviewed 1 count:n digest:H findings:[{clause:t,ground:t,wording:t}] motion:U number:t review:n version:n
meeting.called 1 agenda:[{item:t,motion:U,title:t}] due:n items:n kind:t matter:U number:t place:t seats:[u] starts:n title:t
meeting.cancelled 1 number:t reason:t title:t
meeting.closed 1 absent:n due:n leave:n number:t observers:n present:n title:t
meeting.opened 1 chair:U number:t secretary:U title:t
meeting.signed 1 complete:b digest:H number:t part:t part_en:t part_zh:t title:t
minute.corrected 1 confirmed_by:U kind:t kind_en:t kind_zh:t meeting:U reason:t text:t version:n words:H
minute.entered 1 item:t kind:t kind_en:t kind_zh:t matter:U meeting:U poll:U speaker:U text:t words:H
motion.admitted 1 number:t title:t
motion.amended 1 amendment:U digest:H label:t number:t operations:[@operation] poll:U text:@text version:n
motion.proposed 1 digest:H kind:t kind_en:t kind_zh:t matter:U number:t seconds_needed:n text:@text title:t version:n
motion.revised 1 digest:H label:t note:t number:t operations:[@operation] reason_en:t reason_kind:t reason_zh:t text:@text version:n
motion.seconded 1 matter:U motion:U number:t
motion.settled 1 digest:H number:t outcome:t poll:U result_en:t result_zh:t title:t
motion.withdrawn 1 number:t title:t words:H
notice.closed 1 number:t
notice.escalated 1 number:t to:t
notice.inspected 1 n:n number:t result:t result_en:t result_zh:t words:H workers:[u]
notice.issued 1 clause:t clause_label:t days:n hours:n level:t level_en:t level_zh:t matter:U number:t place:U place_label:t replaces:U resolution:U words:H
notice.served 1 due:n due_text:t how:t how_en:t how_zh:t number:t served_at:n witness:U workers:[u]
notice.withdrawn 1 number:t words:H
objection.answered 1 number:t publication:U upheld:b upheld_en:t upheld_zh:t words:H
objection.raised 1 matter:U number:t person:U publication:U words:H
owner.voter_named 1 owner:U person:U
person.erased 1 contents:[h] ground:t person:U second:U
poll.announced 1 channels:[t] closes:n digest:H key_commitment:h matter:U meeting:U noticed:D number:t opens:n options:[t] rolls:@rolls rule:@rule subject:U subject_kind:t title:t
poll.announced 2 channels:[t] closes:n digest:H key_commitment:h matter:U meeting:U noticed:D number:t opens:n options:[t] petition:n repeats:U rolls:@rolls rule:@rule subject:U subject_kind:t title:t
poll.annulled 1 authority:t document:t ground:t ground_en:t ground_zh:t number:t poll:U title:t
poll.cancelled 1 title:t words:H
poll.closed 1 title:t
poll.counted 1 abstain:n against:n cut_off:n digest:H groups:{channel?:[{abstain:n,against:n,for:n,name:t}],grid?:[{abstain:n,against:n,for:n,name:t}]} in_favour:n key:h number:t outcome:t poll:U refused:<n> result_en:t result_zh:t steps:[@step] subject:U subject_kind:t tallies:<{abstain:n,against:n,area?:{abstain:n,against:n,for:n,roll:n,silent:n},for:n,roll:n,silent?:n}> title:t
poll.counted 2 abstain:n against:n cast_only:t cut_off:n digest:H groups:{channel?:[{abstain:n,against:n,for:n,name:t}],grid?:[{abstain:n,against:n,for:n,name:t}]} in_favour:n key:h number:t outcome:t poll:U refused:<n> result_en:t result_zh:t slips:{issued?:n,returned?:n} steps:[@step] subject:U subject_kind:t tallies:<{abstain:n,against:n,area?:{abstain:n,against:n,for:n,roll:n,silent:n},for:n,roll:n,silent?:n}> title:t
poll.delivered 1 number:t paper:n phone:n
poll.extended 1 closes:n title:t words:H
poll.hands_counted 1 abstain:n against:n due:n in_favour:n present:n title:t
poll.opened 1 digest:H subject:U subject_kind:t title:t
poll.recounted 1 abstain:n against:n in_favour:n number:t poll:U refused:n same:b same_en:t same_zh:t second:U title:t words:H
poll.served 1 count:n evidence:H number:t poll:U voters:[u] way:t way_en:t way_zh:t
proxy.granted 1 agent:U bound:b instruction:H letter:H number:t poll:U until:n voter:U
proxy.revoked 1 number:t poll:U voter:U
publication.posted 1 days:n from_date:D kind:t kind_en:t kind_zh:t matter:U number:t place:t subject:U text:t title:t until:D
publication.taken_down 1 number:t title:t
register.households_entered 1 count:n lines:[(u,U,t,U)]
register.owners_entered 1 count:n lines:[(u,t,U)]
register.persons_entered 1 count:n lines:[(u,U,t,n,n)]
register.places_entered 1 count:n lines:[(u,t,t,U)]
register.titles_entered 1 count:n lines:[(u,u,t,t)]
register.units_entered 1 count:n lines:[(u,U,t,n)]
report.answered 1 number:t settles:b words:H
report.merged 1 into:t into_number:t number:t
report.received 1 channel:t channel_en:t channel_zh:t colour:t colour_en:t colour_zh:t number:t place:t place_id:U reporter:U words:H
report.reclassed 1 colour:t colour_en:t colour_zh:t number:t
report.split_off 1 number:t to:t
report.taken_up 1 matter:U matter_number:t number:t
resolution.adopted 1 adopted_on:D assembly:t digest:H effective_on:D matter:U motion:U number:t poll:U provenance:[{clause:t,label:t,origin:t,position:n,version:n}] text:@text title:t
role.ended 1 on:D person:U role:t
role.ended 2 on:D person:U role:t second:U
role.granted 1 person:U place:U role:t role_en:t role_zh:t since:D until:D
role.granted 2 person:U place:U role:t role_en:t role_zh:t second:U since:D until:D
roll.corrected 1 added:[@line] count:n number:t removed:[u] roll:t rolls:@rolls second:U words:H
roll.page_frozen 1 count:n lines:[@line] number:t page:n poll:U roll:t
rules.adopted 1 basis:t count:n profile:t profile_en:t profile_zh:t rules:[@rule] since:D
rules.adopted 2 basis:t count:n profile:t profile_en:t profile_zh:t rules:[@rule] second:U since:D
slip.read 1 box:U poll:U sealed:h sheet:n voter:U
slip.refused 1 box:U poll:U reason:t reason_en:t reason_zh:t voter:U
slip.refused 2 box:U poll:U reason:t reason_en:t reason_zh:t slip:U voter:U
slip.settled 1 box:U poll:U sealed:h second:U sheet:n voter:U
title.transferred 1 evidence:t kind:t label:t on:D owner:U unit:U
unit.measured 1 area:n evidence:t evidence_en:t evidence_zh:t label:t unit:U
"""
# schemas: end

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_MATCH = {
    kind: re.compile(pattern).fullmatch
    for kind, pattern in (
        ("u", _UUID), ("U", f"(?:{_UUID})?"), ("h", "[0-9a-f]{64}"), ("H", "(?:[0-9a-f]{64})?"),
        ("d", _DAY), ("D", f"(?:{_DAY})?"),
    )
}  # fmt: skip


def shape(told: str) -> Test:
    """Return the test of a shape, which holds, does not, or raises TypeError: t text, u id, h 32 bytes in hex, d day (U, H, D: or empty), n whole number, b truth value, [X] list,
    (X,Y,Z?) list of these, {a:X,b?:Y} object, <X> object of any names, ~X null or X."""
    first, inner = told[0], told[1:-1]
    if told in _MATCH:
        return _MATCH[told]
    if told in ("t", "n", "b"):
        return {"t": lambda value: type(value) is str, "n": _is_number, "b": lambda value: type(value) is bool}[told]
    if first == "~":
        maybe = shape(told[1:])
        return lambda value: value is None or maybe(value)
    if first in "[<":
        each = shape(inner)
        if first == "[":
            return lambda value: type(value) is list and all(map(each, value))
        return lambda value: type(value) is dict and all(map(each, value.values())) and all(map(str.isascii, value))
    parts = _parts(inner)
    return _row(parts) if first == "(" else _object(dict(part.split(":", 1) for part in parts))


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 53


def _row(parts: list[str]) -> Test:
    tests = [shape(part.removesuffix("?")) for part in parts]
    lengths = {len(parts), len(parts) - parts[-1].endswith("?")}
    return lambda row: type(row) is list and len(row) in lengths and all(test(x) for test, x in zip(tests, row, strict=False))


def _object(fields: dict[str, str]) -> Test:
    tests = {name.removesuffix("?"): shape(told) for name, told in fields.items()}
    always, known = {name for name in fields if not name.endswith("?")}, tests.keys()

    def exact(value: Any) -> bool:
        if type(value) is not dict or not always <= value.keys() <= known:
            return False
        for name, item in value.items():  # noqa: SIM110  (a generator would cost a third of the time)
            if not tests[name](item):
                return False
        return True

    return exact


def _parts(text: str) -> list[str]:
    """Return what stands between the commas that are in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "[({<") - (sign in "])}>")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def read_lines(table: str) -> Iterator[tuple[str, int, list[str]]]:
    """Yield type, version and fields of each line, with what is named by @ put in its place."""
    named: list[tuple[str, str]] = []
    for line in table.split("\n"):
        if line:
            first, *rest = line.split(" ")
            rest = [functools.reduce(lambda told, name: told.replace(*name), named, part) for part in rest]
            if first.startswith("@"):
                named.append((first, rest[0]))
            else:
                yield first, int(rest[0]), rest[1:]


def read_schemas(table: str) -> dict[tuple[str, int], Test]:
    """Return (type, version) -> test of the body."""
    return {(type, form): _object(dict(field.split(":", 1) for field in fields)) for type, form, fields in read_lines(table)}


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


def _encoder() -> Callable[[Any], str]:
    """Return what writes JSON in the one way; what the library makes anew for every value is made once, where it lets itself."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
    write = make(None, None, json.encoder.encode_basestring, None, ":", ",", True, False, True)
    return lambda value: "".join(write(value, 0))


_SCHEMAS = read_schemas(SCHEMAS)
TYPES = {type for type, _ in _SCHEMAS}
_decode = json.JSONDecoder().raw_decode
_encode = _encoder()
_is_id, _is_moment = _MATCH["u"], re.compile(rf"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z").fullmatch
_SIGNER = {"person", "role"}
_HEX = re.compile("[0-9a-f]{64}")


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of JSON without floats and with ASCII keys."""
    return _encode(value).encode()


def id_of(first: str, *rest: str) -> str:
    """Return the id that belongs to these parts: the UUID of version 5 in the namespace of the first."""
    made = hashlib.sha1(_space(first) + "/".join(rest).encode()).digest()
    text = (made[:6] + bytes([made[6] & 15 | 80, made[7], made[8] & 63 | 128]) + made[9:16]).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@functools.lru_cache(maxsize=1024)
def _space(id: str) -> bytes:
    return uuid.UUID(id).bytes


def text_digest(text: Json) -> str:
    """Return the digest of a text: SHA-256 (hex) over title and clauses."""
    return hashlib.sha256(canonical({name: text[name] for name in ("clauses", "title")})).hexdigest()


@functools.lru_cache(maxsize=4096)
def _midnight(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - 719_163) * 86_400


def parse(leaf: bytes, position: int) -> Entry:
    """Return the entry of a leaf. Raises Broken unless it is written in the one way there is.

    That its bytes are those which its content is written with leaves no room for a name twice, spaces, another order or escape;
    the kinds are checked here and by its type's schema, which knows no floats.
    """
    try:
        raw = _decode(leaf.decode())[0]
        actor, at, id, version, form = raw["actor"], raw["at"], raw["agg"], raw["aggv"], raw["v"]
        person, role, kind, body = actor["person"], actor["role"], raw["type"], raw["body"]
        moment = _midnight(at[:10]) + 3_600 * int(at[11:13]) + 60 * int(at[14:16]) + int(at[17:19]) if _is_moment(at) else -1
        exact = moment >= 0 and raw.keys() == ENVELOPE and actor.keys() == _SIGNER and _is_id(id) is not None
        texts = type(person) is type(role) is type(kind) is str and type(body) is dict
        numbers = type(version) is type(form) is int and 0 < version < 1 << 53 and 0 < form < 1 << 53
        if exact and texts and numbers and _encode(raw).encode() == leaf:
            return Entry(position, id, version, moment, person, kind, body, form, role)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass
    raise Broken("C05", position, "这一条不是规定的写法", "this entry is not in canonical form")


# most entries of a long log are flat: one pattern reads them, and proves the same as decoding them and writing them anew

#: Shape -> how it is written, all but numbers between quotes; whatever is written otherwise is left to parse().
_WRITTEN = {
    "t": r'[^"\\\x00-\x1f]*+', "u": _UUID, "U": f"(?:{_UUID})?", "h": "[0-9a-f]{64}", "H": "(?:[0-9a-f]{64})?", "n": "(?:0|[1-9][0-9]{0,14})",
}  # fmt: skip


class Flat(NamedTuple):
    """How entries of a type and form are written that have nothing special in them: the pattern of the whole, the names in the
    body, and those of them that are no texts."""

    pattern: str
    type: str
    form: int
    names: list[str]
    others: list[str]


def _written(told: str) -> str:
    return _WRITTEN[told] if told == "n" else f'"{_WRITTEN[told]}"'


def _grouped(told: str) -> str:
    return f"({_WRITTEN[told]})" if told == "n" else f'"({_WRITTEN[told]})"'


def _nested(told: str) -> str:
    """Return the pattern of a list of rows, or of an object with none or one of the fields that it may have. Raises LookupError."""
    if told.startswith("[("):
        *parts, last = _parts(told[2:-2])
        row = ",".join(map(_written, [*parts, last.removesuffix("?")]))
        if last.endswith("?"):
            row = ",".join(map(_written, parts)) + f"(?:,{_written(last[0])})?"
        return rf"\[(?:\[{row}\](?:,\[{row}\])*+)?\]"
    fields = [part.split("?:") for part in _parts(told[1:-1])]
    one = "|".join(f'"{name}":{_written(kind)}' for name, kind in fields)
    return rf"\{{(?:{one})?\}}"


def flat_forms(table: str) -> dict[str, Flat]:
    """Return how entries end -> how they are written, for every type and form that is flat."""
    found = {}
    for type, form, fields in read_lines(table):
        told = dict(sorted(field.split(":", 1) for field in fields))
        end = f'"type":"{type}","v":{form}}}'
        others = [name for name, kind in told.items() if kind[0] in "n[{"]
        try:
            body = [f'"{name}":({_nested(kind)})' if kind[0] in "[{" else f'"{name}":{_grouped(kind)}' for name, kind in told.items()]
        except (LookupError, ValueError):
            continue
        whole = (
            rf'\{{"actor":\{{"person":{_grouped("t")},"role":{_grouped("t")}\}},"agg":{_grouped("u")},"aggv":([1-9][0-9]{{0,14}}),'
            rf'"at":"({_DAY})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])Z","body":\{{{",".join(body)}\}},{re.escape(end)}'
        )
        found[end] = Flat(whole, type, form, list(told), others)
    return found


_FLAT = flat_forms(SCHEMAS)
_compiled = functools.cache(re.compile)


def parse_flat(leaf: bytes, position: int) -> Entry | None:
    """Return the entry of a leaf that is canonical and has the form of its type; None if that takes a closer look."""
    try:
        text = leaf.decode()
        flat = _FLAT.get(text[text.rfind('"type":') :])
        found = _compiled(flat.pattern).fullmatch(text) if flat else None
        if flat is None or found is None:
            return None
        _, type, form, names, others = flat
        person, role, id, version, day, hours, minutes, seconds, *values = found.groups()
        body: Json = dict(zip(names, values, strict=True))
        for name in others:
            body[name] = {} if body[name] == "{}" else json.loads(body[name])
        at = _midnight(day) + 3_600 * int(hours) + 60 * int(minutes) + int(seconds)
    except ValueError:
        return None
    return None if at < 0 else Entry(position, id, int(version), at, person, type, body, form, role)


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
#: What a rule says that leaves a field out.
PLAIN_RULE: Json = {
    "quorum": [], "majority": [], "composition": [], "silence": "out", "abstention": "stays", "tie": "fails", "binding": True,
    "either": False, "dissent": False, "opinion": False, "proxies": 0,
}  # fmt: skip
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
    rule = PLAIN_RULE | rule
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
#: says less and is checked for less. So with each other type by itself.
RENEWED = dict.fromkeys(("poll.announced", "ballot.cast", "box.sealed", "slip.refused", "poll.counted"), "votes")
RENEWED |= dict.fromkeys(("role.granted", "role.ended", "rules.adopted"), "offices")
#: Beginning of a rule's id -> the office whose holders are the delegates of that mixed body.
DELEGATES = {"VIL_R": "village_delegate", "RES_R": "village_delegate"}
#: Beginning of a rule's id -> the rule by which that assembly is called on signatures.
CALLS = {"VIL": "CALL_V", "RES": "CALL_R", "OWN": "OWN_CALL"}
#: What became of a poll that may be held again.
REPEATABLE = ("cancelled", "annulled", "FAIL", "NO_QUORUM", "VOID")


# the procedure, as tables

#: Offices by a letter each, for the table below ("*": any office). A resident is anybody of the register; the operator stands at the machine.
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
    "binding.made": "N*", "binding.renewed": "N*", "binding.key_changed": "N", "binding.objected": "NSCO",
    "binding.ended": "NSCO", "binding.keys_replaced": "SCO",
    "log_key.adopted": "O", "log_key.rotated": "SCO", "person.erased": "SCO", "content.erased": "SCO",
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
#: How codes are called in the sentences of the record: room, field, then "code = Chinese / English" for each. A word that says
#: otherwise than its code would tell readers something else than what is counted.
LABELS = """
role role | resident = 居民 / resident | delegate = 议事代表 / delegate | secretary = 记录员 / secretary | chair = 主持人 / chair | committee = 村（居）委会委员 / committee member | party_member = 党员 / Party member | scrutineer = 监票人 / scrutineer | supervisor = 村务监督委员 / supervision committee | grid_worker = 网格员 / grid worker | street_office = 镇街 / street office | village_delegate = 村（居）民代表 / delegate of the villagers or residents | coop_member = 集体经济组织成员 / member of the collective | coop_delegate = 集体经济组织成员代表 / delegate of the collective | owners_committee = 业主委员会委员 / owners' committee member | auditor = 审计员 / auditor | property_staff = 物业服务人员 / property firm's staff | candidate = 候选人 / candidate | operator = 系统维护 / operator
report channel | patrol = 网格巡查 / grid patrol | photo = 随手拍 / photo | box = 意见箱 / suggestion box | hotline = 热线 / hotline | scan = 扫码 / QR code | reception = 接待日 / reception day | online = 网络问政 / online | double_report = 双报到 / Party members' visit
report colour | red = 红 / red | gold = 金 / gold | blue = 蓝 / blue
matter template | SI_YI = 四议两公开 / four deliberations, two publications | WU_BU = 五步工作法 / five steps
motion kind | compact = 公约 / compact | decision = 决定 / decision | opinion = 协商意见 / opinion
motion reason | review = 按审核意见 / after the review | comments = 按征求的意见 / after the comments | drafting = 文字整理 / drafting
motion result | PASS = 已通过 / adopted | FAIL = 未通过 / rejected
amendment result | PASS = 通过 / passed | FAIL = 没有通过 / not passed | NO_QUORUM = 没有通过 / not passed | VOID = 没有通过 / not passed | REPORTED = 没有通过 / not passed
comment stance | support = （支持） /  (in support) | concern = （顾虑） /  (a concern) | question = （疑问） /  (a question)
comment outcome | adopted = 采纳 / adopted | explained = 说明 / explained | merged = 合并 / merged with another
meeting part | chair = 主持人 / chair | secretary = 记录人 / secretary
minute kind | speech = 发言 / speech | motion = 提议 / motion | second = 附议 / second | amendment = 修正案 / amendment | vote = 表决 / vote | decision = 议定事项 / decision | reply = 答复 / reply | note = 记事 / note
attendance capacity | seat = 出席 / member | observer = 列席 / observer
attendance status | present = 到会 / present | leave = 请假 / on leave | absent = 缺席 / absent
attendance was | present = 到会 / present | leave = 请假 / on leave | absent = 缺席 / absent
publication kind | draft = 草案征求意见 / draft for comments | roll = 名册公示 / roll | notice = 通知公告 / notice | result = 表决结果公示 / result of a vote | resolution = 决议公开 / resolution | implementation = 实施结果公开 / implementation report
objection upheld | True = 成立 / upheld | False = 不成立 / not upheld
notice level | ordinary = 一般隐患 / ordinary hazard | serious = 较大隐患 / serious hazard
notice how | signed = 本人签收 / signed for | received_for = 他人代收 / received by another | refused_witnessed = 拒签，有人见证 / refused before a witness | posted = 张贴并拍照 / posted and photographed
notice result | ok = 合格 / mended | not_ok = 不合格 / not mended
unit evidence | register = 不动产登记 / title register | survey = 测绘 / survey | contract = 买卖合同 / contract of sale
letter reason | lost = 丢失 / lost | spoiled = 破损或字迹不清 / spoiled or unreadable | not_received = 没有收到 / not received | exposed = 可能被别人看过 / perhaps seen by somebody else | forgotten = 忘记密码 / the PIN was forgotten | moved = 已经搬走 / moved away | erased = 个人资料已删除 / the personal data were erased | asked = 本人要求 / asked for by the person
binding way | passkey = 通行密钥 / a passkey | pin = 数字密码 / a PIN | password = 口令和动态码 / a password with one-time codes
binding what | added = 增加 / added | removed = 停用 / removed | changed = 更换 / changed
binding reason | lost = 丢失 / lost | spoiled = 破损或字迹不清 / spoiled or unreadable | not_received = 没有收到 / not received | exposed = 可能被别人看过 / perhaps seen by somebody else | forgotten = 忘记密码 / the PIN was forgotten | moved = 已经搬走 / moved away | erased = 个人资料已删除 / the personal data were erased | asked = 本人要求 / asked for by the person
log_key reason | planned = 定期更换 / a planned change | moved = 换了机器 / the machine was changed | exposed = 可能被别人看到 / others may have seen it | staff = 保管人换了 / its keeper changed
poll result | PASS = 通过 / carried | FAIL = 未通过 / not carried | NO_QUORUM = 人数不足，未形成决定 / no quorum | VOID = 无效 / void | REPORTED = 意见统计 / reported
poll way | own = 本人在手机上签收 / confirmed by the voter on a phone | signed = 本人签收纸票 / signed for on paper | posted = 挂号邮寄 / registered mail | left = 送到住处，两人见证 / left at the door before two witnesses
poll ground | court = 法院判决撤销 / annulled by a court | authority = 镇街或者主管部门责令改正 / ordered by the street office or another authority | procedure = 程序有误，由原会议撤销 / wrong procedure, annulled by the body that voted | count = 复核发现计票有误 / a recount found the count wrong
poll same | True = 与公布的一致 / as declared | False = 与公布的不一致 / not as declared
doubt finding | stands = 核对无误 / the count stands | wrong = 计票有误 / the count is wrong
slip reason | duplicate = 这一户已经投过 / a ballot of this household is in already | no_letter = 租客代投，没有委托书 / cast by a tenant without a letter | moved_away = 该户已迁出 / the household has moved away | not_on_roll = 不在名册 / not on the roll | late = 截止以后才交来 / handed in after the end | unidentified = 认不出是哪一户 / no household can be read
"""
#: Fields whose words go with a code of another name.
CODED_BY = {"result": ("result", "outcome"), "reason": ("reason_kind", "reason")}
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
    "ground": "request consent purpose retention unlawful family order",
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


def _labels() -> dict[str, dict[str, dict[str, tuple[str, str]]]]:
    """Return room -> field -> code -> how it is called in Chinese and English."""
    found: dict[str, dict[str, dict[str, tuple[str, str]]]] = {}
    for line in LABELS.strip("\n").split("\n"):
        name, *pairs = line.split(" | ")
        room, field = name.split()
        called = found.setdefault(room, {}).setdefault(field, {})
        for pair in pairs:
            code, _, words = pair.partition(" = ")
            zh, _, en = words.partition(" / ")
            called[code] = zh, en
    return found


LABELLED = _labels()
ANY = frozenset(LABELLED["role"]["role"]) - {"resident", "operator"}
OFFICES = {
    type: frozenset(LETTER[letter] for letter in letters if letter != "*") | (ANY if "*" in letters else frozenset())
    for type, letters in SIGNERS.items()
}


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
        self.id, self.at = announced.id, announced.at
        self.notice = announced.body | {"rule": PLAIN_RULE | announced.body["rule"]}
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
        #: voter -> choice, opened when the key is published
        self.choices: dict[str, str] = {}

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

    def release(self) -> None:
        """Forget, once counted, what the ballots say and how the rolls read: a long log has millions of them."""
        self.ballots, self.choices = dict.fromkeys(map(sys.intern, self.ballots), COUNTED), {}
        self.lines = {name: {} for name in self.lines}

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
        self.choices = {voter: _open(ballot, key) for voter, ballot in self.ballots.items()}
        sums = self._hand_sums(self.hands) if self.hands else self._ballot_sums()
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
        areas, silent = self._areas(), self.silent()
        binding |= {"area": areas | {"silent": self.area_of("binding", silent)}} if areas else {}
        binding |= {"silent": len(silent)} if silent else {}
        if whole and (declared["tallies"] != tallies or not same):
            yield "C14", f"票数应为 {tallies}", f"the tallies should be {tallies}"
        if declared.get("slips", self.slips()) != self.slips():
            yield "C16", f"纸票应为 {self.slips()}", f"the slips should be {self.slips()}"
        if whole and self._groups_differ(declared["groups"]):
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

    def _areas(self) -> dict[str, int]:
        """Return choice -> area and "roll" -> area of the binding roll; nothing where votes do not weigh by it."""
        whole = self.rolls["binding"].get("area", 0)
        if not whole:
            return {}
        sums = {**dict.fromkeys(CHOICES, 0), "roll": whole}
        for voter, ballot in self.ballots.items() if not self.hands else ():
            if ballot.body["roll"] == "binding" and self.choices[voter] in CHOICES:
                sums[self.choices[voter]] += self.area_of("binding", [voter])
        return sums

    def _crowd(self, heads: Mapping[str, int], areas: Mapping[str, int]) -> Crowd:
        silent, rolled = self.silent(), self._roll("binding")
        by_area = {choice: areas.get(choice, 0) for choice in CHOICES}
        unheard = {"heads": len(silent), "area": self.area_of("binding", silent) if areas else 0}
        roll = {"heads": rolled, "area": areas.get("roll", 0)}
        present = self.hands["present"] if self.hands else None
        return Crowd({"heads": heads, "area": by_area}, roll, unheard, present, self.rolls["binding"].get("members"), self.slips())

    def _judged(self, declared: Json, sums: Mapping[str, Counter[str]], areas: Mapping[str, int]) -> Problems:
        try:
            status, steps, cast_only = judge(self.notice["rule"], self._crowd(sums["binding"], areas))
        except LookupError:
            yield "C14", "这里没有这条规则的算法", "this program cannot apply that rule"
            return
        if declared.get("cast_only", "") != (cast_only or ""):
            yield "C14", "只算投出的票，结果不一样", "the outcome of the votes cast alone differs"
        law = [(self.notice["rule"]["id"], self.notice["rule"]["version"], self.notice["rule"]["source"])] * len(steps)
        if [(step["rule"], step["version"], step["source"]) for step in declared["steps"][: len(law)]] != law:
            yield "C14", "结果的理由引了别的规则", "the reasons given for the outcome quote another rule"
        for name in sums:
            if name != "binding":
                steps = steps + judge(ADVICE, crowd(sums[name], self._roll(name)))[1]
        if declared["outcome"] != status:
            yield "C14", f"结果应为 {status}", f"the outcome should be {status}"
        if [{name: step[name] for name in STEP} for step in declared["steps"]] != steps:
            yield "C14", "结果的理由与计票对不上", "the reasons given for the outcome do not follow from the count"
        elif any(_misquoted(step) for step in declared["steps"]):
            yield "C14", "理由的句子里写的是别的数", "a reason is put in words with other numbers"

    def _roll(self, name: str) -> int:
        return int(self.hands["due"]) if self.hands else len(self.lines[name])

    def _hand_sums(self, hands: Json) -> dict[str, Counter[str]]:
        said = {"for": hands["in_favour"], "against": hands["against"], "abstain": hands["abstain"]}
        return {"binding": Counter(said)}

    def _ballot_sums(self) -> dict[str, Counter[str]]:
        sums: dict[str, Counter[str]] = {name: Counter() for name in self.rolls}
        found = Counter((ballot.body["roll"], self.choices[voter]) for voter, ballot in self.ballots.items())
        for (roll, choice), heads in found.items():
            sums[roll][choice] = heads
        return sums

    def _groups_differ(self, groups: Json) -> bool:
        """Whether a group shown by grid or by channel (small ones are not shown) has other numbers."""
        sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        lines, choices = self.lines["binding"], self.choices
        binding = () if self.hands else [item for item in self.ballots.items() if item[1].body["roll"] == "binding"]
        found = Counter((lines[voter][2], ballot.body["channel"], choices[voter]) for voter, ballot in binding)
        for (grid, channel, choice), heads in found.items():
            sums["grid", grid][choice] += heads
            sums["channel", channel][choice] += heads
        return any(
            {c: line[c] for c in CHOICES} != {c: sums[kind, line["name"]][c] for c in CHOICES}
            for kind, lines in groups.items() for line in lines
        )  # fmt: skip


def _misquoted(step: Json) -> bool:
    """Whether the sentences of a step show a number that the step has not: areas in m² with two decimals, shares in percent."""
    known = [step[name] for name in ("count", "times", "of", "base_times", "left", "right")]
    shown = {str(number) if step["measure"] == "heads" else _decimals(number) for number in known}
    shown |= {str(step["base_times"]), str(step["times"])}
    if step["kind"] == "report" and step["of"]:
        shown.add(_decimals((step["count"] * 20_000 + step["of"]) // (2 * step["of"])) + "%")
    told = [number for tongue in ("zh", "en") for number in re.findall(r"\d[\d.]*%?", step[tongue])]
    return not shown.issuperset(told)


def _decimals(number: int) -> str:
    return f"{number // 100}.{number % 100:02}"


#: Stands for every ballot of a poll that was counted.
COUNTED = Entry(-1, "", 0, 0, "", "", {"roll": "", "channel": "", "aid": {}}, 0)


def _open(ballot: Entry, key: bytes) -> str:
    """Return the choice: 32 bytes, XOR HMAC-SHA256(key, ballot id / version), without the spaces at their end."""
    return _unseal(ballot, "sealed", key)


def _unseal(entry: Entry, field: str, key: bytes) -> str:
    inner, outer = _hmac(key)
    pad = hashlib.sha256(outer + hashlib.sha256(inner + f"{entry.id}/{entry.version}".encode()).digest()).digest()
    sealed = bytes.fromhex(entry.body[field])
    choice = (int.from_bytes(sealed, "big") ^ int.from_bytes(pad, "big")).to_bytes(32, "big")
    return choice.decode("ascii", "replace").rstrip(" ")


@functools.lru_cache(maxsize=64)
def _hmac(key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and the outer block of HMAC-SHA256 with a key of at most 64 bytes (RFC 2104)."""
    block = key.ljust(64, b"\0")
    return bytes(one ^ 0x36 for one in block), bytes(one ^ 0x5C for one in block)


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

    def __init__(self, pins: Mapping[int, bytes] | Iterable[Pin] | None = None) -> None:
        self.tree, self.pins = Tree(), [Pin(*pin) for pin in (pins.items() if isinstance(pins, Mapping) else pins or ())]
        self.origin = self.called = ""
        #: Sizes to remember -> root and the log's time there, once passed; positions to remember -> hash of the leaf.
        self.passed: dict[int, tuple[bytes, int]] = {}
        self.marks: dict[int, bytes] = {}
        self._watched = {pin.size for pin in self.pins}
        self._marked: set[int] = set()
        #: Keys of the log, each from what size on; texts beside the log that no entry has named yet; what a reader should know.
        self.keys: list[tuple[int, Key]] = []
        self.unnamed: set[str] = set()
        self.remarks: list[tuple[str, str]] = []
        self._handlers = {type: getattr(self, "on_" + type.replace(".", "_"), None) for type in TYPES}
        self.findings: list[Finding] = []
        #: stream, as the number that its id is (a third of the memory of text) -> its latest version
        self.versions: dict[int, int] = {}
        #: subject -> digest of its text now; the log's time is the latest so far
        self.texts: dict[str, str] = {}
        self.time = 0
        self.polls: dict[str, Poll] = {}
        #: place -> place it lies in; unit -> [building, area]; unit -> [owner, kind]
        self.parents: dict[str, str] = {}
        self.units: dict[str, list[Any]] = {}
        self.titles: dict[str, list[str]] = {}
        #: owner -> who votes for it, "" while nobody is named; (owner, whoever was named so far); the newest form of each type, or family of types, so far
        self.voters: dict[str, str] = {}
        self.named: set[tuple[str, str]] = set()
        self.forms: dict[str, int] = {}
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
        self._open_the_rooms()

    @property
    def size(self) -> int:
        """Number of entries taken."""
        return self.tree.size

    def find(self, code: str, position: int | None, zh: str, en: str) -> None:
        """Record that something does not hold; no more of them than anybody will read."""
        if len(self.findings) < KEPT:
            self.findings.append(Finding(code, position, zh, en))

    def remark(self, zh: str, en: str) -> None:
        """Record what a reader should know though nothing is wrong."""
        self.remarks.append((zh, en))

    def watch(self, size: int, position: int = -1) -> None:
        """Remember the root and the log's time at a size, and the hash of the leaf at a position."""
        self._watched.add(size)
        self._marked.add(position)

    def insist(self, holds: bool, code: str, e: Entry, zh: str, en: str) -> bool:
        """Record a finding unless it holds."""
        if not holds:
            self.find(code, e.position, zh, en)
        return holds

    def take(self, leaf: bytes) -> Entry | None:
        """Check one more entry; return it if it can be read."""
        position = self.tree.size
        hash = self.tree.push(leaf)
        if position in self._marked:
            self.marks[position] = hash
        if self.unnamed:
            self.unnamed.difference_update(_HEX.findall(leaf.decode("ascii", "replace")))
        e, fits = parse_flat(leaf, position), True
        if e is None:
            try:
                e, fits = parse(leaf, position), False
            except Broken as broken:
                self.find(*broken.finding)
                self._pass(position + 1)
                return None
        if e.at > self.time:
            self.time = e.at
        if position + 1 in self._watched:
            self._pass(position + 1)
        self._handle(e, fits)
        return e

    def _handle(self, e: Entry, fits: bool) -> None:
        try:
            test = None if fits else _SCHEMAS.get((e.type, e.form))
            fits = fits or (test is not None and bool(test(e.body)))
        except TypeError:
            fits = False
        if not fits:
            self.find(
                "C05", e.position, "没有这种事件，或者内容不是它规定的写法", "no such type, or not the fields and kinds that it has"
            )
        handler: Callable[[Entry], None] | None = self._handlers.get(e.type)
        try:
            self._in_order(e)
            if handler is not None:
                handler(e)
        except LookupError:
            if fits:
                self.find("C08", e.position, "这一条提到了没有的事", "this entry names something that does not exist")
        except Exception:  # whatever a forger writes into a body must end as a finding
            if fits:
                self.find("C05", e.position, "这一条缺内容，或者提到了没有的事", "this entry lacks something it needs")

    def _pass(self, size: int) -> None:
        if size in self._watched:
            root = self.tree.root()
            self.passed[size] = root, self.time
            for pin in self.pins:
                if pin.size == size and not (len(pin.root) in (8, 32) and root.startswith(pin.root)):
                    self.find("C04", size - 1, "与早先的存证点接不上", "the log does not continue an earlier checkpoint")

    def finish(self, size: int, root: bytes, origin: str) -> None:
        """Compare with the checkpoint, or with what the database says of itself."""
        self.called = origin
        if self.size != size or self.tree.root() != root:
            self.find("C03", None, "内容与存证点的指纹不一致", "the entries do not hash to the checkpoint's root")
        if self.origin != str(uuid.uuid5(ORIGINS, origin)):
            self.find("C01", None, f"这不是“{origin}”的日志", f"this is not the log of “{origin}”")
        for pin in self.pins:
            if pin.size > self.size:
                self.find("C04", None, f"日志短于早先的存证点（{pin.size}条）", f"shorter than an earlier checkpoint ({pin.size})")
            if pin.origin not in ("", origin):
                self.find("C04", None, "早先的存证点是别的日志的", "an earlier checkpoint is of another log")
        if any(len(pin.root) == 8 for pin in self.pins):
            self.remark("早先的存证点只比了印出来的前16位。", "Of an earlier checkpoint only the 16 digits printed were compared.")

    def _in_order(self, e: Entry) -> None:
        first = e.type == "community.founded"
        alone = (e.position == 0) == first
        self.insist(alone, "C08", e, "第一条必须是社区建立，且只有一次", "the founding must be first, once")
        self.origin = self.origin or e.id
        stream = int(e.id.replace("-", ""), 16)
        expected = self.versions.get(stream, 0) + 1
        if e.version != expected:
            self.find("C06", e.position, f"版本应为{expected}", f"version should be {expected}")
        self.versions[stream] = e.version
        family = RENEWED.get(e.type, e.type)
        if e.form != self.forms.get(family):
            newest = e.form >= self.forms.get(family, 0)
            self.insist(newest, "C05", e, "用了早已不用的写法", "written in a form that was given up before")
            self.forms[family] = max(e.form, self.forms.get(family, 0))
        if e.type.startswith(("motion.", "amendment.")) and "digest" in e.body:
            self.texts[e.id] = e.body["digest"]
            same = "text" not in e.body or e.body["digest"] == text_digest(e.body["text"])
            self.insist(same, "C08", e, "文字与它的指纹不符", "a text does not have the digest given")
        self._by_the_book(e)

    def _open_the_rooms(self) -> None:
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
        self._called(e)
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

    def _called(self, e: Entry) -> None:
        """Codes are called what they are called; a vote by the number and title of its notice."""
        b = e.body
        for field, known in LABELLED.get(e.type.partition(".")[0], {}).items():
            told = b.get(f"{field}_zh", ""), b.get(f"{field}_en", "")
            if told != ("", ""):
                code = next((b[name] for name in CODED_BY.get(field, (field,)) if name in b), "")
                self.insist(known.get(str(code)) == told, "C08", e, f"{field}的说法与代码不符", f"{field} is called otherwise than what it is")
        poll = self.polls.get(b.get("poll", e.id)) if e.type.startswith(("poll.", "roll.", "proxy.", "doubt.")) else None
        if poll is not None and "number" in b:
            self.insist(b["number"] in ("", poll.notice["number"]), "C08", e, "编号不是公告的编号", "the number is not that of the notice")
        if poll is not None and "title" in b:
            self.insist(b["title"] in ("", poll.notice["title"]), "C08", e, "标题不是公告的标题", "the title is not that of the notice")

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
        """Of somebody who holds no office and whose sign-in has ended; from then on the person gets neither."""
        person = e.body["person"]
        known = (person in self.homes or person in self.voters) and e.id == id_of(person, "erased")
        self.insist(known and e.version == 1, "C17", e, "删除的人不在名册里", "who was erased is not in the register")
        self.insist(person not in self.gone, "C17", e, "同一个人删除了两次", "a person was erased twice")
        serving = any(not last or last >= day_of(e.at) for _role, _first, last in self.roles[person])
        free = not serving and person not in self.bound and person not in (e.person, e.body["second"])
        self.insist(free, "C17", e, "删除的人还在任、还绑定着，或者是经手人", "who was erased was in office, still bound, or did it")
        self.gone.add(person)
        self._erased(e, e.body["contents"], person)

    def on_content_erased(self, e: Entry) -> None:
        listed = e.body["commitments"]
        whole = bool(listed) and e.version == 1 and e.id == id_of(ERASURES, "words", *listed)
        self.insist(whole, "C17", e, "没有写明删除哪些文字", "an erasure of nothing, or under another id")
        self._erased(e, listed, "")

    def _erased(self, e: Entry, contents: list[str], person: str) -> None:
        """Two of the desk, on a ground of the law, words that stand in the log; with a person only that person's."""
        second = e.body["second"]
        two = second not in ("", e.person) and any(self._holds(second, role, e.at) for role in DESK)
        self.insist(two, "C17", e, "删除没有两个人经手", "erased by one person alone")
        self.insist(e.body["ground"] in KNOWN_CODES["ground"], "C17", e, "删除没有依据", "an erasure without a ground")
        self.insist(contents == sorted({*contents}), "C17", e, "删除的清单有重复", "what was erased is not listed once each, in order")
        for commitment in contents:
            known = commitment in self.commitments and commitment not in self.erased
            self.insist(known, "C17", e, "删除的不是可以删除的文字", "what was erased is not erasable, or had been erased")
            own = not person or person in self.commitments.get(commitment, (person,))
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
        self._passed_by_its_vote(e)
        passed, stages = thing.more["passed"], thing.body["stages"]
        now, following = (*stages[len(passed) : len(passed) + 2], {}, {})[:2]
        in_turn = b["stage"] == now.get("stage") and b["rules"] == now.get("rules") and b["next"] == following.get("stage", "")
        in_turn = in_turn and (b["stage_zh"], b["stage_en"]) == (now.get("zh"), now.get("en"))
        self.insist(in_turn, "C08", e, "步骤的次序不对", "a stage out of its order")
        self.insist(bool(b["poll"]) or not b["rules"], "C08", e, "这一步要有表决", "a stage that needs a vote passed without one")
        heads = [b[name] for name in ("due", "present", "in_favour", "against", "abstain")]
        fit = min(heads) >= 0 and heads[1] <= heads[0] and sum(heads[2:]) <= heads[1]
        self.insist(fit, "C16", e, "应到、实到和票数对不上", "heads due, present and voting do not add up")
        self.insist(thing.more["day"] <= b["on"] <= day_of(e.at), "C08", e, "步骤的日期不对", "a stage dated out of order")
        thing.more["day"] = b["on"]
        passed.append(b["stage"])

    def _passed_by_its_vote(self, e: Entry) -> None:
        """The vote that decides a stage was held by a rule of that stage; votes are stated as counted, or not at all."""
        poll, b = self.polls.get(e.body["poll"]), e.body
        if poll is None or poll.counted is None:
            return
        names = ("in_favour", "against", "abstain")
        same = not any(b[name] for name in names) or all(b[name] == poll.counted[name] for name in names)
        self.insist(same, "C14", e, "这一步写的票数不是计出来的票数", "a stage states other votes than were counted")
        lawful = not b["rules"] or poll.notice["rule"]["id"].partition("/")[0] in b["rules"]
        self.insist(lawful, "C08", e, "决定这一步的不是它的那种表决", "a stage was decided by a vote of another kind")

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
        self._attends(e, meeting, b["person"])

    def on_attendance_changed(self, e: Entry) -> None:
        mark, meeting, b = self.things.get(e.id), self.things.get(e.body["meeting"]), e.body
        if meeting is None or meeting.kind != "meeting" or mark is None:
            return
        people = meeting.more["sheet" if b["capacity"] == "seat" else "observers"]
        self.insist(people.get(b["person"]) == b["was"], "C16", e, "更正的签到不是原来的", "a mark corrected from what it was not")
        self._attends(e, meeting, b["person"])

    def _attends(self, e: Entry, meeting: Thing, person: str) -> None:
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
        self.insist(b["from_date"] >= day_of(self._when(e.at)), "C08", e, "公示倒签了日期", "a display dated back")
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
            ends = hours > 0 or (b["due"] + AHEAD) % DAY == 0
            self.insist(first <= b["due"] <= last and ends, "C08", e, "期限算得不对", "the end of its period is wrong")
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

    # the key of the log

    def on_log_key_adopted(self, e: Entry) -> None:
        first = not self.keys and e.version == 1 and e.id == id_of(self.origin, "log-key")
        if self.insist(first, "C19", e, "存证钥匙启用了两次", "a key of the log was adopted twice"):
            self._in_force(e)

    def on_log_key_rotated(self, e: Entry) -> None:
        """The old key signs that it hands over, and two persons stand by."""
        b = e.body
        old = self.keys[-1][1] if self.keys else None
        text = f"yishihui/log-key/v1\n{b['origin']}\n{b['old']}\n{b['key']}\n".encode()
        same = old is not None and e.id == id_of(self.origin, "log-key") and b["old"] == str(old)
        handed = same and old is not None and ed25519(old.public, text, _base64(b["signature"]))
        self._two(e)
        if self.insist(handed, "C19", e, "新的存证钥匙没有旧钥匙的签名", "a new key that the old one did not hand over to"):
            self._in_force(e)

    def _in_force(self, e: Entry) -> None:
        """From the next size on checkpoints are signed by this key."""
        try:
            key = read_key(e.body["key"], LOG)
        except ValueError:
            key = Key("", 0, b"")
        mine = key.name == e.body["origin"] and str(uuid.uuid5(ORIGINS, key.name)) == self.origin
        fresh = all(key.public != one.public for _, one in self.keys)
        if self.insist(mine and fresh, "C19", e, "存证钥匙不是这份日志的，或者用过", "a key of another log, or one used before"):
            self.keys.append((e.position + 1, key))

    # polls

    def on_poll_announced(self, e: Entry) -> None:
        self.insist(e.id not in self.polls, "C08", e, "同一次表决公告了两次", "a poll was announced twice")
        known = all((PLAIN_RULE | e.body["rule"]).get(name) in words for name, words in KNOWN.items())
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
        ways = b["channels"] == BY_HANDS or (b["channels"] and len({*b["channels"]}) == len(b["channels"]) and {*b["channels"]} <= CHANNELS)
        self.insist(bool(ways), "C08", e, "公告的投票方式这里没有", "announced with a way of voting that there is not")
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
            held = sum(self._held(voter, office, day_of(poll.at)) for voter in poll.lines["binding"])
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
        self.named.update((line[0], line[2]) for line in e.body["lines"])

    def on_owner_voter_named(self, e: Entry) -> None:
        good = e.body["person"] in self.adults and self.voters.get(e.body["owner"]) != e.body["person"]
        self.insist(good, "C10", e, "指定的表决人不是成年人，或者没有变", "the voter named is no adult of the register, or was named before")
        self.voters[e.body["owner"]] = e.body["person"]
        self.named.add((e.body["owner"], e.body["person"]))

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
        self.insist(e.body.get("count", 0) in (0, len(e.body["rules"])), "C08", e, "规则的条数不对", "another number of rules than there are")
        if e.form > 1:
            self._two(e)
        self.adopted = e.body["rules"]

    def on_roll_page_frozen(self, e: Entry) -> None:
        poll = self.polls[e.body["poll"]]
        self.insist(e.body["count"] == len(e.body["lines"]), "C10", e, "名册一页的行数不对", "a page of the roll has another number of lines")
        self._may_stand(e, e.body["lines"])
        mine = e.version == 1 and e.id == id_of(poll.id, "roll", e.body["roll"], str(e.body["page"]))
        self.insist(mine, "C10", e, "名册这一页的编号不对", "a page of the roll under another id, or twice")
        self.insist(poll.opened is None, "C10", e, "开始表决以后冻结了名册", "a page of the roll was frozen after the opening")
        self._roll_changes(e, poll, [], e.body["lines"])

    def _may_stand(self, e: Entry, lines: list[list[Any]]) -> None:
        """A voter is a household, a person or an owner of the register. Who votes for it by phone is of that household, that very
        person, whom the owner named; or nobody."""
        known = all(voter in self.households or voter in self.homes or voter in self.voters for voter, *_ in lines)
        self.insist(known, "C10", e, "名册里的户、人或产权人没有登记", "a voter on the roll is not in the register")
        two = e.type == "roll.corrected"  # on record by two persons, with reasons, and posted: they may say who speaks for a home
        own = all(not line[3] or (two and line[3] in self.homes) or self._speaks(line[0], line[3]) for line in lines)
        self.insist(own, "C10", e, "名册里替这一户投票的不是这一户的人", "who votes for a voter of the roll is of another household, or another person")

    def _speaks(self, voter: str, holder: str) -> bool:
        mine = holder == voter or self.homes.get(holder) == voter or (voter, holder) in self.named
        return mine and holder in self.homes

    def on_roll_corrected(self, e: Entry) -> None:
        poll = self.polls[e.id]
        self.insist(poll.roll_stands(), "C10", e, "名册与公告不符", "the roll is not the one announced")
        self.insist(self._seconded(e), "C10", e, "更正只有一个人经手", "a roll was corrected by one person alone")
        self._may_stand(e, e.body["added"])
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
        proved = b["way"] == "own" or (len(b["evidence"]) == 64 and e.role in STAFF)
        self.insist(proved, "C16", e, "送达没有凭证", "served without evidence")
        self.insist(b["count"] == len(b["voters"]), "C16", e, "送达的份数不对", "another number served than is listed")
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
        b, poll, aid = e.body, self.polls[e.body["poll"]], _aid(e)
        line = poll.lines.get(b["roll"], {}).get(b["voter"], [])
        own = b["channel"] != "phone" or line[3:4] == [e.person] or self._by_letter(e, poll)
        inside = poll.running and (b["channel"] == "paper" or self.time <= poll.closes)
        known = b["channel"] in poll.notice["channels"] and b["channel"] != "hands"
        again = 2 * poll.voided[b["voter"]] + 1
        single = b["voter"] not in poll.ballots and e.version == again and e.id == id_of(poll.id, b["voter"])
        bound = self.bound.get(e.person)
        mature = b["channel"] != "phone" or self.hours is None or (bound is not None and e.at >= bound.votes_from)
        letter = poll.given_by_phone(e) if aid else None
        alive = letter is None or not any(made <= letter.at <= ended for made, ended in self.objected[letter.person])
        hand = (b["channel"] == "phone") == (e.role == "resident")
        if hand and line and alive and own and known and single and mature and inside and b["channel"] == "phone":
            poll.ballots[b["voter"]] = e  # as almost all are
            return
        self.insist(hand, "C09", e, "手机票由本人投，其他的由工作人员录", "by phone people vote themselves, everything else staff enter")
        counts = [
            self.insist(bool(line), "C12", e, "投票的不在名册里", "this voter is not on the roll"),
            self.insist(alive, "C12", e, "委托的人的绑定已经有人异议", "by a letter given under a binding that was objected to"),
            self.insist(not line or own, "C12", e, "不是本户的手机", "cast by another person's phone"),
            self.insist(known, "C12", e, "公告没有这种投票方式", "cast in a way that the notice does not name"),
            self.insist(single, "C12", e, "同一户投了两次", "a second ballot of one voter"),
            self.insist(mature, "C12", e, "用手机投票的人没有绑定，或者还没到时间", "by phone of somebody not bound, or not long enough"),
            self.insist(inside, "C12", e, "不在投票期内", "outside the voting period"),
            b["channel"] != "paper" or self._from_box(e, poll, aid.get("slip", "")),
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

    def _when(self, at: int) -> int:
        """A time as far as it is believed: no earlier than a day before the latest entry so far, whatever an entry says of itself."""
        return max(at, self.time - DAY)

    def _holds(self, person: str, role: str, at: int) -> bool:
        return self._held(person, role, day_of(self._when(at)))

    def _held(self, person: str, role: str, day: str) -> bool:
        if person not in self.roles:
            return False
        return any(term[0] == role and term[1] <= day and (not term[2] or day <= term[2]) for term in self.roles[person])

    def on_register_persons_entered(self, e: Entry) -> None:
        self._fresh(e, self.homes)
        good = all(not line[1] or line[1] in self.households or line[1] in self.units for line in e.body["lines"])
        self.insist(good, "C10", e, "有人的住处不在名册里", "somebody's home is not in the register")
        self.homes.update((line[0], line[1]) for line in e.body["lines"])
        self.adults.update(line[0] for line in e.body["lines"] if line[3] == 1)

    def on_role_granted(self, e: Entry) -> None:
        self.insist(e.body["person"] not in self.gone, "C17", e, "已删除的人又有了职务", "an office for somebody who was erased")
        self._by_two(e)
        term = [e.body["role"], e.body["since"], e.body["until"]]
        self.insist(bool(term[1]) and (not term[2] or term[1] <= term[2]), "C08", e, "任期的起止写得不对", "a term that ends before it begins")
        self.roles[e.body["person"]].append(term)
        self.terms[e.id] = term

    def _by_two(self, e: Entry) -> None:
        """Offices are given and taken by two, unless by whoever runs the machine; the first form did not say."""
        if e.form > 1 and e.role != "operator":
            self._two(e)

    def on_role_ended(self, e: Entry) -> None:
        self._by_two(e)
        term, on = self.terms[e.id], e.body["on"]
        shorter = bool(on) and (not term[2] or on <= term[2])
        if self.insist(shorter, "C08", e, "任期没有结束，反而延长了", "an end that makes a term longer"):
            term[2] = on

    def on_proxy_granted(self, e: Entry) -> None:
        b, poll = e.body, self.polls[e.body["poll"]]
        rule, line = poll.notice["rule"], poll.lines["binding"].get(b["voter"], [])
        in_time = poll.closed is None and not poll.cancelled and self.time <= poll.closes
        self.insist(in_time, "C16", e, "委托不在截止之前", "a proxy was named after the end")
        self.insist(bool(line), "C12", e, "委托的不在名册里", "a proxy of somebody who is not on the roll")
        by_phone, bound = line[3:4] == [e.person], self.bound.get(e.person)
        mature = not by_phone or self.hours is None or (bound is not None and e.at >= bound.votes_from)
        self.insist(mature, "C16", e, "用手机委托的人没有绑定，或者还没到时间", "a proxy by phone of somebody not bound, or not long enough")
        own = by_phone or (len(b["letter"]) == 64 and e.role in STAFF)
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
        letter, line = poll.letters.get(e.id), poll.lines["binding"].get(e.body["voter"], [])
        same = letter is not None and letter.body["voter"] == e.body["voter"] and e.id not in poll.revoked
        self.insist(same, "C16", e, "撤回的委托不在，或者不是这一户的", "a proxy was taken back that never was, or of another voter")
        self.insist(e.role in STAFF or line[3:4] == [e.person], "C12", e, "别人撤回了委托", "a proxy was taken back by another person")
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
        fresh = e.id not in poll.boxes and e.id == id_of(poll.id, "box", str(e.body["number"]))
        self.insist(fresh, "C16", e, "同一个票箱封了两次", "a box was sealed twice, or under another id")
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
        if poll.counted is not None:
            return
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
        poll.release()

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
        self.insist(b["person"] not in self.gone, "C17", e, "已删除的人又绑定了", "somebody was bound who had been erased")
        waits = self.hours is not None and b["votes_from"] >= self._when(e.at) + 3_600 * self.hours
        self.insist(waits, "C08", e, "绑定的等待时间不够", "a binding whose waiting time is not the adopted one")
        self.insist(self._of_the_home(b), "C08", e, "绑定的人不住这里，也不替这里的产权人表决", "bound by a letter for a home that is not the person's")
        witness, alone = b["aid"].get("witness", ""), e.person == b["person"]
        helped = bool(b["aid"]) and not alone and witness not in ("", e.person, b["person"]) and witness in self.homes
        helped = helped and e.role not in ("resident", "operator")
        self.insist(helped or (alone and not b["aid"]), "C16", e, "替人绑定没有见证人", "somebody was bound by another person without a witness")
        self.bound[b["person"]] = self.bindings[e.id] = Bound(e)

    def _of_the_home(self, b: Json) -> bool:
        """Whether a letter for a home binds an adult who lives there, or who votes for its owner or comes to do so by it."""
        person, home, owner = b["person"], b["home"], b["owner"]
        comes = not owner or (self.titles.get(home, [""])[0] == owner and self.voters.get(owner) in ("", person))
        return comes and (not home or self._at_home(person, home) or (bool(owner) and person in self.adults))

    def _at_home(self, person: str, home: str) -> bool:
        """Whether an adult lives in a household or unit, or votes for its owner."""
        lives, owner = self.homes.get(person, ""), self.titles.get(home, [""])[0]
        there = home in (lives, self.households.get(lives, [""])[0]) or (owner and self.voters.get(owner) == person)
        return bool(home and there) and person in self.adults

    def _opens(self, e: Entry, target: str, kind: str) -> None:
        """A letter is used: it is known, for this home or person, open, and not over."""
        letter = self.letters.get(e.body["letter"])
        known = letter is not None and (letter.kind, letter.target) == (kind, target)
        self.insist(known, "C08", e, "没有发过这样一封信", "no such letter was made")
        fits = letter is None or (letter.open and self._when(e.at) <= letter.until)
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
        else:
            homes = (binding.home, self.homes.get(binding.person, ""))
            near = e.person == binding.person or any(self._at_home(e.person, home) for home in homes)
            self.insist(near, "C09", e, "提异议的不是这一家的人", "objected to by somebody of another home")
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
        dated = not e.body["adopted_on"] or e.body["adopted_on"] <= day_of(self.time)
        self.insist(dated, "C08", e, "通过的日期写在以后", "adopted on a day that has not come")
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
        self.insist(e.body["text"] == motion.more["text"], "C08", e, "决议的文字不是议题的文字", "the text of a resolution is not that of its motion")
        told = [line["clause"] for line in e.body["provenance"]]
        every = not told or (len({*told}) == len(told) and {*told} == {clause for clause, _ in e.body["text"]["clauses"]})
        self.insist(every, "C08", e, "有的条款没有写来历，或者写了两次", "it is not said of every clause once where it came from")
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


class Bundle:
    """A bundle on its way through a Checker: its files, what was promised in it, and what the reader trusts."""

    def __init__(self, files: Files, checker: Checker, policy: Policy | None, now: int | None) -> None:
        if "checkpoint" not in files.sizes:
            raise Broken("C01", None, "缺少存证点", "there is no checkpoint")
        self.files, self.checker, self.policy, self.now = files, checker, policy, now
        self.note = read_note(files.read("checkpoint"))
        self.whole = "README" in files.sizes
        self.published: list[Key] = []
        self.earlier = list(self._earlier())
        self.receipts = list(self._receipts())

    def read(self, progress: Callable[[int, int], None]) -> None:
        """Read everything. Raises Broken."""
        self._form()
        self._unexpected()
        self._contents()
        note, checker = self.note, self.checker
        if self.whole:
            checker.tree = Tree(tiles=self._tile)
        for leaf in read_leaves(self.files, note.size):
            checker.take(leaf)
            progress(checker.size, note.size)
        checker.tree.end()
        checker.finish(note.size, note.root, note.origin)
        self._signed()
        self._witnessed()
        for name, receipt in self.receipts:
            self._kept(name, receipt)
        for name in sorted(self.files.sizes):
            if name.startswith("content/") and name.removeprefix("content/") in checker.erased:
                self._find("C17", f"{name} 早已删除，却还在包里", f"{name} had been erased and is in the bundle all the same")
        for mark in sorted(checker.unnamed):
            self._find("C07", f"原文 {mark[:12]}… 没有哪一条提到", f"no entry commits to the text {mark[:12]}…")

    def _find(self, code: str, zh: str, en: str, position: int | None = None) -> None:
        self.checker.find(code, position, zh, en)

    def _form(self) -> None:
        """The form is known and nothing is missing. Bundles of the first form have a checkpoint and entries alone."""
        names = self.files.sizes
        if self.whole:
            if self.files.read("README").split(b"\n")[0].strip() != FORMAT.encode():
                raise Broken("C03", None, "这种格式的证据包这里读不了", "this program does not know that form of a bundle")
            for name in (f"checkpoints/{self.note.size}", "policy"):
                if name not in names:
                    self._find("C03", f"缺文件 {name}", f"file {name} is missing")
            if "policy" in names:  # no more than a help for strangers, but it must not name other keys than the log
                self.published = read_policy(self.files.read("policy")).logs
        elif any(not name.startswith(("checkpoint", "tile/entries/", "verify.py")) for name in names):
            self._find("C03", "缺文件 README", "file README is missing")

    def _unexpected(self) -> None:
        for name in self.files.strange[:SHOWN]:
            said = ascii(name[:120])
            self._find("C03", f"不该有的文件：{said}", f"a file that does not belong here, or is too large: {said}")
        for name in self.files.sizes:
            if name.startswith("tile/") and not self._belongs(name):
                self._find("C03", f"不该有的文件：{name}", f"a file that does not belong to a log of this size: {name}")

    def _belongs(self, name: str) -> bool:
        level, _, rest = name.removeprefix("tile/").partition("/")
        digits, _, width = rest.partition(".p/")
        number = int(digits.replace("/", "").replace("x", ""))
        full, left = divmod(self.note.size >> (0 if level == "entries" else (WIDTH.bit_length() - 1) * int(level)), WIDTH)
        there = (number == full and int(width) == left) if width else number < full
        return there and name == tile_path(level, number, int(width or WIDTH))

    def _tile(self, level: int, number: int, hashes: bytes) -> None:
        name = tile_path(level, number, len(hashes) // 32)
        if self.files.sizes.get(name) != len(hashes) or self.files.read(name) != hashes:
            position = number * WIDTH ** (level + 1)
            self._find("C03", f"文件 {name} 缺少或不对", f"file {name} is missing or wrong", position)

    # checkpoints and their signatures

    def _earlier(self) -> Iterator[tuple[str, Note]]:
        """Yield each checkpoint of the bundle; none says otherwise than the newest."""
        for name in sorted(name for name in self.files.sizes if name.startswith("checkpoints/")):
            note = read_note(self.files.read(name))
            if f"checkpoints/{note.size}" != name or note.origin != self.note.origin:
                self._find("C01", f"{name} 是别的存证点", f"{name} is another checkpoint")
            elif note.size > self.note.size or (note.size == self.note.size and note.text != self.note.text):
                self._find("C04", f"日志接不上 {name}", f"the log does not continue {name}")
            else:
                self.checker.watch(note.size)
                yield name, note

    def _signed(self) -> None:
        """Every checkpoint is signed by the key in force at its size and has the root of so many entries."""
        keys, notes = self.checker.keys, [("checkpoint", self.note), *self.earlier]
        for name, note in self.earlier:
            if self.checker.passed.get(note.size, (note.root, 0))[0] != note.root:
                self._find("C04", f"日志接不上 {name}", f"the log does not continue {name}")
        if keys or any(note.lines for _, note in notes):
            for name, note in notes:
                if not any(note.signed(key) for key in self._in_force(note)):
                    self._find("C01", f"{name} 没有日志当时的钥匙的签名", f"{name} is not signed by the log's key of that time")
            self._pinned()
        elif self.whole or (self.policy is not None and self.policy.logs):
            self._find("C01", "存证点没有签名", "the checkpoint is not signed")
        else:
            self.checker.remark("存证点没有签名：这是早先的格式。", "The checkpoint is not signed: this is the earlier form.")

    def _in_force(self, note: Note) -> list[Key]:
        """The key of the log at that size; where the log names none, those of the reader's policy."""
        if self.checker.keys:
            return [key for size, key in self.checker.keys if size <= note.size][-1:]
        return [key for key in (self.policy.logs if self.policy else []) if key.name == note.origin]

    def _pinned(self) -> None:
        known = [key for _, key in self.checker.keys]
        if known and any(key not in known for key in self.published):
            self._find("C01", "包里的 policy 写了别的钥匙", "the policy in the bundle names another key than the log")
        if self.policy is None or not self.policy.logs:
            self.checker.remark(
                "日志的钥匙取自日志本身，没有另外核对。", "The log's key was taken from the log itself and not compared with one of yours."
            )
        elif known and not any(key in self.policy.logs for key in known):
            self._find("C01", "日志的钥匙不是您的 policy 里的那一把", "the log's key is not the one in your policy")
        elif known and known[-1] not in self.policy.logs:
            self.checker.remark("日志换过钥匙，由您的 policy 里的旧钥匙交接。", "The key was changed; the one in your policy handed over to it.")

    def _witnessed(self) -> None:
        """The witnesses of the reader's policy signed the newest checkpoint; what each saw is not younger than its signature."""
        if self.policy is None:
            return
        seen: set[str] = set()
        for name, note in [("checkpoint", self.note), *self.earlier]:
            signed = self._witnesses(name, note)
            seen |= {*signed} if note.size == self.note.size else set()
            _, latest = self.checker.passed.get(note.size, (b"", self.checker.time))
            if signed and latest > min(signed.values()) + SKEW:
                self._find("C06", f"{name}：有的条目的时间比见证还晚", f"{name}: entries are dated later than a witness saw them")
            if self.now is not None and any(at > self.now + SKEW for at in signed.values()):
                self._find("C02", f"{name} 的见证时间在将来", f"{name} was witnessed in the future")
        if not self.policy.holds(seen):
            self._find("C02", "见证不够", "not enough witnesses have signed the checkpoint")

    def _witnesses(self, name: str, note: Note) -> dict[str, int]:
        """Return witness -> time of its signature."""
        assert self.policy is not None
        found: dict[str, int] = {}
        for witness, key in self.policy.witnesses.items():
            try:
                at = note.cosigned(key) if key.kind == WITNESS else None
            except ValueError:
                self._find("C02", f"{name} 上的见证签名是假的", f"a signature of a witness on {name} is wrong")
            else:
                found |= {} if at is None else {witness: at}
        return found

    # receipts and texts

    def _receipts(self) -> Iterator[tuple[str, Receipt]]:
        for name in sorted(name for name in self.files.sizes if name.startswith("receipts/")):
            try:
                receipt = read_receipt(self.files.read(name))
                self.checker.watch(receipt.note.size, receipt.position)
                yield name, receipt
            except (ValueError, Broken):
                self._find("C18", f"回执 {name} 写得不对", f"the receipt {name} is malformed")

    def _kept(self, name: str, receipt: Receipt) -> None:
        """What was promised is in the log: by the log's key, under a root of this very log, at that position."""
        note, checker = receipt.note, self.checker
        signed = note.origin == self.note.origin and any(note.signed(key) for key in self._in_force(note))
        same = checker.passed.get(note.size, (b"", 0))[0] == note.root
        if not signed:
            self._find("C18", f"回执 {name} 不是这份日志签的", f"the receipt {name} was not signed by this log")
        elif not same or not included(checker.marks.get(receipt.position, b""), receipt.position, note.size, receipt.path, note.root):
            self._find("C18", f"回执 {name} 所说的不在日志里", f"what the receipt {name} promises is not in the log")

    def _contents(self) -> None:
        for name in sorted(name for name in self.files.sizes if name.startswith("content/")):
            data, mark = self.files.read(name), name.removeprefix("content/")
            try:
                good = hashlib.sha256(data).hexdigest() == mark and len(data) >= 32 and data[32:].decode() is not None
            except ValueError:
                good = False
            if not good:
                self._find("C07", f"{name} 不是承诺的原文", f"{name} is not the text committed to")
            self.checker.unnamed.add(mark)


def check(
    place: str | Path,
    pins: Mapping[int, bytes] | Iterable[Pin] | None = None,
    progress: Callable[[int, int], None] = lambda done, size: None,
    *,
    policy: bytes | None = None,
    now: int | None = None,
) -> Checker:
    """Return the Checker after reading a whole bundle, a folder or a tar. Never raises for a bad bundle: it finds.

    ``policy`` is the reader's own, ``now`` the reader's clock (seconds UTC), by which no witness may have signed later.
    """
    checker = Checker(pins)
    try:
        trusted = None if policy is None else read_policy(policy)
        with closing(Files(Path(place))) as files:
            Bundle(files, checker, trusted, now).read(progress)
    except Broken as broken:
        checker.findings.append(broken.finding)
    return checker


def report(checker: Checker, language: str = "zh") -> list[str]:
    """Return the lines of the report, the verdict last."""
    zh, root, found = language == "zh", checker.tree.root().hex(), len(checker.findings)
    polls, texts = len(checker.recounted), checker.resolutions
    lines = [f"{checker.size} 条事件，总指纹 {root}，重新计票 {polls} 次，决议 {texts} 件" if zh
             else f"{checker.size} events, root {root}, {polls} polls recounted, {texts} resolutions"]  # fmt: skip
    lines += [said if zh else said_en for said, said_en in checker.remarks]
    for _, number, title, declared, _, same in checker.recounted:
        numbers = [declared.get(name, "?") for name in ("in_favour", "against", "abstain")]
        outcome = OUTCOMES.get(declared.get("outcome", ""), ("?", "?"))[0 if zh else 1]
        said = "同意 {}、反对 {}、弃权 {}：" if zh else "{} for, {} against, {} abstained: "
        lines.append(f"{'✓' if same else '✕'} {number} {title}：{said.format(*numbers)}{outcome}")
    lines += [finding.line(language) for finding in checker.findings[:SHOWN]]
    lines += [f"…… +{found - SHOWN}"] if found > SHOWN else []
    return [_plain(line) for line in (*lines, _verdict(checker.findings, zh))]


#: How outcomes and checks are called in the report.
OUTCOMES = {
    "PASS": ("通过", "passed"), "FAIL": ("没有通过", "not passed"), "NO_QUORUM": ("人数不足", "no quorum"), "VOID": ("无效", "void"),
    "REPORTED": ("供参考", "for information"),
}  # fmt: skip
CHECKS = {
    "C01": ("存证点和签名", "checkpoint and signature"), "C02": ("见证", "witnesses"), "C03": ("字节和总指纹", "bytes and root"),
    "C04": ("早先的存证点", "earlier checkpoints"), "C05": ("写法", "form"), "C06": ("顺序和时间", "order and time"),
    "C07": ("原文和密钥", "texts and keys"), "C08": ("程序", "procedure"), "C09": ("职务", "offices"), "C10": ("名册", "roll"),
    "C12": ("选票", "ballots"), "C13": ("票的张数", "number of ballots"), "C14": ("计票和结果", "count and outcome"),
    "C15": ("会议记录", "minutes"), "C16": ("两人经手、纸票、委托", "two persons, paper, proxies"), "C17": ("删除", "erasures"),
    "C18": ("凭证", "receipts"), "C19": ("换钥匙", "change of key"), "C20": ("数据库旁边的列", "columns beside the log"),
}  # fmt: skip


def _verdict(findings: list[Finding], zh: bool) -> str:
    """The last line: all holds, or how much does not, and where it begins."""
    if not findings:
        return "全部对得上。" if zh else "Everything holds."
    first = min(findings, key=lambda one: (one.position is None, one.position or 0))
    name = CHECKS.get(first.code, ("", ""))[0 if zh else 1]
    if first.position is None:
        where = f"{first.code} {name}"
    else:
        where = f"第 {first.position} 条，{first.code} {name}" if zh else f"entry {first.position}, {first.code} {name}"
    return f"有 {len(findings)} 处对不上。最早的一处：{where}。" if zh else f"Findings: {len(findings)}. The first: {where}."


def _plain(line: str) -> str:
    """Return a line that can neither break nor steer a terminal, whatever a log says."""
    return "".join(sign if sign.isprintable() or sign == "\u3000" else "\ufffd" for sign in line)


def summary(checker: Checker) -> Json:
    """Return the report as data."""
    polls = [
        {"poll": one.poll, "number": one.number, "title": one.title, "outcome": one.declared.get("outcome", "?"), "tally": one.tally, "same": one.same}
        for one in checker.recounted
    ]  # fmt: skip
    return {
        "origin": checker.called, "events": checker.size, "root": checker.tree.root().hex(), "resolutions": checker.resolutions,
        "remarks": [{"zh": zh, "en": en} for zh, en in checker.remarks],
        "findings": [finding._asdict() for finding in checker.findings], "polls": polls,
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run as a command and return the exit status."""
    words, pins, policy = [word for word in arguments if word not in ("--english", "--json")], [], None
    try:
        while "--pin" in words:
            at = words.index("--pin")
            pins.append(read_pin(words[at + 1]))
            del words[at : at + 2]
        if "--policy" in words:
            at = words.index("--policy")
            policy = Path(words[at + 1]).read_bytes()
            del words[at : at + 2]
        (place,) = words
        if place.startswith("--"):
            raise ValueError(place)
    except (ValueError, IndexError, OSError):
        print(__doc__, file=sys.stderr)
        return 2
    gc.disable()  # nothing here goes in circles, and looking for them takes a tenth of the time
    checker = check(place, pins, policy=policy, now=int(time.time()))
    gc.enable()
    if "--json" in arguments:
        print(json.dumps(summary(checker), ensure_ascii=False, indent=1))
    else:
        print("\n".join(report(checker, "en" if "--english" in arguments else "zh")))
    return 1 if checker.findings else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # whatever a terminal cannot show
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
