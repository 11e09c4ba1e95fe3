"""Settings come from DELIBERATION_* variables alone, and a bad one is refused in a sentence."""

import os
import sys
from pathlib import Path

import pytest

from deliberation.config import BadSetting, FolderClosed, Settings
from deliberation.environment import ROOT
from tests.given import refuses

needs_permissions = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows write anywhere"
)


def test_without_variables_all_lies_beside_the_checkout() -> None:
    settings = Settings.read({})
    assert settings.instance == ROOT / "instance"
    assert settings.database == f"sqlite:///{ROOT / 'instance' / 'jiahe.db'}"
    assert (settings.community, settings.host, settings.port, settings.threads) == (
        "jiahe",
        "127.0.0.1",
        8000,
        16,
    )
    assert (settings.demo, settings.tls, settings.processes) == (None, False, 0)


def test_every_setting_can_be_named(tmp_path: Path) -> None:
    named = {
        "DELIBERATION_INSTANCE": str(tmp_path),
        "DELIBERATION_DATABASE": "postgresql://db/x",
        "DELIBERATION_COMMUNITY": "yihe-2",
        "DELIBERATION_HOST": "0.0.0.0",
        "DELIBERATION_PORT": "80",
        "DELIBERATION_THREADS": "4",
        "DELIBERATION_PROCESSES": "3",
        "DELIBERATION_DEMO": "0",
        "DELIBERATION_TLS": "1",
        "DELIBERATION_SECRET": "x" * 32,
        "OTHER_PORT": "1",
    }
    settings = Settings.read(named)
    assert settings == Settings(
        tmp_path, "postgresql://db/x", "yihe-2", "0.0.0.0", 80, 4, 3, demo=False, tls=True, secret="x" * 32
    )
    assert settings.file is None
    assert settings.key() == b"x" * 32


def test_an_empty_variable_is_none() -> None:
    assert Settings.read({"DELIBERATION_PORT": ""}).port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE", "mysql://db"),
        ("DATABASE", "sqlite:///a b"),
        ("COMMUNITY", "甲河"),
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("THREADS", "0"),
        ("PROCESSES", "65"),
        ("DEMO", "yes"),
        ("SECRET", "short"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with refuses(BadSetting, name=f"DELIBERATION_{name}"):
        Settings.read({f"DELIBERATION_{name}": value})


def test_a_secret_that_is_too_short_is_not_repeated() -> None:
    with pytest.raises(BadSetting) as refusal:
        Settings.read({"DELIBERATION_SECRET": "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_options_of_a_command_change_what_is_given_and_are_checked() -> None:
    settings = Settings.read({})
    assert settings.changed(port=81, database=None).port == 81
    with refuses(BadSetting, name="DELIBERATION_PORT"):
        settings.changed(port=-1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_folder_and_key_are_for_the_owner_only(tmp_path: Path) -> None:
    settings = Settings.read({"DELIBERATION_INSTANCE": str(tmp_path / "a" / "b")})
    settings.make()
    key = settings.key()
    assert len(key) == 64
    assert settings.key() == key
    assert settings.instance.stat().st_mode & 0o777 == 0o700
    assert (settings.instance / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with refuses(FolderClosed):
        Settings.read({"DELIBERATION_INSTANCE": str(tmp_path / "file" / "x")}).make()


@needs_permissions
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with refuses(FolderClosed):
        Settings.read({"DELIBERATION_INSTANCE": str(tmp_path)}).make()
