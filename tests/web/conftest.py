"""A village with its pages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from deliberation.council import Council
from tests.given import NOON, moment, village
from tests.web.visitor import Visitor
from web import create_app

SECRET = b"only for tests, 32 bytes long...."


class Site:
    """The app of a village, its clock, and people to visit it."""

    def __init__(self, council: Council, **options: Any) -> None:
        self.council = council
        self.app: Flask = create_app(council, **{"demo": True, "secret": SECRET, **options})
        self.app.testing = True
        self.now: datetime = moment(NOON)

    def at(self, text: str) -> None:
        """Set the clock, "2026-04-17 09:00" in China."""
        self.now = moment(text)

    def visitor(self, person: str = "") -> Visitor:
        """Somebody with a browser, signed in as a person of the village ("" = not at all)."""
        return Visitor(self.app.test_client(), person)


@pytest.fixture
def site(town: Council, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A village's pages, at noon of 2 April 2026 until told otherwise."""
    site = Site(town)
    monkeypatch.setattr("web.moment.clock", lambda: site.now)
    return site


@pytest.fixture
def town() -> Iterator[Council]:
    """A village of one's own."""
    with village() as council:
        yield council
