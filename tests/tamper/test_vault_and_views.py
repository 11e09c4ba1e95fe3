"""Texts, keys and views lie outside the log: what was changed there is found too, or rebuilt."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from deliberation.cli import cli
from deliberation.council import Council
from tests.tamper.conftest import Whole, codes, first_quick, sql

Run = Callable[..., Result]


@pytest.fixture
def run(council: Council, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the command line on the copy."""
    url = council.database.engine.url.render_as_string()
    return lambda *arguments: CliRunner().invoke(cli, [*arguments, "--database", url])


# the vault

VAULT = {
    "other bytes": "UPDATE vault_words SET sealed = zeroblob(100) WHERE commitment = :one",
    "the end cut off": "UPDATE vault_words SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE commitment = :one",
    "text for bytes": "UPDATE vault_words SET sealed = 'x' WHERE commitment = :one",
    "words of somebody else": "UPDATE vault_words SET person = (SELECT max(person) FROM vault_people) WHERE commitment = :one",
    "no key": "DELETE FROM person_keys WHERE person = (SELECT person FROM vault_words WHERE commitment = :one)",
}


@pytest.mark.parametrize("statement", first_quick(VAULT))
def test_a_text_that_is_not_the_one_committed_to_is_found(council: Council, statement: str) -> None:
    sql(council, statement, one=a_commitment(council))
    assert codes(council) == {"C07"}


@pytest.mark.slow
def test_texts_in_each_others_place_are_found(council: Council) -> None:
    one = a_commitment(council)
    another = "SELECT {} FROM vault_words WHERE commitment <> :one LIMIT 1"
    values = f"person = ({another.format('person')}), sealed = ({another.format('sealed')})"
    sql(council, f"UPDATE vault_words SET {values} WHERE commitment = :one", one=one)
    assert codes(council) == {"C07"}


def test_an_erased_text_is_no_finding(council: Council) -> None:
    sql(council, "DELETE FROM vault_words WHERE commitment = :one", one=a_commitment(council))
    assert codes(council) == set()


def test_a_key_that_is_not_the_one_committed_to_is_found(council: Council, whole: Whole) -> None:
    sql(council, "UPDATE vault_seals SET sealed = zeroblob(60) WHERE poll = :poll", poll=whole.ids["poll"])
    assert codes(council) == {"C07"}


def a_commitment(council: Council) -> str:
    with council.reading() as r:
        return str(r.live.exec_driver_sql("SELECT min(commitment) FROM vault_words").scalar_one())


# views

VIEWS = {
    "a result": "UPDATE polls SET outcome = 'FAIL' WHERE outcome = 'PASS'",
    "a seconder": "DELETE FROM seconds WHERE person = (SELECT min(person) FROM seconds)",
    "a role": "UPDATE roles SET role = 'secretary' WHERE role = 'delegate'",
    "words": "UPDATE motions SET title = title || '（新）'",
}


@pytest.mark.parametrize("statement", first_quick(VIEWS))
def test_a_view_that_was_changed_is_found_and_folded_anew(council: Council, run: Run, statement: str) -> None:
    before = council.digest()
    sql(council, statement)
    assert council.digest() != before
    assert codes(council) == set(), "the log is as it was"
    answer = run("rebuild")
    assert (answer.exit_code, "不一致" in answer.output) == (1, True)
    assert council.digest() == before
    assert run("rebuild").exit_code == 0


@pytest.mark.slow
def test_what_a_recount_finds_is_the_exit_code(council: Council, run: Run) -> None:
    assert run("recount").exit_code == 0
    sql(council, "UPDATE vault_words SET sealed = zeroblob(40)")
    answer = run("recount")
    assert answer.exit_code == 1
    assert "C07" in answer.output
