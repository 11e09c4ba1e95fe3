"""A village with a matter that needs no review, for each test that asks for one."""

from collections.abc import Iterator

import pytest

from deliberation.council import Council
from tests.given import village
from tests.meetings.sittings import open_matter


@pytest.fixture
def town() -> Iterator[Council]:
    """A village of one's own, with the matter of the ten rules open."""
    with village() as council:
        open_matter(council, "WU_BU")
        yield council
