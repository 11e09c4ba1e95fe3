"""A small load generator: prepared HTTP requests over kept-alive connections, answers counted by status.

One thread a connection, raw sockets: it must cost little, since it shares the machine with the server it measures.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back: statuses, seconds for each request, seconds in all."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers (2xx, 3xx) a second."""
        return sum(n for status, n in self.statuses.items() if 200 <= status < 400) / self.seconds

    def milliseconds(self, share: float) -> float:
        """The latency that ``share`` of the requests did not exceed, in ms."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, requests: Sequence[bytes], connections: int) -> Result:
    """Send each request once, over that many connections at a time."""
    result, lock, line = Result(), threading.Lock(), iter(requests)
    ready = threading.Barrier(connections + 1)

    def work() -> None:
        statuses: Counter[int] = Counter()
        latencies = []
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            while True:
                with lock:
                    request = next(line, None)
                if request is None:
                    break
                begun = time.perf_counter()
                connection.sendall(request)
                statuses[_answer(connection)] += 1
                latencies.append(time.perf_counter() - begun)
        with lock:
            result.statuses.update(statuses)
            result.latencies.extend(latencies)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - begun
    return result


def _answer(connection: socket.socket) -> int:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return 0
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    missing = _length(head) - len(body)
    while missing > 0:
        part = connection.recv(min(missing, 65536))
        if not part:
            return 0
        missing -= len(part)
    return int(head[9:12])


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return 0


def get(path: str, cookie: str = "") -> bytes:
    """Return a GET request."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode()


def post(path: str, body: str, cookie: str = "") -> bytes:
    """Return a form POST."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    head = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
