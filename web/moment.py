"""One moment a page: the clock, and the one reading that all parts of an answer share.

``?as_of=<number of events>`` or ``?at=<day or local minute>`` on any page shows it as it stood then, from the
same templates and queries, read-only. Links made with ``url_for`` keep the moment by themselves.
"""

from __future__ import annotations

import re
import threading
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_app_context, request

from deliberation.deadlines import SHANGHAI, end_of, local_date
from deliberation.errors import Refusal
from deliberation.log import earlier
from deliberation.log.reading import Reading
from web.earlier import await_fold, matter_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deliberation.audit.checkpoints import Checkpoints
    from deliberation.council import Council

PARAMETERS = ("as_of", "at")
#: Folding the log to an earlier moment is work: so many visitors at once, the others wait so many seconds.
_FOLDS, PATIENCE = threading.BoundedSemaphore(2), 20
#: These never show a moment of their own and do not pass it on.
_TIMELESS = re.compile(r"static$|signing\.|switches\.")


class NoSuchMoment(Refusal):
    """The address names a moment that cannot be read."""

    zh = "没有“{asked}”这个时刻：要写第几条，或者写成 2026-04-17 这样的日期。现在的页面都在，请从首页进入。"
    en = "“{asked}” is no moment: give a number of entries, or a day such as 2026-04-17, from the home page."
    status = 404


class ManyLookBack(Refusal):
    """More visitors ask for earlier moments than the machine folds at once."""

    zh = "现在看过去的人比较多，这一页还没有排上。没有改动任何内容，请过半分钟再打开一次。"
    en = "Several visitors look at the past just now. Nothing was changed; open the page again in a minute."
    status = 503


class ThePastStands(Refusal):
    """Nothing is entered on a page of the past."""

    zh = "您看到的是过去的样子，在这里不能办事，什么也没有记下。请先回到现在。"
    en = "This is the past: nothing can be done here and nothing was recorded. Return to the present first."
    status = 409


def clock() -> datetime:
    """The only clock of the web; tests put another in its place."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the moment of this request: aware, whole seconds, the same all through it."""
    try:
        return cast(datetime, g.now)
    except AttributeError:
        g.now = clock().replace(microsecond=0)
        return cast(datetime, g.now)


def today() -> str:
    """Return the local day of this request, as an ISO date."""
    return local_date(now()).isoformat()


def moment_shown() -> datetime:
    """Return the moment that this page shows as its present: now, else the earlier one that was asked for."""
    r = reading()
    if not r.past:
        return now()
    at = "" if request.args.get("as_of") else request.args.get("at", "").strip()
    return datetime.fromtimestamp(_seconds(at) if at else r.time, UTC)


def day_shown() -> str:
    """Return the local day that this page shows as its present, as an ISO date."""
    return local_date(moment_shown()).isoformat()


def council() -> Council:
    """Return the door to the community of this app."""
    return cast("Council", current_app.extensions["council"])


def checkpoints() -> Checkpoints:
    """Return who makes the checkpoints of this community."""
    return cast("Checkpoints", current_app.extensions["checkpoints"])


def past() -> bool:
    """Whether this page shows an earlier moment."""
    try:
        return cast(bool, g.past)
    except AttributeError:
        pass
    found = g.past = request.method in ("GET", "HEAD") and any(request.args.get(name) for name in PARAMETERS)
    return found


def reading() -> Reading:
    """Return the one snapshot that this answer is made from; it is closed with the request.

    Raises NoSuchMoment or NotFound for a moment that is none, ManyLookBack when too many ask at once.
    """
    try:
        return cast(Reading, g.reading)
    except AttributeError:
        pass  # what goes wrong now is not a consequence
    g.open = stack = ExitStack()
    found = g.reading = stack.enter_context(_earlier() if past() else council().reading())
    return found


def live() -> Reading:
    """Return the present beside a reading of the past: today's roles settle who may see a page."""
    r = reading()
    return Reading(r.live, r.live, r.community) if r.past else r


def renew() -> None:
    """Let the snapshot go, if there is one, but not its connection: something is about to be recorded."""
    if has_app_context() and "reading" in g:
        g.reading.renew()


def forget() -> None:
    """Let the snapshot go: what is read next sees what was recorded meanwhile."""
    g.pop("reading", None)
    stack = g.pop("open", None)
    if stack is not None:
        stack.close()


@contextmanager
def _earlier() -> Iterator[Reading]:
    with _turn(), _as_of() as r:
        yield r


@contextmanager
def _turn() -> Iterator[None]:
    if not _FOLDS.acquire(timeout=PATIENCE):
        raise ManyLookBack
    try:
        yield
    finally:
        _FOLDS.release()


def _as_of() -> AbstractContextManager[Reading]:
    when, matter = _when(), matter_alone(council())
    if matter is None:
        await_fold(council(), when)
    return council().as_of(**when, matter=matter)


def _when() -> dict[str, Any]:
    position, at = (request.args.get(name, "").strip() for name in PARAMETERS)
    if position and not re.fullmatch(r"[0-9]{1,15}", position):
        raise NoSuchMoment(asked=position[:40])
    return {"position": int(position)} if position else {"time": _seconds(at)}


def _read(text: str) -> dict[str, int]:
    return {"position": int(text)} if re.fullmatch(r"[0-9]{1,9}", text) else {"time": _seconds(text)}


def size_of(text: str) -> int:
    """Return how many entries there were at a moment written as a number, a day or a minute.

    Raises NoSuchMoment for what is none, NotFound beyond the end.
    """
    with council().database.snapshot() as live:
        return earlier.size_of(live, council().community, **_read(text))


def _seconds(text: str) -> int:
    """A day means its end, as everyone reads "as of Friday"; a minute its last second; long ago is 1970."""
    try:
        if len(text) == 10:
            return max(0, int(end_of(date.fromisoformat(text)).timestamp()) - 1)
        minute = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI, second=0)
        return max(0, int((minute + timedelta(seconds=59)).timestamp()))
    except (ValueError, OverflowError):
        raise NoSuchMoment(asked=text[:40]) from None


def here(**changes: Any) -> str:
    """Return this page's address with other query arguments; None takes one out."""
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    return request.path + ("?" + urlencode(pairs) if pairs else "")


def init_app(app: Flask) -> None:
    """Keep the moment in links, refuse to act in the past, and close what was read."""

    @app.url_defaults
    def keep_the_moment(endpoint: str, values: dict[str, Any]) -> None:
        if request and past() and not _TIMELESS.match(endpoint):
            for name in PARAMETERS:
                if request.args.get(name):
                    values.setdefault(name, request.args[name])

    @app.before_request
    def the_past_stands() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS") and not request.args.keys().isdisjoint(PARAMETERS):
            raise ThePastStands

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        forget()
