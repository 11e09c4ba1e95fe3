"""An evening's meeting with its pages: what the tests of notices and of records stand on."""

import pytest
from sqlalchemy import event

from deliberation.meetings import views
from deliberation.meetings.record import record
from tests.meetings import sittings


@pytest.fixture
def evening(site):
    """The evening of 2 April, with the matter of the ten rules open."""
    sittings.open_matter(site.council)
    site.at("2026-04-02 20:55")
    return site


@pytest.fixture
def meeting(evening):
    """A meeting in session: three present, one on leave, an observer, a speech and a decision."""
    return sittings.held(evening.council)


@pytest.fixture
def queries(site):
    """How many questions the database is asked meanwhile."""

    def count(act):
        asked = []
        note = lambda *given: asked.append(given[2])  # noqa: E731
        event.listen(site.council.database.reader, "before_cursor_execute", note)
        act()
        event.remove(site.council.database.reader, "before_cursor_execute", note)
        return len(asked)

    return count


def rows(site):
    """All meetings."""
    with site.council.reading() as r:
        return views.latest_meetings(r)


def lines(site, meeting):
    """The record's entries."""
    with site.council.reading() as r:
        return record(r, meeting.id).lines


def sheet(site, meeting):
    """person -> status of the attendance sheet."""
    with site.council.reading() as r:
        return {row.person: row.status for row in views.sheet_rows(r, meeting.id)}


def desk(meeting):
    """The address of the secretary's desk."""
    return f"/meetings/{meeting.id}/desk"
