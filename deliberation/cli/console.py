"""How the command line speaks: results to stdout, the rest to stderr, Chinese unless asked for English."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import click

from deliberation.audit.checkpoints import Checkpoints
from deliberation.audit.keyring import Keyring
from deliberation.config import BadSetting, FolderClosed, Settings
from deliberation.council import Council
from deliberation.errors import NotFound, Refusal
from deliberation.log.outage import DatabaseAway, plainly

F = TypeVar("F", bound=Callable[..., Any])

#: Exit codes: a finding or a refusal; what kept the command from running.
FINDING, USAGE = 1, 2


class NothingYet(Refusal):
    """There is no community to look at. Facts: database."""

    zh = "{database} 里还没有社区，没有做任何事。先运行一次 python3 -m deliberation，或者用 --database 指明别处。"
    en = (
        "There is no community in {database} yet; nothing was done. Run python3 -m deliberation once, or name "
        "another --database."
    )


class PortTaken(Refusal):
    """Something else listens there. Facts: host, port."""

    zh = "{host}:{port} 已被另一个程序占用，没有启动。请关掉那个程序，或者换一个端口：--port {other}"
    en = "Another program listens on {host}:{port}; nothing was started. Stop it, or choose --port {other}"


NEVER_RAN = (BadSetting, FolderClosed, DatabaseAway, NothingYet, PortTaken)


def language() -> str:
    """Return "zh" or "en", as asked for."""
    context = click.get_current_context(silent=True)
    return "en" if context is not None and context.meta.get("english") else "zh"


def say(zh: str, en: str = "") -> None:
    """Print a line of the result."""
    click.echo(en if en and language() == "en" else zh)


def tell(zh: str, en: str = "") -> None:
    """Print a remark beside the result."""
    click.echo(en if en and language() == "en" else zh, err=True)


def show(data: Any) -> None:
    """Print JSON for other programs."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _set_english(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.meta["english"] = True


def in_either_language(view: F) -> F:
    """Give a command the option --english."""
    return click.option(
        "--english", is_flag=True, expose_value=False, callback=_set_english, help="说英文 · speak English"
    )(view)


def options(view: F) -> F:
    """Give a command the options that all have which look into a database."""
    database = click.option("--database", metavar="URL", help="数据库地址 · sqlite:///file or postgresql://…")
    return in_either_language(database(view))


def as_json(view: F) -> F:
    """Give a command the option --json."""
    return click.option("--json", "as_json", is_flag=True, help="机器可读 · for other programs")(view)


def settings_of(database: str | None) -> Settings:
    """Return the settings with the option of this command. Raises BadSetting."""
    found: Settings = click.get_current_context().obj
    return found.changed(database=database)


@contextmanager
def community(database: str | None) -> Iterator[Council]:
    """Open the community that the settings name. Raises NothingYet, DatabaseAway."""
    settings = settings_of(database)
    if settings.file is not None and not settings.file.exists():
        raise NothingYet(database=settings.database)
    with opened(settings) as council:
        try:
            council.head()
        except NotFound:
            raise NothingYet(database=settings.database) from None
        yield council


@contextmanager
def opened(settings: Settings) -> Iterator[Council]:
    """Open the database and close it again. Raises DatabaseAway."""
    with plainly(settings.database):
        council = Council.open(settings.database, settings.community)
        checkpoints = sealing(council, settings)
        try:
            yield council
            _seal_if_due(checkpoints)
        finally:
            council.close()


def sealing(council: Council, settings: Settings) -> Checkpoints:
    """Return who makes the checkpoints of a community, with the keys of the instance folder."""
    return Checkpoints(council, Keyring(settings.instance))


def _seal_if_due(checkpoints: Checkpoints) -> None:
    """What was entered is entered: a checkpoint that cannot be made is told, no more."""
    try:
        checkpoints.seal_if_due()
    except Refusal as refusal:
        tell(refusal.say("zh"), refusal.say("en"))


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Say what stands in the way and end with its exit code; never a traceback for what a person can mend."""
    try:
        yield
    except Refusal as refusal:
        click.echo(refusal.say("zh"), err=True)
        click.echo(refusal.say("en"), err=True)
        sys.exit(USAGE if isinstance(refusal, NEVER_RAN) else FINDING)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        click.echo(f"{error.filename or ''} {error.strerror or error}".strip(), err=True)
        click.echo("没有做完；原有的内容都没有动。请检查这个文件或地址后再运行。", err=True)
        click.echo(
            "Not finished; nothing that was there is changed. Check this file or address and run it again.",
            err=True,
        )
        sys.exit(USAGE)


class Bar:
    """How far long work is: a bar on a terminal, otherwise a line for each tenth; on stderr either way."""

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._shown: tuple[str, int] = ("", -1)
        self._rich: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._rich = _rich_bar()
            self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._rich is not None:
            self._rich.stop()

    def step(self, label: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done of what the label names."""
        if self._rich is not None:
            self._draw(label, done, total)
            return
        tenth = 10 * done // total if total else 10
        if (label, tenth) != self._shown and (
            done == total or label != self._shown[0] or tenth > self._shown[1]
        ):
            click.echo(f"  {label} {done}/{total}", err=True)
            self._shown = (label, tenth)

    def __call__(self, done: int, total: int) -> None:
        """Show how far the work is for which the bar was made."""
        self.step(self._label, done, total)

    def _draw(self, label: str, done: int, total: int) -> None:
        if self._task is None or label != self._shown[0]:
            self._task = self._rich.add_task(label, total=total)
            self._shown = (label, 0)
        self._rich.update(self._task, completed=done, total=total)


def _rich_bar() -> Any:
    """The library takes time to import, so only those pay for it who see it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
