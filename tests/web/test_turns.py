"""Given readers at the same time, when pages are made, then in turn, and pages of the past beside them."""

import threading

from deliberation.log import turns as module
from deliberation.log.turns import Turns
from web.turns import in_turn


def test_pages_are_made_one_after_the_other(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    inside, most, lock = [0], [0], threading.Lock()

    def app(environ, start_response):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.01)
        with lock:
            inside[0] -= 1
        return [b"page"]

    answer = in_turn(app, Turns(1))
    readers = [threading.Thread(target=answer, args=({"REQUEST_METHOD": "GET"}, None)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert most[0] == 1


def test_a_page_of_the_past_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns = Turns(1)
    answer = in_turn(lambda environ, start_response: [b"done"], turns)
    answers: list[list[bytes]] = []
    with turns.taken():
        reader = threading.Thread(target=lambda: answers.append(answer({"QUERY_STRING": "as_of=3"}, None)))
        reader.start()
        reader.join(10)
    assert answers == [[b"done"]]
