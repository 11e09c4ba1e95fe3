"""Writing a golden log down, and putting one into a database again."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deliberation.audit.verify import split
from deliberation.council import Council
from deliberation.log import database, fold
from deliberation.log.aggregate import OWNERS, Event
from deliberation.log.leaf import read_leaf
from deliberation.log.store import events, heads, rows_between
from deliberation.log.tlog import Frontier, leaf_hash
from deliberation.log.views import tables

HERE = Path(__file__).parent
#: At so many places along the log the views are compared, and at its end.
PLACES = 10


class Golden(NamedTuple):
    """A golden log: name of the release, stored bytes of each event, and what is known of them."""

    name: str
    leaves: list[bytes]
    digest: dict[str, Any]


def names() -> list[str]:
    """The releases of which there is one."""
    return sorted(path.parent.name for path in HERE.glob("*/digest.json"))


def read(name: str) -> Golden:
    leaves = split(gzip.decompress((HERE / name / "leaves.gz").read_bytes()))
    return Golden(name, leaves, json.loads((HERE / name / "digest.json").read_text("utf-8")))


def write(name: str, council: Council) -> Path:
    """Write a new one from a log; refuses (FileExistsError) to write over one that is there."""
    folder = HERE / name
    folder.mkdir(parents=True)
    with council.database.reader.connect() as connection:
        leaves = [leaf for _, _, leaf in rows_between(connection, council.community)]
    data = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    (folder / "leaves.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    write_digest(name, {"community": council.community} | facts(leaves) | views_of(council, len(leaves)))
    return folder


def write_digest(name: str, digest: dict[str, Any]) -> None:
    text = json.dumps(digest, indent=1, ensure_ascii=False)
    (HERE / name / "digest.json").write_text(text + "\n", "utf-8")


def facts(leaves: Sequence[bytes]) -> dict[str, Any]:
    """What may never change: the root, and how many events of each type."""
    types = Counter(json.loads(leaf)["type"] for leaf in leaves)
    return {"root": tree(leaves).root().hex(), "events": dict(sorted(types.items()))}


def views_of(council: Council, size: int) -> dict[str, Any]:
    """The digest of the views at each place, folded in the very database the log lies in, and their rows at the end."""
    places = dict.fromkeys([*range(size // PLACES, size, size // PLACES), size])
    digests = {}
    with database.writer(council.database.engine).connect() as connection, connection.begin():
        for place in places:
            fold.clear(connection, council.community)
            fold.fold(connection, connection, council.community, stop=place)
            digests[str(place)] = fold.digest(connection, council.community)
    with council.reading() as r:
        rows = {table.name: len(r.all(table.select().where(r.mine(table)))) for table in tables.sorted_tables}
    return {"digests": digests, "rows": rows}


def tree(leaves: Iterable[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.push(leaf_hash(leaf))
    return frontier


def restore(council: Council, leaves: Sequence[bytes]) -> None:
    """Put a log into an empty database from its leaves alone, and fold its views."""
    time, rows = 0, []
    filed: dict[str, str] = {}
    for position, leaf in enumerate(leaves):
        event = read_leaf(leaf)
        time = max(time, event.at)
        row = {"community": council.community, "position": position, "leaf": leaf, "time": time, "span": 1}
        row |= {"stream": event.id, "version": event.originator_version, "type": event.TYPE}
        rows.append(row | {"matter": _matter(event, filed), "command": None})
    head = {"community": council.community, "size": len(leaves), "time": time}
    with council.database.engine.begin() as connection:
        connection.execute(events.insert(), rows)
        connection.execute(heads.insert(), head | {"frontier": tree(leaves).to_bytes()})
    council.rebuild()


def _matter(event: Event, filed: dict[str, str]) -> str | None:
    """The matter an event is filed under: its own word for it, or that of its poll, or its own proceeding."""
    if OWNERS[event.TYPE].__module__.startswith("deliberation.register."):
        return None
    body = event.body()
    inherited = filed.get(event.id) or filed.get(body.get("poll", "")) or event.id
    filed[event.id] = body.get("matter", inherited)
    return filed[event.id]
