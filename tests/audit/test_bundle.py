"""The bundle: what is exported verifies, the same each time, comes back whole, and continues what was exported before."""

import shutil
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text

from deliberation.audit import comparing, restoring, verify
from deliberation.audit.bundle import FolderTaken, export
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.recount import recount
from deliberation.audit.restoring import BundleUnsound, FromALaterRelease, OfAnother, PlaceTaken
from deliberation.audit.tiles import Tile, of_size
from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.intake.model import Report
from deliberation.log import seals
from deliberation.log.seals import LogBroken
from deliberation.log.tlog import leaf_hash, root_of
from tests.audit.conftest import checkpoints_of
from tests.given import SLUG, actor, refuses, words


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def grow(council: Council, count: int) -> None:
    first = council.head().size
    for number in range(first, first + count):
        council.save(
            Report.receive(f"R-{number}", words=words("楼道堆物"), place="", colour="blue", channel="patrol", by=actor("grid_worker"))
        )


# writing


def test_an_exported_log_verifies(made: Checkpoints, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    seal = export(made, tmp_path / "new", lambda done, whole: told.append((done, whole)))
    checker = verify.check(tmp_path / "new")
    assert [finding.line() for finding in checker.findings] == []
    assert (checker.size, checker.tree.root()) == (seal.size, made.council.head().root)
    assert told[-1] == (seal.size, seal.size)


def test_the_same_log_gives_the_same_bytes(made: Checkpoints, tmp_path: Path) -> None:
    for name in ("one", "two", "one.tar", "two.tar"):
        export(made, tmp_path / name)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    with tarfile.open(tmp_path / "one.tar", "r:") as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == sorted(everything(tmp_path / "one"))
    assert {(member.mtime, member.uid, member.mode) for member in members} == {(0, 0, 0o644)}


def test_all_tiles_of_a_longer_log_are_there_and_no_others(made: Checkpoints, tmp_path: Path) -> None:
    grow(made.council, 500)
    seal = export(made, tmp_path / "new")
    leaves = [leaf for first in range(0, seal.size, 256) for leaf in verify.split((tmp_path / "new" / Tile(None, first // 256, min(256, seal.size - first)).path).read_bytes())]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    tiles = {tile.path: tile for tile in of_size(seal.size)}
    there = everything(tmp_path / "new")
    assert {name for name in there if name.startswith("tile/") and not name.startswith("tile/entries")} == set(tiles)
    assert there["tile/0/001"] == b"".join(hashes[256:512])
    assert there[Tile(1, 0, 2).path] == root_of(hashes[:256]) + root_of(hashes[256:512])
    assert verify.check(tmp_path / "new").findings == []


def test_an_export_writes_over_nothing(made: Checkpoints, tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "mine").write_text("kept")
    with refuses(FolderTaken):
        export(made, folder)
    assert [path.name for path in folder.iterdir()] == ["mine"]
    with refuses(FolderTaken):
        export(made, folder / "mine")


def test_a_community_that_was_never_founded_has_no_bundle(town: Council, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export(checkpoints_of(Council(town.database, "elsewhere")), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_log_that_was_changed_gets_no_checkpoint_into_its_bundle(made: Checkpoints, tmp_path: Path) -> None:
    made.seal()
    with made.council.database.engine.begin() as connection:
        connection.execute(text("UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), '2026', '2025') AS BLOB) WHERE position = 3"))
    with refuses(LogBroken, size=made.council.head().size):
        export(made, tmp_path / "new")
    assert not (tmp_path / "new" / "checkpoint").exists()


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
    assert Tile(None, number, width).path == path
    assert Tile.at(path.removeprefix("tile/")) == Tile(None, number, width)


def test_the_tiles_of_the_specifications_own_example() -> None:
    tiles = [tile.path for tile in of_size(70_000)]
    assert len(tiles) == 273 + 1 + 1 + 1 + 1
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"} <= set(tiles)
    assert [tile.path for tile in of_size(256)] == ["tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize("path", ["0/000.p/0", "0/000.p/256", "0/0000", "64/000", "0/x000/001", "0/../000", "00/000", "entries/x001", ""])
def test_what_is_no_tile_has_no_place(path: str) -> None:
    assert Tile.at(path) is None


# bringing back


@pytest.mark.parametrize("name", ["whole", "whole.tar"])
def test_a_community_comes_back_whole(made: Checkpoints, elsewhere: Council, tmp_path: Path, name: str) -> None:
    made.seal()
    grow(made.council, 300)
    export(made, tmp_path / name)
    restored = restoring.restore(elsewhere, tmp_path / name)
    assert restored == (made.council.head().size, 2)
    assert elsewhere.digest() == made.council.digest()
    assert [finding.line("en") for finding in recount(elsewhere).findings if "key" not in finding.en] == []
    with elsewhere.reading() as r, made.council.reading() as old:
        assert [one[:3] for one in seals.every(r.connection, SLUG)] == [one[:3] for one in seals.every(old.connection, SLUG)]
    export(checkpoints_of(elsewhere, tmp_path / "keys"), tmp_path / "again.tar")
    export(made, tmp_path / "first.tar")
    assert (tmp_path / "again.tar").read_bytes() == (tmp_path / "first.tar").read_bytes()
    grow(elsewhere, 1)


def test_nothing_comes_back_over_what_is_there(made: Checkpoints, tmp_path: Path) -> None:
    export(made, tmp_path / "whole")
    with refuses(PlaceTaken):
        restoring.restore(made.council, tmp_path / "whole")


def test_another_communitys_bundle_is_refused(made: Checkpoints, tmp_path: Path) -> None:
    export(made, tmp_path / "whole")
    other = Council(made.council.database, "yihe")
    with refuses(OfAnother, origin=SLUG, community="yihe"):
        restoring.restore(other, tmp_path / "whole")


def test_a_tampered_bundle_leaves_no_half_import(made: Checkpoints, elsewhere: Council, tmp_path: Path) -> None:
    grow(made.council, 300)
    export(made, tmp_path / "whole")
    file = tmp_path / "whole" / "tile/entries/001.p" / str(made.council.head().size - 256)
    file.write_bytes(file.read_bytes().replace(b"2026-04", b"2026-05", 1))
    with pytest.raises(BundleUnsound):
        restoring.restore(elsewhere, tmp_path / "whole")
    with pytest.raises(NotFound):
        elsewhere.head()


def test_a_break_in_the_middle_leaves_nothing(made: Checkpoints, elsewhere: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(made, tmp_path / "whole")
    monkeypatch.setattr(restoring.fold, "fold", lambda *_args, **_more: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        restoring.restore(elsewhere, tmp_path / "whole")
    with pytest.raises(NotFound):
        elsewhere.head()


def test_what_a_later_release_wrote_is_not_guessed_at(made: Checkpoints, elsewhere: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(made, tmp_path / "whole")
    monkeypatch.delitem(restoring.read_leaf.__globals__["EVENTS"], "poll.hands_counted")
    with refuses(FromALaterRelease):
        restoring.restore(elsewhere, tmp_path / "whole")
    with pytest.raises(NotFound):
        elsewhere.head()


# one continues the other


def test_a_newer_bundle_continues_an_older_one(made: Checkpoints, tmp_path: Path) -> None:
    first = export(made, tmp_path / "old.tar")
    grow(made.council, 3)
    second = export(made, tmp_path / "new")
    difference = comparing.compare(tmp_path / "old.tar", tmp_path / "new")
    assert difference.holds
    assert (difference.old, difference.new) == ((SLUG, first.size, first.root), (SLUG, second.size, second.root))
    assert difference.added == {"report.received": 3}


def test_an_older_one_does_not_continue_a_newer_one(made: Checkpoints, tmp_path: Path) -> None:
    export(made, tmp_path / "old")
    grow(made.council, 3)
    export(made, tmp_path / "new")
    assert not comparing.compare(tmp_path / "new", tmp_path / "old").holds


def test_two_histories_from_one_beginning_are_told_apart(made: Checkpoints, elsewhere: Council, tmp_path: Path) -> None:
    export(made, tmp_path / "begun")
    restoring.restore(elsewhere, tmp_path / "begun")
    grow(made.council, 1)
    grow(elsewhere, 2)
    export(made, tmp_path / "one")
    shutil.copytree(tmp_path / "keys", tmp_path / "stolen", ignore=shutil.ignore_patterns("*.log-signed"))
    with pytest.raises(LogBroken):  # the key remembers what it signed, and says nothing else
        export(checkpoints_of(elsewhere, tmp_path / "keys"), tmp_path / "refused")
    export(checkpoints_of(elsewhere, tmp_path / "stolen"), tmp_path / "two")
    assert verify.check(tmp_path / "one").findings == verify.check(tmp_path / "two").findings == []
    assert not comparing.compare(tmp_path / "one", tmp_path / "two").holds
    assert comparing.compare(tmp_path / "begun", tmp_path / "two").holds


def test_an_older_one_that_does_not_hold_proves_nothing(made: Checkpoints, tmp_path: Path) -> None:
    export(made, tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    (tmp_path / "old" / "checkpoint").unlink()
    assert not comparing.compare(tmp_path / "old", tmp_path / "new").holds
