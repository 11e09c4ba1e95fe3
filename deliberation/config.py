"""Settings: one frozen value, read from ``DELIBERATION_*`` variables.

``DELIBERATION_INSTANCE``   folder of database and secret key, made with mode 0700
``DELIBERATION_DATABASE``   ``sqlite:///…`` or ``postgresql://…``; else a file in the instance folder
``DELIBERATION_COMMUNITY``  short name: small letters, digits and hyphens
``DELIBERATION_HOST``, ``DELIBERATION_PORT``  where to serve
``DELIBERATION_PROCESSES``  with how many processes to serve; 0, as if it were not named: one a processor, four at most
``DELIBERATION_THREADS``    with how many threads in all of them together
``DELIBERATION_DEMO``       1: whoever sits at this machine may sign in as anybody; 0: nobody may
``DELIBERATION_TLS``        1: visitors come by https, so cookies are Secure
``DELIBERATION_SECRET``     signs cookies, 32 characters or more; else a file in the instance folder
``DELIBERATION_PEPPER``     what PINs and codes are stored under, 32 characters or more; else a file in the instance folder.
                            Keep it as long as the database: without it nobody's PIN or letter opens anything.
``DELIBERATION_VAULT``      master key of names and words, 64 hexadecimal digits; else a file ``vault.key`` in the folder of the
                            database. Keep a copy apart from copies of the databases: without it no name can be read.
``DELIBERATION_KEYS``       database of the keys of persons, as ``DELIBERATION_DATABASE``; else a file beside the database. Keep
                            copies of it for days, not for years: erasing somebody destroys their key here.
                            Where several machines serve, name one that all of them reach, and the same master key.
``DELIBERATION_PHONE``      telephone of the office, told to whoever cannot sign in
``DELIBERATION_PROXIES``    how many proxies stand before the server (0–9): visitors' addresses are read through so many
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deliberation.environment import ROOT
from deliberation.errors import Refusal
from deliberation.register.private import Keys

PREFIX = "DELIBERATION_"
COMMUNITY = "jiahe"
MASTER = re.compile("[0-9a-fA-F]{64}")
COMMUNITIES = re.compile("[a-z0-9-]{1,40}")
DATABASE = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://)[^\x00-\x20]+")


class BadSetting(Refusal):
    """A variable or an option that cannot be. Facts: name, value, wanted, wanted_en."""

    zh = "设置 {name}={value} 不对：{wanted}。什么也没有启动，改好后再运行同样的命令。"
    en = "The setting {name}={value} cannot be: {wanted_en}. Nothing was started; mend it and run again."
    status = 422


class FolderClosed(Refusal):
    """The instance folder cannot be made or written. Facts: folder, reason."""

    zh = "文件夹 {folder} 不能写（{reason}），没有启动。请换一个文件夹：DELIBERATION_INSTANCE=/能写的/文件夹"
    en = (
        "The folder {folder} cannot be written ({reason}). Nothing was started. "
        "Name another one in DELIBERATION_INSTANCE."
    )


@dataclass(frozen=True)
class Settings:
    """Where things lie and how they are served. ``demo`` None leaves it to the command."""

    instance: Path
    database: str
    community: str = COMMUNITY
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 16
    processes: int = 0
    demo: bool | None = None
    tls: bool = False
    secret: str = ""
    pepper: str = ""
    vault: str = ""
    keys: str = ""
    proxies: int = 0
    phone: str = ""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment names. Raises BadSetting."""
        named = os.environ if variables is None else variables
        given = {
            key.removeprefix(PREFIX).lower(): text
            for key, text in named.items()
            if key.startswith(PREFIX) and text
        }
        instance = Path(given.get("instance") or _beside_the_checkout()).expanduser().absolute()
        community = given.get("community", COMMUNITY)
        database = given.get("database", f"sqlite:///{instance / community}.db")
        flags = {name: _flag(name, given[name]) for name in ("demo", "tls") if name in given}
        numbers = {name: _number(name, given[name]) for name in ("port", "threads", "processes", "proxies") if name in given}
        texts = {name: given[name] for name in ("host", "secret", "pepper", "vault", "keys", "phone") if name in given}
        return cls(instance, database, community, **flags, **numbers, **texts).checked()  # type: ignore[arg-type]

    def changed(self, **options: Any) -> Settings:
        """Return the settings with the options of a command that were given. Raises BadSetting."""
        return replace(
            self, **{name: value for name, value in options.items() if value is not None}
        ).checked()

    def checked(self) -> Settings:
        """Return these settings, or raise BadSetting for the first that cannot be."""
        rules = (
            ("database", DATABASE.fullmatch(self.database), "写成 sqlite:///文件 或 postgresql://…", "write sqlite:///… or postgresql://…"),
            ("keys", not self.keys or DATABASE.fullmatch(self.keys), "写成 sqlite:///文件 或 postgresql://…", "write sqlite:///… or postgresql://…"),
            ("vault", not self.vault or MASTER.fullmatch(self.vault), "写64个十六进制数字", "write 64 hexadecimal digits"),
            ("community", COMMUNITIES.fullmatch(self.community), "用小写字母、数字和连字符", "use small letters, digits and hyphens"),
            ("port", 0 <= self.port <= 65_535, "端口是0到65535的整数", "a port is a number from 0 to 65535"),
            ("proxies", 0 <= self.proxies <= 9, "代理层数是0到9的整数", "proxies are a number from 0 to 9"),
            ("processes", 0 <= self.processes <= 64, "进程是0到64的整数", "processes are a number from 0 to 64"),
            ("threads", 1 <= self.threads <= 256, "线程是1到256的整数", "threads are a number from 1 to 256"),
        )  # fmt: skip
        for name, holds, wanted, wanted_en in rules:
            if not holds:
                value = "…" if name == "vault" else getattr(self, name)
                raise BadSetting(name=PREFIX + name.upper(), value=value, wanted=wanted, wanted_en=wanted_en)
        for name in ("secret", "pepper"):
            if 0 < len(getattr(self, name)) < 32:
                raise BadSetting(
                    name=PREFIX + name.upper(), value="…", wanted="至少32个字符", wanted_en="at least 32 characters"
                )
        return self

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for a database server."""
        path = self.database.removeprefix("sqlite:///")
        return None if path == self.database else Path(path)

    def make(self) -> None:
        """Make the instance folder, for its owner only. Raises FolderClosed."""
        try:
            self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.file is not None:
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in {self.instance, self.file.parent if self.file else self.instance}:
                tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise FolderClosed(folder=error.filename or self.instance, reason=error.strerror) from None

    def key(self) -> bytes:
        """Return what signs cookies, made on first use with mode 0600. Raises FolderClosed."""
        return self.secret.encode() or self._kept("secret.key")

    def pepper_key(self) -> bytes:
        """Return what PINs and codes are stored under, made on first use with mode 0600. Raises FolderClosed."""
        return self.pepper.encode() or self._kept("pepper.key")

    def person_keys(self, *, make: bool = False) -> Keys | None:
        """Return where the keys of persons lie, None where no master key was made yet.

        ``make``: it is made then, with mode 0600, as whoever serves does. Raises FolderClosed.
        """
        place = self.file or self.instance / self.community
        if not (make or self.vault or place.with_name("vault.key").exists()):
            return None
        master = self.vault or self._kept("vault.key", place.parent).decode("ascii").strip()
        return Keys(self.keys or f"sqlite:///{place.with_suffix('.keys.db')}", bytes.fromhex(master))

    def _kept(self, name: str, folder: Path | None = None) -> bytes:
        path = (folder or self.instance) / name
        try:
            with open(
                os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii"
            ) as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        except OSError as error:
            raise FolderClosed(folder=path, reason=error.strerror) from None
        return path.read_bytes()


def _beside_the_checkout() -> Path:
    return (ROOT if (ROOT / "setup.cfg").exists() else Path.cwd()) / "instance"


def _flag(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise BadSetting(name=PREFIX + name.upper(), value=text, wanted="写0或1", wanted_en="write 0 or 1")
    return text == "1"


def _number(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadSetting(
            name=PREFIX + name.upper(), value=text, wanted="写一个整数", wanted_en="write a whole number"
        )
    return int(text)
