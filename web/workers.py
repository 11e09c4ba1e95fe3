"""Several processes behind one address, watched over by the one that was started.

An interpreter computes on one processor at a time, and an answer is nearly all computing: a machine with several processors serves
with several processes. They share the listening sockets and nothing else; all they know of each other lies in the database.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from deliberation.errors import Refusal

#: Processes that are enough for a community, however large the machine.
MOST = 4
#: Seconds: a process that ended by itself is begun again, but not sooner after its beginning.
APART = 1.0
#: Processes that ended so soon, one after the other, until it is of no use to begin another.
TRIES = 5


class CannotServe(Refusal):
    """Every process ends as soon as it has begun."""

    zh = "服务进程一启动就结束，试了几次都一样，已经停下。原因在上面；数据没有改动，改好后再运行同样的命令。"
    en = "Serving processes ended as soon as they began, several times: stopped. See above why; nothing was changed. Run it again then."


def fitting(asked: int = 0) -> int:
    """Return with how many processes to serve: as many as were asked for; with 0 one a processor on Linux, one elsewhere, since
    macOS forks only what its own libraries bear. Always one where nothing can be forked (Windows)."""
    if not hasattr(os, "fork"):
        return 1
    if asked:
        return asked
    return min(MOST, len(os.sched_getaffinity(0))) if sys.platform == "linux" else 1


def keep_to_own_processors(number: int, count: int) -> None:
    """Let this process, one of so many, compute on its own share of the processors (Linux).

    Only one of an interpreter's threads computes at a time. Spread over processors they are woken across them at every turn,
    which costs more than what most of them have to do.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # a courtesy: where it is not allowed all goes on as it was
            os.sched_setaffinity(0, own(sorted(os.sched_getaffinity(0)), number, count))


def own(processors: Sequence[int], number: int, count: int) -> Sequence[int]:
    """Return neighbours, the same number for each process as far as possible; where there are too few, one that is shared."""
    many = len(processors)
    return [processors[number % many]] if many < count else processors[many * number // count : many * (number + 1) // count]


def stop_in_order() -> None:
    """Let SIGTERM end what runs here as SystemExit, the first time; once more changes nothing."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)


def watch(count: int, work: Callable[[int], None]) -> None:
    """Do ``work(number)`` in so many processes until this one gets Ctrl-C or SIGTERM; one that ends by itself is begun again.

    They end with this process, however it ends. Nothing may be open here that does not bear a fork: no thread, no connection.
    Raises CannotServe.
    """
    with _signals() as told:
        watcher = _Watcher(count, work, told)
        try:
            watcher.watch()
        finally:
            watcher.end()


class _Watcher:
    """The processes that run, and those that are to be begun."""

    def __init__(self, count: int, work: Callable[[int], None], told: int) -> None:
        self._count, self._work, self._told = count, work, told
        #: Nobody ever writes into it: the children read to its end, which comes with this process's.
        self._ears, self._mouth = os.pipe()
        #: process -> its number and when it was begun; number -> when to begin it.
        self._running: dict[int, tuple[int, float]] = {}
        self._due = dict.fromkeys(range(count), 0.0)
        self._soon = 0

    def watch(self) -> None:
        while self._soon < TRIES:
            now = time.monotonic()
            for number in [number for number, at in self._due.items() if at <= now]:
                self._begin(number)
            ready, _, _ = select.select([self._told], [], [], APART if self._due else None)
            signals = os.read(self._told, 256) if ready else b""
            if signal.SIGTERM in signals or signal.SIGINT in signals:
                return
            self._bury()
        raise CannotServe

    def end(self) -> None:
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self._running:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        os.close(self._ears)
        os.close(self._mouth)

    def _begin(self, number: int) -> None:
        now = time.monotonic()
        try:
            pid = _forked(lambda: self._live(number))
        except OSError as error:  # too many processes, too little memory: the others go on meanwhile
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            self._due[number] = now + APART
            return
        self._running[pid] = number, now
        del self._due[number]

    def _live(self, number: int) -> None:
        os.close(self._mouth)
        keep_to_own_processors(number, self._count)
        threading.Thread(target=_end_with_the_parent, args=(self._ears,), daemon=True).start()
        self._work(number)

    def _bury(self) -> None:
        """Note which processes have ended; some may be children of whatever this process was before."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                pid, status = ended
                if pid in self._running:
                    number, begun = self._running.pop(pid)
                    self._soon = self._soon + 1 if time.monotonic() < begun + APART else 0
                    self._due[number] = begun + APART
                    code = os.waitstatus_to_exitcode(status)
                    print(f"一个服务进程意外结束（{code}），会重新启动。", file=sys.stderr)
                    print(f"A serving process ended ({code}); it is begun again.", file=sys.stderr, flush=True)


@contextmanager
def _signals() -> Iterator[int]:
    """Have signals told by a file to read from, byte by byte, instead of breaking in anywhere."""
    heard, told = os.pipe()
    for end in (heard, told):
        os.set_blocking(end, False)
    kinds = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
    before = [signal.signal(kind, lambda *_: None) for kind in kinds]
    signal.set_wakeup_fd(told)
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(-1)
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
        os.close(heard)
        os.close(told)


def _forked(live: Callable[[], None]) -> int:
    """Return the process that does that and nothing else. Raises OSError."""
    held_back = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, held_back)  # until each of the two hears its own
    try:
        pid = os.fork()
        if not pid:
            _child(live, held_back)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held_back)


def _child(live: Callable[[], None], held_back: set[signal.Signals]) -> NoReturn:
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent passes it on
        stop_in_order()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held_back)
        live()
        status = 0
    except SystemExit:
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # what the parent has still to do is not done twice


def _end_with_the_parent(ears: int) -> None:
    """Nobody ever writes: reading ends when the last who could has ended."""
    os.read(ears, 1)
    os.kill(os.getpid(), signal.SIGTERM)
