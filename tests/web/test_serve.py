"""The server: where it may stand, and that it stops in order."""

import threading
import urllib.request

import pytest

from tests.given import refuses
from tests.web.conftest import Site
from web.serve import DemoStaysHome, make_server, serve


def test_pages_come_over_a_real_socket_and_the_server_stops(site):
    server = make_server(site.app, port=0, threads=2)
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
        serve(site.app, host=host, port=0)


def test_without_the_demonstration_any_address_will_do(town):
    server = make_server(Site(town, demo=False).app, host="0.0.0.0", port=0, threads=1)
    server.close()
    server.task_dispatcher.shutdown()
