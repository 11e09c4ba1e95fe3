"""Given somebody who asks for it, when two at the desk erase them, then no page, past or present, shows what there was."""

import pytest

from deliberation.actors import operator
from deliberation.audit.recount import recount
from deliberation.log.aggregate import id_of
from deliberation.log.history import entries
from deliberation.register import vault
from deliberation.register.ownership import TitlePage
from deliberation.register.private import PersonName
from tests.custody.test_erasing import CHAIR, QIAN, SAID, bind, said
from tests.given import VILLAGE, unit, who
from tests.web.seconds import Strict

GIVEN = {"ground": "request", "second": CHAIR}


@pytest.fixture
def strict(site):
    return Strict(site)


def test_somebody_is_found_by_name_and_erased_by_two(site, town):
    spoken = said(town)
    bind(town)
    desk = site.visitor("secretary")
    assert f"/erasing/{QIAN}" in desk.get("/erasing?name=钱某").text
    page = desk.get(f"/erasing/{QIAN}")
    assert all(words in page.text for words in ("钱某", SAID, "重新计票也一样", "绑定同时解除"))
    before = town.head().size
    after = desk.press(page, "erase", **GIVEN)
    assert after.status_code == 200
    assert "删除好了" in after.text
    last = [entry.event.TYPE for entry in entries_of(town)][-2:]
    assert last == ["binding.ended", "person.erased"]
    assert "名册里没有叫" in desk.get("/erasing?name=钱某").text
    report = next(entry.event.id for entry in entries_of(town) if entry.event.TYPE == "report.received")
    for path in (f"/erasing/{QIAN}", "/erasing", f"/reports/{report}", f"/reports/{report}?as_of={before}", "/bindings"):
        page = desk.get(path)
        assert page.status_code == 200, path
        assert [text for text in ("钱某", SAID, spoken.salt.hex()) if text in page.text] == [], path
        assert "已删除" in page.text or "已经删除" in page.text, path


def entries_of(town):
    with town.reading() as r:
        return [*entries(r.live, r.community)]


def test_the_second_person_confirms_on_a_device_of_their_own(strict):
    page = f"/erasing/{QIAN}"
    desk = strict.visitor("secretary")
    waits = desk.press(page, "erase", **GIVEN)
    assert waits.status_code == 409
    assert "确认" in waits.text
    strict.says("chair", "yes")
    assert desk.press(waits, "erase").status_code == 200
    with strict.council.reading() as r:
        assert vault.names(r, [QIAN]) == {}


def test_erasing_again_is_refused_kindly(site, town):
    desk = site.visitor("secretary")
    form = desk.form(f"/erasing/{QIAN}", "erase")
    for _ in range(2):
        sent = desk.send(f"/erasing/{QIAN}", {**dict(form.fields), **GIVEN})
        assert sent.status_code == 303, "a double click is no second erasure"
    again = desk.send(f"/erasing/{QIAN}", {**dict(form.fields), **GIVEN, "key": "another"})
    assert again.status_code == 409
    assert "已经删除过了" in again.text


def test_somebody_in_office_is_told_what_comes_first(site):
    page = site.visitor("secretary").get(f"/erasing/{who('zhang')}")
    assert "先登记职务结束" in page.text
    assert 'id="erase"' not in page.text


def test_words_of_somebody_outside_the_register_go_by_their_number(site, town):
    spoken = said(town)
    desk = site.visitor("secretary")
    done = desk.press("/erasing", "words", commitment=spoken.commitment.upper(), **GIVEN)
    assert "那段话删除好了" in done.text
    with town.reading() as r:
        assert vault.texts(r, [spoken.commitment]) == {}
        assert vault.names(r, [QIAN]) == {QIAN: "钱某"}
    wrong = desk.press("/erasing", "words", commitment="0" * 64, **GIVEN)
    assert wrong.status_code == 422
    assert "0" * 64 in wrong.text


def test_names_among_the_owners_are_shown_and_go_by_themselves(site, town):
    owner = id_of(VILLAGE, "owner", "qian")
    by = operator(site.now)
    town.save(TitlePage.of_owners([[owner, "joint", QIAN]], [PersonName(owner, "钱某、孙某")], by=by))
    town.save(TitlePage.of_titles([[unit("qian"), owner, "dwelling", "register"]], by=by))
    desk = site.visitor("secretary")
    page = desk.get(f"/erasing/{QIAN}")
    assert (f"/erasing/{owner}" in page.text, "钱某、孙某" in page.text) == (True, True)
    assert desk.press(f"/erasing/{owner}", "erase", **GIVEN).status_code == 200
    assert "钱某、孙某" not in desk.get(f"/erasing/{QIAN}").text
    with town.reading() as r:
        assert vault.names(r, [QIAN, owner]) == {QIAN: "钱某"}
    assert recount(town).findings == []


def test_an_unknown_id_is_not_found(site):
    assert site.visitor("secretary").get(f"/erasing/{who('nobody at all')}").status_code == 404


def test_the_pages_speak_english(site):
    desk = site.visitor("secretary")
    desk.get("/language/en?towards=/erasing")
    assert "What stays" in desk.get(f"/erasing/{QIAN}").text
