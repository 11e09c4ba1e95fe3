"""Sizes are a sign of the right cut: small functions, and files that fit into a head."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from deliberation.environment import ROOT

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
#: Lines that nine functions of ten do not exceed, and half of them.
USUAL, MEDIAN = 25, 8
#: One file by design: it is read, printed and run on its own by people who trust nothing else of ours.
ONE_FILE = ROOT / "deliberation" / "audit" / "verify.py"


def files() -> list[Path]:
    return sorted(path for name in ("deliberation", "web") for path in (ROOT / name).rglob("*.py"))


def functions() -> Iterator[tuple[int, str]]:
    """Yield (lines, where) of every function, from its ``def`` to its last line."""
    for path in files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.end_lineno is not None
                yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}: {node.name}"


def test_functions_are_small() -> None:
    found = sorted(functions(), reverse=True)
    lengths = [length for length, _ in found]
    assert [where for length, where in found if length > LONGEST_FUNCTION] == []
    assert lengths[len(lengths) // 10] <= USUAL, found[: len(lengths) // 10]
    assert median(lengths) <= MEDIAN


def test_files_are_small() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in files() if path != ONE_FILE
    }
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}
