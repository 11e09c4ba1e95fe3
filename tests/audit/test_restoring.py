"""Bringing a community back from files that others packed, changed or took away: whole, or nothing and a sentence."""

import tarfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DataError

from deliberation.audit import comparing, restoring, unpacking, verify
from deliberation.audit.bundle import export
from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.restoring import NoPlaceForIt
from deliberation.audit.unpacking import BundleChanged
from deliberation.council import Council
from deliberation.errors import NotFound


def test_a_bundle_packed_by_other_tools_comes_back(made: Checkpoints, elsewhere: Council, tmp_path: Path) -> None:
    """GNU tar writes ./ before each name, and folders; an empty folder is nothing."""
    export(made, tmp_path / "whole")
    (tmp_path / "whole" / "checkpoints" / "old").mkdir()
    with tarfile.open(tmp_path / "packed.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(tmp_path / "whole", ".")
    assert verify.check(tmp_path / "packed.tar").findings == []
    assert comparing.compare(tmp_path / "whole", tmp_path / "packed.tar").holds
    restoring.restore(elsewhere, tmp_path / "packed.tar")
    assert elsewhere.digest() == made.council.digest()


@pytest.mark.parametrize(
    ("name", "how"),
    [("checkpoints/*", "unsigned"), *((name, how) for name in ("checkpoint", "checkpoints/*", "tile/entries/**/*") for how in ("gone", "other", "empty"))],
)
def test_files_changed_after_the_check_leave_nothing(
    made: Checkpoints, elsewhere: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, how: str
) -> None:
    export(made, tmp_path / "whole")
    file = next(path for path in tmp_path.joinpath("whole").glob(name) if path.is_file())
    checked, data = verify.check, file.read_bytes()
    changed = {"other": bytes([data[0] ^ 1]) + data[1:], "unsigned": data.replace(b"\xe2\x80\x94 ", b"\xe2\x80\x94 x"), "empty": b""}

    def check(*told: Any, **more: Any) -> verify.Checker:
        checker = checked(*told, **more)
        file.unlink()
        if how in changed:
            file.write_bytes(changed[how])
        return checker

    monkeypatch.setattr(restoring.verify, "check", check)
    with pytest.raises((BundleChanged, restoring.OfAnother)):
        restoring.restore(elsewhere, tmp_path / "whole")
    with pytest.raises(NotFound):
        elsewhere.head()


def test_a_bundle_taken_away_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(BundleChanged), unpacking.opened(tmp_path / "gone.tar"):
        pass


def test_contents_that_the_tables_cannot_take_are_refused(
    made: Checkpoints, elsewhere: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(made, tmp_path / "whole")

    def fold(*_: Any) -> None:
        raise DataError("INSERT", {}, Exception("a NUL"))

    monkeypatch.setattr(restoring.fold, "fold", fold)
    with pytest.raises(NoPlaceForIt):
        restoring.restore(elsewhere, tmp_path / "whole")
    with pytest.raises(NotFound):
        elsewhere.head()
