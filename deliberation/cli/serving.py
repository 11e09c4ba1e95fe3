"""Serving: an instance is made on first use, with the story in it, and then opened to the browser."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from deliberation.actors import ROLES, operator
from deliberation.audit.checkpoints import Checkpoints
from deliberation.cli.console import (
    Bar,
    PortTaken,
    community,
    language,
    opened,
    options,
    say,
    sealing,
    settings_of,
    tell,
)
from deliberation.config import Settings
from deliberation.council import Council
from deliberation.environment import locked
from deliberation.register import views as register
from deliberation.register.model import Community


@click.command()
@options
@click.option("--host", help="地址 · address to listen on")
@click.option("--port", type=click.IntRange(0, 65_535), help="端口 · port")
@click.option("--threads", type=click.IntRange(1, 256), help="线程 · threads")
@click.option("--processes", type=click.IntRange(0, 64), help="进程，0表示有几个处理器就开几个 · processes, 0: one a processor")
def serve(database: str | None, host: str | None, port: int | None, threads: int | None, processes: int | None) -> None:
    """打开已有的实例（不放示例） · serve a community that is there already"""
    settings = settings_of(database).changed(host=host, port=port, threads=threads, processes=processes)
    _port_is_free(settings)
    settings.make()
    settings.person_keys(make=True)
    with community(database) as council:
        _serve(settings, council, demo=bool(settings.demo))


def start(settings: Settings, *, empty: bool) -> None:
    """Make the instance if there is none, say whom to sign in as, and serve.

    Raises FolderClosed, PortTaken, DatabaseAway.
    """
    _port_is_free(settings)
    settings.make()
    settings.person_keys(make=True)
    with locked(settings.instance):
        settings.key()
        settings.pepper_key()
        first(settings, empty=empty)
    with opened(settings) as council:
        demo = settings.demo is not False
        if demo:
            _whom_to_sign_in_as(council)
        _serve(settings, council, demo=demo)


def first(settings: Settings, *, empty: bool) -> bool:
    """Fill the database if it holds no such community yet; return whether it was filled.

    A new SQLite file is made beside its place and put there when it is whole: an interrupted start leaves none.
    """
    file = settings.file
    if file is not None and not file.exists():
        _make(settings, file, empty=empty)
        return True
    with opened(settings) as council:
        if council.log.max_notification_id():
            return False
        fill(council, sealing(council, settings), empty=empty)
    return True


def _make(settings: Settings, file: Path, *, empty: bool) -> None:
    fresh = file.with_name(file.name + ".new")
    _away(fresh)
    try:
        with opened(settings.changed(database=f"sqlite:///{fresh}"), on_its_way=True) as council:
            fill(council, sealing(council, settings), empty=empty)
        os.replace(fresh, file)
    finally:
        _away(fresh)


def fill(council: Council, checkpoints: Checkpoints, *, empty: bool) -> None:
    """Play the story into a community, or found it without one; checkpoints are made as if it happened now."""
    checkpoints.at_once()
    if empty or council.community != import_module("deliberation.scenario").COMMUNITY:
        found(council)
        return
    tell("首次使用，正在放入甲河村的示例……", "First use: the demonstration of 甲河村 is put in …")
    play(council, today=datetime.now(UTC))


def play(council: Council, *, today: datetime | None = None) -> None:
    """Play the story, with a bar; with ``today``, also what waits on the desks of that day."""
    with Bar() as bar:
        import_module("deliberation.scenario").play(council, bar.step, today=today)


def found(council: Council) -> None:
    """Found a community that has nothing but its name."""
    by = operator(datetime.now(UTC))
    council.save(Community.found(council.community, council.community, kind="village", street="", by=by))


def _serve(settings: Settings, council: Council, *, demo: bool) -> None:
    """The one step from here to the pages: by name and when serving only, since nothing here imports them."""
    scenario = import_module("deliberation.scenario")
    guide = scenario.people() if demo and council.community == scenario.COMMUNITY else ()
    door = None if demo else import_module("web.keydoor").KeyDoor()
    checkpoints = sealing(council, settings)
    app = import_module("web").create_app(
        council, demo=demo, secret=settings.key(), pepper=settings.pepper_key(), tls=settings.tls, guide=guide, door=door,
        phone=settings.phone, proxies=settings.proxies, checkpoints=checkpoints,
    )  # fmt: skip
    server = import_module("web.serve")
    sockets = server.listen(app, settings.host, settings.port)
    with ExitStack() as held:
        for each in sockets:
            held.enter_context(each)
        print(server.address(sockets, settings.host), flush=True)
        server.serve(app, sockets, settings.threads, settings.processes, begin=checkpoints.start, end=checkpoints.close)


def _port_is_free(settings: Settings) -> None:
    """Look before anything is made, so that a second start in vain costs no time. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            raise PortTaken(
                host=settings.host, port=settings.port, other=settings.port % 65_000 + 1
            ) from None


def _whom_to_sign_in_as(council: Council) -> None:
    scenario = import_module("deliberation.scenario")
    with council.reading() as r:
        visitors = [one for one in scenario.people() if r.row(register.persons, one.person) is not None]
    if visitors:
        say("演示：在“登录”里选一位，例如", "Demonstration: choose somebody under “登录”, such as")
    for one in visitors:
        role, why = ROLES[one.role][language() == "en"], one.why[language() == "en"]
        say(f"  {one.name}（{role}）{why}", f"  {one.name} ({role}): {why}")


def _away(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


COMMANDS = (serve,)
