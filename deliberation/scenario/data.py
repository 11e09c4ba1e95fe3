"""The data files of the scenario, read once."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from deliberation import deadlines


@cache
def load(name: str) -> dict[str, Any]:
    """Return ``<name>.toml`` as plain data; whoever asks leaves it unchanged."""
    return tomllib.loads(files("deliberation.scenario").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def moment(at: str) -> datetime:
    """Return a moment given on the clocks of China, "2026-04-17 09:00"."""
    return datetime.fromisoformat(at).replace(tzinfo=deadlines.SHANGHAI)


def seconds(at: str) -> int:
    """Return that moment in seconds UTC."""
    return int(moment(at).timestamp())
