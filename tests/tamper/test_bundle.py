"""A bundle that anybody changed on its way is found by the verifier, which never breaks down over it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.audit import verify
from tests.tamper.conftest import Whole


@pytest.fixture
def folder(whole: Whole, tmp_path: Path) -> Path:
    """A copy of the bundle."""
    return Path(shutil.copytree(whole.bundle, tmp_path / "bundle"))


def files(folder: Path) -> list[Path]:
    """The entries, the hashes, and the checkpoints; what explains them may be missing or another."""
    return sorted(path for part in ("tile", "checkpoints") for path in (folder / part).rglob("*") if path.is_file())


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "tile" / "entries").rglob("*") if path.is_file())


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in verify.check(folder).findings}


def test_the_bundle_untouched_is_without_a_finding(folder: Path) -> None:
    size = verify.check(folder).size
    assert len(entries(folder)) == -(-size // verify.WIDTH)
    assert codes(folder) == set()


def flip(path: Path, byte: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[byte % len(data)] ^= 1 << bit
    path.write_bytes(data)


def test_a_bit_flipped_in_a_file_is_found(folder: Path) -> None:
    flip(entries(folder)[3], 44_000, 2)
    assert codes(folder) != set()


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.integers(0, 19), byte=st.integers(0, 2**20), bit=st.integers(0, 7))
def test_any_bit_flipped_in_any_file_is_found(folder: Path, file: int, byte: int, bit: int) -> None:
    path = files(folder)[file]
    flip(path, byte, bit)
    assert codes(folder) != set()
    flip(path, byte, bit)


def test_every_byte_of_the_checkpoint_matters(folder: Path) -> None:
    """What the entries and the key say is compared elsewhere; here no byte of the three lines may be another."""
    good = (folder / "checkpoint").read_bytes()
    read = checkpoint(folder)
    for at in range(good.index(b"\n\n") + 2):
        for bit in (0, 3, 5):
            (folder / "checkpoint").write_bytes(good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :])
            assert checkpoint(folder) != read, (at, bit)


def checkpoint(folder: Path) -> tuple[str, int, bytes] | str:
    try:
        return verify.read_note((folder / "checkpoint").read_bytes())[1:4]
    except verify.Broken as broken:
        return broken.finding.code


@pytest.mark.slow
@pytest.mark.parametrize("file", range(20))
def test_a_file_taken_out_is_found(folder: Path, file: int) -> None:
    files(folder)[file].unlink()
    assert codes(folder) == {"C03"}


def test_files_in_each_others_place_are_found(folder: Path) -> None:
    first, second = entries(folder)[2], entries(folder)[3]
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    assert "C03" in codes(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xff", b"\0\0" * 9, b"{}" * 300], ids=["nothing", "length", "empty", "other"]
)
def test_a_file_of_something_else_is_found(folder: Path, data: bytes) -> None:
    entries(folder)[4].write_bytes(data)
    assert "C03" in codes(folder)
