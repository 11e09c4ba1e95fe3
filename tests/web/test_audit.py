"""The auditor's pages: every entry can be read, every moment opened, everything computed again, by anyone who asks."""

import io
import json
import re
import tarfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update

from deliberation.audit import verify
from deliberation.audit.attention import Hurry, hurries
from deliberation.clauses import Replace, Text
from deliberation.council import Council
from deliberation.log import history, runs
from deliberation.log.store import events
from deliberation.log.tlog import leaf_hash
from deliberation.motions.model import Motion
from deliberation.polls.views import polls
from deliberation.procedures.model import Matter
from tests.audit.conftest import show_of_hands
from tests.given import actor, village, who
from tests.unpacking import unpack
from tests.web.conftest import Site

#: The title, what is stored, and the names of other rooms.
NOT_OURS = r"<title>.*?</title>|<pre.*?</pre>|<ul class=\"links\">.*?</ul>"
#: Names and titles, which nobody translates.
OF_THE_VILLAGE = "甲|甲河村|丙街道|中文|先征求意见|楼道堆物|号|议|.某+"


@pytest.fixture
def town() -> Iterator[Council]:
    with village() as council:
        show_of_hands(council)
        yield council


def size(site: Site) -> int:
    return site.council.head().size


# the history


def test_anyone_reads_the_history_as_sentences(site: Site) -> None:
    page = site.visitor().get("/history").text
    assert "“先征求意见”计票：同意3、反对1、弃权0，通过。" in page
    assert "甲河村建立，向丙街道报备。" in page
    assert page.index("计票") < page.index("甲河村建立")


def test_the_history_speaks_english(site: Site) -> None:
    visitor = site.visitor()
    visitor.get("/language/en")
    for path in ("/history", "/history/0", "/replay", "/checks", "/look", "/audit"):
        text = re.sub(NOT_OURS, "", visitor.get(path).text, flags=re.DOTALL)
        said = re.findall("[\u4e00-\u9fff]+", text)
        assert not [word for word in said if not re.fullmatch(OF_THE_VILLAGE, word)], path


@pytest.mark.parametrize(
    ("room", "kinds"), [("polls", {"poll", "roll"}), ("register", {"register", "role", "community"})]
)
def test_the_history_is_filtered_by_kind(site: Site, room: str, kinds: set[str]) -> None:
    page = site.visitor().get(f"/history?room={room}").text
    with site.council.reading() as r:
        every = history.entries(r.connection, r.community, limit=999)
    wanted = [entry.position for entry in every if entry.event.TYPE.split(".")[0] in kinds]
    shown = {int(number) for number in re.findall(r'href="/history/(\d+)"', page)}
    assert shown == set(wanted)


def test_the_history_of_one_matter_leaves_the_others_out(site: Site) -> None:
    with site.council.reading() as r:
        matter = history.entries(r.connection, r.community, after=size(site) - 1)[0].matter
    page = site.visitor().get(f"/history?matter={matter}").text
    assert "甲河村建立" not in page
    assert "计票" in page
    assert f'<option value="{matter}" selected>' in page


@pytest.mark.parametrize("query", ["room=nonsense", "matter=nonsense", "page=0", "page=999", "page=x"])
def test_a_strange_filter_shows_the_history_all_the_same(site: Site, query: str) -> None:
    assert site.visitor().get(f"/history?{query}").status_code == 200


def test_many_entries_that_say_the_same_are_folded_together(site: Site) -> None:
    page = site.visitor().get("/history").text
    assert re.search(r"同样的 \d+ 条：", page)


def test_an_entry_shows_its_sentence_and_the_very_bytes(site: Site) -> None:
    visitor, last = site.visitor(), size(site) - 1
    page = visitor.get(f"/history/{last}").text
    leaf = visitor.get(f"/history/{last}/leaf")
    assert leaf.mimetype == "application/json"
    assert leaf_hash(leaf.data).hex() in page
    assert json.loads(leaf.data)["type"] == "poll.counted"
    assert f'href="/history/{last - 1}"' in page
    assert f'href="/history/{last + 1}"' not in page
    assert f"as_of={last + 1}" in page
    assert "&#34;in_favour&#34;: 3" in page


def test_an_entry_leads_to_its_pages_as_they_stood(site: Site) -> None:
    visitor, last = site.visitor(), size(site) - 1
    page = visitor.get(f"/history/{last}").text
    addresses = re.findall(r'href="(/[^"]*as_of=\d+)"', page)
    assert any(address.startswith("/polls/") for address in addresses)
    for address in addresses:
        assert visitor.get(address.replace("&amp;", "&")).status_code == 200, address


def test_an_entry_that_is_not_there_is_not_found(site: Site) -> None:
    assert site.visitor().get("/history/9999").status_code == 404
    assert site.visitor().get("/history/5?as_of=5").status_code == 404
    assert site.visitor().get("/history/4?as_of=5").status_code == 200


def test_a_number_that_is_typed_opens_the_entry(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get("/history/find?number= 3 ").location == "/history/3"
    assert visitor.get("/history/find?number=three").location == "/history"
    assert "编号写成数字" in visitor.get("/history").text


def test_as_of_a_moment_the_history_ends_there(site: Site) -> None:
    page = site.visitor().get("/history?as_of=1").text
    assert "甲河村建立" in page
    assert "计票：" not in page


# any moment


def test_the_slider_stands_on_the_last_day_and_the_chart_has_a_bar_for_each(site: Site) -> None:
    page = site.visitor().get("/replay").text
    assert (
        '<input type="range" id="slide" name="n" min="0" max="88" value="88" aria-valuetext="2026-04-02">'
        in page
    )
    assert page.count('<rect class="past"') == 2
    assert '<rect class="next"' not in page


def test_the_slider_works_without_scripts(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get("/replay/day?n=0").location == "/replay?at=2026-01-04"
    assert visitor.get("/replay/day?n=9999").location == "/replay?at=2026-04-02"
    assert visitor.get("/replay/day?n=-1").location == "/replay?at=2026-01-04"
    assert visitor.get("/replay/day?n=x").location == "/replay?at=2026-01-04"


def test_a_moment_shows_what_had_happened_and_what_had_not(site: Site) -> None:
    page = site.visitor().get("/replay?at=2026-01-04").text
    assert page.count('<rect class="next"') == 1
    assert "还没有表决。" in page
    later = re.search(r'<li class="later">.*?</li>', page, re.DOTALL)
    assert later
    assert "（这一刻还没有发生）" in later[0]
    assert '<a rel="nofollow"' in page
    now = site.visitor().get("/replay").text
    assert "先征求意见" in now
    assert "还没有表决。" not in now


def test_the_very_beginning_and_the_end_can_be_opened(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get("/replay?as_of=0").status_code == 200
    assert visitor.get(f"/replay?as_of={size(site)}").status_code == 200
    assert visitor.get("/replay?as_of=9999").status_code == 404


# computing again


def test_an_auditor_has_the_pages_computed_anew_and_sees_both_digests(site: Site) -> None:
    digest = site.council.digest()
    page = site.visitor("auditor").press("/checks", "/checks/rebuild").text
    assert "照记录重新算过，和页面用的一样。" in page
    assert page.count(digest) == 2
    with site.council.database.engine.begin() as connection:
        connection.execute(update(polls).values(outcome="FAIL"))
    page = site.visitor("auditor").press("/checks", "/checks/rebuild").text
    assert "不一样：页面的数据和记录对不上" in page
    assert site.council.digest() == digest


def test_an_auditor_recounts_and_sees_each_vote(site: Site) -> None:
    page = site.visitor("auditor").press("/checks", "/checks/recount").text
    assert "1 次表决，全部对得上" in page
    row = re.search(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    assert row
    assert row[0].count("3 / 1 / 0") == 2
    assert "一样" in row[0]


def test_a_recount_of_a_changed_log_names_the_entry(site: Site) -> None:
    last = size(site) - 1
    with site.council.database.engine.begin() as connection:
        leaf = connection.execute(events.select().where(events.c.position == last)).one().leaf
        forged = leaf.replace(b'"for":3', b'"for":4').replace(b'"in_favour":3', b'"in_favour":4')
        connection.execute(update(events).where(events.c.position == last).values(leaf=forged))
    page = site.visitor("auditor").press("/checks", "/checks/recount").text
    assert "处对不上" in page
    assert "不一样" in page
    assert f'<a href="/history/{last}">' in page
    assert "C13" in page


@pytest.mark.parametrize("step", ["rebuild", "recount"])
def test_only_an_auditor_presses_the_buttons(site: Site, step: str) -> None:
    assert f'action="/checks/{step}"' not in site.visitor().get("/checks").text
    assert f'action="/checks/{step}"' not in site.visitor("secretary").get("/checks").text
    secretary = site.visitor("secretary")
    form = site.visitor("auditor").form("/checks", f"/checks/{step}")
    assert secretary.send(f"/checks/{step}", dict(form.fields)).status_code in (400, 403)


# taking it home


def test_anyone_takes_the_log_home_and_checks_it(site: Site, tmp_path: Path) -> None:
    answer = site.visitor().get("/audit/bundle.tar")
    assert answer.mimetype == "application/x-tar"
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        unpack(tar, tmp_path)
    assert (tmp_path / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    checker = verify.check(tmp_path)
    assert checker.findings == []
    assert checker.tree.root() == site.council.head().root
    assert site.visitor().get("/audit/bundle.tar").data == answer.data


def test_the_verifier_is_a_file_of_its_own(site: Site) -> None:
    assert site.visitor().get("/audit/verify.py").data == Path(verify.__file__).read_bytes()


def test_the_desk_leads_to_all_of_it(site: Site) -> None:
    page = site.visitor().get("/audit").text
    for path in ("/history", "/replay", "/checks", "/look", "/audit/bundle.tar", "/audit/verify.py"):
        assert f'href="{path}"' in page


# what deserves a look


class Slip:
    """An entry as ``hurries`` reads it."""

    TYPE = "ballot.cast"

    def __init__(self, position: int, at: int, clerk: str = "clerk", channel: str = "paper") -> None:
        self.position, self.at, self.channel = position, at, channel
        self.event = self
        self.by = self
        self.person = clerk

    def body(self) -> dict[str, str]:
        return {"channel": self.channel}


def slips(*times: int, **options: str) -> list[Slip]:
    return [Slip(position, at, **options) for position, at in enumerate(times)]


def test_twelve_slips_in_forty_seconds_are_listed() -> None:
    found = list(hurries(slips(*range(0, 48, 4))))  # type: ignore[arg-type]
    assert found == [Hurry("clerk", 0, 11, 12, 44)]


def test_slips_entered_with_care_are_not_listed() -> None:
    assert list(hurries(slips(*range(0, 240, 6)))) == []  # type: ignore[arg-type]
    assert list(hurries(slips(*range(11)))) == []  # type: ignore[arg-type]


def test_ballots_by_phone_are_nobodys_hurry() -> None:
    assert list(hurries(slips(*range(30), channel="phone"))) == []  # type: ignore[arg-type]


def test_a_long_hurry_is_one_and_two_apart_are_two() -> None:
    once, again = list(range(30)), list(range(1000, 1012))
    assert [(hurry.first, hurry.last) for hurry in hurries(slips(*once, *again))] == [(0, 29), (30, 41)]  # type: ignore[arg-type]


def test_two_clerks_at_once_are_two() -> None:
    both = slips(*range(20), clerk="one") + slips(*range(20), clerk="other")
    assert {hurry.clerk for hurry in hurries(both)} == {"one", "other"}  # type: ignore[arg-type]


class FirstReading(Slip):
    """A slip read for the first time: its entry names no channel."""

    TYPE = "slip.read"

    def body(self) -> dict[str, str]:
        return {}


def test_first_and_second_readings_are_two_paces() -> None:
    first = [FirstReading(position, at) for position, at in enumerate(range(0, 66, 6))]
    assert list(hurries(first)) == []  # type: ignore[arg-type]
    hasty = [FirstReading(position, at) for position, at in enumerate(range(0, 48, 4))]
    assert list(hurries(hasty)) == [Hurry("clerk", 0, 11, 12, 44)]  # type: ignore[arg-type]
    # Eleven of each within a minute are twenty-two entries, and no clerk was hasty in either.
    assert list(hurries([*first, *slips(*range(0, 66, 6))])) == []  # type: ignore[arg-type]


def test_the_page_of_what_deserves_a_look_says_when_there_is_nothing(site: Site) -> None:
    page = site.visitor().get("/look").text
    assert "没有。" in page
    assert who("auditor") not in page


# what changed, and what figures rest on


def test_what_changed_between_two_moments_is_told_by_matter(site: Site) -> None:
    page = site.visitor().get(f"/replay/changes?from=0&to={size(site)}").text
    assert "楼道堆物" in page
    assert "名册、职务和其他" in page
    assert re.search(r"表决 <b class=\"num\">\+\d", page)
    assert "甲河村建立" in page
    nothing = site.visitor().get("/replay/changes?from=3&to=3").text
    assert "什么也没有记下" in nothing


def test_what_changed_may_be_asked_by_day_and_in_either_order(site: Site) -> None:
    visitor, end = site.visitor(), size(site)
    by_day = visitor.get("/replay/changes?from=2026-01-04&to=2026-04-02").text
    assert f"到第 {end} 条" in by_day
    assert "甲河村建立" not in by_day
    around = visitor.get(f"/replay/changes?from={end}&to=2").text
    assert f"从第 2 条以后到第 {end} 条" in around
    for asked, status in (("from=x", 404), ("to=9999999", 404), ("from=2026-13-01", 404), ("from=-1", 404)):
        assert visitor.get(f"/replay/changes?{asked}").status_code == status, asked


def test_a_text_that_was_changed_is_shown_with_its_words_marked(site: Site) -> None:
    by = actor("secretary", at="2026-04-03 09:00")
    matter = Matter.open("甲〔2026〕2号", "公约", "SI_YI", by=by)
    text = Text.of("公约", ["楼道不堆东西。", "不抛物。"])
    motion = Motion.propose(matter.id, "议9", "公约", "compact", text, 0, by=by)
    site.council.save(matter)
    site.council.save(motion)
    start = size(site)
    motion.revise([Replace("c1", "楼道不堆东西。", "楼道不堆杂物。")], "drafting", "改一改", by=by)
    site.council.save(motion)
    page = site.visitor().get(f"/replay/changes?from={start}").text
    assert "<del>东西</del><ins>杂物</ins>" in page
    assert "第一条" in page
    assert "第二条" not in page
    assert "新提出的" in site.visitor().get(f"/replay/changes?from={start - 2}").text


def test_figures_of_a_vote_lead_to_the_entries_behind_them(site: Site) -> None:
    visitor = site.visitor()
    with site.council.reading() as r:
        poll = r.all(polls.select().where(r.mine(polls)))[0]
    page = visitor.get(f"/polls/{poll.id}").text
    links = [unescape(link) for link in re.findall(r'href="(/history\?[^"]*what=[^"]*)"', page)]
    assert {re.search("what=([a-z]+)", link)[1] for link in links} == {"ballots", "roll", "paper", "steps"}  # type: ignore[index]
    steps = visitor.get(next(link for link in links if "what=steps" in link)).text
    assert "计票：同意3、反对1、弃权0" in steps
    assert "甲河村建立" not in steps
    assert "这次表决的每一步" in steps
    other = visitor.get(f"/history?matter={poll.matter}&what=steps&about={who('somebody else')}").text
    assert "没有这样的记录" in other


def test_a_strange_kind_of_evidence_shows_the_history(site: Site) -> None:
    assert "甲河村建立" in site.visitor().get("/history?what=nonsense").text


def test_since_an_entry_the_earlier_ones_are_left_out(site: Site) -> None:
    page = site.visitor().get("/history?since=3").text
    assert "甲河村建立" not in page
    assert "第 3 条起" in page


# checks that go on beside the pages


def test_a_long_check_is_watched_and_its_result_stays(site: Site) -> None:
    at = int(site.now.timestamp())
    with site.council.beside() as connection:
        runs.begin(connection, site.council.community, who("run"), person=who("auditor"), total=1000, at=at)
        runs.tell(connection, site.council.community, who("run"), done=250, at=at)
    visitor = site.visitor("auditor")
    page = visitor.get(f"/checks/{who('run')}").text
    assert "已经查了 250 条，共 1,000 条" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert "正在查" in visitor.get("/checks").text
    assert "250" in visitor.press("/checks", "/checks/recount").text, "a second one is not begun"
    site.at("2026-04-02 13:00")
    assert "中断" in visitor.get(f"/checks/{who('run')}").text
    assert "全部对得上" in visitor.press("/checks", "/checks/recount").text
    assert "全部对得上" in visitor.get("/checks").text
    assert visitor.get(f"/checks/{who('nobody')}").status_code == 404
