"""A full check is begun once, tells how far it is, and its result stays."""

import json

import pytest

from deliberation.audit import desk
from deliberation.council import Council
from deliberation.log import runs
from deliberation.log.store import events
from tests.audit.conftest import show_of_hands
from tests.given import village, who


@pytest.fixture
def town(database_url):
    with village(database_url) as council:
        yield council


def row_of(council: Council, id: str):
    with council.database.reader.connect() as connection:
        return runs.run(connection, council.community, id)


def check(council: Council, at: int = 1_000):
    id, thread = desk.start(council, who("auditor"), lambda: at)
    if thread:
        thread.join()
    return row_of(council, id)


def test_a_check_of_a_sound_log_finds_nothing_and_stays(town):
    row = check(town)
    assert (runs.state(row, 1_000), row.findings, row.done, row.total) == ("good", 0, town.head().size, town.head().size)
    assert json.loads(row.report)["root"] == town.head().root.hex()
    with town.database.reader.connect() as connection:
        assert [each.id for each in runs.latest(connection, town.community, 5)] == [row.id]


def test_a_check_of_a_changed_log_names_the_first_bad_entry_first(town):
    with town.database.engine.begin() as connection:
        for position in (5, 3):
            mine = (events.c.community == town.community) & (events.c.position == position)
            leaf = bytes(connection.execute(events.select().where(mine)).one().leaf)
            connection.execute(events.update().where(mine).values(leaf=leaf.replace(b'"at":"2026', b'"at":"2025')))
    row = check(town)
    found = json.loads(row.report)["findings"]
    assert runs.state(row, 1_000) == "bad"
    assert row.findings >= len(found) > 0
    places = [each["position"] for each in found if each["position"] is not None]
    assert places == sorted(places)


def test_only_one_check_goes_on_at_a_time_and_a_dead_one_makes_room(town):
    with town.beside() as connection:
        runs.begin(connection, town.community, "first", person=who("auditor"), total=9, at=1_000)
    assert desk.start(town, who("auditor"), lambda: 1_100) == ("first", None)
    later = 1_000 + runs.SILENT + 1
    assert runs.state(row_of(town, "first"), later) == "broken"
    assert check(town, later).id != "first"


def test_a_check_that_breaks_is_written_down_as_broken_off(town, monkeypatch, caplog):
    monkeypatch.setattr(desk, "recount", lambda *_: 1 // 0)
    row = check(town)
    assert (runs.state(row, 1_000), row.report) == ("bad", "")
    assert "broke off" in caplog.text


def test_how_far_it_is_can_be_seen_while_it_goes_on(town, monkeypatch):
    seen = []

    def counting(council, tell):
        tell(7, 9)
        seen.append(row_of(council, id_of_running(council)).done)
        return desk_recount(council)

    def id_of_running(council):
        with council.database.reader.connect() as connection:
            return runs.latest(connection, council.community, 1)[0].id

    desk_recount = desk.recount
    monkeypatch.setattr(desk, "recount", counting)
    monkeypatch.setattr(desk, "PACE", 0)
    row = check(town)
    assert seen == [7]
    assert row.done == town.head().size


def test_a_report_names_what_was_declared_and_what_was_counted(town):
    show_of_hands(town)
    (poll,) = json.loads(check(town).report)["polls"]
    assert (poll["declared"], poll["counted"], poll["same"]) == ([3, 1, 0], [3, 1, 0], True)
