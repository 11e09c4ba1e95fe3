"""The server: where it may stand, that several processes serve one address, and that all stop in order."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.environment import ROOT
from tests.given import refuses
from tests.log import pinboard
from tests.web.conftest import Site
from web import workers
from web.serve import DemoStaysHome, address, listen, make_server

needs_fork = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="no processes to fork here")


def test_pages_come_over_a_real_socket_and_the_server_stops(site):
    server = make_server(site.app, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{server.effective_port}/healthz", timeout=10
        ) as answer:
            assert answer.read() == b"ok\n"
            assert "Server" not in answer.headers or "waitress" not in answer.headers["Server"]
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.2", "example.org"])
def test_the_demonstration_is_not_offered_to_a_network(site, host):
    with refuses(DemoStaysHome):
        listen(site.app, host=host, port=0)


def test_without_the_demonstration_any_address_will_do(town):
    for held in listen(Site(town, demo=False).app, host="0.0.0.0", port=0):
        held.close()


def test_a_port_that_is_taken_is_not_taken_twice(site):
    (held,) = listen(site.app, port=0)
    with pytest.raises(OSError, match="in use"):
        listen(site.app, port=held.getsockname()[1])
    held.close()


def test_the_address_is_one_that_a_browser_takes(site):
    (held,) = listen(site.app, port=0)
    port = held.getsockname()[1]
    assert address([held], "127.0.0.1") == f"http://127.0.0.1:{port}/"
    assert address([held], "::1") == f"http://[::1]:{port}/"
    held.close()


def test_as_many_processes_as_asked_for_else_as_the_machine_has(monkeypatch):
    monkeypatch.setattr(workers.sys, "platform", "linux")
    monkeypatch.setattr(workers.os, "fork", lambda: 0, raising=False)
    monkeypatch.setattr(workers.os, "sched_getaffinity", lambda pid: {0, 1, 2}, raising=False)
    assert [workers.fitting(asked) for asked in (0, 1, 7)] == [3, 1, 7]
    monkeypatch.setattr(workers.os, "sched_getaffinity", lambda pid: set(range(64)))
    assert workers.fitting() == workers.MOST
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    assert (workers.fitting(), workers.fitting(2)) == (1, 2)
    monkeypatch.delattr(workers.os, "fork")
    assert workers.fitting(2) == 1


@given(processors=st.sets(st.integers(0, 500), min_size=1, max_size=70).map(sorted), count=st.integers(1, 9))
def test_every_processor_is_some_processs_own_and_none_has_much_more_than_another(processors, count):
    shares = [workers.own(processors, number, count) for number in range(count)]
    used = Counter(processor for share in shares for processor in share)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    assert max(used.values()) - min(used[processor] for processor in processors[:count]) <= 1
    if count <= len(processors):
        assert [processor for share in shares for processor in share] == processors


# several processes


SERVE = """
import os, sys
from flask import Flask
from web.serve import address, listen, serve
app = Flask("small")
app.extensions["door"] = None
app.get("/")(lambda: str(os.getpid()))
sockets = listen(app, port=0)
print(address(sockets, "127.0.0.1"), flush=True)
say = lambda word: sys.stderr.write(f"{word} {os.getpid()}\\n")  # in one piece, for several write
serve(app, sockets, 4, int(sys.argv[1]), begin=lambda first: say(f"began {first}"), end=lambda: say("ended"))
"""


#: A note is pinned by a request; the transaction takes longer than the server's library waits for its threads.
PIN = """
import sys, time
from flask import Flask
from deliberation.log import append
from tests.log import pinboard
from web.serve import address, listen, serve
pinboard.hung().__enter__()
board = pinboard.open_board(sys.argv[2])
app = Flask("pins")
app.extensions.update(door=None, council=board)
run = append.Batch.run
def slowly(self, shelve):
    print("in it", file=sys.stderr, flush=True)
    time.sleep(7)
    return run(self, shelve)
def pin():
    board.save(pinboard.Note.pin("slowly"))
    return "pinned"
app.get("/")(pin)
sockets = listen(app, port=0)
print(address(sockets, "127.0.0.1"), flush=True)
append.Batch.run = slowly
serve(app, sockets, 4, int(sys.argv[1]))
"""


@contextmanager
def serving(processes: int, script: str = SERVE, *more: str, shell: str = "") -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-c", script, str(processes), *more]
    if shell:
        command = ["bash", "-c", f'{shell} exec "$@"', "bash", *command]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        yield server, int(server.stdout.readline().strip().rstrip("/").rpartition(":")[2])
    finally:
        server.kill()
        server.communicate()


def who(port: int, connections: int = 24) -> set[int]:
    """Return the processes that answer on so many connections held open at the same time."""
    held = [HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(connections)]
    try:
        for each in held:
            each.request("GET", "/")
        return {int(each.getresponse().read()) for each in held}
    finally:
        for each in held:
            each.close()


def soon(port: int, wanted: int, without: set[int]) -> set[int]:
    """Return who answers, once they are that many and none of those."""
    for _ in range(100):
        found = who(port)
        if len(found) == wanted and not found & without:
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@needs_fork
@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_several_processes_serve_one_address_and_stop_in_order(ending):
    with serving(2) as (server, port):
        both = soon(port, 2, {server.pid})
        server.send_signal(ending)
        told = server.communicate(timeout=20)[1]
    assert server.returncode == 0
    assert told.count("began True") == told.count("began False") == 1
    assert {int(line.split()[1]) for line in told.splitlines() if line.startswith("ended")} == both
    assert told.count("Stopped.") == 1
    assert "Traceback" not in told


@needs_fork
@pytest.mark.slow
def test_each_process_computes_on_processors_of_its_own():
    mine = sorted(os.sched_getaffinity(0))
    with serving(2) as (server, port):
        both = soon(port, 2, set())
        assert sorted(os.sched_getaffinity(server.pid)) == mine
        assert sorted(sorted(os.sched_getaffinity(pid)) for pid in both) == sorted(workers.own(mine, n, 2) for n in (0, 1))


@needs_fork
@pytest.mark.slow
def test_a_process_that_was_killed_is_begun_again():
    with serving(2) as (server, port):
        one, other = soon(port, 2, set())
        os.kill(one, signal.SIGKILL)
        assert other in soon(port, 2, {one})
        server.terminate()
        told = server.communicate(timeout=20)[1]
    assert "意外结束（-9），会重新启动" in told
    assert server.returncode == 0


@needs_fork
@pytest.mark.slow
def test_no_process_outlives_the_one_that_was_started():
    with serving(2) as (server, port):
        both = soon(port, 2, set())
        server.kill()
        server.wait()
        for _ in range(100):
            if not any(map(alive, both)):
                break
            time.sleep(0.1)
        assert [pid for pid in both if alive(pid)] == []


def test_one_process_serves_by_itself():
    with serving(1) as (server, port):
        assert who(port) == {server.pid}
        server.terminate()
        told = server.communicate(timeout=20)[1]
    assert server.returncode == 0
    assert told.splitlines()[0] == f"began True {server.pid}"
    assert told.splitlines()[-2:] == [f"ended {server.pid}", "已停止。Stopped."]


@needs_fork
@pytest.mark.slow
def test_children_of_whatever_the_process_was_before_are_no_concern_of_the_server():
    with serving(2, shell="sleep 0.2 &") as (server, port):
        both = soon(port, 2, set())
        time.sleep(0.5)
        assert soon(port, 2, set()) == both
        server.terminate()
        assert "意外" not in server.communicate(timeout=20)[1]
    assert server.returncode == 0


@needs_fork
@pytest.mark.slow
def test_where_no_process_can_serve_it_is_given_up_and_said():
    with serving(2, SERVE.replace('say(f"began {first}")', "1 / 0")) as (server, _):
        told = server.communicate(timeout=30)[1]
    assert server.returncode == 1
    assert "ZeroDivisionError" in told
    assert "CannotServe" in told


@needs_fork
@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_being_recorded_when_the_server_is_stopped_is_recorded_whole_and_answered(processes, tmp_path):
    url = f"sqlite:///{tmp_path / 'pins.db'}"
    with serving(processes, PIN, url) as (server, port), ThreadPoolExecutor(1) as pool:
        assert server.stderr is not None
        asked = pool.submit(urllib.request.urlopen, f"http://127.0.0.1:{port}/", timeout=30)
        while server.stderr.readline() != "in it\n":
            pass
        server.terminate()
        with asked.result() as answer:
            assert answer.read() == b"pinned"
        assert server.wait(20) == 0
    with pinboard.hung():
        board = pinboard.open_board(url)
        assert pinboard.texts(board) == ["slowly"]
        same = board.compared()
        assert same.views == same.log
        board.close()
