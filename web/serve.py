"""The server: processes with threads, by waitress."""

from __future__ import annotations

import gc
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import create_server

from deliberation.errors import Refusal
from deliberation.log.turns import Turns
from web import workers
from web.doors import DemoDoor
from web.security import MIB, is_loopback
from web.shares import Shares
from web.turns import in_turn

#: Threads of all processes together, and of each at least.
THREADS, LEAST = 16, 4
#: Seconds for which one thread keeps the interpreter from the others. A thousand open connections are looked through for
#: milliseconds at a time, and each statement of a ballot would wait for that.
SLICE = 0.0005
#: Phones that may hold a connection open to one process at the same time; more wait in line.
CONNECTIONS = 1000
#: Connections that the system keeps until they are taken up.
BACKLOG = 1024
#: Seconds for requests under way when the server is told to stop: as long as an entry may wait for the database.
GRACE = 65


class DemoStaysHome(Refusal):
    """The demonstration, where anybody may sign in as anybody, is not offered to a network."""

    zh = "演示版谁都能登录成任何人，只能开在 127.0.0.1 上，没有启动。要给别人用，请去掉演示开关。"
    en = "In the demonstration anybody can be anybody: it was not started, it runs on 127.0.0.1 only."


def listen(app: Flask, host: str = "127.0.0.1", port: int = 8000) -> list[socket.socket]:
    """Return sockets that listen at all addresses of a host; port 0 takes a free one. Raises DemoStaysHome, OSError."""
    if isinstance(app.extensions["door"], DemoDoor) and not is_loopback(host):
        raise DemoStaysHome
    app.config["BOUND_TO"] = host
    return [_listening(*place) for place in Adjustments(host=host, port=port).listen]


def _listening(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except BaseException:
        made.close()
        raise
    return made


def make_server(
    app: Flask, sockets: Sequence[socket.socket] = (), threads: int = THREADS, join: Callable[[Sequence[Any]], None] = lambda every: None
) -> Any:
    """Return a server of one process at these sockets, not running yet; without any, at a free port of this machine.

    ``join`` is given what serves the sockets. Raises DemoStaysHome, OSError.
    """
    sys.setswitchinterval(SLICE)
    council = app.extensions.get("council")
    servers: dict[int, Any] = {}
    server = create_server(
        app,
        map=servers,
        sockets=[*sockets] or listen(app, port=0),
        threads=threads,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        max_request_body_size=17 * MIB,
        clear_untrusted_proxy_headers=False,
    )
    every = [each for each in servers.values() if hasattr(each, "channel_class")]
    channel = in_turn(council.database.turns if council else Turns(1))
    for each in every:
        each.channel_class = channel
    join(every)
    return server


def settle() -> None:
    """Take what was imported and opened as there to stay: the collector need not look through it while somebody waits."""
    gc.collect()
    gc.freeze()


def serve(
    app: Flask,
    sockets: Sequence[socket.socket],
    threads: int = THREADS,
    processes: int = 0,
    *,
    begin: Callable[[bool], None] = lambda first: None,
    end: Callable[[], None] = lambda: None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; requests under way are finished.

    ``processes`` 0: as many as the machine has processors. Each calls ``begin``, told whether it is the first of them, and
    ``end``: the place for what works beside the pages.
    """
    many = workers.fitting(processes)
    share = max(LEAST, -(-threads // many)) if many > 1 else threads
    shares, council = Shares(many), app.extensions.get("council")

    def work(number: int) -> None:
        begin(number == 0)
        try:
            server = make_server(app, sockets, share, lambda every: shares.join(number, every))
            server.run()
            _finish(server)
        finally:
            end()
            if council is not None:
                council.close()

    if council is not None:
        council.database.rest()
    settle()
    if many == 1:
        workers.stop_in_order()
        work(0)
    else:
        workers.watch(many, work)
    print("已停止。Stopped.", file=sys.stderr, flush=True)


def _finish(server: Any) -> None:
    """Wait for the requests under way: the library itself gives them five seconds."""
    end = time.monotonic() + GRACE
    while server.task_dispatcher.threads and time.monotonic() < end:
        time.sleep(0.05)


def address(sockets: Sequence[socket.socket], host: str) -> str:
    """Return where the pages are, as a browser takes it."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{sockets[0].getsockname()[1]}/"
