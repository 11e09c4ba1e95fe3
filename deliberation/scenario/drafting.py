"""27 to 31 March: the draft, those who second it, and the Party members' meeting."""

from __future__ import annotations

from collections.abc import Iterable

from deliberation.actors import CHAIR, DELEGATE, PARTY_MEMBER, SECRETARY
from deliberation.clauses import Text
from deliberation.meetings.attendance import Attendance
from deliberation.meetings.minutes import Entry
from deliberation.meetings.model import Meeting
from deliberation.meetings.views import attendance_counts, minutes_digest
from deliberation.motions.model import Motion, Second
from deliberation.scenario.data import load, seconds
from deliberation.scenario.hands import Hands, show_of_hands
from deliberation.scenario.opening import pass_gate
from deliberation.scenario.stage import Stage


def draft(stage: Stage) -> None:
    """Both committees consult and put the draft forward; five delegates second it."""
    data, texts = load("story")["motion"], load("texts")
    text = Text.of(texts["title"], texts["clauses"])
    by = stage.by("chair", CHAIR, data["proposed"])
    motion = Motion.propose(
        stage.ids["matter"], data["number"], texts["title"], data["kind"], text, data["seconds_needed"], by=by
    )
    stage.save(motion)
    stage.ids["motion"] = motion.id
    pass_gate(stage, "consulted")
    for at, delegate in data["seconds"]:
        by = stage.by(delegate, DELEGATE, at)
        stage.save(Second.of(motion.id, motion.matter, data["number"], by=by))


def party_meeting(stage: Stage) -> None:
    """The Party members review the draft: 51 of 62 come, 47 agree. Then it is admitted to debate."""
    data = load("story")["party"]
    seats = stage.roster.holders(PARTY_MEMBER)
    call(stage, "party meeting", "party", data, seats, [["1", data["question"]]])
    ends = data["ends"]
    with stage.change(Meeting, "party meeting") as meeting:
        chair, secretary = stage.person("chair"), stage.person("secretary")
        meeting.open(chair=chair, secretary=secretary, by=stage.by("secretary", SECRETARY, data["starts"]))
    away = data["leave"] + data["absent"]
    statuses = ["present"] * (len(seats) - away) + ["leave"] * data["leave"] + ["absent"] * data["absent"]
    mark(stage, "party meeting", zip(seats, statuses, strict=True), data["starts"])
    at = f"{ends[:11]}15:20"
    hands = Hands("PARTY4", data["poll"], data["question"], "question", stage.ids["matter"], *data["hands"])
    shown = show_of_hands(stage, "party poll", hands, "party meeting", seats, at)
    write(stage, "party meeting", ["15:25", "1", "vote", "", shown], at[:10])
    close_and_sign(stage, "party meeting", ends, ends)
    favour, against, abstain = data["hands"]
    pass_gate(
        stage, "reviewed_by_party", at=ends, due=len(seats), present=len(seats) - away, in_favour=favour,
        against=against, abstain=abstain, minute=data["number"], poll=stage.ids["party poll"],
    )  # fmt: skip
    with stage.change(Motion, "motion") as motion:
        motion.admit(by=stage.by("secretary", SECRETARY, load("story")["motion"]["admitted"]))


def call(
    stage: Stage, name: str, kind: str, data: dict[str, str], seats: list[str], agenda: list[list[str]]
) -> None:
    """Give notice of a meeting. A line of the agenda is [item, title] or [item, title, motion]."""
    lines = [dict(zip(("item", "title", "motion"), line, strict=False)) for line in agenda]
    meeting = Meeting.call(
        stage.ids["matter"], data["number"], kind=kind, title=data["title"], starts=seconds(data["starts"]),
        place=data["place"], seats=seats, agenda=lines, by=stage.by("secretary", SECRETARY, data["called"]),
    )  # fmt: skip
    stage.save(meeting)
    stage.ids[name] = meeting.id


def mark(stage: Stage, name: str, marks: Iterable[tuple[str, str]], at: str) -> None:
    """Mark members present, on leave or absent."""
    meeting, matter = stage.ids[name], stage.ids["matter"]
    by = stage.by("secretary", SECRETARY, at)
    stage.save_each(
        Attendance.mark(meeting, matter, stage.person(person), capacity="seat", status=status, by=by)
        for person, status in marks
    )


def write(stage: Stage, name: str, line: list[str], day: str) -> None:
    """Enter a line of the record: [time, item, kind, speaker, words]; a vote's poll is the one shown last."""
    at, item, kind, speaker, said = line
    by = stage.by("secretary", SECRETARY, f"{day} {at}")
    poll = stage.ids["last poll"] if kind == "vote" else ""
    public = kind in ("vote", "decision")
    stage.save(
        Entry.write(
            stage.ids[name], stage.ids["matter"], item=item, kind=kind, speaker=stage.person(speaker),
            poll=poll, said=said if public else stage.words(said, speaker), by=by,
        )
    )  # fmt: skip


def close_and_sign(stage: Stage, name: str, ends: str, signed: str) -> None:
    """Close a meeting with the numbers of its sheet; chair and secretary sign the record."""
    with stage.council.reading() as r:
        counts = attendance_counts(r, stage.ids[name])
    with stage.change(Meeting, name) as meeting:
        meeting.close(**counts, by=stage.by("secretary", SECRETARY, ends))
    with stage.council.reading() as r:
        digest = minutes_digest(r, stage.ids[name])
    for part in ("secretary", "chair"):
        with stage.change(Meeting, name) as meeting:
            meeting.sign(part, digest, by=stage.by(part, part, signed))
