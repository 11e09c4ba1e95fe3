"""SQLite files for tests: with all tables and nothing in them. Making the tables takes longer than most tests."""

import functools
import tempfile
from pathlib import Path

from deliberation import capabilities
from deliberation.council import Council
from deliberation.log import views


def with_tables(file: Path) -> str:
    """Write such a file and return its address."""
    capabilities.load()
    file.write_bytes(_made_once(frozenset(views.tables.tables)))
    return f"sqlite:///{file}"


@functools.cache
def _made_once(_views: frozenset[str]) -> bytes:
    """The bytes of the file; tests that hang up views of their own have one of their own."""
    with tempfile.TemporaryDirectory(prefix="tables-") as folder:
        file = Path(folder, "empty.db")
        Council.open(f"sqlite:///{file}", "nobody").close()
        return file.read_bytes()
