"""``python3 -m tests.golden NAME``: play the story once and keep its log; ``--views NAME``: only its views again."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deliberation.bootstrap import ensure

if TYPE_CHECKING:
    from deliberation.council import Council


def main(arguments: list[str]) -> int:
    """Make what is asked for; 1 if it is there already or does not verify."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.golden")
    parser.add_argument("--views", action="store_true", help="take the digests of one that is there again")
    parser.add_argument("--estate", action="store_true", help="a vote of owners instead of the story")
    parser.add_argument("name", help="the release, such as 0.1.0")
    options = parser.parse_args(arguments)
    with _empty(options.estate) as council:
        return _again(options.name, council) if options.views else _new(options.name, council, estate=options.estate)


def _new(name: str, council: "Council", *, estate: bool = False) -> int:
    from deliberation.audit.recount import recount
    from deliberation.scenario.player import play
    from tests.given import found
    from tests.golden import keeping
    from tests.polls.estates import hold

    if (keeping.HERE / name).exists():
        print(
            f"{keeping.HERE / name} is there already and stays as it is; give another name", file=sys.stderr
        )
        return 1
    if estate:
        found(council)
        hold(council)
    else:
        play(council)
    findings = recount(council).findings
    if findings:
        print("\n".join(finding.line("en") for finding in findings), file=sys.stderr)
        return 1
    print(keeping.write(name, council))
    return 0


def _again(name: str, council: "Council") -> int:
    from tests.golden import keeping

    golden = keeping.read(name)
    keeping.restore(council, golden.leaves)
    views = keeping.views_of(council, len(golden.leaves))
    changed = [
        part for part in views["digests"] if views["digests"][part] != golden.digest["digests"].get(part)
    ]
    keeping.write_digest(name, golden.digest | views)
    print(f"{name}: digests differ at {', '.join(changed) or 'no place'}")
    return 0


@contextmanager
def _empty(estate: bool = False) -> "Iterator[Council]":
    """An empty database, gone afterwards."""
    from deliberation.council import Council
    from deliberation.scenario.player import COMMUNITY
    from tests.given import SLUG

    with tempfile.TemporaryDirectory(prefix="golden-") as folder:
        council = Council.open(f"sqlite:///{Path(folder, 'log.db')}", SLUG if estate else COMMUNITY)
        try:
            yield council
        finally:
            council.close()


if __name__ == "__main__":
    ensure("tests.golden", "test")
    sys.exit(main(sys.argv[1:]))
