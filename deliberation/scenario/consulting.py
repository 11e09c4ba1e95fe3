"""3 to 16 April: the draft is on display, neighbours comment, and the street office finds a fine in it."""

from __future__ import annotations

from deliberation.actors import RESIDENT, SECRETARY, STREET_OFFICE
from deliberation.clauses import Replace
from deliberation.discussion.model import Comment
from deliberation.motions.model import Motion
from deliberation.procedures.model import Matter
from deliberation.publications.model import Publication
from deliberation.scenario.data import load
from deliberation.scenario.opening import pass_gate
from deliberation.scenario.stage import Stage


def post(stage: Stage, name: str, subject: str) -> None:
    """Put something on display; ``subject`` is the name of what is shown."""
    data = load("story")["publications"][name]
    publication = Publication.post(
        stage.ids["matter"], data["number"], kind=data["kind"], subject=stage.ids[subject],
        title=data["title"], text=data["text"], from_date=data["at"][:10], days=data["days"], place=data["place"],
        by=stage.by("secretary", SECRETARY, data["at"]),
    )  # fmt: skip
    stage.save(publication)
    stage.ids[f"publication {name}"] = publication.id


def comment(stage: Stage) -> None:
    """Show the draft for ten days; 36 neighbours comment, and each is answered."""
    post(stage, "draft", "motion")
    data, made = load("comments"), []
    for (_, clause, stance, words, outcome, answer), author, at in zip(
        data["comments"], authors(stage), times(), strict=True
    ):
        by = stage.by(author, RESIDENT, at)
        one = Comment.make(
            stage.ids["motion"],
            stage.ids["matter"],
            stage.words(words, author),
            clause=clause,
            stance=stance,
            by=by,
        )
        stage.save(one)
        made.append((one.id, outcome, answer))
    by = stage.by("secretary", SECRETARY, data["answered"])
    for id, outcome, answer in made:
        with stage.council.change(Comment, id, command=stage.key()) as one:
            one.answer(outcome, stage.words(answer, "secretary"), by=by)
    pass_gate(stage, "commented")


def authors(stage: Stage) -> list[str]:
    """Return who comments: 36 different adults, villagers and tenants as the data say."""
    people = {
        standing: [p.id for p in stage.roster.persons if p.standing == standing]
        for standing in ("villager", "tenant")
    }
    return [
        people[line[0]][37 * n % len(people[line[0]])]
        for n, line in enumerate(load("comments")["comments"], start=1)
    ]


def times() -> list[str]:
    """Return when they write: four in the course of each day from 3 April on."""
    count = len(load("comments")["comments"])
    return [f"2026-04-{3 + n // 4:02d} {10 + 3 * (n % 4)}:{7 * n % 60:02d}" for n in range(count)]


def review(stage: Stage) -> None:
    """The street office finds the fine of clause 9, which no compact may set; the draft is revised."""
    when, found = load("story")["review"], load("texts")["review"]
    motion = stage.council.get(Motion, stage.ids["motion"])
    named = (motion.id, motion.text.digest())
    with stage.change(Matter, "matter") as matter:
        matter.ask_review(
            *named, motion.edition, when["to"], by=stage.by("secretary", SECRETARY, when["asked"])
        )
    findings = [{name: found[name] for name in ("clause", "wording", "ground")}]
    with stage.change(Matter, "matter") as matter:
        matter.answer_review(*named, findings, by=stage.by("street", STREET_OFFICE, when["answered"]))


def revise(stage: Stage) -> None:
    """The fine goes; the text is now the fourth version, and ready for the vote."""
    when, found = load("story")["review"], load("texts")["review"]
    with stage.change(Motion, "motion") as motion:
        change = Replace(found["clause"], motion.text.clause(found["clause"]).text, found["new"])
        by = stage.by("secretary", SECRETARY, when["revised"])
        motion.revise([change], "review", found["note"], label="丙", by=by)
    pass_gate(stage, "prefiled")
