"""``python3 -m tests.bench [verify|history] [--quick] [--json FILE]``: print the table, write the figures, exit 1 if one was missed."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from deliberation.bootstrap import ensure

QUICK = {"ballots": 600, "rush": 300, "pages": 150, "seconds": 1.5, "events": 20_000, "units": 2_000, "counted": 10_000, "long": 100_000, "checked": 20_000}
FULL = {"ballots": 6_000, "rush": 1_000, "pages": 1_000, "seconds": 5.0, "events": 100_000, "units": 10_000, "counted": 100_000, "long": 1_000_000, "checked": 1_000_000}


def main(arguments: list[str]) -> int:
    """Measure everything; 0 if every target was met."""
    from tests.bench import report

    options = _options(arguments)
    size = QUICK if options.quick else FULL
    figures = []
    report.show_heads()
    parts = {"verify": _checked, "history": _history, None: _all}
    for figure in parts[options.part](size):
        report.show(figure)
        figures.append(figure)
    report.write(options.json, figures)
    missed = [figure.name for figure in figures if figure.verdict == "missed"]
    print(f"\n{len(figures)} figures, {len(missed)} missed; {options.json}")
    return 1 if missed else 0


def _all(size: "dict[str, int | float]") -> "Iterator[object]":
    from tests import postgres
    from tests.bench import log, past, signing, votes, web

    yield from votes.freeze(int(size["units"]))
    yield from votes.freeze(int(size["units"]), postgres.fresh_url(durable=True))
    yield from votes.count(int(size["counted"]))
    yield from votes.count(int(size["counted"]), postgres.fresh_url(durable=True))
    yield from web.ballots(int(size["ballots"]))
    yield from web.rush(int(size["rush"]))
    yield from web.pages(int(size["pages"]))
    yield from signing.rush(100)
    yield from log.appends(float(size["seconds"]))
    yield from log.appends(float(size["seconds"]), postgres.fresh_url(durable=True))
    yield from log.rebuild(int(size["events"]))
    yield from log.rebuild(int(size["events"]), postgres.fresh_url(durable=True))
    yield from past.pages(int(size["long"]))
    yield from past.pages(int(size["long"]), postgres.fresh_url(durable=True))
    yield from _history(size)
    yield from _checked(size)


def _history(size: "dict[str, int | float]") -> "Iterator[object]":
    from tests import postgres
    from tests.bench import history

    yield from history.tree(int(size["long"]))
    yield from history.tree(int(size["long"]), postgres.fresh_url(durable=True))
    yield from history.bundles(int(size["events"]))
    yield from history.bundles(int(size["events"]), postgres.fresh_url(durable=True))


def _checked(size: "dict[str, int | float]") -> "Iterator[object]":
    from tests.bench import verifying

    yield from verifying.check(int(size["checked"]))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench")
    parser.add_argument("part", nargs="?", choices=["verify", "history"], help="only the verifier on a long log; only the tree, checkpoints and bundles")
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where to write the figures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    ensure("tests.bench", "test")
    sys.exit(main(sys.argv[1:]))
