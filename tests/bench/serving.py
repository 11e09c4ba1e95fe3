"""Servers in processes of their own, so that load and server do not share an interpreter."""

import logging
import multiprocessing
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

THREADS = 16


@contextmanager
def served(make_app: Callable[..., Any], *arguments: Any) -> Iterator[int]:
    """Serve the app that ``make_app(*arguments)`` returns as the project itself serves; yields the port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, make_app, arguments))
    process.start()
    try:
        yield ours.recv()
    finally:
        served.memory, served.peak = _memory(process.pid)  # type: ignore[attr-defined]
        process.terminate()
        process.join(20)
        process.kill()


def _serve(pipe: Any, make_app: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    from web.serve import listen, serve

    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = make_app(*arguments)
    sockets = listen(app, port=0)
    pipe.send(sockets[0].getsockname()[1])
    serve(app, sockets, THREADS)
    close = app.extensions.get("close")
    if close is not None:
        close()


def _memory(pid: int | None) -> tuple[float, float]:
    """Return the memory of a process and its children in MiB: now, what they share counted once; and at most, each by itself."""
    family = [str(pid), *_read(pid, f"task/{pid}/children").split()]
    now = sum(_kib(_read(one, "smaps_rollup"), "Pss:") for one in family)
    return now / 1024, sum(map(peak, family))


def peak(pid: int | str = "self") -> float:
    """Return the most memory that a process has had, MiB: with its program alone. What ``getrusage`` tells begins with that of
    whoever started it."""
    return _kib(_read(pid, "status"), "VmHWM:") / 1024


def _read(pid: int | str | None, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")


def _kib(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name))


def reference_app(path: str, page: str) -> Any:
    """A minimal Flask app: one route inserts a row durably, another renders a page of the same size."""
    from flask import Flask, render_template_string, request

    app = Flask(__name__)
    app.extensions["door"] = None
    local = threading.local()
    rows = [page[start : start + 340] for start in range(0, len(page), 340)]

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None, timeout=60)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
            local.connection.execute("CREATE TABLE IF NOT EXISTS votes (id TEXT PRIMARY KEY, choice TEXT)")
        return local.connection  # type: ignore[no-any-return]

    @app.post("/vote")
    def vote() -> str:
        connection().execute("INSERT INTO votes VALUES (?, ?)", (request.form["voter"], request.form["choice"]))
        return "recorded"

    @app.get("/page")
    def show() -> str:
        return render_template_string("{% for row in rows %}<p>{{ row }}</p>\n{% endfor %}", rows=rows)

    return app
