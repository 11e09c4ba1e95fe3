"""One command makes an instance and opens it; the second time it is there at once."""

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliberation.council import Council
from deliberation.register import vault
from tests.cli.conftest import Run


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the command in a process of its own; yield its address and what it printed before."""
    variables = {**os.environ, "DELIBERATION_INSTANCE": str(folder), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "deliberation", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables
    ) as process:
        assert process.stdout is not None
        printed = ""
        try:
            for line in process.stdout:
                printed += line
                if line.startswith("http://"):
                    yield line.strip(), printed
                    break
            else:
                raise AssertionError(process.stderr.read() if process.stderr else "")
        finally:
            process.terminate()
            process.wait(20)


def test_the_first_start_makes_an_instance_and_the_second_answers_at_once(tmp_path: Path) -> None:
    with served(tmp_path / "new") as (address, printed):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        assert "记录员" in printed
        assert "审计员" in printed
        assert urllib.request.urlopen(address, timeout=10).status == 200
    assert {path.name for path in (tmp_path / "new").iterdir()} >= {"jiahe.db", "secret.key"}
    key = (tmp_path / "new" / "secret.key").read_bytes()
    began = time.monotonic()
    with served(tmp_path / "new") as (address, _):
        assert urllib.request.urlopen(address, timeout=10).status == 200
        took = time.monotonic() - began
    assert (tmp_path / "new" / "secret.key").read_bytes() == key
    names_lie_sealed(tmp_path / "new")
    assert took < 6, "2 s on a machine that is not busy"


def names_lie_sealed(folder: Path) -> None:
    """The keys lie apart, under a master key that is in no database; nobody's name is in a byte of any."""
    assert (folder / "vault.key").stat().st_mode & 0o777 == 0o600
    council = Council.open(f"sqlite:///{folder / 'jiahe.db'}", "jiahe")
    with council.reading() as r:
        names = {each.name for each in vault.everybody(r) if len(each.name) > 2}
        assert r.live.exec_driver_sql("SELECT count(*) FROM person_keys").scalar_one() == 0
    council.close()
    assert len(names) > 500
    raw = b"".join(path.read_bytes() for path in folder.glob("*.db*"))
    assert [name for name in names if name.encode() in raw] == []


def test_serving_opens_what_is_there_without_the_demonstrations_door(
    run: Run, seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import web.serve

    opened: list[Any] = []
    monkeypatch.setattr(
        web.serve, "serve", lambda app, sockets, *more, **beside: opened.append((app, web.serve.address(sockets, "127.0.0.1"), *more))
    )
    shown = run("serve", "--port", "0", "--threads", "3", "--processes", "2")
    assert shown.exit_code == 0
    app, address, threads, processes = opened[0]
    assert (threads, processes) == (3, 2)
    assert shown.output.splitlines()[-1] == address
    assert type(app.extensions["door"]).__name__ == "KeyDoor"
    monkeypatch.setenv("DELIBERATION_DEMO", "1")
    assert run("serve", "--port", "0").exit_code == 0
    assert type(opened[1][0].extensions["door"]).__name__ == "DemoDoor"


def test_the_whole_story_is_played_and_verified(tmp_path: Path) -> None:
    """What ``demo`` promises, with nothing put in its place."""
    variables = {**os.environ, "DELIBERATION_INSTANCE": str(tmp_path / "none"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "deliberation", "demo"]
    shown = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=variables, check=False)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (
        0,
        "通过《甲河村安全自治十条》：通过。同意338、反对21、弃权12",
    )
    assert "同意 338 × 2 = 676 > 371" in shown.stdout
    assert "全部对得上。" in shown.stdout
    assert not (tmp_path / "none").exists()
