"""Given people who are bound, when they look after their own keys and sessions, then only their own obey them."""

import re

import pytest

from deliberation.access import keys as kept
from deliberation.access.letters import SignIn
from deliberation.access.model import Binding
from deliberation.access.private import PASSKEY, PIN, Key
from deliberation.access.views import binding_of_person
from deliberation.actors import operator
from deliberation.log.aggregate import new_id
from deliberation.register.model import Page
from deliberation.register.private import PersonName
from tests.given import actor, household, who
from tests.web.conftest import Site
from tests.web.devices import adds
from tests.web.test_letters import letters_of, opened
from tests.web.visitor import Visitor
from web.keydoor import KeyDoor

GOOD = "274918"
#: Zhang's wife, who lives with him.
WIFE = who("hua")


@pytest.fixture
def site(town, monkeypatch):
    town.save(Page.of_persons([[WIFE, household("zhang"), "villager", 1, 0]], [PersonName(WIFE, "华某")], by=actor("operator")))
    site = Site(town, demo=False, door=KeyDoor())
    monkeypatch.setattr("web.moment.clock", lambda: site.now)
    return site


@pytest.fixture
def desk(site) -> Visitor:
    site.council.save(SignIn.adopt(72, 60, by=operator(site.now)))
    return site.visitor("secretary")


@pytest.fixture
def letters(desk) -> dict[str, tuple[str, str]]:
    return letters_of(desk.press("/letters", "make", whom="households"))


def bound(site, letter: tuple[str, str], name: str) -> Visitor:
    """Somebody who has just set a PIN with a letter."""
    visitor = site.visitor()
    done = visitor.press(opened(visitor, *letter, name), "pin", pin=GOOD, pin_again=GOOD)
    assert "绑定好了" in done.text
    return visitor


@pytest.fixture
def zhang(site, letters) -> Visitor:
    return bound(site, letters["1号楼101户"], "张某")


def enters(site, letter: tuple[str, str], pin: str = GOOD, *, agent: str = "") -> Visitor:
    visitor = site.visitor()
    if agent:
        visitor.client.environ_base["HTTP_USER_AGENT"] = agent
    visitor.press("/sign-in", "by-number", number=letter[0], secret=pin)
    return visitor


def inside(visitor: Visitor) -> bool:
    return visitor.get("/me").status_code == 200


def form_with(visitor: Visitor, id: str, page="/me"):
    """The form of one button, by what it calls itself; None if there is none."""
    return next((form for form in visitor.forms(page) if ("form", id) in form.fields), None)


def act(visitor: Visitor, id: str, page="/me", **typed):
    """Press the one button of a form, perhaps with something else in its hidden fields."""
    form = form_with(visitor, id, page)
    return visitor.send(form.action, {**dict(form.fields), **typed}, follow=True)


def sends(visitor: Visitor, path: str, **typed):
    """Send a form that no page offers, with a token of one's own."""
    fields = dict(next(form for form in visitor.forms("/") if "csrf_token" in form.names).fields)
    data = {"csrf_token": fields["csrf_token"], "key": "k" * 32, "form": "x", **typed}
    return visitor.send(path, data, follow=True)


def sessions_of(page) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f-]{36})"', page.text)


def binding_id(site, person: str) -> str:
    with site.council.reading() as r:
        return binding_of_person(r, who(person)).id


def keys_of(site, person: str) -> list[Key]:
    with site.council.reading() as r:
        return kept.keys_of(r, who(person))


def passkey(site, person: str) -> Key:
    """A passkey that somebody has added."""
    key = Key("pk" + new_id(), who(person), PASSKEY, b"public", "iPhone", int(site.now.timestamp()))
    with site.council.change(Binding, binding_id(site, person)) as binding:
        binding.change_key(PASSKEY, "added", keys=[key], by=actor(person=person))
    return key


# Sessions


def test_each_device_is_listed_and_signed_out_alone(site, letters, zhang):
    phone = enters(site, letters["1号楼101户"], agent="Mozilla/5.0 (iPhone) MicroMessenger")
    page = phone.get("/me")
    assert "iPhone 微信" in page.text
    assert "就是这台" in page.text
    here, there = sessions_of(page)
    if page.text.index("就是这台") > page.text.index(here):
        here, there = there, here
    left = act(phone, f"end-{there}", page)
    assert "那台设备已经退出登录" in left.text
    assert sessions_of(left) == [here]
    assert not inside(zhang)
    assert "已经退出登录" in act(phone, f"end-{here}", left).text
    assert not inside(phone)


def test_the_session_of_somebody_else_goes_on(site, letters, zhang):
    li = bound(site, letters["1号楼102户"], "李某")
    (theirs,) = sessions_of(li.get("/me"))
    (mine,) = sessions_of(zhang.get("/me"))
    act(zhang, f"end-{mine}", session=theirs)
    assert inside(li)
    assert "李某" in li.get("/me").text


# Keys


def test_the_pin_is_changed_by_whoever_knows_the_present_one(site, letters, zhang):
    wrong = zhang.press("/me", "pin", present="111222", pin="530 164", pin_again="530164")
    assert "登录号和密码对不上" in wrong.text
    assert "还可以试4次" in wrong.text
    weak = zhang.press("/me", "pin", present=GOOD, pin="121212", pin_again="121212")
    assert "一猜就中" in weak.text
    assert inside(enters(site, letters["1号楼101户"]))
    changed = zhang.press("/me", "pin", present="274 918", pin="530 164", pin_again="530164")
    assert "数字密码换好了" in changed.text
    assert not inside(enters(site, letters["1号楼101户"]))
    assert inside(enters(site, letters["1号楼101户"], "530164"))
    assert [key.kind for key in keys_of(site, "zhang")] == [PIN]


def test_five_wrong_pins_and_the_right_one_waits_too(site, letters, zhang):
    for left in (4, 3, 2, 1, 0):
        assert f"还可以试{left}次" in zhang.press("/me", "pin", present="000111", pin="530164", pin_again="530164").text
    late = zhang.press("/me", "pin", present=GOOD, pin="530164", pin_again="530164")
    assert late.status_code == 429
    assert "试的次数太多了" in late.text
    assert inside(enters(site, letters["1号楼101户"]))
    site.at("2026-04-02 12:16")
    assert "数字密码换好了" in zhang.press("/me", "pin", present=GOOD, pin="530164", pin_again="530164").text


def test_a_passkey_is_stopped_but_never_the_last_key(site, zhang):
    first = passkey(site, "zhang")
    assert "已经停用" in act(zhang, "gone-1", gone=first.id).text
    assert [key.kind for key in keys_of(site, "zhang")] == [PIN]
    last, (pin,) = passkey(site, "zhang"), [key for key in keys_of(site, "zhang") if key.kind == PIN]
    form = form_with(zhang, "gone-1")
    with site.council.change(Binding, binding_id(site, "zhang")) as binding:
        binding.change_key(PIN, "removed", gone=[pin.id], by=actor())
    assert form_with(zhang, "gone-1") is None
    assert zhang.send(form.action, dict(form.fields)).status_code == 404
    assert [key.id for key in keys_of(site, "zhang")] == [last.id]


def test_a_passkey_is_added_by_whoever_knows_the_present_pin(site, zhang):
    for typed in ({}, {"present": "111222"}):
        assert "登录号和密码对不上" in adds(zhang, b"one device", **typed).text
    assert [key.kind for key in keys_of(site, "zhang")] == [PIN]
    assert "通行密钥加好了" in adds(zhang, b"one device", present=GOOD).text
    assert {key.kind for key in keys_of(site, "zhang")} == {PIN, PASSKEY}


def test_a_passkey_with_the_id_of_another_one_is_not_taken(site, letters, zhang):
    li = bound(site, letters["1号楼102户"], "李某")
    adds(zhang, b"one device", present=GOOD)
    for visitor in (li, zhang):
        refused = adds(visitor, b"one device", present=GOOD)
        assert (refused.status_code, "通行密钥没有认出来" in refused.text) == (422, True)
    assert [key.kind for key in keys_of(site, "li")] == [PIN]


@pytest.mark.parametrize(("length", "status"), [(1023, 200), (1024, 422)])
def test_a_passkey_whose_id_is_too_long_is_not_taken(zhang, length, status):
    assert adds(zhang, b"x" * length, present=GOOD).status_code == status


def test_the_key_of_somebody_else_is_not_stopped(site, letters, zhang):
    bound(site, letters["1号楼102户"], "李某")
    theirs = passkey(site, "li")
    passkey(site, "zhang")
    for id in (theirs.id, "", "nothing", keys_of(site, "zhang")[0].id):
        assert act(zhang, "gone-1", gone=id).status_code == 404
    assert theirs.id in [key.id for key in keys_of(site, "li")]
    assert len(keys_of(site, "zhang")) == 2


def test_the_end_of_a_binding_signs_out_everywhere(site, letters, zhang):
    other = enters(site, letters["1号楼101户"])
    assert inside(other)
    ended = act(zhang, "end-binding")
    assert "绑定已经解除" in ended.text
    assert not inside(zhang)
    assert not inside(other)
    assert not inside(enters(site, letters["1号楼101户"]))
    assert keys_of(site, "zhang") == []


def test_whoever_is_not_bound_has_nothing_to_change(site, desk):
    li = site.visitor("li")
    page = li.get("/me")
    assert "登录着的设备" in page.text
    assert 'id="pin"' not in page.text
    assert "已经解除" in sends(li, "/me/end").text


# The others of a home


@pytest.fixture
def wife(site, letters) -> Visitor:
    return bound(site, letters["1号楼101户"], "华某")


def test_the_others_of_a_home_are_told_and_nobody_else(site, wife):
    husband, neighbour = site.visitor("zhang"), site.visitor("li")
    assert "有人绑定了您家" in husband.get("/").text
    assert "华某 绑定了1号楼101户" in husband.get("/me").text
    for page in (neighbour.get("/").text, neighbour.get("/me").text, site.visitor().get("/").text):
        assert "华某" not in page
    assert "谁绑定了我家" not in wife.get("/me").text
    site.at("2026-05-03 12:00")
    assert "华某" not in husband.get("/me").text


def test_an_objection_from_the_same_home_ends_the_binding(site, letters, wife):
    husband, id = site.visitor("zhang"), binding_id(site, "hua")
    empty = husband.press("/me", f"object-{id}", words="")
    assert "1 处要改" in empty.text
    assert inside(wife)
    done = husband.press("/me", f"object-{id}", words="不是我家的人")
    assert "那项绑定已经解除" in done.text
    assert "已解除" in done.text
    assert f'id="object-{id}"' not in done.text
    assert not inside(wife)
    assert not inside(enters(site, letters["1号楼101户"]))
    again = sends(husband, f"/me/object/{id}", words="再说一遍")
    assert "已经解除" in again.text


def test_the_objection_of_a_stranger_is_refused(site, wife):
    id = binding_id(site, "hua")
    refused = sends(site.visitor("li"), f"/me/object/{id}", words="我不高兴")
    assert refused.status_code == 403
    assert "异议没有记下" in refused.text
    assert sends(site.visitor("li"), f"/me/object/{new_id()}", words="我不高兴").status_code == 404
    assert inside(wife)
