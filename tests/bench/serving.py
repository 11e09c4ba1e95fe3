"""Servers in a process of their own, so that load and server do not share an interpreter."""

import logging
import multiprocessing
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

THREADS = 16


@contextmanager
def served(make_app: Callable[..., Any], *arguments: Any) -> Iterator[int]:
    """Serve the app that ``make_app(*arguments)`` returns, under the project's own server; yields the port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, make_app, arguments), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        served.peak = ours.recv()  # type: ignore[attr-defined]
        process.join(10)
        process.kill()


def _serve(pipe: Any, make_app: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    from web.serve import make_server, settle

    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = make_app(*arguments)
    server = make_server(app, port=0, threads=THREADS)
    settle()
    threading.Thread(target=server.run, daemon=True).start()
    pipe.send(server.effective_port)
    pipe.recv()
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    close = app.extensions.get("close")
    if close is not None:
        close()


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
