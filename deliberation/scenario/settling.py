"""30 April to 25 May: resolution, result on display, objections, filing, and a notice under the compact."""

from __future__ import annotations

from hashlib import sha256

from deliberation.actors import (
    GRID_WORKER,
    RESIDENT,
    SECRETARY,
    STREET_OFFICE,
    SUPERVISOR,
)
from deliberation.filings.model import Filing
from deliberation.meetings.views import minutes_digest
from deliberation.motions.model import Motion
from deliberation.motions.queries import provenance
from deliberation.publications.model import Objection
from deliberation.resolutions.model import Resolution
from deliberation.scenario.consulting import post
from deliberation.scenario.data import load, seconds
from deliberation.scenario.opening import pass_gate
from deliberation.scenario.stage import Stage
from deliberation.tasks.model import Notice


def adopt(stage: Stage) -> None:
    """Record the resolution, each clause with where its wording comes from, and put the result on display."""
    data = load("story")["resolution"]
    motion = stage.council.get(Motion, stage.ids["motion"])
    with stage.council.reading() as r:
        origins = provenance(r, motion.id)
    resolution = Resolution.adopt(
        motion.matter, data["number"], data["title"], motion=motion.id, poll=stage.ids["poll"],
        text=motion.text, assembly=data["assembly"], adopted_on=data["adopted_on"],
        effective_on=data["effective_on"], provenance=origins,
        by=stage.by("secretary", SECRETARY, data["at"]),
    )  # fmt: skip
    stage.save(resolution)
    stage.ids["resolution"] = resolution.id
    post(stage, "result", "poll")
    pass_gate(stage, "published")


def object_to_result(stage: Stage) -> None:
    """Two neighbours doubt the result; both are answered in writing."""
    data = load("story")
    number, publication = data["publications"]["result"]["number"], stage.ids["publication result"]
    for n, one in enumerate(data["objections"], start=1):
        words = stage.words(one["words"], one["by"])
        by = stage.by(one["by"], RESIDENT, one["at"])
        objection = Objection.raise_(publication, stage.ids["matter"], number, words, by=by)
        stage.save(objection)
        stage.ids[f"objection {n}"] = objection.id
    for n, one in enumerate(data["objections"], start=1):
        with stage.change(Objection, f"objection {n}") as objection:
            words = stage.words(one["answer"], "supervisor")
            objection.answer(
                words, upheld=one["upheld"], by=stage.by("supervisor", SUPERVISOR, one["answered"])
            )


def file(stage: Stage) -> None:
    """File with the street office a day before the last one; three days later the receipt is there."""
    data = load("story")["filing"]
    filing = Filing.make(
        stage.ids["matter"], data["number"], resolution=stage.ids["resolution"], to=data["to"],
        decided_on=load("story")["resolution"]["adopted_on"], attachments=attachments(stage),
        by=stage.by("secretary", SECRETARY, data["at"]),
    )  # fmt: skip
    stage.save(filing)
    stage.ids["filing"] = filing.id
    with stage.change(Filing, "filing") as filing:
        by = stage.by("street", STREET_OFFICE, data["received"])
        filing.acknowledge(data["receipt"], data["received"][:10], by=by)
    pass_gate(stage, "filed")
    post(stage, "resolution", "resolution")


def attachments(stage: Stage) -> list[dict[str, str]]:
    """Return what is filed, each paper with its digest."""
    motion = stage.council.get(Motion, stage.ids["motion"])
    with stage.council.reading() as r:
        minutes = minutes_digest(r, stage.ids["council meeting"])
    digests = {"text": motion.text.digest(), "minutes": minutes}
    papers = load("story")["filing"]["attachments"]
    return [
        {"title": title, "digest": digests.get(key) or sha256(title.encode()).hexdigest()}
        for key, title in papers
    ]


def serve_notice(stage: Stage) -> None:
    """A cable hangs from a balcony: refused before a witness, mended within the three days, closed."""
    data = load("story")["notice"]
    workers = [stage.person(key) for key in data["workers"]]
    notice = Notice.issue(
        stage.ids["matter"], data["number"], place=stage.roster.place(data["place_id"]),
        place_label=data["place"],
        resolution=stage.ids["resolution"], clause=data["clause"], clause_label=data["clause_label"],
        level=data["level"], words=stage.words(data["hazard"], ""),
        by=stage.by(data["workers"][0], GRID_WORKER, data["issued"]),
    )  # fmt: skip
    stage.save(notice)
    stage.ids["notice"] = notice.id
    with stage.change(Notice, "notice") as notice:
        notice.serve(
            data["how"], workers, served_at=seconds(data["served"]), witness=stage.person(data["witness"]),
            by=stage.by(data["workers"][0], GRID_WORKER, data["served"]),
        )  # fmt: skip


def inspect_notice(stage: Stage) -> None:
    """Four days later the cable is gone."""
    data = load("story")["notice"]
    workers = [stage.person(key) for key in data["workers"]]
    with stage.change(Notice, "notice") as notice:
        words = stage.words(data["finding"], data["workers"][0])
        notice.inspect(
            "ok", workers, words=words, by=stage.by(data["workers"][0], GRID_WORKER, data["inspected"])
        )
    with stage.change(Notice, "notice") as notice:
        notice.close(by=stage.by("secretary", SECRETARY, data["closed"]))
