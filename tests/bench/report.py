"""A figure beside its reference, the table, and the file for machines."""

import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Figure:
    """A measurement. With a reference and ``compares``, what is asked for is asked of their ratio."""

    name: str
    value: float
    reference: float | None
    target: str
    passes: Callable[[float], bool] | None
    compares: bool = True

    @property
    def ratio(self) -> float | None:
        """The value as a share of its reference."""
        return self.value / self.reference if self.reference else None

    @property
    def verdict(self) -> str:
        """"ok", "missed", or "" where nothing is asked."""
        if self.passes is None:
            return ""
        judged = self.ratio if self.compares and self.ratio is not None else self.value
        return "ok" if self.passes(judged) else "missed"

    def row(self) -> tuple[str, ...]:
        """The cells of the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        reference = "" if self.reference is None else f"{self.reference:,.1f}"
        return self.name, f"{self.value:,.1f}", reference, ratio, self.target, self.verdict


HEADS = ("figure", "value", "reference", "ratio", "target", "")


def show(figure: Figure) -> None:
    """Print one line of the table."""
    name, *cells = figure.row()
    print(f"{name:58}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def show_heads() -> None:
    """Print the head of the table."""
    name, *cells = HEADS
    print(f"{name:58}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def write(path: Path, figures: list[Figure]) -> None:
    """Write all figures as JSON."""
    rows: list[dict[str, Any]] = [
        {"name": f.name, "value": f.value, "reference": f.reference, "ratio": f.ratio, "target": f.target, "ok": f.verdict}
        for f in figures
    ]
    machine = {"python": platform.python_version(), "system": platform.platform()}
    path.write_text(json.dumps({"machine": machine, "figures": rows}, indent=1), encoding="utf-8")
