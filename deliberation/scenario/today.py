"""What follows the story up to a given moment: something to do for everybody who signs in.

All of it lies before that moment and is still open then.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from deliberation.actors import COMMITTEE, DELEGATE, GRID_WORKER, RESIDENT, SECRETARY
from deliberation.deadlines import ONE_DAY, UnknownYear, local_date
from deliberation.discussion.model import Comment
from deliberation.filings.model import Filing
from deliberation.intake.model import Report
from deliberation.meetings.model import Meeting
from deliberation.motions.model import Second
from deliberation.publications.model import Objection, Publication
from deliberation.scenario import ongoing
from deliberation.scenario.data import load
from deliberation.scenario.desks import Now, open_matter, propose
from deliberation.tasks.model import Notice

Part = Callable[[Now], None]


def shed(now: Now) -> None:
    """A motion on sheds for bicycles is proposed."""
    data = load("today")["shed"]
    matter = open_matter(now, data, 5, data["template"])
    motion = propose(now, matter, data, 5, data["seconds_needed"])
    now.stage.ids |= {"shed matter": matter.id, "shed": motion.id}


def seconds(now: Now) -> None:
    """Three delegates second it; five are needed."""
    data, ids = load("today")["shed"], now.stage.ids
    for n, key in enumerate(data["seconds"]):
        by = now.by(key, DELEGATE, 3, f"{10 + n}:20")
        now.stage.save(Second.of(ids["shed"], ids["shed matter"], now.numbered(data["number"]), by=by))


def comments(now: Now) -> None:
    """Four neighbours comment on it, and one of them has an answer."""
    data, stage = load("today")["shed"], now.stage
    for n, one in enumerate(data["comments"]):
        words = stage.words(one["words"], one["key"])
        comment = Comment.make(
            stage.ids["shed"], stage.ids["shed matter"], words, clause=one["clause"], stance=one["stance"],
            by=now.by(one["key"], RESIDENT, 2, f"{17 + n}:05"),
        )  # fmt: skip
        stage.save(comment)
        stage.ids[f"comment {n}"] = comment.id
    for n, one in enumerate(data["comments"]):
        if "answer" in one:
            with stage.change(Comment, f"comment {n}") as answered:
                said = stage.words(one["answer"], "secretary")
                answered.answer(one["outcome"], said, by=now.by("secretary", SECRETARY, 1, "07:50"))


def meeting(now: Now) -> None:
    """A meeting of the council is called for the next full hour."""
    data, stage = load("today")["meeting"], now.stage
    starts = now.moment.replace(minute=0, second=0) + timedelta(hours=1)
    agenda = [
        {"item": item, "title": title, "motion": stage.ids.get(motion, "")}
        for item, title, motion in data["agenda"]
    ]
    called = Meeting.call(
        stage.ids["shed matter"], now.numbered(data["number"]), kind="council", title=data["title"],
        starts=int(starts.timestamp()), place=data["place"], seats=stage.roster.holders(DELEGATE, COMMITTEE),
        agenda=agenda, by=now.by("secretary", SECRETARY, 2, "21:30"),
    )  # fmt: skip
    stage.save(called)
    stage.ids["meeting today"] = called.id


def display(now: Now) -> None:
    """A progress report of the compact is on display."""
    data, stage = load("today")["display"], now.stage
    by = now.by("secretary", SECRETARY, 4, "16:00")
    posted = Publication.post(
        stage.ids["matter"], now.numbered(data["number"]), kind="implementation",
        subject=stage.ids["resolution"],
        title=data["title"], text=data["text"], from_date=local_date(by.at).isoformat(), days=data["days"],
        place=data["place"], by=by,
    )  # fmt: skip
    stage.save(posted)
    stage.ids["display"] = posted.id


def objection(now: Now) -> None:
    """Somebody objects to it, and waits for the answer."""
    one, stage = load("today")["display"]["objection"], now.stage
    words, number = stage.words(one["words"], one["key"]), now.numbered(load("today")["display"]["number"])
    by = now.by(one["key"], RESIDENT, 1, "20:40")
    stage.save(Objection.raise_(stage.ids["display"], stage.ids["matter"], number, words, by=by))


def filing(now: Now) -> None:
    """What was put on display was filed as well; the street office has not acknowledged it yet."""
    data, stage = load("today")["filing"], now.stage
    by = now.by("secretary", SECRETARY, 3, "16:30")
    papers = [
        {"title": data["title"], "digest": sha256(load("today")["display"]["text"].encode()).hexdigest()}
    ]
    made = Filing.make(
        stage.ids["matter"], now.numbered(data["number"]), resolution=stage.ids["resolution"], to=data["to"],
        decided_on=local_date(by.at - 2 * ONE_DAY).isoformat(), attachments=papers, by=by,
    )  # fmt: skip
    stage.save(made)


def notice(now: Now) -> None:
    """A notice was served nine days ago and waits for its inspection."""
    data, stage = load("today")["notice"], now.stage
    first, second = data["workers"]
    by = now.by(first, GRID_WORKER, 9, "15:10")
    issued = Notice.issue(
        stage.ids["matter"], now.numbered(data["number"]), place=stage.roster.place(data["place_id"]),
        place_label=data["place"], resolution=stage.ids["resolution"], clause=data["clause"],
        clause_label=data["clause_label"], level=data["level"], words=stage.words(data["hazard"], ""), by=by,
    )  # fmt: skip
    stage.save(issued)
    with stage.council.change(Notice, issued.id, command=stage.key()) as served:
        workers = [stage.person(first), stage.person(second)]
        served.serve("signed", workers, served_at=int(by.at.timestamp()), by=by)


def reports(now: Now) -> None:
    """Two reports wait for the secretary."""
    stage = now.stage
    for hours, one in enumerate(load("today")["reports"], start=2):
        received = Report.receive(
            one["number"], channel=one["channel"], place=one["place"],
            place_id=stage.roster.place(one["place_id"]), colour=one["colour"],
            words=stage.words(one["words"], one["from"]), reporter=stage.person(one["from"]),
            by=now.hours_ago("clerk", SECRETARY, 7 - hours),
        )  # fmt: skip
        stage.save(received)


def show_progress(now: Now) -> None:
    """Display and filing, with the objection to come."""
    display(now)
    filing(now)


def doubt(now: Now) -> None:
    """Somebody objects to what is on display, if it is."""
    if "display" in now.stage.ids:
        objection(now)


def _if_known(part: Part) -> Part:
    """Leave a part out in a year whose public holidays are not known: its last day cannot be computed."""

    def played(now: Now) -> None:
        with suppress(UnknownYear):
            part(now)

    return played


#: In the order of their days, so that the log's time never lies after a window that is still open.
PARTS: tuple[Part, ...] = (
    ongoing.announce_parking, _if_known(notice), ongoing.ask_about_canteen, shed, _if_known(show_progress),
    seconds, comments, meeting, ongoing.close_canteen, ongoing.vote_on_parking, doubt, reports,
)  # fmt: skip
