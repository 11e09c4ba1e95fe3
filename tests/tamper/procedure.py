"""A whole procedure in some ninety entries: every room has its part, and the verifier finds nothing in it.

Made by the public verbs, without a database, so that a forger can change it entry by entry.
"""

import dataclasses
import functools
import hashlib
from types import SimpleNamespace
from typing import Any

from deliberation.actors import Actor, operator
from deliberation.clauses import Replace, Text, apply
from deliberation.custody.model import LogKey
from deliberation.discussion.model import Comment
from deliberation.filings.model import Filing
from deliberation.intake.model import Report
from deliberation.log.aggregate import id_of
from deliberation.meetings.minutes import digest_of
from deliberation.meetings.model import Attendance, Meeting
from deliberation.meetings.model import Entry as Minute
from deliberation.motions.model import Amendment, Motion, Second
from deliberation.polls import ballots, counting, roll
from deliberation.polls.catalogue import profile, rule
from deliberation.polls.counting import PollCount
from deliberation.polls.lawbook import Adoption
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.paper import Box
from deliberation.polls.proxies import Proxy
from deliberation.polls.readings import SlipReading
from deliberation.procedures.model import Matter
from deliberation.publications.model import Objection, Publication
from deliberation.register.model import Page
from deliberation.register.private import PersonName
from deliberation.resolutions.model import Resolution
from deliberation.tasks.model import Notice
from tests.audit.forging import KEY, Log, lines
from tests.given import DELEGATES, RESIDENTS, SLUG, VILLAGE, actor, household, moment, place, who, words
from tests.given import found as founded
from tests.tamper.keys import OPERATOR
from tests.tamper.mending import recounted

TEXT = Text.of("楼道公约", ["楼道不堆放物品。", "电动自行车不进楼。"])
CHANGE = [Replace("c2", "电动自行车不进楼。", "电动自行车不进楼，也不在楼道充电。")]
OPENS, CLOSES = "2026-04-27 08:00", "2026-04-29 18:00"
ERASURES = "7b1c1f0a-52f4-5a3e-8f5b-3c7d0d1f6b2e"
#: Decided by households, any of which may send somebody else with a letter.
LAW = dataclasses.replace(rule("VIL_H"), proxies=1)
CHOICES = ("for", "for", "against", "for", "abstain", "for")


def at(role: str, when: str, person: str = "") -> Actor:
    return actor(role, at=f"2026-{when}", person=person)


def seconds(when: str) -> int:
    return int(moment(when).timestamp())


@functools.cache
def honest() -> Log:
    """Return the log, which nobody may change: take a copy."""
    log = Log()
    found_village(log)
    matter = Matter.open("甲〔2026〕1号", "楼道堆物", "SI_YI", by=at("secretary", "03-02 09:00"))
    log.add(matter)
    hear_reports(log, matter)
    motion = move(log, matter)
    sit(log, matter, motion)
    review(log, matter, motion)
    poll = vote(log, motion)
    carry_out(log, motion, poll, adopt(log, matter, motion, poll))
    erase(log)
    return log


def found_village(log: Log) -> None:
    founded(SimpleNamespace(save=log.add))  # type: ignore[arg-type]
    by = operator(moment("2026-01-05 09:00"))
    log.add(LogKey.adopt(VILLAGE, SLUG, OPERATOR.verifier, by=by))
    tenant = PersonName(who("t"), "租户", "")
    log.add(Page.of_persons([[who("t"), "", "tenant", 1, 0]], [tenant], by=at("secretary", "02-01 09:00")))
    laws = [LAW, rule("DELIB")]
    by = at("secretary", "02-02 09:00")
    log.add(Adoption.adopt(profile("national-strict"), laws, basis="村民会议", since="2026-02-02", second=who("chair"), by=by))
    log.entries[-1]["body"]["rules"] = [law.to_json() for law in laws]


def hear_reports(log: Log, matter: Matter) -> None:
    by = at("resident", "03-01 10:00", "sun")
    first = Report.receive(
        "甲诉〔2026〕1号", channel="online", place="1号楼", place_id=place("1号楼"), colour="red",
        words=words("楼道堆物", "sun"), reporter=who("sun"), by=by,
    )  # fmt: skip
    second = Report.receive(
        "甲诉〔2026〕2号", channel="patrol", place="2号楼", colour="gold", words=words("也堆了", ""), by=at("grid_worker", "03-01 11:00")
    )
    second.merge(first.id, first.number, by=at("secretary", "03-02 10:00"))
    first.reclass("gold", by=at("secretary", "03-02 10:00"))
    first.take_up(matter.id, matter.number, by=at("secretary", "03-02 10:30"))
    first.answer(words("已经立项"), by=at("secretary", "03-02 11:00"))
    log.add(first, second)
    matter.pass_gate("proposed", on="2026-03-02", by=at("secretary", "03-02 12:00"))
    log.add(matter)


def move(log: Log, matter: Matter) -> Motion:
    motion = Motion.propose(matter.id, "2026-01", "楼道公约", "compact", TEXT, 2, by=at("delegate", "03-03 10:00"))
    log.add(motion)
    for person in ("li", "wang"):
        log.add(Second.of(motion.id, matter.id, "2026-01", by=at("delegate", "03-04 10:00", person)))
    motion.admit(by=at("secretary", "03-05 09:00"))
    log.add(motion)
    said = Comment.make(motion.id, matter.id, words("同意", "qian"), clause="c1", stance="support", by=at("resident", "03-06 10:00", "qian"))
    said.answer("explained", words("谢谢"), by=at("secretary", "03-07 10:00"))
    log.add(said)
    return motion


def sit(log: Log, matter: Matter, motion: Motion) -> None:
    """A sitting of four delegates: an amendment is moved, voted on by hands, and written into the text."""
    agenda = [{"item": "1", "title": "楼道公约", "motion": motion.id}]
    seats = [who(person) for person in DELEGATES]
    meeting = Meeting.call(
        matter.id, "甲会〔2026〕1号", kind="council", title="议事会", starts=seconds("2026-03-10 19:00"), place="居民厅",
        seats=seats, agenda=agenda, by=at("secretary", "03-08 09:00"),
    )  # fmt: skip
    log.add(meeting)
    meeting.open(chair=who("chair"), secretary=who("secretary"), by=at("secretary", "03-10 19:00"))
    log.add(meeting)
    for person in DELEGATES:
        status = "leave" if person == "zhao" else "present"
        log.add(Attendance.mark(meeting.id, matter.id, who(person), capacity="seat", status=status, by=at("secretary", "03-10 19:05")))
    minutes = [write(log, meeting, matter, "speech", words("不要在楼道充电", "zhang"), "zhang", "03-10 19:10")]
    amendment = Amendment.move(motion.id, matter.id, "甲", TEXT.digest(), CHANGE, by=at("delegate", "03-10 19:15", "li"))
    log.add(amendment)
    poll = hands(log, matter, meeting, amendment)
    minutes.append(write(log, meeting, matter, "vote", "修正案甲：同意2、反对1、弃权0，通过。", "", "03-10 19:40", poll))
    minutes[0].correct(words("不要在楼道和门厅充电", "zhang"), words("漏记"), by=at("secretary", "03-10 19:45"))
    log.add(minutes[0])
    by = at("secretary", "03-10 19:50")
    amendment.settle(poll, "PASS", by=by)
    motion.amend(amendment.id, "甲", CHANGE, poll, by=by)
    meeting.close(due=4, present=3, leave=1, absent=0, observers=0, by=at("secretary", "03-10 20:00"))
    log.add(amendment, motion, meeting)
    sign(log, meeting)


def write(log: Log, meeting: Meeting, matter: Matter, kind: str, said: Any, speaker: str, when: str, poll: str = "") -> Minute:
    name = who(speaker) if speaker else ""
    entry = Minute.write(meeting.id, matter.id, item="1", kind=kind, said=said, speaker=name, poll=poll, by=at("secretary", when))
    log.add(entry)
    return entry


def sign(log: Log, meeting: Meeting) -> None:
    digest = digest_of(record_of(log, meeting.id))
    meeting.sign("chair", digest, by=at("chair", "03-11 09:00"))
    meeting.sign("secretary", digest, by=at("secretary", "03-11 09:10"))
    log.add(meeting)


def record_of(log: Log, meeting: str) -> list[list[Any]]:
    """Return what is signed: every version of every minute of a meeting, minutes in the order in which they were entered."""
    first = [entry for entry in log.entries if entry["type"] == "minute.entered" and entry["body"]["meeting"] == meeting]
    return [
        [
            entry["agg"], version, one["body"]["item"], one["body"]["kind"], one["body"]["speaker"], entry["body"]["text"],
            entry["body"]["words"], entry["body"].get("reason", ""), one["body"]["poll"], entry["actor"]["person"],
            entry["body"].get("confirmed_by", ""), seconds_of(entry["at"]),
        ]
        for one in first
        for version, entry in enumerate((each for each in log.entries if each["agg"] == one["agg"]), start=1)
    ]  # fmt: skip


def seconds_of(at: str) -> int:
    return int(moment(at.removesuffix("Z")).timestamp()) + 8 * 3_600


def hands(log: Log, matter: Matter, meeting: Meeting, amendment: Amendment) -> str:
    digest = log.find("amendment.moved")["body"]["digest"]
    question = Question(matter.id, "2026-B1", "修正案甲", "amendment", amendment.id, digest, meeting.id)
    window = Window("2026-03-10", seconds("2026-03-10 19:20"), seconds("2026-03-10 21:00"))
    by, people = at("secretary", "03-10 19:30"), lines(*DELEGATES)
    poll, pages = Poll.announce(question, rule("DELIB"), window, ["hands"], KEY, binding=people, by=by)
    log.add(poll, *pages)
    poll.open(by=by)
    poll.count_hands(due=4, present=3, in_favour=2, against=1, abstain=0, by=by)
    poll.close(by=by)
    log.add(poll)
    result = counting.count_hands(rule("DELIB"), poll.hands)
    log.add(PollCount.declare(poll, key=KEY, cut_off=len(log.entries) - 1, result=result, refused={}, by=by))
    return poll.id


def review(log: Log, matter: Matter, motion: Motion) -> None:
    digest = motion.text.digest()
    matter.ask_review(motion.id, digest, 2, "丙街道", by=at("secretary", "03-12 09:00"))
    findings = [{"clause": "c1", "wording": "堆放", "ground": "用词"}]
    matter.answer_review(motion.id, digest, findings, by=at("street_office", "03-20 09:00"))
    log.add(matter)
    motion.revise([Replace("c1", "楼道不堆放物品。", "楼道不堆物。")], "review", "按意见改", by=at("secretary", "03-21 09:00"))
    log.add(motion)


def vote(log: Log, motion: Motion) -> Poll:
    """Seven households: six by phone, one of these by letter, one on paper; a second slip was a duplicate."""
    question = Question(motion.matter, "2026-B2", "楼道公约", "motion", motion.id, motion.text.digest())
    window = Window("2026-04-17", seconds(OPENS), seconds(CLOSES))
    by = at("secretary", "04-17 09:00")
    poll, pages = Poll.announce(
        question, LAW, window, ["phone", "paper"], KEY, binding=lines(*RESIDENTS[:7]), advisory=[roll.Line(who("t"), "租户", "", who("t"))], by=by
    )  # fmt: skip
    log.add(poll, *pages)
    letter = Proxy.grant(poll, household("sun"), who("zhou"), until=seconds(CLOSES), key=KEY, by=at("resident", "04-18 09:00", "sun"))
    log.add(letter)
    poll.open(by=at("chair", "04-27 08:05"))
    log.add(poll)
    for person, choice in zip(RESIDENTS[:6], CHOICES, strict=True):
        aid = {"proxy": letter.id} if person == "sun" else {}
        cast = at("resident", "04-28 09:00", "zhou" if person == "sun" else person)
        log.add(ballots.Ballot.cast(poll.id, motion.matter, household(person), choice, key=KEY, aid=aid, by=cast))
    advice = at("resident", "04-28 12:00", "t")
    log.add(ballots.Ballot.cast(poll.id, motion.matter, who("t"), "against", key=KEY, roll=roll.ADVISORY, by=advice))
    paper(log, poll)
    poll.close(by=at("secretary", "04-29 18:20"))
    log.add(poll)
    result = counting.count_hands(rule("DELIB"), SimpleNamespace(due=1, present=1, in_favour=1, against=0, abstain=0))  # type: ignore[arg-type]
    by = at("scrutineer", "04-29 18:30")
    log.add(PollCount.declare(poll, key=KEY, cut_off=len(log.entries) - 1, result=result, refused={"duplicate": 1}, by=by))
    recounted(log)
    return poll


def paper(log: Log, poll: Poll) -> None:
    by, later = at("scrutineer", "04-29 17:50"), at("scrutineer", "04-29 18:10")
    box = Box.seal(poll.id, poll.matter, 1, "一号箱", "station", 2, second=who("second_scrutineer"), by=by)
    log.add(box)
    for number, person in enumerate(("zhou", "li"), start=1):
        sheet = SlipReading.read(
            poll.id, poll.matter, box.id, number, household(person), "for", key=KEY, by=at("secretary", "04-29 18:05")
        )
        slip = sheet.again(poll.matter, "for", door="周", key=KEY, by=later) if person == "zhou" else None
        log.add(sheet, slip or sheet.aside(poll.matter, "duplicate", by=later))


def adopt(log: Log, matter: Matter, motion: Motion, poll: Poll) -> Resolution:
    motion.settle(poll.id, "PASS", by=at("secretary", "04-29 19:00"))
    log.add(motion)
    text = apply(apply(TEXT, CHANGE), [Replace("c1", "楼道不堆放物品。", "楼道不堆物。")])
    changed = {"c1": ("motion.revised", "review", "", 3), "c2": ("motion.amended", "amendment", "甲", 2)}
    whence = [
        {"clause": clause, "origin": origin, "label": label, "version": version, "position": log.where(type)}
        for clause, (type, origin, label, version) in changed.items()
    ]
    resolution = Resolution.adopt(
        matter.id, "甲决〔2026〕1号", "楼道公约", motion=motion.id, poll=poll.id, text=text, assembly="村民会议",
        adopted_on="2026-04-29", effective_on="2026-05-18", provenance=whence, by=at("secretary", "04-30 09:00"),
    )  # fmt: skip
    log.add(resolution)
    return resolution


def carry_out(log: Log, motion: Motion, poll: Poll, resolution: Resolution) -> None:
    shown = Publication.post(
        motion.matter, "甲公〔2026〕1号", kind="resolution", subject=resolution.id, title="楼道公约", text="全文", from_date="2026-04-30",
        days=15, place="公告栏", by=at("secretary", "04-30 10:00"),
    )  # fmt: skip
    log.add(shown)
    against = Objection.raise_(shown.id, motion.matter, shown.number, words("不公平", "wu"), by=at("resident", "05-03 09:00", "wu"))
    against.answer(words("有依据"), upheld=False, by=at("supervisor", "05-05 09:00"))
    log.add(against)
    files = [{"title": "决议", "digest": hashlib.sha256(b"x").hexdigest()}]
    sent = Filing.make(
        motion.matter, "甲报〔2026〕1号", resolution=resolution.id, to="丙街道", decided_on="2026-04-29", attachments=files, by=at("secretary", "05-06 09:00")
    )  # fmt: skip
    sent.acknowledge("丙街备〔2026〕7号", "2026-05-08", by=at("street_office", "05-08 10:00"))
    log.add(sent)
    told = Notice.issue(
        motion.matter, "甲改〔2026〕1号", place=place("1号楼"), place_label="1号楼楼道", resolution=resolution.id, clause="c1",
        clause_label="第一条", level="ordinary", words=words("堆物"), by=at("grid_worker", "05-20 09:00"),
    )  # fmt: skip
    two = [who("grid_worker"), who("second_grid_worker")]
    told.serve("signed", two, served_at=seconds("2026-05-20 10:00"), by=at("grid_worker", "05-20 10:30"))
    told.inspect("ok", two, by=at("grid_worker", "05-25 09:00"))
    told.close(by=at("secretary", "05-26 09:00"))
    shown.take_down(by=at("secretary", "06-01 09:00"))
    log.add(told, shown)


def erase(log: Log) -> None:
    """One comment taken back, and somebody who moved away: written as other programs would write it."""
    said, reported = log.body("comment.made")["words"], log.body("report.received")["words"]
    for type, agg, body in (
        ("content.erased", id_of(ERASURES, "words", said), {"commitments": [said], "ground": "request"}),
        ("person.erased", id_of(who("sun"), "erased"), {"person": who("sun"), "ground": "request", "contents": [reported]}),
    ):
        signed = {"person": who("secretary"), "role": "secretary"}
        told = {"actor": signed, "agg": agg, "aggv": 1, "at": "2026-07-01T02:00:00Z", "body": body | {"second": who("chair")}, "type": type, "v": 1}
        log.entries.append(told)
