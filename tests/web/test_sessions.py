"""Who is at the page is one question, and signing out means it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from deliberation.access import sessions
from tests.given import moment, who
from tests.web.conftest import Site


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What is asked of the database meanwhile; transactions begun and ended do not count."""
    asked: list[str] = []
    pool = site.council.database.engine.pool

    def listen(connection: sqlite3.Connection, *_: Any) -> None:
        connection.set_trace_callback(lambda text: asked.append(text) if text.startswith("SELECT") else None)

    event.listen(pool, "checkout", listen)
    try:
        yield asked
    finally:
        event.remove(pool, "checkout", listen)


@pytest.mark.parametrize("path", ["/help", "/motions", "/resolutions", "/publications", "/meetings", "/audit"])
def test_whoever_is_signed_in_costs_one_question_more(site, path):
    stranger, neighbour = site.visitor(), site.visitor("zhang")
    counts = []
    for visitor in (stranger, neighbour):
        for _ in range(2):  # what is kept between two pages is kept now
            with statements(site) as asked:
                assert visitor.get(path).status_code == 200
        counts.append(len(asked))
    assert 0 < counts[1] <= counts[0] + 1, (path, counts)


def test_that_somebody_was_here_is_written_down_every_few_minutes_only(site):
    visitor = site.visitor()
    visitor.press("/sign-in", "/sign-in", person=who("zhang"))
    seen = []
    for at in ("12:00", "12:04", "12:06", "12:07"):
        site.at(f"2026-04-02 {at}")
        visitor.get("/")
        with site.council.reading() as r:
            seen.append(sessions.of_person(r, who("zhang"))[0].seen)
    first, later = (int(moment(f"2026-04-02 {at}").timestamp()) for at in ("12:00", "12:06"))
    assert seen == [first, first, later, later]


def test_each_phone_has_a_session_of_its_own(site):
    phones = [site.visitor(), site.visitor()]
    for phone in phones:
        phone.press("/sign-in", "/sign-in", person=who("zhang"))
    phones[0].press("/", "/sign-out")
    assert [phone.get("/me").status_code for phone in phones] == [303, 200]
