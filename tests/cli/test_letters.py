"""The first of the staff gets a letter from whoever runs the machine, and comes in with it."""

import re
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_roster import GOOD, write


def ready(run: Run, folder: Path) -> None:
    assert run("seed", "--empty").exit_code == 0
    assert run("import-register", "--grid", "网格一", write(folder, *GOOD)).exit_code == 0


def test_somebody_with_an_office_gets_a_letter_that_is_shown_once(run: Run, tmp_path: Path) -> None:
    ready(run, tmp_path)
    assert run("appoint", "张三", "secretary").exit_code == 0
    said = run("letter", "张三")
    assert said.exit_code == 0
    assert re.search(r"登录号 \d{4} \d{4}\n  码   \d{3} \d{3} \d{4}\n", said.stdout)
    again = run("letter", "张三")
    assert again.exit_code == 1
    assert "手里还有一封能用的" in again.stderr


def test_a_lost_letter_is_replaced_with_somebody_of_the_desk_beside(run: Run, tmp_path: Path) -> None:
    ready(run, tmp_path)
    for name, role in (("张三", "secretary"), ("李四", "chair")):
        run("appoint", name, role)
    first = run("letter", "张三").stdout
    again = run("letter", "张三", "--lost", "李四")
    assert again.exit_code == 0
    assert again.stdout != first
    assert run("letter", "张三", "--lost", "赵六").exit_code == 1


def test_nobody_without_an_office_gets_one(run: Run, tmp_path: Path) -> None:
    ready(run, tmp_path)
    for name, why in (("张三", "没有登记职务"), ("赵六", "有0人")):
        said = run("letter", name)
        assert said.exit_code == 1
        assert why in said.stderr


def test_the_key_under_which_codes_are_stored_is_the_owners_alone(run: Run, tmp_path: Path) -> None:
    ready(run, tmp_path)
    run("appoint", "张三", "secretary")
    run("letter", "张三")
    keys = list(tmp_path.rglob("pepper.key"))
    assert [path.stat().st_mode & 0o777 for path in keys] == [0o600]
