"""Every process takes its share of the connections.

Whoever looks first gets a new connection, and browsers keep theirs: one process may end up with most of the visitors, who then wait
for each other. So whoever has more than another lets that one go first. It is a courtesy: after an instant anybody takes it.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Sequence
from typing import Any

#: Seconds for which a new connection is left to others.
INSTANT = 0.002


class Shares:
    """How many connections each of several processes has, in memory that they share; made before they are forked."""

    def __init__(self, count: int) -> None:
        self._open = memoryview(mmap.mmap(-1, 8 * count)).cast("q")

    def join(self, number: int, servers: Sequence[Any]) -> None:
        """Have the socket servers of process ``number`` count its connections and leave new ones to whoever has fewer."""

        def counted() -> int:
            self._open[number] = sum(len(one.active_channels) for one in servers)
            return self._open[number]

        def polite(server: Any) -> None:
            look, accept = server.readable, server.handle_accept

            def readable() -> bool:
                counted()
                return bool(look())

            def handle_accept() -> None:
                if counted() > min(self._open):
                    time.sleep(INSTANT)
                accept()
                counted()

            server.readable, server.handle_accept = readable, handle_accept

        counted()
        for one in servers:
            polite(one)
