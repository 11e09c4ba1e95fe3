"""The pinboard hangs while these tests run, on a database of each kind."""

from collections.abc import Iterator

import pytest

from deliberation.council import Council
from tests.log import pinboard


@pytest.fixture(autouse=True)
def _pinboard() -> Iterator[None]:
    with pinboard.hung():
        yield


@pytest.fixture
def board(database_url: str) -> Iterator[Council]:
    """A founded community with an empty pinboard."""
    council = pinboard.open_board(database_url)
    yield council
    council.close()
