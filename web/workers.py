"""Several processes behind one address, watched over by the one that was started.

An interpreter computes on one processor at a time, and an answer is nearly all computing: a machine with several processors serves
with several processes. They share the listening sockets and nothing else; all they know of each other lies in the database.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

#: Processes that are enough for a community, however large the machine.
MOST = 4
#: Seconds: a process that ended by itself is begun again, but not more often.
APART = 1.0


def fitting(asked: int = 0) -> int:
    """Return with how many processes to serve: as many as were asked for, with 0 as many as the machine has processors.

    Always one where processes cannot be forked; and where only the system's own libraries know whether they bear it.
    """
    if not hasattr(os, "fork"):
        return 1
    if asked:
        return asked
    return min(MOST, len(os.sched_getaffinity(0))) if sys.platform == "linux" else 1


def stop_in_order() -> None:
    """Let SIGTERM end what runs here as SystemExit, the first time; once more changes nothing."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)


def watch(count: int, work: Callable[[int], None]) -> None:
    """Do ``work(number)`` in so many processes until this one gets Ctrl-C or SIGTERM; one that ends by itself is begun again.

    They end with this process, however it ends. Nothing may be open here that does not bear a fork: no thread, no connection.
    """
    stop_in_order()
    ears, mouth = os.pipe()
    running: dict[int, int] = {}
    try:
        for number in range(count):
            running[_begun(number, work, ears, mouth)] = number
        while True:
            begun = time.monotonic()
            number = running.pop(os.wait()[0])
            print("一个服务进程意外结束，已重新启动。A serving process ended; it is begun again.", file=sys.stderr, flush=True)
            time.sleep(max(0.0, begun + APART - time.monotonic()))
            running[_begun(number, work, ears, mouth)] = number
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
        os.close(ears)
        os.close(mouth)


def _begun(number: int, work: Callable[[int], None], ears: int, mouth: int) -> int:
    """Fork, and return the process that does the work."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent passes it on
        stop_in_order()
        os.close(mouth)
        threading.Thread(target=_end_with_the_parent, args=(ears,), daemon=True).start()
        work(number)
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
