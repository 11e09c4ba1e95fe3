"""Names, words and keys of polls are sealed under one key a person, which lies apart: a copied database says nothing."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from deliberation.council import Council
from deliberation.custody.erasing import all_of
from deliberation.intake.model import Report
from deliberation.log.aggregate import new_id
from deliberation.register import unsealed, vault
from deliberation.register.keyring import KeysElsewhere, beside, person_keys
from deliberation.register.private import Keys, PersonName, PollKey, Words
from tests.custody.spying import dump
from tests.given import SLUG, actor, found, refuses, who, words

NAME, SAID = "钱某某某", "三楼垂下飞线充电，孩子天天经过"
QIAN = who("qian")
DESK = actor("secretary")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(f"sqlite:///{tmp_path / 'apart' / 'k.keys.db'}", secrets.token_bytes(32))


@pytest.fixture
def town(database_url: str, keys: Keys, tmp_path: Path) -> Iterator[Council]:
    (tmp_path / "apart").mkdir()
    council = Council.open(database_url, SLUG, keys)
    found(council)
    report(council)
    yield council
    council.close()


def report(council: Council, person: str = "qian", said: str = SAID, number: str = "77") -> Words:
    spoken = words(said, person)
    council.save(Report.receive(number, channel="photo", place="1号楼", colour="red", words=spoken, by=DESK))
    with council.database.engine.begin() as connection:
        vault.shelve(connection, SLUG, [PersonName(QIAN, NAME, "13900001111")])
    return spoken


def read(council: Council, spoken: str = "") -> tuple[str, list[str]]:
    with council.reading() as r:
        kept = vault.of_person(r.live, SLUG, QIAN)
        return vault.names(r, [QIAN]).get(QIAN, ""), [*vault.texts(r, kept).values()]


def sql(council: Council, statement: str, **values: Any) -> None:
    with council.database.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount != 0


def test_what_is_kept_of_somebody_is_in_no_byte_of_the_database(town: Council, database_url: str) -> None:
    assert read(town) == (NAME, [SAID])
    raw = dump(database_url)
    assert [said for said in (NAME, SAID, "13900001111", "张某") if said.encode() in raw] == []


def test_another_process_with_the_same_keys_reads_it(town: Council, database_url: str, keys: Keys) -> None:
    other = Council.open(database_url, SLUG, keys)
    assert read(other) == (NAME, [SAID])
    with other.reading() as r:
        assert vault.called(r, NAME) == [QIAN]
    other.close()


def test_without_the_keys_it_is_not_opened_and_nobody_seems_erased(town: Council, database_url: str, keys: Keys) -> None:
    with refuses(KeysElsewhere):
        Council.open(database_url, SLUG)
    with refuses(KeysElsewhere):
        Council.open(database_url, SLUG, Keys(keys.url, secrets.token_bytes(32)))
    with refuses(KeysElsewhere):
        Council.open(database_url, SLUG, Keys(keys.url + ".other", keys.master))


def test_a_row_in_the_place_of_another_says_nothing(town: Council) -> None:
    li, zhang = who("li"), who("zhang")
    sql(town, "UPDATE vault_people SET sealed = (SELECT sealed FROM vault_people WHERE person = :li) WHERE person = :zhang", li=li, zhang=zhang)
    with town.reading() as r:
        assert vault.names(r, [li, zhang]) == {li: "李某", zhang: vault.ALTERED}


def test_a_backup_of_before_is_dead_once_the_key_is_destroyed(town: Council) -> None:
    tables = (vault.words_table, vault.people_table)
    with town.reading() as r:
        backup = {table: [dict(row._mapping) for row in r.live.execute(table.select())] for table in tables}
    erase(town)
    with town.database.engine.begin() as connection:
        for table, rows in backup.items():
            connection.execute(table.delete())
            connection.execute(table.insert(), rows)
    assert read(town) == ("", [])
    with town.reading() as r:
        assert vault.names(r, [who("li")]) == {who("li"): "李某"}


def erase(council: Council) -> None:
    with council.reading() as r:
        kept = vault.of_person(r.live, SLUG, QIAN)
    council.save(*all_of(QIAN, kept, ground="request", second=who("chair"), by=DESK))


def test_an_erasure_that_was_interrupted_is_finished_at_the_next_start(
    town: Council, database_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.database.ring, "erase", lambda community, asides: None)
    erase(town)
    assert town.database.ring.standing(SLUG, [QIAN]) == [QIAN]
    Council.open(database_url, SLUG, keys).close()
    assert town.database.ring.standing(SLUG, [QIAN]) == []


def test_of_a_destroyed_key_no_byte_stays_though_somebody_was_reading(town: Council, keys: Keys) -> None:
    """A reader keeps SQLite from emptying its log: that is made good with the next entry."""
    ring = town.database.ring
    assert ring.apart is not None
    with ring.apart.connect() as connection:
        wrapped = bytes(connection.execute(select(person_keys.c.wrapped).where(person_keys.c.person == QIAN)).scalar_one())
        erase(town)
        assert wrapped in dump(keys.url)
    report(town, "li", number="79")
    assert wrapped not in dump(keys.url)


def test_a_key_that_could_not_be_destroyed_is_destroyed_with_the_next_entry(town: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = town.database.ring

    def away(*_: Any) -> None:
        raise OperationalError("DELETE", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(ring, "destroy", away)
        with pytest.raises(OperationalError):
            erase(town)
        report(town, "li", number="79")
        assert ring.standing(SLUG, [QIAN]) == [QIAN]
    report(town, "li", number="80")
    assert ring.standing(SLUG, [QIAN]) == []


def test_an_erased_person_gets_no_second_key_in_any_process(town: Council, database_url: str, keys: Keys) -> None:
    other = Council.open(database_url, SLUG, keys)
    assert read(other) == (NAME, [SAID])
    erase(town)
    assert read(other) == ("", [])
    with other.database.engine.begin() as connection:
        vault.shelve(connection, SLUG, [PersonName(QIAN, NAME)])
    spoken = words("后来又说", "qian")
    other.save(Report.receive("78", channel="photo", place="1号楼", colour="red", words=spoken, by=DESK))
    assert read(other) == ("", [])
    with other.reading() as r:
        assert vault.texts(r, [spoken.commitment]) == {spoken.commitment: "后来又说"}, "they are nobody's words"
    other.close()


def test_keys_beside_what_they_open_move_out_and_leave_no_byte(database_url: str, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    council = Council.open(database_url, SLUG)
    found(council)
    report(council)
    with council.reading() as r:
        before = [bytes(row.wrapped) for row in r.live.execute(text("SELECT wrapped FROM person_keys"))]
    council.close()
    assert any(wrapped in dump(database_url) for wrapped in before)
    for _ in range(2):
        served = Council.open(database_url, SLUG, keys)
        assert read(served) == (NAME, [SAID])
        served.close()
    if database_url.startswith("sqlite"):
        assert not any(wrapped in dump(database_url) for wrapped in before)


def test_keys_under_their_usual_names_are_found_beside_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jiahe.db'}"
    assert beside(url) is None
    (tmp_path / "vault.key").write_text(secrets.token_hex(32), encoding="ascii")
    (tmp_path / "jiahe.keys.db").touch()
    for _ in range(2):
        council = Council.open(url, SLUG)
        assert council.database.ring.apart is not None
        council.close()


def test_a_key_that_was_taken_back_is_not_remembered(database_url: str) -> None:
    council, person = Council.open(database_url, SLUG), new_id()
    with council.database.engine.connect() as connection:
        vault.shelve(connection, SLUG, [PersonName(person, "第一次")])
        connection.rollback()
    with council.database.engine.begin() as connection:
        vault.shelve(connection, SLUG, [PersonName(person, "第二次")])
    other = Council.open(database_url, SLUG)
    with other.database.snapshot() as connection:
        key = other.database.ring.known(connection, SLUG, [person])[person]
        row = connection.execute(vault.people_table.select()).one()
        assert vault.opened(key, bytes(row.sealed), SLUG, person, "name") is not None
    other.close()
    council.close()


# databases of before


def test_a_database_of_before_is_sealed_when_it_is_opened(database_url: str, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    council = Council.open(database_url, SLUG)
    found(council)
    spoken, key, poll = words(SAID, "qian"), secrets.token_bytes(32), new_id()
    with council.database.engine.begin() as connection:
        for table in (vault.words_table, vault.people_table, vault.seals_table):
            connection.execute(table.delete())
        unsealed._tables.create_all(connection)
        mine = {"community": SLUG}
        connection.execute(unsealed.names.insert(), [{**mine, "person": QIAN, "name": NAME, "phone": "13900001111"}])
        row = {**mine, "commitment": spoken.commitment, "person": QIAN, "salt": spoken.salt, "text": SAID}
        connection.execute(unsealed.contents.insert(), [row])
        connection.execute(unsealed.poll_keys.insert(), [{**mine, "poll": poll, "key": key}])
    council.close()
    assert NAME.encode() in dump(database_url)
    served = Council.open(database_url, SLUG, keys)
    assert read(served) == (NAME, [SAID])
    with served.reading() as r:
        assert vault.poll_key(r, poll) == key
        assert vault.salts(r, [spoken.commitment]) == {spoken.commitment: spoken.salt}
    raw = dump(database_url)
    assert [said for said in (NAME.encode(), SAID.encode(), key, spoken.salt) if said in raw] == []
    served.close()


def test_an_altered_key_of_a_poll_is_no_key(database_url: str) -> None:
    council, poll = Council.open(database_url, SLUG), new_id()
    found(council)
    with council.database.engine.begin() as connection:
        vault.shelve(connection, SLUG, [PollKey(poll, b"k" * 32)])
    with council.reading() as r:
        assert vault.poll_key(r, poll) == b"k" * 32
    with council.database.engine.begin() as connection:
        connection.execute(vault.seals_table.update().values(sealed=b"x" * 60))
    with council.reading() as r:
        assert vault.poll_key(r, poll) is None
    council.close()


def test_files_may_be_copied_while_nobody_has_keys_apart(tmp_path: Path) -> None:
    council = Council.open(f"sqlite:///{tmp_path / 'a.db'}", SLUG)
    found(council)
    council.close()
    shutil.copy(tmp_path / "a.db", tmp_path / "b.db")
    copy = Council.open(f"sqlite:///{tmp_path / 'b.db'}", SLUG)
    with copy.reading() as r:
        assert vault.names(r, [who("li")]) == {who("li"): "李某"}
    copy.close()


def test_what_goes_wrong_is_told_without_what_was_to_be_written(town: Council) -> None:
    with pytest.raises(DBAPIError) as failed, town.database.engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": NAME})
    assert NAME not in str(failed.value)
