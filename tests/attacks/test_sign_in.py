"""Whoever guesses, replays, swaps, races or turns the clock comes in nowhere, and reads what to do instead."""

import logging
import re
import threading
from datetime import timedelta

import pytest

from deliberation.access import sessions, tries
from deliberation.access.keys import keys_of
from deliberation.access.letters import SignIn
from deliberation.access.views import binding_of_person
from deliberation.actors import SECRETARY, operator
from deliberation.council import Council
from deliberation.register.model import Community, Holding
from tests import postgres
from tests.given import moment, village, who
from tests.web.conftest import SECRET, Site
from tests.web.devices import adds
from tests.web.test_letters import letters_of, opened
from tests.web.visitor import Visitor
from web.keydoor import KeyDoor

pytestmark = pytest.mark.slow
PIN = "274918"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    with village(postgres.fresh_url() if request.param == "postgres" else "") as town:
        made = another(town)
        monkeypatch.setattr("web.moment.clock", lambda: made.now)
        town.save(SignIn.adopt(72, 60, by=operator(made.now)))
        yield made


def another(town) -> Site:
    """One more server of the same community, as after a restart or in another process."""
    return Site(town, demo=False, door=KeyDoor(), phone="0512-1234")


@pytest.fixture
def letters(site: Site) -> dict[str, tuple[str, str]]:
    return letters_of(site.visitor("secretary").press("/letters", "make", whom="households"))


@pytest.fixture
def mine(letters: dict[str, tuple[str, str]]) -> tuple[str, str]:
    return letters["1号楼101户"]


def bound(site: Site, letter: tuple[str, str], name: str = "张某") -> Visitor:
    visitor = site.visitor()
    done = visitor.press(opened(visitor, *letter, name), "pin", pin=PIN, pin_again=PIN)
    assert "绑定好了" in done.text
    return visitor


def sign_in(visitor: Visitor, number: str, secret: str = PIN, **more: object):
    return visitor.press("/sign-in", "by-number", number=number, secret=secret, **more)


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/me").status_code == 200


# guesses


def test_a_code_is_guessed_five_times_then_nobody_looks(site, mine):
    number, code = mine
    for left in (4, 3, 2, 1, 0):
        answer = opened(site.visitor(), number, "0000000000", "张某")
        assert f"还可以试{left}次" in answer.text
        assert "打电话0512-1234" in answer.text
    answer = opened(site.visitor(), number, code, "张某")
    assert answer.status_code == 429
    assert "试的次数太多了" in answer.text
    assert opened(another(site.council).visitor(), number, code, "张某").status_code == 429  # another process
    site.now += timedelta(seconds=tries.WINDOW)
    assert "要绑定的住处" in opened(site.visitor(), number, code, "张某").text


def test_the_answer_never_says_which_part_was_wrong(site, letters):
    (number, code), (other, _) = letters["1号楼101户"], letters["1号楼102户"]
    wrong = [(number, "0000000000", "张某"), (number, code, "李某"), (other, code, "张某"), ("12345678", code, "张某")]
    said = {re.search(r"登录号、码和姓名[^<]*", opened(site.visitor(), *each).text)[0] for each in wrong}
    assert {re.sub(r"还可以试\d次", "", each) for each in said} == {re.sub(r"还可以试\d次", "", said.pop())}


def test_a_hundred_guesses_at_the_same_instant_are_five(site, mine, monkeypatch):
    number, looked, lock = mine[0], [], threading.Lock()
    real = site.app.extensions["locks"].opens

    def opens(*given: object) -> bool:
        with lock:
            looked.append(given)
        return bool(real(*given))

    monkeypatch.setattr(site.app.extensions["locks"], "opens", opens)
    visitors = [site.visitor() for _ in range(20)]
    forms = [dict(visitor.form("/letter", "letter").fields) for visitor in visitors]

    def guess(n: int) -> None:
        visitors[n].send("/letter", {**forms[n], "number": number, "code": f"{n:010d}", "name": "张某"})

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == tries.PER_SUBJECT


def test_a_pin_is_guessed_five_times_and_the_limit_outlives_a_restart(site, mine):
    bound(site, mine)
    for _ in range(5):
        assert "登录号和密码对不上" in sign_in(site.visitor(), mine[0], "000000").text
    assert sign_in(another(site.council).visitor(), mine[0]).status_code == 429
    site.now += timedelta(minutes=15)
    visitor = site.visitor()
    sign_in(visitor, mine[0])
    assert is_in(visitor)


def test_one_address_does_not_try_all_letters(site, letters, monkeypatch):
    monkeypatch.setattr("web.guessing.PER_ADDRESS", 60)
    numbers = [number for number, _ in letters.values()]
    answers = [opened(site.visitor(), numbers[n % 8], "0000000000", "x").status_code for n in range(40)]
    assert set(answers) == {422}
    for n in range(20):
        sign_in(site.visitor(), f"{10_000_000 + n}", "0")
    assert opened(site.visitor(), *letters["1号楼101户"], "张某").status_code == 429


def test_an_unknown_number_and_a_wrong_pin_read_the_same(site, mine):
    bound(site, mine)
    texts = [re.search(r"登录号和密码[^<]*", sign_in(site.visitor(), number, "000000").text)[0] for number in (mine[0], "12345678")]
    assert texts[0] == texts[1]


def replaced(site: Site, number: str):
    """Replace a letter: asked for by one, confirmed by another on a device of their own, then printed."""
    desk = site.visitor("secretary")
    waits = desk.press("/letters", "replace", number=number, reason="lost", second=who("second_secretary"))
    other = site.visitor("second_secretary")
    form = next(form for form in other.forms("/confirm") if form.action.startswith("/confirm/"))
    other.send(form.action, dict(form.fields) | {"said": "yes"})
    return desk.press(waits, "replace")


# what was used, replaced, expired, swapped


def test_a_used_letter_says_so_to_whoever_holds_it(site, mine):
    bound(site, mine)
    answer = opened(site.visitor(), *mine, "张某")
    assert "已经有人用过" in answer.text


def test_a_letter_that_was_replaced_or_has_expired_opens_nothing(site, letters):
    old = letters["1号楼101户"]
    new = letters_of(replaced(site, old[0]))["1号楼101户"]
    assert "换过新的" in opened(site.visitor(), *old, "张某").text
    site.now += timedelta(days=61)
    assert "过期" in opened(site.visitor(), *new, "张某").text


def test_a_page_that_was_opened_before_the_letter_was_replaced_binds_nobody(site, mine):
    visitor = site.visitor()
    page = opened(visitor, *mine, "张某")
    replaced(site, mine[0])
    answer = visitor.press(page, "pin", pin=PIN, pin_again=PIN)
    assert "换过新的" in answer.text
    with site.council.reading() as r:
        assert binding_of_person(r, who("zhang")) is None


def test_a_page_made_up_or_of_another_secret_binds_nobody(site, mine):
    stranger = Site(site.council, demo=False, door=KeyDoor(), secret=SECRET[::-1]).visitor()
    visitor = site.visitor()
    fields = dict(visitor.form(opened(visitor, *mine, "张某"), "pin").fields)
    for ticket in ("", "x", fields["ticket"][:-2], fields["ticket"].replace(".", "", 1)):
        answer = visitor.send("/letter/bind", {**fields, "ticket": ticket, "pin": PIN, "pin_again": PIN})
        assert "这一页放得太久" in answer.text
    forged = dict(stranger.form("/letter", "letter").fields)
    assert "这一页放得太久" in stranger.send("/letter/bind", {**fields, **forged, "pin": PIN, "pin_again": PIN}).text
    with site.council.reading() as r:
        assert binding_of_person(r, who("zhang")) is None


def test_a_form_sent_twice_signs_nobody_else_in(site, mine):
    visitor = site.visitor()
    fields = dict(visitor.form(opened(visitor, *mine, "张某"), "pin").fields) | {"pin": PIN, "pin_again": PIN}
    assert visitor.send("/letter/bind", fields).status_code == 303
    thief = site.visitor()
    own = {"csrf_token": dict(thief.form("/letter", "letter").fields)["csrf_token"]}
    thief.send("/letter/bind", {**fields, **own})
    assert not is_in(thief)


def test_of_two_phones_with_one_letter_one_is_bound_and_the_other_told(site, mine):
    visitors = [site.visitor(), site.visitor()]
    forms = [dict(v.form(opened(v, *mine, "张某"), "pin").fields) | {"pin": PIN, "pin_again": PIN} for v in visitors]
    answers: list[str] = ["", ""]

    def bind(n: int) -> None:
        answer = visitors[n].send("/letter/bind", forms[n])
        answers[n] = f"{answer.status_code} {answer.text}"

    threads = [threading.Thread(target=bind, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = answers.index(next(answer for answer in answers if answer.startswith("303")))
    assert "已经有人用过" in answers[1 - winner]
    assert (is_in(visitors[winner]), is_in(visitors[1 - winner])) == (True, False)


# sessions


def test_a_session_planted_before_signing_in_is_worth_nothing_after(site, mine):
    bound(site, mine)
    victim, thief = site.visitor(), site.visitor()
    victim.get("/sign-in")
    with victim.client.session_transaction() as planted:
        planted["token"] = "planted"
    with thief.client.session_transaction() as stolen:
        stolen["token"] = "planted"
    sign_in(victim, mine[0])
    assert (is_in(victim), is_in(thief)) == (True, False)


def test_a_stolen_cookie_ends_with_the_session(site, mine):
    bound(site, mine)
    victim, thief = site.visitor(), site.visitor()
    sign_in(victim, mine[0])
    with victim.client.session_transaction() as known, thief.client.session_transaction() as stolen:
        stolen["token"] = known["token"]
    assert is_in(thief)
    victim.press("/", "/sign-out")
    assert (is_in(victim), is_in(thief)) == (False, False)


def test_the_table_of_sessions_signs_nobody_in(site, mine):
    bound(site, mine)
    with site.council.beside() as connection:
        stored = [row.token for row in connection.execute(sessions.sessions.select())]
    thief = site.visitor()
    for token in stored:
        with thief.client.session_transaction() as stolen:
            stolen["token"] = token
        assert not is_in(thief)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_led_elsewhere(site, mine, target):
    bound(site, mine)
    visitor = site.visitor()
    answer = visitor.press("/sign-in", "by-number", number=mine[0], secret=PIN, towards=target, follow=False)
    assert answer.headers["Location"] == "/"


def test_a_pin_opens_no_office(site, mine):
    visitor = in_office(site, mine)
    assert is_in(visitor)
    answer = visitor.get("/desk")
    assert answer.status_code == 403
    assert "工作人员的登录信" in answer.text


def in_office(site: Site, mine: tuple[str, str]) -> Visitor:
    """A secretary who signed in with a PIN."""
    visitor = bound(site, mine)
    site.council.save(Holding.grant(who("zhang"), SECRETARY, since="2026-04-01", by=operator(site.now)))
    return visitor


def test_a_pin_makes_no_passkey_that_would_open_an_office(site, mine):
    answer = adds(in_office(site, mine), b"one device", present=PIN)
    assert (answer.status_code, "工作人员的登录信" in answer.text) == (403, True)
    with site.council.reading() as r:
        assert [key.kind for key in keys_of(r, who("zhang"))] == ["pin"]


def test_a_pin_confirms_nothing_in_an_office(site, mine, letters):
    visitor, desk = in_office(site, mine), site.visitor("secretary")
    waits = desk.press("/letters", "replace", number=letters["1号楼102户"][0], reason="lost", second=who("zhang"))
    form = next(form for form in visitor.forms("/confirm") if form.action.startswith("/confirm/"))
    answer = visitor.send(form.action, dict(form.fields) | {"said": "yes"}, follow=True)
    assert (answer.status_code, "工作人员的登录信" in answer.text) == (403, True)
    assert desk.press(waits, "replace").status_code == 409
    # With two factors shown the same ask is answered.
    strong = site.visitor("zhang")
    form = next(form for form in strong.forms("/confirm") if form.action.startswith("/confirm/"))
    strong.send(form.action, dict(form.fields) | {"said": "yes"})
    assert letters_of(desk.press(waits, "replace"))


@pytest.mark.parametrize("other", ["nothing", "rules", "make"])
def test_whoever_confirms_reads_all_even_if_the_form_calls_itself_another(site, letters, other):
    desk, number = site.visitor("secretary"), letters["1号楼102户"][0].replace(" ", "")
    fields = dict(desk.form("/letters", "replace").fields)
    desk.send("/letters/replace", fields | {"form": other, "number": number, "reason": "lost", "second": who("second_secretary")})
    page = site.visitor("second_secretary").get("/confirm").text
    assert number in page
    assert "lost" in page


# clocks


def test_a_clock_that_jumps_forward_asks_again_and_backward_lets_nobody_in_longer(site, mine):
    visitor = bound(site, mine)
    site.now += timedelta(days=15)
    assert not is_in(visitor)
    sign_in(visitor, mine[0])
    assert is_in(visitor)
    site.now -= timedelta(days=15)
    assert is_in(visitor)
    for _ in range(5):
        sign_in(site.visitor(), mine[0], "000000")
    site.now -= timedelta(seconds=tries.WINDOW - 1)
    assert sign_in(site.visitor(), mine[0]).status_code == 429


def test_nobody_votes_by_turning_the_clock_of_a_letter(site, mine):
    """The waiting time is the log's, and the log's time never goes back."""
    bound(site, mine)
    with site.council.reading() as r:
        row = binding_of_person(r, who("zhang"))
    assert row.votes_from - row.made == 72 * 3600


# what is written down elsewhere


def test_no_log_line_has_a_name_a_number_or_a_secret(site, mine, caplog):
    with caplog.at_level(logging.DEBUG):
        visitor = bound(site, mine)
        sign_in(site.visitor(), mine[0], "000000")
        visitor.get("/me")
        visitor.press("/", "/sign-out")
    written = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy"))
    for secret in ("张某", mine[0], mine[1], PIN, who("zhang")):
        assert secret not in written


def test_another_community_in_the_database_knows_neither_letter_nor_session(site, mine):
    visitor = bound(site, mine)
    other = Council(site.council.database, "yihe")
    other.save(Community.found("yihe", "乙河村", kind="village", street="", by=operator(moment("2026-01-04 09:00"))))
    next_door = another(other).visitor()
    with visitor.client.session_transaction() as known, next_door.client.session_transaction() as stolen:
        stolen["token"] = known["token"]
    assert not is_in(next_door)
    assert "登录号、码和姓名对不上" in opened(another(other).visitor(), *mine, "张某").text
    assert "登录号和密码对不上" in sign_in(another(other).visitor(), mine[0]).text


def test_after_signing_in_again_one_stands_where_one_was_with_what_was_typed(site, mine):
    visitor = bound(site, mine)
    page = visitor.get("/reports/new")
    form = next(form for form in visitor.forms(page) if form.action == "/reports/new")
    site.now += timedelta(days=15)  # the phone lay in a drawer, the page open
    asked = visitor.press(page, form.id or form.action, words="楼道里又堆满了纸箱")
    assert asked.status_code == 401
    assert "您填的内容都在" in asked.text
    again = visitor.press(asked, "by-number", number=mine[0], secret=PIN)
    assert "楼道里又堆满了纸箱" in again.text
    assert is_in(visitor)
