"""Steps that take two: the second confirms with a sign-in of their own, exactly what the first sent."""

import io
import secrets
from typing import Any, NamedTuple

import pytest
from flask import Blueprint, render_template_string

from deliberation.access.beside import consents
from deliberation.forms import Form, Id, Line
from deliberation.log.history import entries
from deliberation.polls import entry
from deliberation.register.model import Holding
from tests.given import actor, household, who
from tests.meetings.sittings import open_matter
from tests.resolutions.adoptions import adopted
from tests.web.seconds import Strict
from tests.web.test_after_the_count import FOUND, finish
from tests.web.test_owners_vote import poll, sell
from tests.web.test_polls import NOTICE, announced, door, motion, opened, poll_of, seal
from tests.web.test_tasks import SERVED, TWO, issued, path_of
from tests.web.test_tasks import serve as served
from web.shell import command_key, confirmed, council, done, may, typed, uploads

__all__ = ["announced", "motion", "opened", "poll"]


class Case(NamedTuple):
    """A form that takes two: where, who fills it in and how, who has to confirm, and what is then in the log."""

    page: str
    form: str
    first: str
    typed: dict[str, Any]
    seconds: tuple[str, ...]
    event: str
    recorded: dict[str, Any]


@pytest.fixture
def strict(site):
    return Strict(site)


def sealing(site, given):
    desk = f"/polls/{given('opened')}/desk"
    typed = {"label": "党群中心", "kind": "station", "slips": "3", "second": who("secretary")}
    site.at("2026-04-29 17:00")
    return Case(desk, "seal", "scrutineer", typed, ("secretary",), "box.sealed", {"second": who("secretary")})


def settling(site, given):
    opened = given("opened")
    page = f"/polls/{opened}/slips/{(box := seal(site, opened, 2))}"
    site.visitor("secretary").press(page, "slip", door=door("li"), found="for")
    with site.council.reading() as r:
        (sheet,) = entry.sheets_to_confirm(r, box, who("scrutineer"))
    typed = {"sheet": sheet.id, "door": door("li"), "found": "against", "second": who("secretary")}
    return Case(f"{page}/again", "settle", "scrutineer", typed, ("secretary",), "slip.settled", {"second": who("secretary")})


def assisting(site, given):
    motion = given("motion")
    site.at("2026-04-17 09:00")
    notice = NOTICE | {"channels": ["phone", "paper", "assisted"]}
    answer = site.visitor("secretary").press(f"/polls/new/{motion.matter}/motion/{motion.id}", "announce", **notice)
    assert answer.status_code == 200, answer.text
    site.at("2026-04-27 08:30")
    poll = poll_of(site)
    site.visitor("secretary").press(f"/polls/{poll}/desk", f"/polls/{poll}/open")
    typed = {"door": door("li"), "choice": "for", "witness": who("grid_worker"), "place": "家中"}
    aid = {"aid": {"witness": who("grid_worker"), "place": "家中"}}
    return Case(f"/polls/{poll}/assist", "assist", "scrutineer", typed, ("grid_worker",), "ballot.cast", aid)


def correcting(site, given):
    desk = f"/polls/{given('announced')}/desk"
    typed = {"voter": household("zhang"), "holder": "李某", "second": who("scrutineer"), "reason": "户主住院"}
    return Case(desk, "correct", "secretary", typed, ("scrutineer",), "roll.corrected", {"second": who("scrutineer")})


def refreshing(site, given):
    desk = f"/polls/{given('poll')}/desk"
    sell(site, "3号楼202", "zhou")
    typed = {"second": who("scrutineer"), "reason": "九十平方米过户"}
    return Case(desk, "refresh", "secretary", typed, ("scrutineer",), "roll.corrected", {"second": who("scrutineer")})


def recounting(site, given):
    desk = f"/polls/{finish(site, given('opened'))}/desk"
    typed = FOUND | {"second": who("second_scrutineer")}
    event = ("second_scrutineer",), "poll.recounted", {"second": who("second_scrutineer")}
    return Case(desk, "recount", "scrutineer", typed, *event)


def a_notice(site):
    open_matter(site.council, "WU_BU")
    compact = adopted(site.council)
    site.at("2026-05-21 10:30")
    return issued(site.council, compact)


def serving(site, given):
    typed = SERVED | {"how": "refused_witnessed", "witness": "李某"}
    recorded = {"workers": TWO, "witness": who("li")}
    notice = path_of(a_notice(site))
    return Case(notice, "serve", "grid_worker", typed, ("second_grid_worker", "li"), "notice.served", recorded)


def inspecting(site, given):
    notice = a_notice(site)
    served(site.council, notice)
    site.at("2026-05-25 09:30")
    typed = {"result": "ok", "workers": TWO, "remark": "线已拆除。"}
    # Somebody else enters it: both who went confirm.
    both = ("grid_worker", "second_grid_worker")
    return Case(path_of(notice), "inspect", "secretary", typed, both, "notice.inspected", {"workers": TWO})


CASES = [sealing, settling, assisting, correcting, refreshing, recounting, serving, inspecting]


@pytest.fixture
def case(request, site):
    return request.param(site, request.getfixturevalue)


def of_all(function):
    return pytest.mark.parametrize("case", CASES, indirect=True, ids=lambda case: case.__name__)(function)


def of_one(function):
    return pytest.mark.parametrize("case", [sealing], indirect=True, ids=["sealing"])(function)


def size(site):
    return site.council.head().size


def newest(site, event, since):
    with site.council.reading() as r:
        (found,) = entries(r.live, r.community, after=since, kinds=[event])
    return found.event.body()


def waiting(council):
    with council.beside() as connection:
        return connection.execute(consents.select()).fetchall()


@of_all
def test_a_step_of_two_waits_for_the_sign_in_of_each(site, strict, case):
    before, first = size(site), strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed)
    assert answer.status_code == 409
    assert "还没有记下：这一步要等" in answer.text
    assert f'form="{case.form}"' in answer.text
    for second in case.seconds:
        answer = first.press(answer, case.form)
        assert (answer.status_code, size(site)) == (409, before)
        assert "等您确认：1 件" in strict.visitor(second).get("/").text
        assert "您确认了" in strict.says(second, "yes").text
    answer = first.press(answer, case.form)
    assert answer.status_code == 200, answer.text
    body = newest(site, case.event, before)
    assert {name: body[name] for name in case.recorded} == case.recorded
    assert waiting(site.council) == []


@of_all
def test_the_demonstration_takes_the_name_that_was_chosen(site, case):
    before = size(site)
    assert site.visitor(case.first).press(case.page, case.form, **case.typed).status_code == 200
    assert newest(site, case.event, before)
    assert waiting(site.council) == []


@of_all
def test_a_no_is_told_to_the_first_and_the_next_press_asks_anew(site, strict, case):
    before, first = size(site), strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed)
    assert "您没有同意" in strict.says(case.seconds[-1], "no").text
    answer = first.press(answer, case.form)
    assert (answer.status_code, "没有同意，什么也没有记下" in answer.text) == (409, True)
    answer = first.press(answer, case.form)
    assert (answer.status_code, "还没有记下：这一步要等" in answer.text) == (409, True)
    assert "等您确认：1 件" in strict.visitor(case.seconds[-1]).get("/").text
    assert size(site) == before


@of_all
def test_what_is_asked_is_told_in_the_words_of_the_page(strict, case):
    strict.visitor(case.first).press(case.page, case.form, **case.typed)
    page = strict.visitor(case.seconds[-1]).get("/confirm").text
    main = page[page.index("<main") : page.index("</main")]
    shown = main.replace('name="digest"', "")
    for value in (*case.typed.values(), who(case.first)):
        for one in value if isinstance(value, list) else [value]:
            assert len(one) != 36 or one not in shown, "an id instead of a name"
    assert "谁请您确认" in main
    for name in case.typed:
        assert f"<dt>{name}</dt>" not in main


# exactly this form


@of_one
def test_a_changed_form_asks_anew(site, strict, case):
    before, first = size(site), strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed)
    strict.says("secretary", "yes")
    answer = first.press(answer, case.form, slips="30")
    assert (answer.status_code, size(site)) == (409, before)
    assert "30" in strict.visitor("secretary").get("/confirm").text
    # Nor does going back help: what was agreed to is no longer what was asked last.
    assert first.press(answer, case.form, slips="3").status_code == 409
    strict.says("secretary", "yes")
    assert first.press(answer, case.form, slips="3").status_code == 200
    assert newest(site, case.event, before)["slips"] == 3


@of_one
def test_what_was_changed_since_it_was_read_is_not_confirmed(strict, case):
    first, second = strict.visitor(case.first), strict.visitor("secretary")
    answer = first.press(case.page, case.form, **case.typed)
    read = second.get("/confirm")
    first.press(answer, case.form, slips="30")
    (form,) = [form for form in second.forms(read) if form.id.startswith("answer-")]
    late = second.press(read, form.id, said="yes")
    assert (late.status_code, "您的回答没有记下" in late.text) == (409, True)
    assert [row.answer for row in waiting(strict.council)] == [""]


@of_one
def test_a_consent_opens_no_other_form_after_its_use(site, strict, case):
    first = strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed)
    strict.says("secretary", "yes")
    assert first.press(answer, case.form).status_code == 200
    before = size(site)
    # The same form once more is the same command; a fresh one, typed alike, is another.
    assert "已经记下了" in first.press(answer, case.form).text
    assert first.press(case.page, case.form, **case.typed).status_code == 409
    assert size(site) == before


@of_one
def test_another_first_person_cannot_use_it(site, strict, case):
    first = strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed)
    strict.says("secretary", "yes")
    thief, before = strict.visitor("grid_worker"), size(site)
    fields = dict(first.form(answer, case.form).fields) | {"csrf_token": dict(thief.form("/", "/sign-out").fields)["csrf_token"]}
    assert thief.send(first.form(answer, case.form).action, fields).status_code == 409
    assert size(site) == before


@of_one
def test_a_consent_is_over_after_an_hour(site, strict, case):
    first, before = strict.visitor(case.first), size(site)
    site.at("2026-04-29 15:00")
    answer = first.press(case.page, case.form, **case.typed)
    strict.says("secretary", "yes")
    site.at("2026-04-29 16:00")
    answer = first.press(answer, case.form)
    assert "还没有记下：这一步要等" in answer.text
    assert size(site) == before
    strict.says("secretary", "yes")
    assert first.press(answer, case.form).status_code == 200


@of_one
def test_a_consent_of_another_community_is_none(site, strict, case):
    first, before = strict.visitor(case.first), size(site)
    answer = first.press(case.page, case.form, **case.typed)
    strict.says("secretary", "yes")
    with site.council.beside() as connection:
        connection.execute(consents.update().values(community="yonghe"))
    assert first.press(answer, case.form).status_code == 409
    assert size(site) == before


# who


@of_one
def test_nobody_confirms_for_themselves(strict, case):
    first = strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed | {"second": who(case.first)})
    assert answer.status_code in (409, 422)
    assert waiting(strict.council) == []


@pytest.mark.parametrize("case", [assisting], indirect=True)
def test_nobody_is_their_own_witness(strict, case):
    first = strict.visitor(case.first)
    answer = first.press(case.page, case.form, **case.typed | {"witness": who(case.first)})
    assert (answer.status_code, "不能选您自己" in answer.text) == (422, True)


@of_one
def test_the_first_cannot_answer_what_the_second_is_asked(strict, case):
    first, second = strict.visitor(case.first), strict.visitor("secretary")
    first.press(case.page, case.form, **case.typed)
    (form,) = [form for form in second.forms("/confirm") if form.id.startswith("answer-")]
    fields = dict(form.fields) | {"csrf_token": dict(first.form("/", "/sign-out").fields)["csrf_token"], "said": "yes"}
    assert first.send(form.action, fields).status_code == 409
    assert [row.answer for row in waiting(strict.council)] == [""]
    assert "现在没有等您确认的事" in first.get("/confirm").text


@of_one
@pytest.mark.parametrize("person", ["li", "committee", "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10"])
def test_somebody_without_the_office_is_not_asked(site, strict, case, person):
    before = size(site)
    answer = strict.visitor(case.first).press(case.page, case.form, **case.typed | {"second": who(person)})
    assert (answer.status_code, "不能一起办这一步" in answer.text) == (422, True)
    assert (waiting(strict.council), size(site)) == ([], before)


@of_one
def test_an_office_that_ended_meanwhile_confirms_nothing(site, strict, case):
    first = strict.visitor(case.first)
    held = Holding.grant(who("wu"), "grid_worker", since="2026-04-01", by=actor("operator"))
    site.council.save(held)
    answer = first.press(case.page, case.form, **case.typed | {"second": who("wu")})
    strict.says("wu", "yes")
    with site.council.change(Holding, held.id) as changed:
        changed.end("2026-04-28", by=actor("operator", at="2026-04-29 17:01"))
    before = size(site)
    assert first.press(answer, case.form).status_code == 422
    assert size(site) == before


@of_one
def test_an_answer_is_yes_or_no(strict, case):
    strict.visitor(case.first).press(case.page, case.form, **case.typed)
    answer = strict.says("secretary", "perhaps")
    assert answer.status_code == 422
    assert [row.answer for row in waiting(strict.council)] == [""]


def test_somebody_who_is_not_signed_in_has_nothing_to_confirm(strict):
    visitor = strict.app.test_client()
    assert visitor.get("/confirm").status_code == 303
    assert "等您确认" not in visitor.get("/").text


@of_one
def test_staff_see_it_on_their_desk_and_in_english(strict, case):
    strict.visitor(case.first).press(case.page, case.form, **case.typed)
    second = strict.visitor("secretary")
    assert "等您确认：1 件" in second.get("/desk").text
    second.client.set_cookie("language", "en")
    page = second.get("/confirm").text
    for words in ("seal a ballot box", "Waiting for you", "I do not agree", "What they entered"):
        assert words in page, words


# files

bp = Blueprint("shed", __name__)


class Kept(Form):
    """A list that two have looked at."""

    label = Line(40)
    ticket = Line(40)
    pin = Line(40, required=False)
    second = Id()


@bp.get("/shed")
@may("secretary")
def show():
    text = """{% import "ui.html" as ui with context %}{{ shell.trouble().sentence if shell.trouble() }}
    {% call(f) ui.form("/shed", id="shed", files=True) %}{{ ui.field(f, "label", "名称") }}{{ ui.field(f, "second", "另一位") }}
    {{ ui.field(f, "scan", "扫描件", kind="file") }}
    {{ ui.field(f, "pin", "密码") }}{{ ui.hidden("ticket", ticket) }}{% endcall %}"""
    return render_template_string(text, ticket=f"eyJhIjoxfQ.{secrets.token_hex(8)}")


@bp.post("/shed")
@uploads()
@may("secretary", again=".show")
def keep():
    form = typed(Kept)
    confirmed(form["second"], "scrutineer", step=("存一份名单", "keep a list"), about=form["ticket"][:6], apart=("ticket",))
    council().save(
        Holding.grant(
            who("li"), "grid_worker", since="2026-04-01", second=who("chair"), by=actor("secretary", at="2026-04-02 12:00")
        ),
        command=command_key(),
    )
    return done(".show")


def test_a_file_is_part_of_what_is_confirmed(site, strict):
    strict.app.register_blueprint(bp)
    first, before = strict.visitor("secretary"), size(site)

    def sent(page, content):
        return first.press(page, "shed", label="甲", second=who("scrutineer"), scan=(io.BytesIO(content), "list.pdf"))

    answer = sent("/shed", b"%PDF one")
    assert "文件要重新选一次" in answer.text
    page = strict.visitor("scrutineer").get("/confirm").text
    assert "list.pdf (SHA-256 " in page
    strict.says("scrutineer", "yes")
    assert sent(answer, b"%PDF two").status_code == 409
    assert size(site) == before
    strict.says("scrutineer", "yes")
    assert sent(answer, b"%PDF two").status_code == 200
    assert size(site) == before + 1


def test_no_secret_is_told_or_kept_and_a_fresh_one_may_come_with_the_second_press(site, strict):
    strict.app.register_blueprint(bp)
    first, before = strict.visitor("secretary"), size(site)
    answer = first.press("/shed", "shed", label="甲", second=who("scrutineer"), pin="830172")
    assert "密码要重新填一次" in answer.text
    (row,) = waiting(site.council)
    assert "甲" in row.told
    assert not [secret for secret in ("830172", "eyJhIjoxfQ") if secret in repr(row)]
    strict.says("scrutineer", "yes")
    # What the fresh ticket of the page stands for is part of it: another thing is another form.
    assert first.press(answer, "shed", pin="830173", ticket="other").status_code == 409
    assert first.press(answer, "shed", pin="830173").status_code == 409
    strict.says("scrutineer", "yes")
    assert first.press(answer, "shed", pin="830173").status_code == 200
    assert size(site) == before + 1
