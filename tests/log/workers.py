"""Other processes that write to the same log: started afresh, so that they share nothing but the database."""

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from deliberation.council import Council
from deliberation.errors import Refusal
from deliberation.register.model import CommunityExists
from tests.log import pinboard
from tests.log.pinboard import Note

_context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    _context.set_forkserver_preload(["tests.log.workers"])


class Worker(NamedTuple):
    """A process and what it tells."""

    process: BaseProcess
    pipe: Connection

    def tells(self) -> Iterator[Any]:
        """Yield what it tells, until it ends."""
        try:
            while True:
                yield self.pipe.recv()
        except (EOFError, OSError):
            return


@contextmanager
def working(count: int, work: Callable[..., None], *arguments: Any) -> Iterator[list[Worker]]:
    """Run ``work(tell, number, *arguments)`` in that many processes at the same time."""
    start, workers = _context.Barrier(count), []
    for number in range(count):
        ours, theirs = _context.Pipe(duplex=False)
        process = _context.Process(target=_run, args=(theirs, start, work, number, *arguments), daemon=True)
        process.start()
        theirs.close()
        workers.append(Worker(process, ours))
    try:
        yield workers
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()


def _run(pipe: Connection, start: Any, work: Callable[..., None], number: int, *arguments: Any) -> None:
    lock = threading.Lock()

    def tell(what: Any) -> None:
        with lock:
            pipe.send(what)

    with pinboard.hung():
        start.wait()
        work(tell, number, *arguments)
    pipe.close()


def write(
    tell: Callable[[Any], None], number: int, url: str, notes: int, threads: int = 1, key: str = ""
) -> None:
    """Pin notes and tell (position, leaf hash) of each when it is acknowledged."""
    council = Council.open(url, "jiahe")

    def pin(count: int) -> None:
        receipt = council.save(Note.pin(f"{number}/{count}"), command=f"{key}{number}/{count}")
        tell((receipt.positions[0], receipt.leaves[0]))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(pin, range(notes)))
    council.close()


def contend(tell: Callable[[Any], None], number: int, url: str, id: str, times: int) -> None:
    """Alter the same note again and again, and tell the position or the refusal."""
    council = Council.open(url, "jiahe")
    for count in range(times):
        try:
            with council.change(Note, id) as note:
                note.alter(f"{number}/{count}")
            tell(note.receipt.positions[0])
        except Refusal as refusal:
            tell(type(refusal).__name__)
    council.close()


def found(tell: Callable[[Any], None], number: int, url: str) -> None:
    """Open an empty database and found the community, unless somebody was faster."""
    try:
        pinboard.open_board(url).close()
        tell("founded")
    except CommunityExists:
        tell("exists")
