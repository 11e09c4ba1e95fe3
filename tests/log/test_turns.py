"""Given threads that want to compute, when they take turns, then one computes at a time, and nobody waits for ever."""

import threading
import time

from deliberation.log import turns as module
from deliberation.log.turns import Turns


def test_one_thread_computes_at_a_time(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns, inside, most = Turns(1), [0], [0]

    def compute() -> None:
        with turns.taken():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.002)
            inside[0] -= 1

    _together(compute, 8)
    assert most[0] == 1


def test_whoever_waits_aside_lets_the_others_compute(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns, served = Turns(1), threading.Event()

    def wait() -> None:
        with turns.taken(), turns.aside():
            assert served.wait(10)

    waiting = threading.Thread(target=wait)
    waiting.start()
    with turns.taken():
        served.set()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_thread_that_has_a_turn_goes_on_with_it(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns = Turns(1)
    with turns.taken(), turns.taken():
        pass
    _together(lambda: turns.taken().__enter__(), 1)


def test_a_turn_that_was_let_go_within_comes_back_at_the_end_and_none_to_whoever_had_none(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns = Turns(1)
    with turns.taken():
        with turns.kept():
            assert turns.let_go()
            assert not turns.held()
            assert not turns.let_go()
        assert turns.held()
    with turns.kept(), turns.taken():
        assert turns.let_go()
    assert not turns.held()
    _together(lambda: turns.taken().__enter__(), 1)


def test_whoever_takes_long_is_overtaken():
    turns, computed = Turns(1), threading.Event()

    def compute() -> None:
        with turns.taken():
            computed.set()

    with turns.taken():
        _together(compute, 1)
        assert computed.is_set()
    with turns.taken():
        pass


def test_a_turn_that_was_taken_away_is_not_given_back_twice():
    turns, leave = Turns(1), threading.Event()

    def compute() -> None:
        with turns.taken():
            assert leave.wait(10)

    with turns.taken():
        second = threading.Thread(target=compute)
        second.start()
        time.sleep(3 * module.PATIENCE)
    third = threading.Thread(target=compute)
    third.start()
    leave.set()
    for thread in (second, third):
        thread.join(10)
        assert not thread.is_alive()


def test_without_a_turn_there_is_nothing_to_give_up():
    turns = Turns(1)
    with turns.aside(), turns.taken():
        pass


def _together(work, count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_turns_are_had_in_order_and_the_writer_goes_first(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60)
    turns, order, threads = Turns(1), [], []

    def compute(name: str, first: bool) -> None:
        with turns.taken(first=first):
            order.append(name)

    with turns.taken():
        for waiting, (name, first) in enumerate([("a", False), ("b", False), ("writer", True)], start=1):
            threads.append(threading.Thread(target=compute, args=(name, first)))
            threads[-1].start()
            while len(turns._slots[0].waiting) < waiting:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order == ["writer", "a", "b"]


def test_nobody_is_lost_when_everybody_is_impatient(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.0002)
    turns, done = Turns(1), []

    def compute() -> None:
        for _ in range(100):
            with turns.taken(), turns.aside():
                time.sleep(0.0001)
        done.append(1)

    _together(compute, 20)
    assert len(done) == 20
    slot = turns._slots[0]
    assert (slot.owner, list(slot.waiting)) == (None, [])


def test_a_turn_given_and_taken_away_in_the_instant_of_impatience_is_still_had(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    slot, had = module._Slot(), []
    slot.take(first=False)
    waiting = threading.Thread(target=lambda: had.append(slot.take(first=False)))
    waiting.start()
    while not slot.waiting:
        time.sleep(0.001)
    with slot.guard:  # it has lost its patience by now, and finds that others were faster
        slot.waiting.popleft()
        slot.owner = threading.Lock()
        time.sleep(0.05)
    waiting.join(10)
    assert had == [slot.owner]
    slot.give(had[0])
    assert slot.owner is None
