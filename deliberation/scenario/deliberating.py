"""2 April: the residents' council debates the draft, amends it and sends it to the assembly."""

from __future__ import annotations

from deliberation.actors import COMMITTEE, DELEGATE, SECRETARY
from deliberation.clauses import Replace
from deliberation.meetings.attendance import Attendance
from deliberation.meetings.model import Meeting
from deliberation.motions.model import Amendment, Motion
from deliberation.scenario.data import load
from deliberation.scenario.drafting import call, close_and_sign, mark, write
from deliberation.scenario.hands import Hands, show_of_hands
from deliberation.scenario.opening import pass_gate
from deliberation.scenario.stage import Stage

MEETING = "council meeting"
#: Amendment -> the failed one that it replaces.
REPLACES = {"yi_second": "yi_first"}


def council_meeting(stage: Stage) -> None:
    """Call, open, record, close and sign the meeting."""
    data = load("council")
    seats = stage.roster.holders(DELEGATE, COMMITTEE)
    agenda = [[item, title, stage.ids["motion"]] for item, title in data["agenda"]]
    call(stage, MEETING, "council", data, seats, agenda)
    with stage.change(Meeting, MEETING) as meeting:
        chair, secretary = stage.person("chair"), stage.person("secretary")
        meeting.open(chair=chair, secretary=secretary, by=stage.by("secretary", SECRETARY, data["starts"]))
    attend(stage, seats)
    for line in data["record"]:
        record(stage, line, seats)
    close_and_sign(stage, MEETING, data["ends"], data["signed"])
    submitted = data["polls"]["submit"]["hands"]
    pass_gate(
        stage, "deliberated", at=data["ends"], due=len(seats), present=sum(submitted), in_favour=submitted[0],
        against=submitted[1], abstain=submitted[2], minute=data["number"], poll=stage.ids["submit"],
    )  # fmt: skip


def attend(stage: Stage, seats: list[str]) -> None:
    """Mark 46 seats, three with a reason for their leave, and eleven observers with where they belong."""
    data = load("council")
    at = data["starts"]
    away = {stage.person(key) for key, _ in data["leave"] + data["absent"]}
    mark(stage, MEETING, ((seat, "present") for seat in seats if seat not in away), at)
    by, ids = stage.by("secretary", SECRETARY, at), (stage.ids[MEETING], stage.ids["matter"])
    for status in ("leave", "absent"):
        for key, reason in data[status]:
            words = stage.words(reason, key) if reason else None
            person = stage.person(key)
            stage.save(Attendance.mark(*ids, person, capacity="seat", status=status, words=words, by=by))
    for key, affiliation in data["observers"]:
        person = stage.person(key)
        marked = {"capacity": "observer", "status": "present", "affiliation": affiliation}
        stage.save(Attendance.mark(*ids, person, **marked, by=by))


def record(stage: Stage, line: list[str], seats: list[str]) -> None:
    """Enter one line of the record; what is moved or voted there happens first."""
    at, item, kind, who, said = line
    data, day = load("council"), load("council")["starts"][:10]
    if kind == "poll":
        numbers = data["polls"][who]
        subject, subject_kind = (
            (stage.ids["motion"], "motion")
            if who == "submit"
            else (stage.ids[f"amendment {who}"], "amendment")
        )
        hands = Hands("DELIB", numbers["number"], numbers["title"], subject_kind, subject, *numbers["hands"])
        said = show_of_hands(stage, who, hands, MEETING, seats, f"{day} {at}")
        settle(stage, who, f"{day} {at}")
        kind, who = "vote", ""
    elif kind == "amendment":
        move(stage, who, f"{day} {at}")
    write(stage, MEETING, [at, item, kind, who, said], day)


def move(stage: Stage, mover: str, at: str) -> None:
    """Move the next amendment of the story."""
    texts = load("texts")["amendments"]
    name = next(key for key in texts if f"amendment {key}" not in stage.ids)
    with stage.council.reading():
        motion = stage.council.get(Motion, stage.ids["motion"])
    text, change = motion.text, texts[name]
    operation = Replace(change["clause"], text.clause(change["clause"]).text, change["new"])
    replaces = stage.ids[f"amendment {REPLACES[name]}"] if name in REPLACES else ""
    by = stage.by(mover, DELEGATE, at)
    moved = Amendment.move(
        motion.id, motion.matter, change["label"], text.digest(), [operation], replaces, by=by
    )
    stage.save(moved)
    stage.ids[f"amendment {name}"] = moved.id


def settle(stage: Stage, name: str, at: str) -> None:
    """Record what a vote on an amendment decided, and write a passed one into the text in the same breath."""
    if name == "submit":
        return
    by = stage.by("secretary", SECRETARY, at)
    amendment = stage.council.get(Amendment, stage.ids[f"amendment {name}"])
    motion = stage.council.get(Motion, stage.ids["motion"])
    in_favour, against, _ = load("council")["polls"][name]["hands"]
    outcome = "PASS" if in_favour > against else "FAIL"
    amendment.settle(stage.ids[name], outcome, by=by)
    if outcome == "PASS":
        motion.amend(amendment.id, amendment.label, amendment.operations, stage.ids[name], by=by)
    stage.save(amendment, motion)
