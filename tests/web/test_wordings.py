"""How pages write times, shares and fingerprints."""

import pytest

from deliberation.council import Council
from web import wordings


@pytest.fixture
def page(site):
    with site.app.test_request_context("/"):
        yield site


def test_times_are_local_and_name_the_weekday(page):
    assert ">4月17日 周五 18:00<" in wordings.moment(1776420000)
    assert 'datetime="2026-04-17T18:00:00+08:00"' in wordings.moment(1776420000)
    assert ">2025年12月31日 周三<" in wordings.day("2025-12-31")
    assert ">4月17日 周五<" in wordings.day("2026-04-17")
    assert ">2026年4月17日 周五<" in wordings.day("2026-04-17", True)
    assert wordings.day("") == ""


def test_a_share_is_never_rounded_over_a_line():
    assert wordings.percentage(47, 49) == "95.92%"
    assert wordings.percentage(4996, 10000) == "49.96%"
    assert wordings.percentage(1, 2) == "50.00%"
    assert wordings.percentage(0, 0) == "—"


def test_a_single_vote_is_still_a_bar():
    assert wordings.bar_length(1, 5000) == "0.4%"
    assert wordings.bar_length(0, 5000) == "0.0%"
    assert wordings.bar_length(1, 1) == "100.0%"


def test_fingerprints_and_areas_are_short_enough_to_read_aloud():
    assert wordings.finger("9f3c61be" + "0" * 52 + "d21a") == "9f3c 61be … d21a"
    assert wordings.finger(b"\x9f\x3c") == "9f3c"
    assert wordings.area(8864) == "88.64 ㎡"
    assert wordings.area(1234567805) == "12,345,678.05 ㎡"


def test_lines_and_comparisons_are_escaped():
    assert wordings.lines("a<b\nc") == "a&lt;b<br>c"
    assert wordings.compared("一<b>", "二<b>") == "<del>一</del><ins>二</ins>&lt;b&gt;"


def test_days_left_counts_whole_days(page):
    soon = int(page.now.timestamp())
    assert wordings.days_left(soon + 3600) == 0
    assert wordings.days_left(soon + 2 * 86400) == 2
    assert wordings.days_left(soon - 1) == -1


def test_what_the_rooms_contribute_stands_in_order_and_for_its_roles(site, monkeypatch):
    from web import desks

    monkeypatch.setattr(desks, "PANELS", {"home": [], "desk": [], "audit": []})
    monkeypatch.setattr(desks, "TILES", {"home": [], "desk": [], "audit": []})
    desks.panel("home", 20)(lambda: "<p>second</p>")
    desks.panel("home", 10)(lambda: "<p>first</p>")
    desks.panel("home", 15)(lambda: "")
    desks.panel("home", 5, "secretary")(lambda: "<p>for the secretary</p>")
    desks.tile("home", 1, "help.show", "帮助台", "info")
    page = site.visitor("zhang").get("/").text
    assert page.index("first") < page.index("second")
    assert "for the secretary" not in page
    assert "帮助台" in page
    assert "for the secretary" in site.visitor("secretary").get("/").text


def test_the_desk_is_for_those_who_work_here(site):
    assert site.visitor("secretary").get("/desk").status_code == 200
    assert site.visitor("street_office").get("/desk").status_code == 200
    assert site.visitor("zhang").get("/desk").status_code == 403
    assert "工作台" in site.visitor("secretary").get("/").text
    assert "工作台" not in site.visitor("zhang").get("/").text
    assert "工作台" not in site.visitor().get("/").text


def test_every_page_names_the_state_of_the_log(site, town: Council):
    head = town.head()
    page = site.visitor().get("/help").text
    assert f"存证：第 {head.size} 条" in page
    assert wordings.finger(head.root) in page
    assert head.root.hex() in site.visitor().get("/audit").text


def test_ready_means_the_community_is_there(site, monkeypatch):
    assert site.visitor().get("/readyz").text.startswith("ready, ")

    def away(self):
        raise OSError

    monkeypatch.setattr(Council, "head", away)
    assert site.visitor().get("/readyz").status_code == 503
