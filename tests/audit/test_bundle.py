"""The bundle: what is exported verifies, byte for byte, and an export writes over nothing."""

from pathlib import Path

import pytest

from deliberation.audit import bundle, verify
from deliberation.audit.bundle import FolderTaken, entries_path, export
from deliberation.council import Council
from deliberation.errors import NotFound
from tests.given import refuses


def test_an_exported_log_verifies(town: Council, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    size = export(town, tmp_path / "new", lambda done, whole: told.append((done, whole)))
    checker = verify.check(tmp_path / "new")
    assert [finding.line() for finding in checker.findings] == []
    assert (checker.size, checker.tree.root()) == (size, town.head().root)
    assert told[-1] == (size, size)


def test_a_log_longer_than_a_file_is_exported_whole(
    town: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "WIDTH", 4)
    monkeypatch.setattr(verify, "WIDTH", 4)
    export(town, tmp_path)
    assert verify.check(tmp_path).findings == []


def test_an_export_writes_over_nothing(town: Council, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    with refuses(FolderTaken):
        export(town, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_community_that_was_never_founded_has_no_bundle(town: Council, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export(Council(town.database, "elsewhere"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/entries/000"),
        (5, 17, "tile/entries/005.p/17"),
        (1234, 256, "tile/entries/x001/234"),
        (1_234_067, 1, "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_files_are_named_as_the_specification_says(number: int, width: int, path: str) -> None:
    assert entries_path(number, width) == verify.entries_path(number, width) == path
