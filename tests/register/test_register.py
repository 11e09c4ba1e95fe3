"""The register: what is entered, who holds which role and until when, and what is refused."""

import json
from typing import Any

import pytest

from deliberation import actors
from deliberation.actors import Actor
from deliberation.council import Council
from deliberation.errors import AlreadyRecorded, NotFound, RoleNotHeld
from deliberation.forms import BadForm, load
from deliberation.intake.model import Report
from deliberation.log.aggregate import new_id
from deliberation.register import schemas, vault, views
from deliberation.register.model import (
    PAGE,
    Community,
    CommunityExists,
    Holding,
    Page,
    RegisterFault,
    TermOver,
    TermUnclear,
)
from deliberation.register.private import PersonName
from tests.given import (
    RESIDENTS,
    SLUG,
    VILLAGE,
    actor,
    facts,
    given,
    household,
    moment,
    place,
    refuses,
    replays,
    unit,
    who,
    words,
)

OPERATOR = actors.operator(moment("2026-03-01 09:00"))
LINE: dict[str, list[Any]] = {
    "places": [who("new"), "building", "3号楼", place("网格一")],
    "units": [who("new"), place("1号楼"), "1号楼201", 8_950],
    "households": [who("new"), unit("zhang"), "1号楼101-2户", place("网格一")],
    "persons": [who("new"), household("zhang"), "villager", 1, 0],
}
KINDS = ("places", "units", "households", "persons")


def page(kind: str, *lines: list[Any]) -> Page:
    if kind == "persons":
        return Page.of_persons(lines, [PersonName(line[0], "赵某") for line in lines], by=OPERATOR)
    enter = {"places": Page.of_places, "units": Page.of_units, "households": Page.of_households}
    return enter[kind](lines, by=OPERATOR)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_entered_as_it_is(kind):
    [(event, body)] = facts(page(kind, LINE[kind]))
    assert (event, body) == (f"register.{kind}_entered", {"count": 1, "lines": [LINE[kind]]})


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_holds_one_to_five_hundred_lines(kind):
    for lines in ([], [LINE[kind]] * (PAGE + 1)):
        with refuses(RegisterFault):
            page(kind, *lines)


def test_a_page_of_long_lines_is_cut_in_two_before_it_is_too_large_for_an_event():
    lines = [[new_id(), unit("li"), f"12号楼2单元{n}户", place("网格一")] for n in range(PAGE)]
    with refuses(RegisterFault, fault_en="this page is too large; cut it in two"):
        page("households", *lines)
    page("households", *lines[: PAGE // 2])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_twice_on_a_page(kind):
    with refuses(RegisterFault):
        page(kind, LINE[kind], LINE[kind])


def test_an_area_is_never_negative():
    with refuses(RegisterFault, fault="1号楼201的面积是负数"):
        page("units", [who("new"), place("1号楼"), "1号楼201", -1])
    page("units", [who("new"), place("1号楼"), "1号楼201", 0])


def test_a_name_lies_in_the_vault_and_nowhere_in_the_log(town: Council):
    town.save(
        Page.of_persons([LINE["persons"]], [PersonName(who("new"), "欧阳某", "13800000000")], by=OPERATOR)
    )
    with town.reading() as r:
        assert views.named(r, [who("new"), who("nobody")]) == {
            who("new"): "欧阳某",
            who("nobody"): "（已删除）",
        }
        assert vault.names(r, [who("new")]) == {who("new"): "欧阳某"}
    leaves = b"".join(stored.state for stored in town.log.select_notifications(1, 1_000))
    assert len(leaves) > 1_000
    assert "欧阳".encode() not in leaves
    assert b"13800000000" not in leaves


# with the tables


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_entered_twice(town: Council, kind: str):
    town.save(page(kind, LINE[kind]))
    with refuses(RegisterFault):
        town.save(page(kind, LINE[kind]))
    replays(town)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("units", [who("new"), place("9号楼"), "9号楼101", 1]),
        ("households", [who("new"), who("no unit"), "户", place("网格一")]),
        ("households", [who("new"), unit("zhang"), "户", place("网格九")]),
        ("persons", [who("new"), who("no home"), "villager", 1, 0]),
    ],
)
def test_every_line_has_its_place(town: Council, kind: str, line: list[Any]):
    with refuses(RegisterFault):
        town.save(page(kind, line))


def test_a_tenant_lives_in_a_unit_and_staff_nowhere(town: Council):
    town.save(page("persons", [who("癸"), unit("li"), "tenant", 1, 0], [who("戊"), "", "staff", 1, 0]))
    with town.reading() as r:
        assert views.size(r) == {"places": 3, "units": 8, "households": 8, "persons": 22}


def test_a_community_is_founded_once(town: Council):
    by = OPERATOR
    with refuses(CommunityExists):
        town.save(Community.found(SLUG, "甲河村", kind="village", street="丙街道", by=by))
    with town.reading() as r:
        row = views.community(r)
        assert (row.id, row.name, row.street) == (VILLAGE, "甲河村", "丙街道")


def test_what_a_roster_is_checked_against(town: Council):
    with town.reading() as r:
        known = views.known(r)
    assert (known.community, known.grids) == (VILLAGE, {"网格一": place("网格一")})
    assert known.buildings == {"1号楼": place("1号楼"), "2号楼": place("2号楼")}
    assert all(unit(person) in known.ids and household(person) in known.ids for person in RESIDENTS)


# roles


def granted(
    role: str = "delegate", since: str = "2026-03-01", until: str = "", person: str = "qian"
) -> Holding:
    return Holding.grant(who(person), role, since=since, until=until, by=OPERATOR)


def test_a_role_is_held_for_a_term():
    [(kind, body)] = facts(granted(until="2026-12-31"))
    assert (kind, body["role_zh"], body["until"]) == ("role.granted", "议事代表", "2026-12-31")


@pytest.mark.parametrize(("role", "until"), [("emperor", ""), ("delegate", "2026-02-28")])
def test_a_term_has_a_role_and_does_not_end_before_it_begins(role, until):
    with refuses(TermUnclear):
        granted(role, until=until)


def test_a_role_ends_once():
    holding = given(granted())
    holding.end("2026-06-30", by=OPERATOR)
    with refuses(TermOver):
        holding.end("2026-07-31", by=OPERATOR)


def test_only_somebody_in_the_register_gets_a_role(town: Council):
    for stranger in (
        granted(person="stranger"),
        Holding.grant(who("qian"), "grid_worker", since="2026-03-01", place=place("网格九"), by=OPERATOR),
    ):
        with refuses(NotFound):
            town.save(stranger)
    town.save(granted())
    with refuses(AlreadyRecorded):
        town.save(granted())
    with town.reading() as r:
        assert views.roles_of(r, who("qian"), "2026-03-01") == ["delegate"]
        assert views.roles_of(r, who("qian"), "2026-02-28") == []
        assert who("qian") in views.people_in(r, "delegate", "2026-03-01")


def report(number: str, by: Actor) -> Report:
    entry = {"channel": "patrol", "place": "1号楼", "colour": "red"}
    return Report.receive(number, words=words("堵了"), by=by, **entry)


@pytest.mark.parametrize(
    ("at", "held"),
    [
        ("2026-02-28 23:59", False),
        ("2026-03-01 00:00", True),
        ("2026-03-31 23:59", True),
        ("2026-04-01 00:00", False),
    ],
)
def test_who_signs_in_an_office_holds_it_on_that_day(town: Council, at: str, held: bool):
    town.save(granted("grid_worker", until="2026-03-31"))
    act = report("1", actor("grid_worker", at=at, person="qian"))
    if held:
        town.save(act)
        return
    with refuses(RoleNotHeld, role="网格员"):
        town.save(act)


def test_nobody_acts_in_the_office_of_another(town: Council):
    with refuses(RoleNotHeld):
        town.save(report("1", actor("secretary", person="chair")))
    with refuses(RoleNotHeld):
        town.save(report("1", Actor.of(who("zhang"), "emperor", moment("2026-03-01 09:00"))))


def test_an_office_ends_with_its_last_day(town: Council):
    holding = granted("grid_worker")
    town.save(holding)
    with town.change(Holding, holding.id) as it:
        it.end("2026-03-10", by=OPERATOR)
    town.save(report("1", actor("grid_worker", at="2026-03-10 12:00", person="qian")))
    with refuses(RoleNotHeld):
        town.save(report("2", actor("grid_worker", at="2026-03-11 00:00", person="qian")))
    replays(town)


def test_every_resident_may_act_as_one_without_a_term(town: Council):
    town.save(report("1", actor("resident", person="wu")))


# forms


def test_the_forms_of_the_register_give_what_its_verbs_take():
    told = {"person": who("li").upper(), "role": "记录员", "since": "2026-01-04", "second": who("chair")}
    assert load(schemas.Grant, told) == {
        "person": who("li"),
        "role": "secretary",
        "since": "2026-01-04",
        "until": "",
        "place": "",
        "second": who("chair"),
    }
    assert (
        load(schemas.Unit, {"building": place("1号楼"), "label": "101", "area_m2": "89.5"})["area_m2"]
        == 8_950
    )
    person = load(
        schemas.Person, {"name": "王某", "phone": "138 0000-0000", "standing": "租户", "adult": "on"}
    )
    assert (person["phone"], person["adult"], person["speaks"]) == ("13800000000", True, False)


@pytest.mark.parametrize(
    ("schema", "entry", "field"),
    [
        (schemas.Found, {"slug": "甲河", "name": "甲河村", "kind": "村", "street": "丙街道"}, "slug"),
        (schemas.Grant, {"person": who("li"), "role": "resident", "since": "2026-01-04", "second": who("chair")}, "role"),
        (schemas.Grant, {"person": "li", "role": "chair", "since": "2026-01-04", "second": who("chair")}, "person"),
        (schemas.End, {"on": "20260104", "second": who("chair")}, "on"),
        (schemas.Person, {"name": "王某", "phone": "打不通", "standing": "村民"}, "phone"),
        (schemas.Place, {"kind": "city", "label": "x"}, "kind"),
    ],
)
def test_a_form_says_which_field_is_wrong(schema, entry, field):
    with pytest.raises(BadForm) as caught:
        load(schema, entry)
    assert set(caught.value.errors) == {field}
    assert json.dumps(caught.value.errors)


def test_a_term_renewed_ahead_does_not_hide_the_one_that_runs(town: Council):
    running = granted("grid_worker", until="2026-12-31")
    town.save(running)
    town.save(Holding.grant(who("qian"), "grid_worker", since="2027-01-01", by=OPERATOR))
    town.save(report("1", actor("grid_worker", person="qian", at="2026-03-20 09:00")))
    with town.change(Holding, running.id) as ending:
        ending.end("2026-04-30", by=OPERATOR)
    with town.reading() as r:
        assert views.roles_of(r, who("qian"), "2026-05-01") == []
        assert views.roles_of(r, who("qian"), "2027-01-01") == ["grid_worker"]
