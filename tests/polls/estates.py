"""Two buildings whose owners vote by heads and by area."""

from dataclasses import replace

from deliberation.actors import operator
from deliberation.council import Council
from deliberation.log.aggregate import id_of
from deliberation.polls.ballots import ASSISTED, Ballot
from deliberation.polls.catalogue import profile, rule
from deliberation.polls.electorate import electorate
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.proxies import Proxy
from deliberation.polls.rules import Rule
from deliberation.polls.serving import OWN, Serving
from deliberation.register.model import Page
from deliberation.register.ownership import TitlePage
from deliberation.register.private import PersonName
from tests.given import VILLAGE, actor, moment, place, who
from tests.polls.votes import CLOSES, MATTER, OPEN, OPENS, end, seconds, slip

BY = operator(moment("2026-04-02 09:00"))
KEY = bytes(range(32))
SCAN = "a" * 64
#: door -> (owner, area in 0.01 m², kind): one owner of five flats, a couple, a firm that names nobody, four others.
FLATS = {
    **{f"3号楼{101 + n}": ("five", 1_000_00, "dwelling") for n in range(5)},
    "3号楼201": ("couple", 90_00, "dwelling"),
    "3号楼202": ("qian", 90_00, "dwelling"),
    "3号楼203": ("sun", 90_00, "dwelling"),
    "4号楼101": ("wu", 90_00, "dwelling"),
    "4号楼102": ("firm", 300_00, "shop"),
    "4号楼车位1": ("wu", 12_50, "parking"),
}
VOTERS = {"five": "zhang", "couple": "li", "qian": "qian", "sun": "sun", "wu": "wu", "firm": ""}


def head(name: str) -> str:
    return id_of(VILLAGE, "owner", name)


def furnish(town: Council) -> None:
    """Enter a second grid with two buildings, their flats, owners and titles."""
    town.save(Page.of_places([[place("网格二"), "grid", "网格二", ""]], by=BY))
    town.save(Page.of_places([[place(f"{n}号楼"), "building", f"{n}号楼", place("网格二")] for n in (3, 4)], by=BY))
    flats = [[id_of(VILLAGE, "unit", door), place(door[:3]), door, area] for door, (_, area, _) in FLATS.items()]
    town.save(Page.of_units(flats, by=BY))
    owners = [[head(name), "joint" if name == "couple" else "person", who(voter) if voter else ""] for name, voter in VOTERS.items()]
    town.save(TitlePage.of_owners(owners, [PersonName(head(name), name) for name in VOTERS], by=BY))
    titles = [[id_of(VILLAGE, "unit", door), head(owner), kind, "register"] for door, (owner, _, kind) in FLATS.items()]
    town.save(TitlePage.of_titles(titles, by=BY))


def law(id: str = "OWN_G", how: str = "national-strict", **changes: object) -> Rule:
    return replace(profile(how).shape(rule(id)), **{"notice_days": 0, **changes})


def announce(town: Council, by_law: Rule, within: str = place("网格二"), channels: tuple[str, ...] = ("phone", "paper")) -> str:
    with town.reading() as r:
        lines = electorate(r, by_law, "2026-04-17", within).lines
    question = Question(MATTER, "甲业〔2026〕1号", "更换电梯", "question", MATTER, "d" * 64)
    window = Window("2026-04-17", seconds(OPENS), seconds(CLOSES))
    poll, pages = Poll.announce(
        question, by_law, window, channels, KEY, binding=lines, scope=within, by=actor("secretary", at="2026-04-17 09:00")
    )
    town.save(poll, *pages)
    return poll.id


def begin(town: Council, by_law: Rule, **more: object) -> str:
    poll = announce(town, by_law, **more)
    with town.change(Poll, poll) as opening:
        opening.open(by=actor("secretary", at=OPEN))
    return poll


def vote(town: Council, poll: str, owner: str, choice: str, *, person: str = "", at: str = OPEN, **more: object) -> None:
    by = actor("resident", person=person or VOTERS[owner], at=at)
    town.save(Ballot.cast(poll, MATTER, head(owner), choice, key=KEY, by=by, **more))


def serve(town: Council, poll: str, way: str, *owners: str, **more: str) -> None:
    by = actor("secretary", at=OPEN) if way != OWN else actor("resident", person=VOTERS[owners[0]], at=OPEN)
    town.save(*Serving.record(town.get(Poll, poll), way, [head(owner) for owner in owners], by=by, **more))

AT = "2026-04-28 09:00"


def hold(town: Council) -> str:
    """Hold a whole vote: one owner by phone, one by letter, one with help, one on paper, one silent, one that nobody served."""
    furnish(town)
    poll = begin(
        town, replace(law(how="sichuan"), proxies=1), channels=("phone", "paper", ASSISTED)
    )
    serve(town, poll, "signed", "five", "couple", "qian", "wu", evidence=SCAN)
    serve(town, poll, OWN, "sun")
    vote(town, poll, "five", "for")
    letter = Proxy.grant(
        town.get(Poll, poll), head("couple"), who("zhao"), instruction="for", until=seconds(CLOSES), key=KEY,
        by=actor("resident", person="li", at=OPEN),
    )  # fmt: skip
    town.save(letter)
    vote(town, poll, "couple", "for", person="zhao", at=AT, aid={"proxy": letter.id})
    by = actor("grid_worker", at=AT)
    aid = {"witness": who("secretary"), "place": "家中"}
    town.save(Ballot.cast(poll, MATTER, head("qian"), "for", key=KEY, channel=ASSISTED, aid=aid, by=by))
    box = Box.seal(poll, MATTER, 1, "一号箱", "station", 2, second=who("chair"), by=actor("scrutineer", at="2026-04-29 17:50"))
    town.save(box)
    town.save(slip(town, poll, KEY, box.id, head("wu"), "for"))
    town.save(slip(town, poll, KEY, box.id, "", "unidentified"))
    end(town, poll)
    return poll
