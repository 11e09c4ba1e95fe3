"""The line of a process: whoever is first appends for all who wait, and lets the next one lead."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deliberation.errors import NotStored, Unsure
from deliberation.log.writer import Command, Receipt, Waiting, Writer


def line(append: Any) -> Writer:
    return Writer(append, lambda: None)


def command() -> Command:
    return Command((), (), ())


def test_closing_lets_those_in_the_line_be_served_and_tells_those_who_come_later() -> None:
    may_go = threading.Event()

    def append(community: str, commands: list[Command]) -> list[Receipt]:
        may_go.wait()
        return [Receipt((0,), (b"",)) for _ in commands]

    writer = line(append)
    with ThreadPoolExecutor(20) as pool:
        served = [pool.submit(writer.submit, f"c{number % 3}", command()) for number in range(19)]
        time.sleep(0.05)
        closing = pool.submit(writer.close)
        time.sleep(0.05)
        with pytest.raises(NotStored):
            writer.submit("c", command())
        may_go.set()
        closing.result()
        assert [answer.result().positions for answer in served] == [(0,)] * 19


def test_a_batch_that_fails_whole_tells_everybody_in_it_and_the_line_goes_on() -> None:
    answers: list[Any] = [RuntimeError("broken"), [Receipt((0,), (b"",))]]

    def append(community: str, commands: list[Command]) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    writer = line(append)
    with pytest.raises(RuntimeError, match="broken"):
        writer.submit("c", command())
    assert writer.submit("c", command()).positions == (0,)
    writer.close()


def test_a_transaction_takes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deliberation.log.writer.MOST", 4)
    sizes: list[int] = []

    def append(community: str, commands: list[Command]) -> list[Receipt]:
        sizes.append(len(commands))
        time.sleep(0.02)
        return [Receipt((0,), (b"",)) for _ in commands]

    writer = line(append)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: writer.submit("c", command()), range(24)))
    writer.close()
    assert sum(sizes) == 24
    assert max(sizes) == 4


def test_whoever_is_interrupted_while_appending_lets_the_next_one_lead_and_leaves_nobody_waiting() -> None:
    inside, may_go, calls = threading.Event(), threading.Event(), [0]

    def append(community: str, commands: list[Command]) -> list[Receipt]:
        calls[0] += 1
        if calls[0] == 1:
            inside.set()
            may_go.wait()
        if calls[0] == 2:
            raise KeyboardInterrupt
        return [Receipt((calls[0],), (b"",)) for _ in commands]

    def try_it(_: int) -> str:
        try:
            return str(writer.submit("c", command()).positions)
        except (KeyboardInterrupt, Unsure) as error:
            return type(error).__name__

    writer = line(append)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(try_it, 0)
        inside.wait()
        others = [pool.submit(try_it, number) for number in range(3)]
        time.sleep(0.1)
        may_go.set()
        assert first.result() == "(1,)"
        assert sorted(other.result(10) for other in others) == ["KeyboardInterrupt", "Unsure", "Unsure"]
    assert writer.submit("c", command()).positions == (3,)
    writer.close()


def test_whoever_gives_up_waiting_is_never_told_to_lead() -> None:
    inside, may_go = threading.Event(), threading.Event()

    def append(community: str, commands: list[Command]) -> list[Receipt]:
        inside.set()
        may_go.wait()
        return [Receipt((len(commands),), (b"",)) for _ in commands]

    class Impatient(Waiting):
        def wait(self) -> None:
            raise KeyboardInterrupt

    writer = line(append)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(writer.submit, "c", command())
        inside.wait()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("deliberation.log.writer.Waiting", Impatient)
            with pytest.raises(KeyboardInterrupt):
                writer.submit("c", command())
        last = pool.submit(writer.submit, "c", command())
        time.sleep(0.1)
        may_go.set()
        assert (first.result(10).positions, last.result(10).positions) == ((1,), (1,))
    writer.close()
