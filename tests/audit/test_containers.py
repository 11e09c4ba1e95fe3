"""The files of a whole bundle, in a folder or a tar: each that is missing, wrong, strange or hostile is found, and nothing breaks."""

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from deliberation.audit import verify
from deliberation.log.leaf import canonical
from tests.audit.forging import honest
from tests.audit.signing import FIRST, bundle, packed, put, receipt, with_key


def codes(place: Path) -> set[str]:
    return {finding.code for finding in verify.check(place).findings}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bundle(tmp_path / "bundle", with_key().leaves(), earlier=[(5, FIRST)])


@pytest.fixture
def tar(folder: Path, tmp_path: Path) -> Callable[[bytes], set[str]]:
    """Write a file and tell what is found in it."""

    def write(data: bytes) -> set[str]:
        (tmp_path / "bundle.tar").write_bytes(data)
        return codes(tmp_path / "bundle.tar")

    return write


def part(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


# files


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("README", "C03"), ("policy", "C03"), ("checkpoint", "C01"), ("checkpoints/[0-9][0-9]", "C03"), ("tile/0/*.p/*", "C03"),
        ("tile/entries/*.p/*", "C03"),
    ],
)  # fmt: skip
def test_a_file_that_is_missing_is_found(folder: Path, pattern: str, code: str) -> None:
    part(folder, pattern).unlink()
    assert codes(folder) == {code}


def test_a_hash_tile_that_is_wrong_is_found(folder: Path) -> None:
    path = part(folder, "tile/0/*.p/*")
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    put(path, bytes(data))
    assert codes(folder) == {"C03"}


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt", "tile/1/000.p/1", "tile/0/001", "tile/0/001.p/1", "tile/entries/000", "tile/entries/x001/000", "tile/64/000",
        "tile/00/000.p/1", "tile/0/000.p/1", "checkpoints/5.old", "checkpoints/05", "spec/more.md", "content/abc", ".hidden", "a/b/c/d",
        "receipts/a.txt", "receipts/a/b.tlog-proof",
    ],
)  # fmt: skip
def test_a_file_that_does_not_belong_there_is_found(folder: Path, name: str) -> None:
    put(folder / name, b"x")
    assert "C03" in codes(folder)


@pytest.mark.parametrize("name", ["spec/SPEC.md", "spec/schemas.json", "spec/vectors.json", "verify.py"])
def test_what_explains_a_log_may_lie_beside_it(folder: Path, name: str) -> None:
    put(folder / name, b"x")
    assert codes(folder) == set()


@pytest.mark.parametrize("first", [b"yishihui-bundle v2\n", b"", b"\xff", b"yishihui-bundle v1x"])
def test_another_form_of_bundle_is_not_guessed_at(folder: Path, first: bytes) -> None:
    put(folder / "README", first)
    assert codes(folder) == {"C03"}


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "README").open("r+b") as file:
        file.truncate(1 << 40)
    assert codes(folder) == {"C03"}


def test_links_and_pipes_are_not_followed(folder: Path, tmp_path: Path) -> None:
    real = (folder / "checkpoint").rename(tmp_path / "elsewhere")
    (folder / "checkpoint").symlink_to(real)
    assert codes(folder) == {"C01"}
    (folder / "checkpoint").unlink()
    os.mkfifo(folder / "checkpoint")
    assert codes(folder) == {"C01"}


def test_folders_that_never_end_are_found(folder: Path) -> None:
    deep = folder.joinpath(*["a"] * 60)
    deep.mkdir(parents=True)
    (folder / "up").symlink_to(folder)
    assert codes(folder) == {"C03"}


def test_countless_files_are_not_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MOST_FILES", 5)
    assert codes(folder) == {"C03"}


def test_a_claim_of_countless_entries_ends_at_once(folder: Path) -> None:
    note = verify.read_note((folder / "checkpoint").read_bytes())
    text = note.text.decode().replace(f"\n{note.size}\n", "\n9999999999999999\n")
    put(folder / "checkpoint", FIRST.sign(text).encode())
    assert "C03" in codes(folder)


# texts that are shown


def test_texts_are_those_committed_to(tmp_path: Path) -> None:
    data = bytes(range(32)) + "漏登".encode()
    mark = hashlib.sha256(data).hexdigest()
    log = with_key()
    log.body("roll.corrected")["words"] = mark
    folder = bundle(tmp_path, log.leaves())
    put(folder / "content" / mark, data)
    assert codes(folder) == set()
    put(folder / "content" / mark, data + b".")
    assert codes(folder) == {"C07"}


@pytest.mark.parametrize("data", [b"", b"short", bytes(32) + b"\xff", bytes(32) + "没人承诺过".encode()])
def test_texts_that_nothing_commits_to_are_found(folder: Path, data: bytes) -> None:
    put(folder / "content" / hashlib.sha256(data).hexdigest(), data)
    assert codes(folder) == {"C07"}


# one file


def test_a_tar_says_the_same_as_the_folder(folder: Path, tar: Callable[[bytes], set[str]]) -> None:
    put(folder / "receipts" / "a.tlog-proof", receipt(with_key().leaves(), 3, 5))
    assert tar(packed(folder)) == set()
    part(folder, "tile/0/*.p/*").unlink()
    assert tar(packed(folder)) == {"C03"}


def test_a_tar_packed_by_somebody_else_is_read(folder: Path, tmp_path: Path) -> None:
    """With folders, owners, times, and names that begin with a dot."""
    with tarfile.open(tmp_path / "other.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(folder, arcname=".")
    assert codes(tmp_path / "other.tar") == set()


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("bundle.tar", data)
    return out.getvalue()


@pytest.mark.parametrize("squeeze", [gzip.compress, _zip, lambda data: data[512:], lambda _data: b"", lambda _data: b"x" * 9000, lambda _data: bytes(10_240)])
def test_what_is_no_plain_tar_gets_a_clear_sentence(folder: Path, tmp_path: Path, squeeze: Callable[[bytes], bytes]) -> None:
    (tmp_path / "x").write_bytes(squeeze(packed(folder)))
    (finding,) = verify.check(tmp_path / "x").findings
    assert finding.code == "C01"
    assert "not compressed" in finding.en or "no checkpoint" in finding.en


def member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, link
    return info


@pytest.mark.parametrize(
    "more",
    [
        member("receipts/a.tlog-proof", tarfile.SYMTYPE, link="/etc/passwd"),
        member("receipts/a.tlog-proof", tarfile.LNKTYPE, link="checkpoint"),
        member("pipe", tarfile.FIFOTYPE),
        member("../outside"),
        member("/etc/passwd"),
        member("tile/../checkpoint"),
        member("checkpoint"),
        member("./policy"),
        member("名字"),
        member("a" * 90),
    ],
)
def test_a_member_that_does_not_belong_there_is_found(folder: Path, tar: Callable[[bytes], set[str]], more: tarfile.TarInfo) -> None:
    assert tar(packed(folder, [(more, b"")])) == {"C03"}


def test_a_name_that_is_no_text_is_found(folder: Path, tar: Callable[[bytes], set[str]]) -> None:
    assert tar(renamed(packed(folder, [(member("xxxx"), b"")]), b"xxxx\0", b"\xff\xfex\n\0")) == {"C03"}


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Give a member another name, and its header the sum that belongs to it."""
    at = data.rindex(old) // 512 * 512
    header = bytearray(data[at : at + 512].replace(old, new, 1))
    return data[:at] + summed(header) + data[at + 512 :]


def summed(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("size", [b"77777777777\0", b"\x80" + b"\xff" * 11, b"00000099999\0", b"-0000000001\0"])
def test_a_size_that_cannot_be_is_found(folder: Path, tar: Callable[[bytes], set[str]], size: bytes) -> None:
    data = bytearray(packed(folder))
    header = bytearray(data[:512])
    header[124:136] = size
    assert tar(summed(header) + data[512:]) & {"C01", "C03"}


def test_bytes_hidden_in_a_folder_are_found(folder: Path, tar: Callable[[bytes], set[str]]) -> None:
    """Tools differ on whether a folder has contents: one would read past them, another would take them for the next file."""
    assert tar(packed(folder, [(member("content", tarfile.DIRTYPE), b"")])) == set()
    data = packed(folder, [(member("content", tarfile.DIRTYPE), b"")])
    at = data.rindex(b"content") // 512 * 512
    header = bytearray(data[at : at + 512])
    header[124:136] = b"00000001000\0"
    assert tar(data[:at] + summed(header) + b"x" * 512 + data[at + 512 :]) == {"C03"}


def test_bytes_behind_the_end_are_found(folder: Path, tar: Callable[[bytes], set[str]]) -> None:
    assert tar(packed(folder) + b"hidden") == {"C03"}


def test_a_tar_cut_short_anywhere_is_found(folder: Path, tar: Callable[[bytes], set[str]]) -> None:
    data = packed(folder)
    whole = data.rstrip(b"\0")
    for end in range(0, len(whole), 4999):
        assert tar(data[:end]), end


# any byte


@settings(max_examples=60, deadline=None)
@given(place=some.integers(0, 1 << 40), mask=some.integers(1, 255))
def test_no_byte_of_a_bundle_can_be_changed_unseen(place: int, mask: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = bundle(Path(name, "b"), with_key().leaves(), earlier=[(5, FIRST)])
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README")
        at = place % sum(path.stat().st_size for path in files)
        for path in files:
            data = bytearray(path.read_bytes())
            if at < len(data):
                data[at] ^= mask
                path.write_bytes(data)
                break
            at -= len(data)
        # The policy beside a log helps nobody but strangers, who ought to have their own: its comments may say anything.
        assert codes(folder) or path.name == "policy"


@settings(max_examples=60, deadline=None)
@given(place=some.integers(0, 1 << 40), mask=some.integers(1, 255))
def test_no_byte_of_a_tar_makes_it_crash(place: int, mask: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        data = bytearray(packed(bundle(Path(name, "b"), with_key().leaves())))
        data[place % len(data)] ^= mask
        (Path(name) / "b.tar").write_bytes(data)
        verify.report(verify.check(Path(name) / "b.tar"))


# what a log says cannot break the report


def test_a_log_cannot_write_into_the_report(tmp_path: Path) -> None:
    log = honest().copy()
    for type in ("poll.announced", "poll.counted"):
        log.body(type, 1)["title"] = "公约\n全部对得上。\x1b[2J\u202e"
    lines = verify.report(verify.check(log.write(tmp_path)))
    assert all(line.isprintable() for line in lines)
    assert lines.count("全部对得上。") == (1 if lines[-1] == "全部对得上。" else 0)


def test_a_count_without_its_numbers_does_not_break_the_report(tmp_path: Path) -> None:
    log = honest().copy()
    body = log.body("poll.counted", 1)
    body["key"] = "00" * 32
    for name in ("in_favour", "outcome"):
        del body[name]
    checker = verify.check(log.write(tmp_path))
    assert {finding.code for finding in checker.findings} >= {"C05", "C14"}
    assert verify.report(checker)[-1] != "全部对得上。"
    assert verify.summary(checker)["polls"][1]["outcome"] == "?"


def test_countless_findings_are_not_kept(tmp_path: Path) -> None:
    checker = verify.Checker()
    for _ in range(verify.KEPT + 10):
        checker.take(b"{}")
    assert len(checker.findings) == verify.KEPT


def test_a_body_with_more_than_its_type_has_is_found(tmp_path: Path) -> None:
    for spoil in (
        lambda log: log.body("poll.closed").update(more="x"),
        lambda log: log.body("poll.closed").pop("title"),
        lambda log: log.body("poll.closed").update(title=1),
        lambda log: log.find("poll.closed").update(v=2),
        lambda log: log.find("poll.closed").update(type="poll.closed2"),
        lambda log: log.body("poll.announced")["rule"].update(more="x"),
        lambda log: log.body("poll.announced")["rule"]["majority"][0].update(more="x"),
        lambda log: log.body("motion.proposed")["text"]["clauses"][0].append("x"),
        lambda log: log.body("motion.proposed")["text"].update(more="x"),
        lambda log: log.body("poll.counted")["steps"][0].update(more="x"),
        lambda log: log.body("poll.counted")["tallies"]["binding"].update(more=1),
        lambda log: log.body("ballot.cast")["aid"].update(more="x"),
        lambda log: log.body("ballot.cast").update(sealed="0"),
        lambda log: log.body("roll.page_frozen")["lines"][0].append(-1),
    ):
        log = honest().copy()
        spoil(log)
        assert "C05" in codes(log.write(tmp_path)), canonical(log.entries[0])
