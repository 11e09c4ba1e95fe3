"""Matters: opened under a template, led through its gates, reviewed by the street office, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from deliberation import deadlines
from deliberation.actors import SECRETARY, STREET_OFFICE, Actor
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.procedures.refusals import (
    DayOutOfOrder,
    FindingFault,
    HeadsDoNotFit,
    MatterClosed,
    NoReviewAsked,
    NotAReviewer,
    ReviewPending,
    StageNeedsPoll,
    StageOutOfOrder,
    StagesLeft,
    UnknownTemplate,
)
from deliberation.procedures.templates import TEMPLATES
from deliberation.register.private import Words


class Heads(NamedTuple):
    """How many were due (应到), came (实到) and voted which way; all 0 for a stage without a meeting."""

    due: int = 0
    present: int = 0
    in_favour: int = 0
    against: int = 0
    abstain: int = 0

    @property
    def fit(self) -> bool:
        """Whether nobody voted who was not there, and nobody was there who was not due."""
        return min(self) >= 0 and self.present <= self.due and sum(self[2:]) <= self.present

    def said(self) -> dict[str, str]:
        """Return the numbers in words for the history; "" where nobody met."""
        if not self.due:
            return {"heads_zh": "", "heads_en": ""}
        zh, en = f"：应到{self.due}人，实到{self.present}人", f": {self.present} of {self.due} present"
        if sum(self[2:]):
            zh += f"，同意{self.in_favour}、反对{self.against}、弃权{self.abstain}"
            en += f", {self.in_favour} for, {self.against} against, {self.abstain} abstaining"
        return {"heads_zh": zh, "heads_en": en}


class Matter(Aggregate):
    """One matter on its way from the first proposal to the filing of its results."""

    class Opened(Event):
        """``stages``: [{"stage", "zh", "en", "rules": [rule id], "review"}], the template as it is today."""

        TYPE = "matter.opened"
        zh = "{by}立项{number}“{title}”，按{template_zh}办理。"
        en = "{by} opened matter {number} “{title}” under {template_en}."
        number: str
        title: str
        template: str
        template_zh: str
        template_en: str
        stages: list[dict[str, Any]]

        def apply(self, aggregate: Matter) -> None:
            aggregate.state, aggregate.number, aggregate.title = "open", self.number, self.title
            aggregate.stages = self.stages

    class GatePassed(Event):
        """``on`` ISO date; ``poll`` "" where no rule decides; ``next`` the stage after it or ""."""

        TYPE = "matter.gate_passed"
        zh = "{by}登记：{number}的“{stage_zh}”已于{on}完成{heads_zh}。"
        en = "{by} recorded for {number}: “{stage_en}” done on {on}{heads_en}."
        number: str
        stage: str
        stage_zh: str
        stage_en: str
        rules: list[str]
        next: str
        on: str
        due: int
        present: int
        in_favour: int
        against: int
        abstain: int
        heads_zh: str
        heads_en: str
        minute: str
        poll: str

        def apply(self, aggregate: Matter) -> None:
            aggregate.passed.append(self.stage)
            aggregate.last_day = self.on

    class ReviewAsked(Event):
        """Text ``digest`` of a motion goes to the reviewer; ``review`` counts the matter's reviews from 1."""

        TYPE = "matter.review_asked"
        zh = "{by}把{number}的文本第{version}稿送{to}审核。"
        en = "{by} sent version {version} of the text of {number} to {to} for review."
        number: str
        review: int
        motion: str
        digest: str
        version: int
        to: str

        def apply(self, aggregate: Matter) -> None:
            aggregate.reviews += 1
            aggregate.asked[self.motion, self.digest] = (self.review, self.version)

    class Reviewed(Event):
        """``findings``: [{"clause", "wording", "ground"}], each a wording that should not stand, and why."""

        TYPE = "matter.reviewed"
        zh = "{by}登记：{number}文本第{version}稿的审核意见{count}条。"
        en = "{by} recorded the review of version {version} of {number}: {count} findings."
        number: str
        review: int
        motion: str
        digest: str
        version: int
        findings: list[dict[str, str]]
        count: int

        def apply(self, aggregate: Matter) -> None:
            del aggregate.asked[self.motion, self.digest]

    class Closed(Event):
        """``complete``: every stage was passed. Otherwise ``words`` say why it ends here."""

        TYPE = "matter.closed"
        zh = "{by}办结事项{number}“{title}”（完成{passed}步，共{stages}步）。"
        en = "{by} closed matter {number} “{title}” ({passed} of {stages} stages done)."
        number: str
        title: str
        complete: bool
        passed: int
        stages: int
        words: str

        def apply(self, aggregate: Matter) -> None:
            aggregate.state = "closed"

    state: str
    number: str
    title: str
    stages: list[dict[str, Any]]
    passed: list[str]
    last_day: str
    reviews: int
    #: (motion, digest) -> (review, version) of reviews not answered yet.
    asked: dict[tuple[str, str], tuple[int, int]]

    def start(self) -> None:
        self.state, self.passed, self.last_day, self.reviews, self.asked = "", [], "", 0, {}

    @classmethod
    def open(cls, number: str, title: str, template: str, *, by: Actor) -> Matter:
        """Open a matter under a template of the catalogue. Raises UnknownTemplate."""
        if template not in TEMPLATES:
            raise UnknownTemplate(template=template)
        zh, en, _, stages = TEMPLATES[template]
        matter = cls.new(new_id(), by)
        body = {"number": number, "title": title, "stages": [stage.to_json() for stage in stages]}
        matter.trigger(cls.Opened, by, template=template, template_zh=zh, template_en=en, **body)
        return matter

    @property
    def next_stage(self) -> dict[str, Any] | None:
        """The stage whose gate comes next, or None after the last."""
        return self.stages[len(self.passed)] if len(self.passed) < len(self.stages) else None

    def pass_gate(
        self,
        stage: str,
        *,
        on: str,
        due: int = 0,
        present: int = 0,
        in_favour: int = 0,
        against: int = 0,
        abstain: int = 0,
        minute: str = "",
        poll: str = "",
        by: Actor,
    ) -> None:
        """Record that a stage is done. ``on`` ISO date; ``minute`` number of its minutes; ``poll`` its poll.

        Raises MatterClosed, StageOutOfOrder, HeadsDoNotFit, StageNeedsPoll, DayOutOfOrder.
        """
        heads = Heads(due, present, in_favour, against, abstain)
        now = self._gate(stage)
        if not heads.fit:
            raise HeadsDoNotFit(**heads._asdict(), votes=sum(heads[2:]))
        if now["rules"] and not poll:
            raise StageNeedsPoll(stage=now["zh"], stage_en=now["en"], rules="、".join(now["rules"]))
        self._insist_on_day(on, by)
        following = self.stages[len(self.passed) + 1 :]
        body = {**heads._asdict(), **heads.said(), "stage_zh": now["zh"], "stage_en": now["en"]}
        body |= {"rules": now["rules"], "next": following[0]["stage"] if following else ""}
        self.trigger(
            self.GatePassed, by, number=self.number, stage=stage, on=on, minute=minute, poll=poll, **body
        )

    def ask_review(self, motion: str, digest: str, version: int, to: str, *, by: Actor) -> None:
        """Send the text of a motion to a reviewer. Raises MatterClosed, ReviewPending."""
        self._must_be_open()
        if (motion, digest) in self.asked:
            raise ReviewPending(version=version)
        body = {"motion": motion, "digest": digest, "version": version, "to": to, "review": self.reviews + 1}
        self.trigger(self.ReviewAsked, by, number=self.number, **body)

    def answer_review(
        self, motion: str, digest: str, findings: Sequence[Mapping[str, str]], *, by: Actor
    ) -> None:
        """Record the reviewer's answer; no findings: nothing against the text.

        The street office answers itself, or the secretary enters its letter.
        Raises MatterClosed, NotAReviewer, NoReviewAsked, FindingFault.
        """
        self._must_be_open()
        if by.role not in (STREET_OFFICE, SECRETARY):
            raise NotAReviewer
        if (motion, digest) not in self.asked:
            raise NoReviewAsked
        review, version = self.asked[motion, digest]
        found = [_finding(finding) for finding in findings]
        body = {
            "motion": motion,
            "digest": digest,
            "version": version,
            "findings": found,
            "count": len(found),
        }
        self.trigger(self.Reviewed, by, number=self.number, review=review, **body)

    def close(self, *, words: Words | None = None, by: Actor) -> None:
        """Close the matter. Raises MatterClosed; StagesLeft if stages remain and no words say why."""
        self._must_be_open()
        left = self.next_stage
        if left is not None and words is None:
            raise StagesLeft(stage=left["zh"], stage_en=left["en"])
        body = {"title": self.title, "passed": len(self.passed), "stages": len(self.stages)}
        why = "" if words is None else words.commitment
        self.trigger(self.Closed, by, number=self.number, complete=left is None, words=why, **body)
        if words is not None:
            self.set_aside(words)

    def _gate(self, stage: str) -> dict[str, Any]:
        self._must_be_open()
        now = self.next_stage
        if now is None or now["stage"] != stage:
            wanted = now or {"zh": "全部步骤已完成", "en": "none, all are done"}
            raise StageOutOfOrder(next=wanted["zh"], next_en=wanted["en"])
        return now

    def _insist_on_day(self, on: str, by: Actor) -> None:
        today = deadlines.local_date(by.at).isoformat()
        if date.fromisoformat(on).isoformat() != on or not self.last_day <= on <= today:
            raise DayOutOfOrder(on=on, after=self.last_day or "…", today=today)

    def _must_be_open(self) -> None:
        if self.state != "open":
            raise MatterClosed(number=self.number)


def _finding(given: Mapping[str, str]) -> dict[str, str]:
    finding = {name: str(given.get(name, "")).strip() for name in ("clause", "wording", "ground")}
    if not all(finding.values()):
        raise FindingFault
    return finding
