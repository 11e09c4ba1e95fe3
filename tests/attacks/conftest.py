"""The demonstration on a Monday in June, with its pages, for whoever means ill."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deliberation.actors import FREE_ROLES, ROLES, operator
from deliberation.council import Council
from deliberation.register.model import Holding
from deliberation.scenario.player import COMMUNITY, play
from deliberation.scenario.roster import roster
from tests.given import moment
from tests.web.conftest import Site

NOW = "2026-06-15 10:30"
CAST = roster().cast
#: A resident without any office, another, and one who was given every office there is.
RESIDENT, NEIGHBOUR, EVERYTHING = CAST["elder"], CAST["neighbour"], CAST["tenant"]


class Whole(NamedTuple):
    """The file as it was left, and the ids of its parts."""

    file: Path
    ids: dict[str, str]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    file = tmp_path_factory.mktemp("attacks") / "whole.db"
    council = Council.open(f"sqlite:///{file}", COMMUNITY)
    whole = Whole(file, furnish(council))
    council.close()
    return whole


def furnish(council: Council) -> dict[str, str]:
    """Play the story and its today, and give somebody all offices; return the ids."""
    stage = play(council, today=moment(NOW))
    by = operator(moment(NOW))
    offices = sorted(set(ROLES) - FREE_ROLES)
    held = [Holding.grant(EVERYTHING, role, since="2026-06-15", by=by) for role in offices]
    council.save(*held)
    return stage.ids | {"holding": held[0].id}


@pytest.fixture
def council(whole: Whole, tmp_path: Path) -> Iterator[Council]:
    """A copy of one's own."""
    shutil.copy(whole.file, tmp_path / "copy.db")
    council = Council.open(f"sqlite:///{tmp_path / 'copy.db'}", COMMUNITY)
    yield council
    council.close()


@pytest.fixture
def site(council: Council, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Its pages on that morning."""
    return site_of(council, monkeypatch)


def site_of(council: Council, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site(council)
    site.at(NOW)
    monkeypatch.setattr("web.moment.clock", lambda: site.now)
    site.app.extensions["checkpoints"].keys()  # as a server does when it starts
    return site
