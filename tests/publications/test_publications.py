"""Publications: how long they stay on display, and who may object until when."""

from typing import Any

import pytest

from deliberation.actors import Actor
from deliberation.council import Council
from deliberation.deadlines import UnknownYear
from deliberation.errors import NotFound
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import new_id
from deliberation.procedures.refusals import NoSuchMatter
from deliberation.publications import schemas
from deliberation.publications.model import (
    AlreadyAnswered,
    AlreadyObjected,
    NotPostedYet,
    Objection,
    ObjectionTooLate,
    PostedBackDated,
    PostingTooShort,
    PostingUnclear,
    Publication,
    PublicationNumberTaken,
    StillPosted,
    TakenDownAlready,
)
from deliberation.publications.views import (
    due_to_come_down,
    objection_by,
    objections_to,
    on_display,
    publication_row,
    publications_of,
    unanswered,
)
from deliberation.register import vault
from tests.given import actor, facts, given, refuses, replays, who, words
from tests.meetings.sittings import MATTER


def result(**more: Any) -> Publication:
    """The result of the vote, on display from 1 May for 15 days."""
    posting: dict[str, Any] = {
        "matter": MATTER,
        "number": "公示〔2026〕2",
        "kind": "result",
        "title": "表决结果公示",
        "text": "同意338，反对21，弃权12，通过。",
        "from_date": "2026-05-01",
        "days": 15,
        "place": "村务公开栏",
        "by": actor("secretary", at="2026-04-30 16:00"),
    }
    return Publication.post(**(posting | more))


def objection(publication: Publication, by: Actor, text: str = "请重新计票", person: str = "") -> Objection:
    """An objection to it."""
    return Objection.raise_(
        publication.id, publication.matter, publication.number, words(text, person), person=person, by=by
    )


def resident(at: str, person: str = "zhang") -> Actor:
    """A resident at a moment."""
    return actor("resident", at=at, person=person)


def test_fifteen_days_from_the_first_of_may_end_on_the_eighteenth() -> None:
    ((kind, body),) = facts(result())
    assert kind == "publication.posted"
    assert (body["from_date"], body["days"], body["until"]) == ("2026-05-01", 15, "2026-05-18")


@pytest.mark.parametrize("kind", ["result", "resolution", "implementation"])
def test_what_was_decided_is_on_display_for_fifteen_days_at_least(kind: str) -> None:
    with refuses(PostingTooShort, least=15, days=14):
        result(kind=kind, days=14)
    assert facts(result(kind="draft", days=7))[0][1]["until"] == "2026-05-08"


def test_nothing_is_posted_back_dated() -> None:
    with refuses(PostedBackDated, today="2026-04-30"):
        result(from_date="2026-04-29")
    assert facts(result(from_date="2026-04-30"))


@pytest.mark.parametrize("fault", [{"kind": "rumour"}, {"title": ""}, {"text": ""}])
def test_a_posting_has_a_kind_a_title_and_a_text(fault: dict[str, str]) -> None:
    with refuses(PostingUnclear):
        result(**fault)


def test_a_year_whose_holidays_are_unknown_is_refused() -> None:
    with refuses(UnknownYear):
        result(from_date="2199-05-01")


def test_it_is_taken_down_after_its_last_day_and_once() -> None:
    publication = given(result())
    with refuses(StillPosted, until="2026-05-18"):
        publication.take_down(by=actor("secretary", at="2026-05-18 23:59"))
    publication.take_down(by=actor("secretary", at="2026-05-19 08:00"))
    with refuses(TakenDownAlready):
        publication.take_down(by=actor("secretary", at="2026-05-19 08:01"))


def test_objections_are_raised_from_the_first_day_to_the_last_at_midnight(town: Council) -> None:
    publication = result()
    town.save(publication)
    with refuses(NotPostedYet, from_date="2026-05-01"):
        town.save(objection(publication, resident("2026-04-30 23:59")))
    town.save(objection(publication, resident("2026-05-01 00:00")))
    town.save(objection(publication, resident("2026-05-18 23:59", "li")))
    with refuses(ObjectionTooLate, until="2026-05-18"):
        town.save(objection(publication, resident("2026-05-19 00:00", "wang")))
    with town.reading() as r:
        row = publication_row(r, publication.id)
    assert (row.objections, row.unanswered) == (2, 2)


def test_a_clock_set_back_does_not_open_the_display_again(town: Council) -> None:
    publication = result()
    town.save(publication)
    later = actor("secretary", at="2026-05-19 08:00")
    town.save(result(number="公示〔2026〕3", by=later, from_date="2026-05-19"))
    with refuses(ObjectionTooLate):
        town.save(objection(publication, resident("2026-05-10 08:00")))


def test_one_objection_a_person(town: Council) -> None:
    publication = result()
    town.save(publication)
    town.save(objection(publication, resident("2026-05-06 09:00")))
    with refuses(AlreadyObjected):
        town.save(objection(publication, resident("2026-05-06 09:01"), "再说一遍"))


def test_the_secretary_enters_an_objection_made_at_the_counter(town: Council) -> None:
    publication = result()
    town.save(publication)
    by = actor("secretary", at="2026-05-06 10:00")
    town.save(objection(publication, by, "有租客代投", who("zhao")))
    with refuses(AlreadyObjected):
        town.save(objection(publication, resident("2026-05-06 11:00", "zhao")))
    with town.reading() as r:
        assert objection_by(r, publication.id, who("zhao")) is not None
        assert objection_by(r, publication.id, who("secretary")) is None


def test_an_objection_names_what_it_is_against(town: Council) -> None:
    publication = result()
    with refuses(NotFound):
        town.save(objection(publication, resident("2026-05-06 09:00")))
    town.save(publication)
    by = resident("2026-05-06 09:00")
    with refuses(NotFound):
        town.save(Objection.raise_(publication.id, MATTER, "公示〔2026〕9", words("?"), by=by))


def test_an_objection_is_answered_in_writing_once(town: Council) -> None:
    publication = result()
    town.save(publication)
    first = objection(publication, resident("2026-05-06 09:00"))
    town.save(first)
    with town.reading() as r:
        (waiting,) = unanswered(r)
    assert (waiting.number, waiting.title) == ("公示〔2026〕2", "表决结果公示")
    with town.change(Objection, first.id) as again:
        again.answer(words("重新计票结果相同：74/5/3"), upheld=False, by=actor("secretary", at="2026-05-07 09:00"))
        with refuses(AlreadyAnswered):
            again.answer(words("又答一遍"), upheld=True, by=actor("secretary", at="2026-05-07 09:01"))
    with town.reading() as r:
        (line,) = objections_to(r, publication.id)
        assert unanswered(r) == []
        assert publication_row(r, publication.id).unanswered == 0
    assert (line.said, line.answer, line.upheld) == ("请重新计票", "重新计票结果相同：74/5/3", False)


def test_what_somebody_objects_is_not_in_the_log() -> None:
    body = facts(objection(result(), resident("2026-05-06 09:00"), "三楼的老王"))[0][1]
    assert "老王" not in str(body)


def test_erased_words_of_an_objection_read_so(town: Council) -> None:
    publication = result()
    town.save(publication)
    town.save(objection(publication, resident("2026-05-06 09:00")))
    with town.database.engine.begin() as connection:
        connection.execute(vault.words_table.delete())
    with town.reading() as r:
        (line,) = objections_to(r, publication.id)
    assert (line.said, line.answer) == ("（已删除）", "")


def test_the_notice_board_on_a_day(town: Council) -> None:
    early, late = result(kind="draft", days=3, number="公示〔2026〕1"), result()
    town.save(early, late)
    with town.reading() as r:
        assert [row.id for row in on_display(r, "2026-05-06")] == [late.id, early.id]
        assert [row.id for row in on_display(r, "2026-05-07")] == [late.id]
        assert on_display(r, "2026-04-30") == []
        assert [row.id for row in due_to_come_down(r, "2026-05-07")] == [early.id]
        assert [row.id for row in publications_of(r, MATTER)] == [early.id, late.id]
    with town.change(Publication, early.id) as it:
        it.take_down(by=actor("secretary", at="2026-05-07 09:00"))
    with town.reading() as r:
        assert due_to_come_down(r, "2026-05-07") == []
    replays(town)


def test_a_number_is_given_once_and_the_matter_is_open(town: Council) -> None:
    town.save(result())
    with refuses(PublicationNumberTaken, number="公示〔2026〕2"):
        town.save(result())
    with refuses(NoSuchMatter):
        town.save(result(number="公示〔2026〕3", matter=new_id()))
    with town.reading() as r, refuses(NotFound):
        publication_row(r, new_id())


def test_forms_say_what_is_missing() -> None:
    with pytest.raises(BadForm) as refused:
        load(schemas.Post, {"matter": MATTER, "kind": "传单", "days": "0"})
    assert set(refused.value.errors) == {"number", "kind", "title", "text", "from_date", "days", "place"}
    assert load(schemas.Raise, {"said": " 请重新计票 "}) == {"said": "请重新计票", "person": ""}
    assert load(schemas.Answer, {"said": "不成立", "upheld": "否"})["upheld"] is False
