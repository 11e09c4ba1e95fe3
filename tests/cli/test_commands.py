"""The command line: 0 for well, 1 for a finding, 2 for what could not run, never a traceback."""

import json
import socket
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from deliberation.council import Council
from tests.cli.conftest import Run


def sql(file: Path, statement: str) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


# putting the story in


def test_the_story_is_put_in_once(run: Run, seeded: Path) -> None:
    before = seeded.read_bytes()
    again = run("seed")
    assert (again.exit_code, again.stdout) == (0, "库里已经有这个社区，没有改动。\n")
    assert seeded.read_bytes() == before


def test_an_empty_community_is_founded_without_the_story(run: Run, instance: Path) -> None:
    assert run("seed", "--empty").exit_code == 0
    assert len(run("history").stdout.splitlines()) == 1


def test_an_interrupted_first_start_leaves_nothing(
    run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(council: Council, progress: object, *, today: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deliberation.scenario.play", broken)
    assert run("seed").exit_code != 0
    assert [path.name for path in instance.iterdir()] == []


def test_another_communitys_file_is_joined_and_left_whole(
    run: Run, seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIBERATION_COMMUNITY", "yihe")
    there = ("--database", f"sqlite:///{seeded}")
    assert run("seed", *there).exit_code == 0
    assert len(run("history", *there).stdout.splitlines()) == 1
    monkeypatch.setenv("DELIBERATION_COMMUNITY", "jiahe")
    assert len(run("history", *there).stdout.splitlines()) > 5


# the demonstration


def test_the_demonstration_prints_the_verified_result_and_leaves_nothing(run: Run, instance: Path) -> None:
    shown = run("demo")
    assert shown.exit_code == 0
    assert "先征求意见：通过。同意3、反对1、弃权0" in shown.stdout
    assert "✓ 同意 3 × 2 = 6 > 4，超过到会的 1/2" in shown.stdout
    assert "全部对得上。" in shown.stdout
    assert "前后指纹一致" in shown.stdout
    assert not instance.exists()


def test_the_demonstration_speaks_english_and_json(run: Run) -> None:
    assert "先征求意见: carried. 3 for, 1 against, 0 abstaining" in run("demo", "--english").stdout
    found = json.loads(run("demo", "--json").stdout)
    assert (found["findings"], found["polls"][0]["outcome"]) == ([], "PASS")
    assert found["views_before"] == found["views_rebuilt"]


def test_a_demonstration_that_does_not_hold_ends_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from deliberation.audit import verify

    monkeypatch.setattr(verify, "judge", lambda *_: ("FAIL", [], None))
    shown = run("demo")
    assert shown.exit_code == 1
    assert "C14" in shown.stdout


# looking back


def test_the_history_reads_as_sentences(run: Run, seeded: Path) -> None:
    lines = run("history").stdout.splitlines()
    assert lines[0] == "      0  2026-01-04 09:00:00  甲河村建立，向丙街道报备。"
    assert lines[-1].endswith("“先征求意见”计票：同意3、反对1、弃权0，通过。")
    english = run("history", "--english", "--after", "1", "--limit", "1").stdout
    assert english == "      1  2026-01-04 09:00:00  operator entered 3 places.\n"


def test_the_history_of_one_matter_leaves_the_others_out(run: Run, seeded: Path) -> None:
    every = json.loads(run("history", "--json").stdout)
    matter = every[-1]["matter"]
    mine = json.loads(run("history", "--json", "--matter", matter).stdout)
    assert [line["position"] for line in mine] == [
        line["position"] for line in every if line["matter"] == matter
    ]
    assert {"position", "matter", "leaf_hash", "zh", "en", "entry"} == set(mine[0])
    assert mine[-1]["entry"]["type"] == "poll.counted"


def test_a_replay_to_the_end_gives_the_views_as_they_are(run: Run, seeded: Path) -> None:
    size = len(run("history").stdout.splitlines())
    figures = json.loads(run("replay", "--to", str(size), "--json").stdout)
    assert figures["digest"] in run("rebuild").stdout
    assert figures["polls"] == [
        {"number": "2026-B1", "title": "先征求意见", "stage": "counted", "outcome": "PASS"}
    ]
    assert "2026-B1 先征求意见：通过" in run("replay", "--to", str(size)).stdout


def test_a_replay_to_a_day_stops_at_its_end(run: Run, seeded: Path) -> None:
    figures = json.loads(run("replay", "--at", "2026-04-01", "--json").stdout)
    assert figures["polls"] == []
    assert figures["register"]["households"] == 8
    assert figures["time"] == "2026-01-04 09:00:00"


@pytest.mark.parametrize(
    "wrong", [[], ["--to", "1", "--at", "2026-04-01"], ["--at", "yesterday"], ["--to", "-1"]]
)
def test_a_replay_to_nowhere_is_wrong_use(run: Run, seeded: Path, wrong: list[str]) -> None:
    assert run("replay", *wrong).exit_code == 2


def test_a_replay_beyond_the_end_is_refused(run: Run, seeded: Path) -> None:
    refused = run("replay", "--to", "9999")
    assert refused.exit_code == 1
    assert "没有找到" in refused.stderr


# checking


def test_a_rebuild_compares_the_views(run: Run, seeded: Path) -> None:
    assert run("rebuild").stdout.endswith("一致。\n")
    sql(seeded, "UPDATE polls SET outcome = 'FAIL'")
    changed = run("rebuild", "--english")
    assert changed.exit_code == 1
    assert changed.stdout.endswith("Different: the views were not what the log says. They have been rebuilt from it.\n")
    assert run("rebuild").exit_code == 0


def test_a_recount_finds_a_changed_leaf(run: Run, seeded: Path) -> None:
    assert run("recount").stdout.endswith("全部对得上。\n")
    sql(seeded, "UPDATE events SET leaf = CAST(replace(leaf, 'favour\":3', 'favour\":4') AS BLOB)")
    found = run("recount", "--json")
    assert found.exit_code == 1
    assert {finding["code"] for finding in json.loads(found.stdout)["findings"]} >= {"C03", "C13"}


def test_an_export_verifies_until_it_is_touched(run: Run, seeded: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    exported = run("export", str(folder))
    root = exported.stdout.split("总指纹 ")[1].split()[0]
    size = len(run("history").stdout.splitlines())
    assert run("verify", str(folder)).exit_code == 0
    assert run("verify", str(folder), "--pin", f"{size}:{root}").exit_code == 0
    assert run("verify", str(folder), "--pin", f"{size}:{'00' * 32}").exit_code == 1
    policy = str(folder / "policy")
    assert run("verify", str(folder), "--policy", policy).exit_code == 0
    (entries,) = (folder / "tile" / "entries").rglob("*.p/*")
    entries.write_bytes(entries.read_bytes().replace(b"PASS", b"FAIL"))
    found = run("verify", str(folder), "--english")
    assert found.exit_code == 1
    assert "Findings:" in found.stdout


def test_a_community_is_moved_by_its_bundle(run: Run, seeded: Path, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "first.tar")).exit_code == 0
    there = ("--database", f"sqlite:///{tmp_path / 'moved.db'}")
    moved = run("import", str(tmp_path / "first.tar"), *there)
    assert (moved.exit_code, "已恢复" in moved.stdout) == (0, True)
    assert [line[:30] for line in run("history", *there).stdout.splitlines()] == [line[:30] for line in run("history").stdout.splitlines()]
    assert run("export", str(tmp_path / "second.tar"), *there).exit_code == 0
    assert (tmp_path / "first.tar").read_bytes() == (tmp_path / "second.tar").read_bytes()
    again = run("import", str(tmp_path / "first.tar"), *there)
    assert (again.exit_code, "没有导入" in again.stderr) == (1, True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"x" * 2_000])
def test_what_is_no_bundle_is_refused_in_plain_words(run: Run, seeded: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.tar").write_bytes(content)
    there = ("--database", f"sqlite:///{tmp_path / 'moved.db'}")
    answer = run("import", str(tmp_path / "some.tar"), *there)
    assert (answer.exit_code, "没有导入" in answer.stderr) == (1, True)
    assert run("verify", str(tmp_path / "some.tar")).exit_code == 1
    assert run("history", *there).exit_code == 2


def test_a_newer_bundle_is_shown_to_continue_an_older_one(run: Run, seeded: Path, tmp_path: Path) -> None:
    run("export", str(tmp_path / "old"))
    run("appoint", "张三", "secretary")
    run("export", str(tmp_path / "new"))
    assert run("verify-diff", str(tmp_path / "old"), str(tmp_path / "new")).exit_code == 0
    told = run("verify-diff", "--json", str(tmp_path / "old"), str(tmp_path / "new"))
    assert json.loads(told.stdout)["extends"] is True
    (tmp_path / "new" / "checkpoint").unlink()
    assert run("verify-diff", str(tmp_path / "old"), str(tmp_path / "new")).exit_code == 1


def test_an_export_does_not_write_over_what_is_there(run: Run, seeded: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    refused = run("export", str(tmp_path))
    assert refused.exit_code == 1
    assert "已经有东西" in refused.stderr
    assert "is not empty" in refused.stderr


@pytest.mark.parametrize("pin", ["5", "x:00", "5:xyz"])
def test_a_pin_is_size_and_root(run: Run, tmp_path: Path, pin: str) -> None:
    assert run("verify", str(tmp_path), "--pin", pin).exit_code == 2


def test_a_folder_without_a_bundle_is_a_finding(run: Run, tmp_path: Path) -> None:
    found = run("verify", str(tmp_path))
    assert found.exit_code == 1
    assert "C01" in found.stdout


# what keeps a command from running


def test_without_an_instance_a_command_says_how_to_make_one(run: Run, instance: Path) -> None:
    for command in (
        ["history"],
        ["recount"],
        ["rebuild"],
        ["serve"],
        ["export", "x"],
        ["replay", "--to", "0"],
    ):
        refused = run(*command)
        assert refused.exit_code == 2
        assert "python3 -m deliberation" in refused.stderr


def test_a_database_that_is_away_is_said_in_words(run: Run) -> None:
    refused = run("history", "--database", "postgresql://somebody:secret@127.0.0.1:1/x")
    assert refused.exit_code == 2
    assert "那里没有数据库在运行" in refused.stderr
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_file_that_is_no_database_is_said_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("dear diary, " * 100)
    refused = run("history", "--database", f"sqlite:///{tmp_path / 'notes.db'}")
    assert refused.exit_code == 2
    assert "这个文件不是数据库" in refused.stderr


def test_an_address_that_is_none_is_said_in_words(run: Run) -> None:
    refused = run("history", "--database", "postgresql://[x/y")
    assert refused.exit_code == 2
    assert "Traceback" not in refused.stderr


def test_a_port_in_use_is_said_before_anything_is_made(run: Run, instance: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("--port", str(port))
    assert refused.exit_code == 2
    assert f"127.0.0.1:{port} 已被另一个程序占用" in refused.stderr
    assert not instance.exists()


def test_an_instance_folder_that_cannot_be_made_is_said(run: Run, instance: Path, tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file")
    refused = run("--port", "0")
    assert refused.exit_code == 2
    assert "DELIBERATION_INSTANCE" in refused.stderr


@pytest.mark.parametrize(
    "wrong", [["nonsense"], ["--port", "99999"], ["history", "--limit", "0"], ["export"]]
)
def test_wrong_use_ends_with_2(run: Run, wrong: list[str]) -> None:
    assert run(*wrong).exit_code == 2


def test_every_command_has_help_in_both_languages(run: Run) -> None:
    listed = run("--help").stdout
    for command in (
        "serve",
        "demo",
        "seed",
        "import-register",
        "import-titles",
        "history",
        "replay",
        "rebuild",
        "recount",
        "export",
    ):
        assert command in listed
        shown = run(command, "--help")
        assert shown.exit_code == 0
        assert " · " in shown.stdout
