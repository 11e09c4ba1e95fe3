"""Given a page that many read, when nothing happened since, then it is made once; after the next entry, anew."""

import pytest
from flask import session

from tests.given import who
from tests.web.visitor import token_of
from web.alike import alike


def _made_by(calls: list[str]):
    def make(name: str) -> str:
        calls.append(name)
        return f"<p>{name}</p>"

    return make


def test_it_is_made_once_for_a_state_of_the_log(site):
    calls: list[str] = []
    make = _made_by(calls)
    for _ in range(3):
        with site.app.test_request_context("/"):
            assert alike(make, "a") == "<p>a</p>"
    assert calls == ["a"]


@pytest.mark.parametrize("address", ["/?as_of=1", "/?at=2026-03-03"])
def test_the_past_is_not_kept(site, address):
    calls: list[str] = []
    make = _made_by(calls)
    for _ in range(2):
        with site.app.test_request_context(address):
            alike(make, "a")
    assert calls == ["a", "a"]


def test_languages_and_strangers_have_their_own(site):
    calls: list[str] = []
    make = _made_by(calls)
    with site.app.test_request_context("/"):
        alike(make, "a")
    with site.app.test_request_context("/", headers={"Cookie": "language=en"}):
        alike(make, "a")
    with site.app.test_request_context("/"):
        session["token"] = token_of(site.visitor().client, who("zhang"))
        alike(make, "a")
    assert len(calls) == 3


def test_what_is_refused_is_not_kept(site):
    tries = []

    def make() -> str:
        tries.append(1)
        raise ValueError("nothing")

    for _ in range(2):
        with site.app.test_request_context("/"), pytest.raises(ValueError, match="nothing"):
            alike(make)
    assert len(tries) == 2
