"""Pages are made two at a time; forms and pages of the past do not wait for them."""

import threading

from web.turns import AT_ONCE, Turns


def test_no_more_pages_than_turns_are_made_at_once():
    inside, most, lock, go = [0], [0], threading.Lock(), threading.Event()

    def app(environ, start_response):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        go.wait(0.05)
        with lock:
            inside[0] -= 1
        return [b"page"]

    turns = Turns(app)
    readers = [threading.Thread(target=turns, args=({"REQUEST_METHOD": "GET"}, None)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert most[0] == AT_ONCE


def test_a_form_passes_while_all_turns_are_taken():
    taken, leave = threading.Barrier(AT_ONCE + 1), threading.Event()

    def app(environ, start_response):
        if environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING"):
            taken.wait(5)
            leave.wait(5)
        return [b"done"]

    turns = Turns(app)
    readers = [threading.Thread(target=turns, args=({"REQUEST_METHOD": "GET"}, None)) for _ in range(AT_ONCE)]
    for reader in readers:
        reader.start()
    taken.wait(5)
    assert turns({"REQUEST_METHOD": "POST"}, None) == [b"done"]
    assert turns({"REQUEST_METHOD": "GET", "QUERY_STRING": "as_of=3"}, None) == [b"done"]
    leave.set()
    for reader in readers:
        reader.join()
