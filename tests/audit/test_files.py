"""The files of a bundle: every damage is found, and nothing makes the verifier crash."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deliberation.audit import verify
from deliberation.log.tlog import leaf_hash, root_of
from tests.audit.forging import Log, codes, drop_a_ballot, honest, write

# files


def _flip(folder: Path, name: str, at: int) -> None:
    data = bytearray((folder / name).read_bytes())
    data[at] ^= 1
    (folder / name).write_bytes(data)


def _entries(folder: Path) -> str:
    (path,) = (folder / "tile").rglob("*/*.p/*")
    return str(path.relative_to(folder))


def test_a_flipped_byte_is_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    _flip(tmp_path, _entries(tmp_path), 200)
    assert "C03" in codes(tmp_path)


def test_a_missing_file_is_found(log: Log, tmp_path: Path) -> None:
    (log.write(tmp_path) / _entries(tmp_path)).unlink()
    assert codes(tmp_path) == {"C03"}


def test_bytes_behind_the_last_entry_are_found(log: Log, tmp_path: Path) -> None:
    path = log.write(tmp_path) / _entries(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    assert codes(tmp_path) == {"C03"}


def test_a_file_cut_short_is_found(log: Log, tmp_path: Path) -> None:
    path = log.write(tmp_path) / _entries(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert codes(tmp_path) == {"C03"}


def test_a_log_of_many_files_is_read(tmp_path: Path) -> None:
    leaves = honest().leaves()
    filler = [leaf.replace(b'"community.founded"', b'"community.noted"') for leaf in leaves[:1]] * 600
    checker = verify.check(write(tmp_path, leaves + filler))
    assert checker.size == len(leaves) + 600
    assert {finding.code for finding in checker.findings} == {"C05", "C06"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jiahe\n",
        "jiahe\nx\nAAAA\n",
        "\n{size}\n{root}\n",
        "jiahe\n0\n{root}\n",
        "jiahe\n+{size}\n{root}\n",
        "jiahe\n{size}\n{root}",
        "jiahe\n{size}\n{root} \n",
        "jiahe\n{size}\nAAAA\n",
        "jiahe\n{size}\n{root}\nextra\n",
    ],
)
def test_a_malformed_checkpoint_is_found(log: Log, tmp_path: Path, text: str) -> None:
    _, size, root = (log.write(tmp_path) / "checkpoint").read_text().split()
    (tmp_path / "checkpoint").write_text(text.format(size=size, root=root))
    assert codes(tmp_path) == {"C01"}


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == {"C01"}


def test_a_log_under_another_name_is_found(tmp_path: Path) -> None:
    assert codes(write(tmp_path, honest().leaves(), origin="yihe")) == {"C01"}


def test_a_checkpoint_of_fewer_entries_is_found(log: Log, tmp_path: Path) -> None:
    log.write(tmp_path)
    shorter = Log(log.entries[:-1]).write(tmp_path / "shorter")
    shutil.copy(shorter / "checkpoint", tmp_path / "checkpoint")
    assert codes(tmp_path) == {"C03"}


def test_another_root_is_found(log: Log, tmp_path: Path) -> None:
    other = log.copy()
    other.body("community.founded")["name"] = "乙河村"
    other.write(tmp_path)
    log.write(tmp_path, seal=False)
    assert codes(tmp_path) == {"C03"}


@given(some.integers(0, 1 << 40), some.integers(1, 255), some.booleans())
def test_no_damage_makes_it_crash_and_none_is_missed(place: int, mask: int, in_checkpoint: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = honest().write(Path(name))
        path = folder / ("checkpoint" if in_checkpoint else _entries(folder))
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= mask
        path.write_bytes(data)
        assert codes(folder)


@given(some.integers(0, len(honest().entries) - 1), some.data())
def test_no_forged_body_makes_it_crash(position: int, data: some.DataObject) -> None:
    """A forger who makes every hash anew may write anything JSON knows in place of any value."""
    log = honest().copy()
    body = log.entries[position]["body"]
    anything = some.recursive(
        some.none() | some.booleans() | some.integers(-9, 9) | some.text(max_size=3),
        lambda inner: (
            some.lists(inner, max_size=2)
            | some.dictionaries(some.sampled_from(["a", "b"]), inner, max_size=2)
        ),
    )
    body[data.draw(some.sampled_from(sorted(body)))] = data.draw(anything)
    with tempfile.TemporaryDirectory() as name:
        verify.report(verify.check(log.write(Path(name))))


# pins


def test_an_earlier_checkpoint_is_continued(log: Log, tmp_path: Path) -> None:
    leaves = log.leaves()
    root = root_of(map(leaf_hash, leaves[:9]))
    log.write(tmp_path)
    assert verify.check(tmp_path, {9: root, len(leaves): root_of(map(leaf_hash, leaves))}).findings == []
    assert verify.main([str(tmp_path), "--pin", f"9:{root.hex()}"]) == 0


@pytest.mark.parametrize("size", [9, 5000])
def test_a_log_that_does_not_continue_an_earlier_checkpoint_is_found(
    log: Log, tmp_path: Path, size: int
) -> None:
    findings = verify.check(log.write(tmp_path), {size: bytes(32)}).findings
    assert {finding.code for finding in findings} == {"C04"}


def test_a_ballot_taken_out_with_the_result_mended_is_found_by_a_pin_alone(log: Log, tmp_path: Path) -> None:
    seen = {len(log.entries): root_of(map(leaf_hash, log.leaves()))}
    drop_a_ballot(log)
    assert "C04" in {finding.code for finding in verify.check(log.write(tmp_path), seen).findings}


# the way an entry is written


@pytest.mark.parametrize(
    "spoil",
    [
        lambda leaf: leaf.replace(b"{", b"{ ", 1),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1.0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1e0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":NaN}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":-0}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":true}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":9007199254740992}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":' + b"1" * 5000 + b"}"),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1,"v":1}'),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1,"w":1}'),
        lambda leaf: leaf.replace(b'"v":1}', '"v":1,"一":1}'.encode()),
        lambda leaf: leaf.replace(b',"v":1}', b"}"),
        lambda leaf: b'{"v":1,' + leaf[1:].replace(b',"v":1}', b"}"),
        lambda leaf: leaf.replace("村".encode(), b"\\u6751"),
        lambda leaf: leaf.replace("村".encode(), b"\\ud800"),
        lambda leaf: leaf.replace("村".encode(), b"\xff"),
        lambda leaf: leaf.replace(b'"body":{', b'"body":' + b"[" * 9000 + b"{"),
        lambda leaf: leaf.replace(b'Z"', b'+00:00"'),
        lambda leaf: leaf.replace(b"2026-01-04", b"2026-13-04"),
        lambda leaf: leaf.replace(b'"aggv":1', b'"aggv":"1"'),
        lambda leaf: leaf.replace(b'"role":"operator"', b'"name":"x","role":"operator"'),
        lambda leaf: leaf + b" ",
        lambda leaf: b"\xef\xbb\xbf" + leaf,
        lambda leaf: b"[]",
        lambda leaf: b"",
    ],
)
def test_an_entry_written_in_another_way_is_found(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    first, *rest = honest().leaves()
    spoilt = spoil(first)
    assert spoilt != first
    assert "C05" in codes(write(tmp_path, [spoilt, *rest]))
