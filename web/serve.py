"""The server: one process with threads, by waitress."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import Any, NoReturn

from flask import Flask
from waitress.server import create_server

from deliberation.errors import Refusal
from deliberation.log.turns import Turns
from web.doors import DemoDoor
from web.security import MIB, is_loopback
from web.turns import in_turn

THREADS = 16
#: Seconds for which one thread keeps the interpreter from the others. A thousand open connections are looked through for
#: milliseconds at a time, and each statement of a ballot would wait for that.
SLICE = 0.0005
#: Phones that may hold a connection open at the same time; more wait in line.
CONNECTIONS = 1000


class DemoStaysHome(Refusal):
    """The demonstration, where anybody may sign in as anybody, is not offered to a network."""

    zh = "演示版谁都能登录成任何人，只能开在 127.0.0.1 上，没有启动。要给别人用，请去掉演示开关。"
    en = "In the demonstration anybody can be anybody: it was not started, it runs on 127.0.0.1 only."


def make_server(app: Flask, host: str = "127.0.0.1", port: int = 8000, threads: int = THREADS) -> Any:
    """Return a server, bound but not running yet; port 0 takes a free one. Raises DemoStaysHome, OSError."""
    if isinstance(app.extensions["door"], DemoDoor) and not is_loopback(host):
        raise DemoStaysHome
    app.config["BOUND_TO"] = host
    sys.setswitchinterval(SLICE)
    council = app.extensions.get("council")
    return create_server(
        in_turn(app, council.database.turns if council else Turns(1)),
        host=host,
        port=port,
        threads=threads,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        max_request_body_size=17 * MIB,
        clear_untrusted_proxy_headers=False,
    )


def settle() -> None:
    """Take what was imported and opened as there to stay: the collector need not look through it while somebody waits."""
    gc.collect()
    gc.freeze()


def serve(app: Flask, host: str = "127.0.0.1", port: int = 8000, threads: int = THREADS) -> None:
    """Serve until Ctrl-C or SIGTERM; requests under way are finished."""
    server = make_server(app, host, port, threads)
    address = f"[{host}]" if ":" in host else host
    print(f"http://{address}:{server.effective_port}/", flush=True)
    signal.signal(signal.SIGTERM, _stop)
    settle()
    server.run()
    print("已停止。Stopped.", file=sys.stderr, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """waitress ends its threads in order when its loop is left this way."""
    raise SystemExit(0)
