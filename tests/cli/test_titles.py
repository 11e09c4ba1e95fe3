"""Owners and titles from a file: bad rows are listed, good ones kept, and sending it again changes nothing."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEADING = "楼栋,房号,面积,用途,网格,产权人编号,产权人,类型,表决人,电话,依据"
GOOD = [
    "1号楼,101,88.64,住宅,网格一,,张三,一人,,13800000000,不动产登记",
    "1号楼,102,60,住宅,网格一,D,某某置业,建设单位,,,测绘",
    "1号楼,103,60,住宅,网格一,D,某某置业,建设单位,,,测绘",
]
BAD = "1号楼,104,宽敞,住宅,网格一,,王五,一人,,,测绘"


@pytest.fixture
def founded(run: Run) -> Run:
    assert run("seed", "--empty").exit_code == 0
    return run


def write(folder: Path, *rows: str, encoding: str = "utf-8") -> str:
    file = folder / "titles.csv"
    file.write_text("\n".join([HEADING, *rows]), encoding=encoding)
    return str(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_are_entered_and_bad_ones_listed(founded: Run, tmp_path: Path, encoding: str) -> None:
    said = founded("import-titles", "--grid", "网格一", write(tmp_path, *GOOD, BAD, encoding=encoding))
    assert said.exit_code == 1
    assert said.stdout.startswith("新增产权记录3套、产权人2位、表决人1人，已记入3套；1行有问题（1处）")
    assert "第5行：“面积”列" in said.stderr


def test_the_same_file_again_changes_nothing(founded: Run, tmp_path: Path) -> None:
    file = write(tmp_path, *GOOD)
    assert founded("import-titles", "--grid", "网格一", file).exit_code == 0
    size = len(founded("history").stdout.splitlines())
    again = founded("import-titles", "--grid", "网格一", file)
    assert again.exit_code == 0
    assert again.stdout.startswith("新增产权记录0套、产权人0位")
    assert len(founded("history").stdout.splitlines()) == size


def test_checking_enters_nothing(founded: Run, tmp_path: Path) -> None:
    said = founded("import-titles", "--check", "--grid", "网格一", write(tmp_path, *GOOD))
    assert "已记入0套" in said.stdout
    assert len(founded("history").stdout.splitlines()) == 1


def test_a_file_without_its_columns_or_that_is_no_text_enters_nothing(founded: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    said = founded("import-titles", "--english", str(tmp_path / "x.csv"))
    assert said.exit_code == 1
    assert "The first row lacks" in said.stderr
    (tmp_path / "x.csv").write_bytes(b"\xff\xff\xff")
    assert founded("import-titles", str(tmp_path / "x.csv")).exit_code == 2
