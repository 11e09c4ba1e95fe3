"""Given readers at the same time, when pages are made, then in turn, and pages of the past beside them."""

import threading
from types import SimpleNamespace

from deliberation.log import turns as module
from deliberation.log.turns import Turns
from web.turns import in_turn


def channel(turns, answer, query=""):
    """Return what the server would call to answer a request."""

    class Plain:
        def __init__(self):
            self.requests = [SimpleNamespace(query=query)]

        def service(self):
            answer()

    return in_turn(turns, Plain)().service


def test_pages_are_made_one_after_the_other(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    inside, most, lock = [0], [0], threading.Lock()

    def page():
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.01)
        with lock:
            inside[0] -= 1

    turns = Turns(1)
    readers = [threading.Thread(target=channel(turns, page, "page=2")) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert most[0] == 1


def test_a_page_of_the_past_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns, answers = Turns(1), []
    with turns.taken():
        reader = threading.Thread(target=channel(turns, lambda: answers.append("done"), "as_of=3"))
        reader.start()
        reader.join(10)
    assert answers == ["done"]


def test_a_request_that_cannot_be_read_is_answered_too():
    answers = []
    service = channel(Turns(1), lambda: answers.append("refused"))
    service.__self__.requests = [SimpleNamespace()]
    service()
    assert answers == ["refused"]
