"""Given processes with visitors, when somebody new comes, then whoever has fewer goes first, and nobody is left waiting."""

import pytest

from web import shares as module
from web.shares import INSTANT, Shares


class Server:
    """A socket server with so many connections, which accepts one more each time."""

    def __init__(self, connections):
        self.active_channels = dict.fromkeys(range(connections))

    def readable(self):
        return True

    def handle_accept(self):
        self.active_channels[len(self.active_channels)] = None


@pytest.fixture
def naps(monkeypatch):
    taken = []
    monkeypatch.setattr(module.time, "sleep", taken.append)
    return taken


def joined(*connections):
    shares, servers = Shares(len(connections)), [Server(each) for each in connections]
    for number, server in enumerate(servers):
        shares.join(number, [server])
    assert [server.readable() for server in servers] == [True] * len(servers)
    return shares, servers


def test_whoever_has_more_lets_the_other_go_first_and_then_takes_it_all_the_same(naps):
    _, (many, few) = joined(3, 2)
    many.handle_accept()
    assert (naps, len(many.active_channels)) == ([INSTANT], 4)
    few.handle_accept()
    assert naps == [INSTANT]


def test_connections_that_were_closed_count_no_more(naps):
    _, (one, other) = joined(3, 2)
    one.active_channels.clear()
    one.handle_accept()
    assert naps == []
    other.handle_accept()
    assert naps == [INSTANT]


def test_one_process_waits_for_nobody(naps):
    _, (alone,) = joined(7)
    alone.handle_accept()
    assert naps == []


def test_a_process_that_is_begun_again_begins_without_connections(naps):
    shares, (_, other) = joined(2, 1)
    shares.join(0, [Server(0)])
    other.handle_accept()
    assert naps == [INSTANT]


def test_a_process_counts_what_comes_to_all_its_addresses(naps):
    shares, one, other, elsewhere = Shares(2), Server(2), Server(0), Server(1)
    shares.join(0, [one, other])
    shares.join(1, [elsewhere])
    elsewhere.handle_accept()
    assert naps == []
    other.handle_accept()
    assert naps == []
    other.handle_accept()
    assert naps == [INSTANT]
