"""A batch in which something broke runs once more with a savepoint for each command."""

import pytest

from deliberation.log import database
from deliberation.log.aggregate import Aggregate, new_id
from deliberation.log.append import Batch
from deliberation.log.writer import Command, Receipt
from deliberation.register import vault
from deliberation.register.model import Page
from tests.given import NOON, SLUG, actor, place, village


@pytest.mark.parametrize("careful", [False, True])
def test_each_command_sees_what_the_one_before_it_left(careful: bool) -> None:
    building, by = new_id(), actor("operator", at=NOON)
    places = Page.of_places([[building, "building", "3号楼", place("网格一")]], by=by)
    units = Page.of_units([[new_id(), building, "3号楼101", 8_950]], by=by)
    with village() as town:

        def command(page: Aggregate) -> Command:
            events = page.collect_events()
            return Command(events, [town.mapper.to_stored_event(event) for event in events], [None])

        commands = [command(places), command(units)]
        with database.writer(town.database.engine).connect() as connection:
            answers = Batch(connection, SLUG, commands, vault.shelve).run(careful=careful)
    assert [type(answer) for answer in answers] == [Receipt, Receipt]
