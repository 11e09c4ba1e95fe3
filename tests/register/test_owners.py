"""Owners and titles: who counts as one head, with which area, and who votes; what is refused, by its line."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as whatever
from hypothesis import strategies as some

from deliberation.actors import operator
from deliberation.council import Council
from deliberation.errors import AlreadyRecorded
from deliberation.forms import BadForm, load
from deliberation.log.aggregate import id_of
from deliberation.register import owners, schemas, vault
from deliberation.register.model import PAGE, Holding, Page, RegisterFault
from deliberation.register.ownership import (
    AreaTheSame,
    AreaUnclear,
    NoSuchOwner,
    NoTitle,
    Owner,
    Title,
    TitlePage,
    TransferRecorded,
    TransferUnclear,
    Unit,
    VoterNotAdult,
    VotesAlready,
)
from deliberation.register.private import PersonName
from tests.given import (
    VILLAGE,
    facts,
    moment,
    place,
    refuses,
    replays,
    unit,
    village,
    who,
)

BY = operator(moment("2026-04-02 09:00"))
ALL = ("dwelling", "shop", "parking", "other")


def head(name: str) -> str:
    return id_of(VILLAGE, "owner", name)


def flat(door: str) -> str:
    return id_of(VILLAGE, "unit", door)


def enter_owners(*lines: tuple[str, str, str]) -> TitlePage:
    rows = [[head(name), kind, who(voter) if voter else ""] for name, kind, voter in lines]
    return TitlePage.of_owners(rows, [PersonName(head(name), name) for name, *_ in lines], by=BY)


def enter_titles(*lines: tuple[str, str], kind: str = "dwelling", evidence: str = "register") -> TitlePage:
    return TitlePage.of_titles([[one, head(name), kind, evidence] for one, name in lines], by=BY)


def enter_units(building: str, *units: tuple[str, int]) -> Page:
    lines = [[flat(building + door), place(building), building + door, area] for door, area in units]
    return Page.of_units(lines, by=BY)


@pytest.fixture
def estate(database_url: str) -> Iterator[Council]:
    """The village with a second grid, a third building in it, and four owners of its units."""
    with village(database_url) as town:
        town.save(Page.of_places([[place("网格二"), "grid", "网格二", ""]], by=BY))
        town.save(Page.of_places([[place("3号楼"), "building", "3号楼", place("网格二")]], by=BY))
        town.save(enter_units("3号楼", *((str(101 + n), 6_000 + n) for n in range(15)), ("201", 10_000)))
        town.save(enter_units("3号楼", ("车位1", 1_250), ("车位2", 0), ("302", 5_000), ("303", 5_000)))
        town.save(
            enter_owners(
                ("张某", "person", "zhang"),
                ("李某、王某", "joint", "li"),
                ("某公司", "firm", ""),
                ("建设单位", "developer", "wu"),
            )
        )
        town.save(
            enter_titles(
                (unit("zhang"), "张某"),
                *((flat(f"3号楼{101 + n}"), "张某") for n in range(14)),
                (flat("3号楼201"), "李某、王某"),
                (flat("3号楼302"), "建设单位"),
                (flat("3号楼303"), "建设单位"),
            )
        )
        town.save(
            enter_titles((flat("3号楼车位1"), "李某、王某"), (flat("3号楼车位2"), "某公司"), kind="parking")
        )
        yield town


def lines(town: Council, *kinds: str, within: str = "") -> dict[str, tuple[str, str, str, int]]:
    """Return what ``owner_lines`` says, by the names of the owners."""
    with town.reading() as r:
        rows = owners.owner_lines(r, kinds, within)
        names = owners.owners_of(r, [row[0] for row in rows])
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    return {names[row[0]]: row[1:] for row in rows}


# heads and areas


def test_one_owner_of_fifteen_flats_is_one_line_with_their_area(estate: Council):
    area = 8_950 + sum(6_000 + n for n in range(14))
    expected = ("1号楼101等15套", place("网格一"), who("zhang"), area)
    assert lines(estate, "dwelling")["张某"] == expected


def test_what_the_developer_has_not_sold_is_one_line(estate: Council):
    assert lines(estate, "dwelling")["建设单位"] == ("3号楼302等2套", place("网格二"), who("wu"), 10_000)


def test_co_owners_are_one_line_with_the_voter_they_named(estate: Council):
    assert lines(estate, "dwelling")["李某、王某"] == ("3号楼201", place("网格二"), who("li"), 10_000)


def test_parking_spaces_count_where_the_rules_say_so(estate: Council):
    assert lines(estate, *ALL)["李某、王某"] == ("3号楼201等2套", place("网格二"), who("li"), 11_250)
    assert "某公司" not in lines(estate, "dwelling", "shop")
    assert lines(estate, "parking")["某公司"] == ("3号楼车位2", place("网格二"), "", 0)
    assert lines(estate) == {}


@pytest.mark.parametrize("within", ["3号楼", "网格二"])
def test_one_building_or_grid_has_the_owners_in_it(estate: Council, within: str):
    inside = lines(estate, "dwelling", within=place(within))
    assert inside.keys() == {"张某", "李某、王某", "建设单位"}
    assert inside["张某"][0] == "3号楼101等14套"
    assert inside["张某"][3] == sum(6_000 + n for n in range(14))
    elsewhere = "1号楼" if within == "3号楼" else "网格一"
    assert lines(estate, "dwelling", within=place(elsewhere)) == {
        "张某": ("1号楼101", place("网格一"), who("zhang"), 8_950)
    }


def test_what_lacks_a_title_or_an_area_is_told_by_its_door(estate: Council):
    with estate.reading() as r:
        assert owners.untitled(r, place("3号楼")) == ["3号楼115"]
        assert len(owners.untitled(r)) == 8
        assert owners.untitled(r, place("网格二")) == ["3号楼115"]
        assert owners.without_area(r, ALL) == ["3号楼车位2"]
        assert owners.without_area(r, ("dwelling",)) == []
        assert owners.without_area(r, ALL, place("1号楼")) == []


def test_an_owner_is_found_behind_a_door(estate: Council):
    with estate.reading() as r:
        assert owners.owner_at(r, "3号楼201") == head("李某、王某")
        assert owners.owner_at(r, "3号楼115") == owners.owner_at(r, "9号楼1") == ""
        assert owners.totals(r) == {
            "owners": 4, "voterless": 1, "titled": 20, "untitled": 8,
            "area": 8_950 + sum(6_000 + n for n in range(14)) + 10_000 + 10_000 + 1_250,
        }  # fmt: skip


def test_names_of_owners_lie_in_the_vault_and_nowhere_in_the_log(estate: Council):
    with estate.reading() as r:
        assert vault.names(r, [head("某公司")]) == {head("某公司"): "某公司"}
        assert owners.owners_of(r, [head("nobody")]) == {head("nobody"): "（已删除）"}
    leaves = b"".join(stored.state for stored in estate.log.select_notifications(1, 1_000))
    assert "李某".encode() not in leaves
    replays(estate)


# transfers and voters


def sold(door: str, name: str, on: str = "2026-04-01", **more: Any) -> Title:
    told = {"label": door, "kind": "dwelling", "evidence": "register", "by": BY, **more}
    return Title.transfer(flat(door), head(name), on=on, **told)


def test_a_unit_that_is_sold_counts_for_its_new_owner(estate: Council):
    title = sold("3号楼201", "张某")
    [(kind, body)] = facts(title)
    assert kind == "title.transferred"
    assert body == {
        "unit": flat("3号楼201"), "label": "3号楼201", "owner": head("张某"), "kind": "dwelling",
        "evidence": "register", "on": "2026-04-01",
    }  # fmt: skip
    estate.save(title)
    told = lines(estate, "dwelling")
    assert told["张某"][0] == "1号楼101等16套"
    assert "李某、王某" not in told
    with refuses(TransferRecorded):
        estate.save(sold("3号楼201", "张某", "2026-04-02"))
    estate.save(sold("3号楼201", "某公司", "2026-04-02"))
    estate.save(sold("3号楼201", "张某", "2026-04-02"))
    with refuses(TransferRecorded):
        estate.save(sold("3号楼201", "张某"))
    replays(estate)


@pytest.mark.parametrize(
    "wrong", [{"kind": "castle"}, {"evidence": "hearsay"}, {"on": "2026-04-03"}, {"since": "2026-04-02"}]
)
def test_a_transfer_has_its_evidence_and_a_day_behind_the_last(wrong: dict[str, str]):
    with refuses(TransferUnclear):
        sold("3号楼201", "张某", **wrong)


def test_a_transfer_never_goes_before_the_one_that_is_recorded(estate: Council):
    estate.save(sold("3号楼201", "张某"))
    with refuses(TransferUnclear):
        estate.save(sold("3号楼201", "某公司", "2026-03-31"))


def test_only_what_has_a_title_goes_to_an_owner_of_the_register(estate: Council):
    with refuses(NoTitle):
        estate.save(sold("3号楼115", "张某"))
    with refuses(NoSuchOwner):
        estate.save(sold("3号楼201", "nobody"))


def named(name: str, person: str) -> Owner:
    return Owner.name_voter(head(name), who(person), by=BY)


def test_an_owner_names_another_voter_and_again_the_first(estate: Council):
    naming = named("某公司", "qian")
    assert facts(naming) == [("owner.voter_named", {"owner": head("某公司"), "person": who("qian")})]
    estate.save(naming)
    assert lines(estate, "parking")["某公司"][2] == who("qian")
    with refuses(VotesAlready):
        estate.save(named("某公司", "qian"))
    estate.save(named("某公司", "sun"))
    estate.save(named("某公司", "qian"))
    assert lines(estate, "parking")["某公司"][2] == who("qian")
    replays(estate)


def test_only_an_adult_of_the_register_votes_for_an_owner_of_the_register(estate: Council):
    child = Page.of_persons([[who("child"), "", "owner", 0, 0]], [PersonName(who("child"), "小某")], by=BY)
    estate.save(child)
    for person in ("child", "stranger"):
        with refuses(VoterNotAdult):
            estate.save(named("某公司", person))
        with refuses(RegisterFault, fault="第1行的表决人不是名册里的成年人"):
            estate.save(enter_owners(("又一家", "firm", person)))
    with refuses(NoSuchOwner):
        estate.save(named("nobody", "qian"))


# areas


def measured(door: str, area: int, evidence: str = "survey") -> Unit:
    return Unit.measure(flat(door), area, label=door, evidence=evidence, by=BY)


def test_the_area_of_a_titled_unit_is_mended_with_its_evidence(estate: Council):
    one = measured("3号楼车位2", 1_300)
    [(kind, body)] = facts(one)
    assert (kind, body["area"], body["evidence_zh"]) == ("unit.measured", 1_300, "测绘")
    estate.save(one)
    assert lines(estate, "parking")["某公司"][3] == 1_300
    with estate.reading() as r:
        assert owners.without_area(r, ALL) == []
        assert owners.title_at(r, "3号楼车位2").evidence == "survey"
    with refuses(AreaTheSame):
        estate.save(measured("3号楼车位2", 1_300))
    estate.save(measured("3号楼车位2", 1_300, "register"))
    replays(estate)


def test_an_area_is_not_negative_rests_on_something_and_needs_a_title(estate: Council):
    for area, evidence in ((-1, "survey"), (1, "hearsay")):
        with refuses(AreaUnclear):
            measured("3号楼201", area, evidence)
    for door in ("3号楼115", "9号楼1"):
        with refuses(NoTitle):
            estate.save(measured(door, 5_000))


# pages


def test_a_page_of_owners_and_one_of_titles_stand_in_the_log_as_entered():
    [(kind, body)] = facts(enter_owners(("张某", "person", "zhang")))
    assert (kind, body) == (
        "register.owners_entered",
        {"count": 1, "lines": [[head("张某"), "person", who("zhang")]]},
    )
    [(kind, body)] = facts(enter_titles((unit("zhang"), "张某")))
    assert (kind, body["lines"]) == (
        "register.titles_entered",
        [[unit("zhang"), head("张某"), "dwelling", "register"]],
    )


def test_a_page_has_up_to_five_hundred_lines_each_complete_and_none_twice():
    one, two = (unit("zhang"), "张某"), (unit("li"), "张某")
    for page in ([], [one] * (PAGE + 1)):
        with refuses(RegisterFault):
            enter_titles(*page)
    with refuses(RegisterFault, fault="第3行和第1行重复", fault_en="line 3 repeats line 1"):
        enter_titles(one, two, one)
    with refuses(RegisterFault, fault="第1行没有写清房屋用途"):
        enter_titles(one, kind="castle")
    with refuses(RegisterFault, fault="第1行没有写清产权依据"):
        enter_titles(one, evidence="hearsay")
    with refuses(RegisterFault, fault_en="line 2 lacks a kind of owner"):
        enter_owners(("张某", "person", ""), ("李某", "crowd", ""))
    with refuses(RegisterFault, fault="第2行和第1行重复"):
        enter_owners(("张某", "person", ""), ("张某", "joint", ""))


@pytest.mark.parametrize(
    ("door", "name", "fault"),
    [
        ("9号楼1", "张某", "第1行的房屋不在名册里"),
        ("3号楼115", "nobody", "第1行的3号楼115的产权人不在名册里"),
        ("3号楼201", "张某", "第1行的3号楼201已经有产权记录"),
    ],
)
def test_a_title_needs_a_unit_without_one_and_a_known_owner(estate: Council, door: str, name: str, fault: str):
    with refuses(RegisterFault, fault=fault):
        estate.save(enter_titles((flat(door), name)))


def test_an_owner_is_entered_once(estate: Council):
    with refuses(RegisterFault, fault="第1行的产权人已经在名册里"):
        estate.save(enter_owners(("张某", "person", "zhang")))


# roles of other assemblies


@pytest.mark.parametrize("role", ["village_delegate", "coop_member", "coop_delegate", "owners_committee"])
def test_seats_of_other_assemblies_are_held_for_terms(estate: Council, role: str):
    term = Holding.grant(who("qian"), role, since="2026-04-01", second=who("chair"), by=BY)
    estate.save(term)
    with refuses(AlreadyRecorded):
        estate.save(Holding.grant(who("qian"), role, since="2026-04-01", second=who("chair"), by=BY))
    given = {"person": who("qian"), "role": role, "since": "2026-04-01", "second": who("chair")}
    assert load(schemas.Grant, given)["role"] == role


# any order, any size


ROWS = some.lists(
    some.tuples(
        some.integers(0, 5), some.sampled_from(ALL), some.integers(0, 10**7), some.sampled_from(["1号楼", "2号楼"])
    ),
    min_size=1,
    max_size=40,
)


def told(rows: list[tuple[str, tuple[int, str, int, str]]], kinds: set[str]) -> list[Any]:
    """What a village says of rows (door, (owner, kind, area, building)), entered in this order."""
    with village() as town:
        town.save(enter_owners(*((f"o{n}", "person", "") for n in range(6))))
        units = [[flat(door), place(building), door, area] for door, (_, _, area, building) in rows]
        town.save(Page.of_units(units, by=BY))
        titles = [[flat(door), head(f"o{n}"), kind, "register"] for door, (n, kind, _, _) in rows]
        town.save(TitlePage.of_titles(titles, by=BY))
        with town.reading() as r:
            found = owners.owner_lines(r, kinds)
            parts = [owners.owner_lines(r, kinds, place(one)) for one in ("1号楼", "2号楼")]
        assert sum(line[4] for part in parts for line in part) == sum(line[4] for line in found)
        return found


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@whatever(rows=ROWS, kinds=some.sets(some.sampled_from(ALL)), chance=some.randoms(use_true_random=False))
def test_the_areas_of_the_lines_are_those_of_the_titled_units_in_any_order(rows, kinds, chance):
    numbered = [(f"房{n}", row) for n, row in enumerate(rows)]
    found = told(numbered, kinds)
    assert sum(line[4] for line in found) == sum(area for _, kind, area, _ in rows if kind in kinds)
    assert {line[0] for line in found} == {head(f"o{n}") for n, kind, _, _ in rows if kind in kinds}
    assert told(chance.sample(numbered, len(numbered)), kinds) == found


@pytest.mark.slow
def test_ten_thousand_units_are_told_at_once(town: Council):
    town.save(enter_owners(("a", "person", "")))
    for start in range(0, 10_000, 400):
        doors = [f"房{n}" for n in range(start, start + 400)]
        town.save(Page.of_units([[flat(door), place("1号楼"), door, 5_000] for door in doors], by=BY))
        heads = [[id_of(VILLAGE, "o", door), "person", ""] for door in doors]
        town.save(TitlePage.of_owners(heads, [], by=BY))
        lines_ = [
            [flat(door), owner[0], "dwelling", "register"] for door, owner in zip(doors, heads, strict=True)
        ]
        town.save(TitlePage.of_titles(lines_, by=BY))
    with town.reading() as r:
        owners.owner_lines(r, ALL)
        taken = []
        for _ in range(5):
            start_at = time.perf_counter()
            assert len(owners.owner_lines(r, ALL)) == 10_000
            taken.append(time.perf_counter() - start_at)
    print(f"{min(taken):.3f} s")
    assert min(taken) < 0.5, "0.15 s on a quiet machine"


def test_the_form_of_a_transfer_names_what_is_missing():
    with pytest.raises(BadForm) as caught:
        load(schemas.Transfer, {"owner_kind": "developer"})
    assert set(caught.value.errors) == {"door", "owner_kind", "owners", "evidence", "on"}
