"""A register from a file: bad rows are listed, good ones kept, and sending it again doubles nobody."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEADING = "楼栋,房号,面积,户,网格,姓名,电话,身份,成年,户代表"
GOOD = [
    "1号楼,101,88.64,1,网格一,张三,13800000000,村民,是,是",
    "1号楼,101,88.64,1,网格一,李四,,村民,是,否",
]
BAD = "1号楼,102,宽敞,1,网格一,王五,,村民,是,是"


@pytest.fixture
def founded(run: Run) -> Run:
    assert run("seed", "--empty").exit_code == 0
    return run


def write(folder: Path, *rows: str, encoding: str = "utf-8") -> str:
    file = folder / "roster.csv"
    file.write_text("\n".join([HEADING, *rows]), encoding=encoding)
    return str(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_are_entered_and_bad_ones_listed(founded: Run, tmp_path: Path, encoding: str) -> None:
    said = founded("import-register", "--grid", "网格一", write(tmp_path, *GOOD, BAD, encoding=encoding))
    assert said.exit_code == 1
    assert said.stdout.startswith("新增房屋1套、户1户、人2人，已记入2人；1行有问题")
    assert "第4行：" in said.stderr
    assert '"persons": 2' in founded("replay", "--to", "6", "--json").stdout


def test_the_same_file_again_doubles_nobody(founded: Run, tmp_path: Path) -> None:
    file = write(tmp_path, *GOOD)
    assert founded("import-register", "--grid", "网格一", file).exit_code == 0
    size = len(founded("history").stdout.splitlines())
    again = founded("import-register", "--grid", "网格一", file)
    assert again.exit_code == 0
    assert "人0人" in again.stdout
    assert len(founded("history").stdout.splitlines()) == size


def test_checking_enters_nothing(founded: Run, tmp_path: Path) -> None:
    said = founded("import-register", "--check", "--grid", "网格一", write(tmp_path, *GOOD))
    assert said.stdout.startswith("新增房屋1套、户1户、人2人，已记入0人")
    assert len(founded("history").stdout.splitlines()) == 1


def test_a_column_of_offices_gives_them(founded: Run, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(f"{HEADING},职务\n{GOOD[0]},村民代表、党员\n{GOOD[1]},")
    said = founded("import-register", "--grid", "网格一", str(file))
    assert said.exit_code == 0
    assert "新增职务2项" in said.stdout
    assert "新增职务" not in founded("import-register", str(file)).stdout


def test_a_file_without_its_columns_enters_nothing(founded: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    said = founded("import-register", "--english", str(tmp_path / "x.csv"))
    assert said.exit_code == 1
    assert "The first row lacks" in said.stderr


def test_a_file_that_is_no_text_is_wrong_use(founded: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xff\xff")
    assert founded("import-register", str(tmp_path / "x.csv")).exit_code == 2


def test_the_first_secretary_is_appointed_from_the_machine(founded: Run, tmp_path: Path) -> None:
    founded("import-register", "--grid", "网格一", write(tmp_path, *GOOD))
    assert founded("appoint", "张三", "secretary").stdout == "已登记：张三担任记录员。\n"
    assert founded("appoint", "李四", "chair", "--home", "1号楼101户").exit_code == 0
    assert founded("appoint", "李四", "chair", "--home", "9号楼").exit_code == 1
    refused = founded("appoint", "赵六", "secretary")
    assert refused.exit_code == 1
    assert "叫“赵六”的有0人" in refused.stderr
    assert founded("appoint", "张三", "operator").exit_code == 2
    assert founded("appoint", "张三", "chair", "--since", "soon").exit_code == 2
