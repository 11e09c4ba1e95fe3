"""A motion that the households of the village have voted on, and the resolution made of it."""

from typing import Any, NamedTuple

from deliberation.clauses import Text
from deliberation.council import Council
from deliberation.motions.model import Motion
from deliberation.motions.queries import provenance
from deliberation.polls.model import Question
from deliberation.polls.rules import Rule
from deliberation.resolutions.model import Resolution
from tests.given import RESIDENTS, actor
from tests.meetings.sittings import MATTER
from tests.polls import votes

TEXT = Text.of("甲河村安全自治十条", ["消防车通道全天畅通。", "电动自行车不进楼。", "不从窗口抛掷物品。"])
NEXT_MORNING = actor("secretary", at="2026-04-30 09:00")


class Vote(NamedTuple):
    """A motion and the poll on it."""

    motion: str
    poll: str


def moved(council: Council) -> Motion:
    """A motion under the matter that tests know."""
    by = actor("resident", at="2026-04-01 09:00")
    motion = Motion.propose(MATTER, "1", TEXT.title, "compact", TEXT, 0, by=by)
    council.save(motion)
    return motion


def voted(council: Council, *, law: Rule | str = "VIL_H", in_favour: int = 8, counted: bool = True) -> Vote:
    """A vote of the eight households on the motion, from notice to count."""
    motion = moved(council)
    question = Question(MATTER, "甲表〔2026〕1号", TEXT.title, "motion", motion.id, TEXT.digest())
    poll, key = votes.begin(council, question=question, law=law)
    for number, person in enumerate(RESIDENTS):
        votes.vote(council, poll, key, person, "for" if number < in_favour else "against")
    if counted:
        votes.end(council, poll)
    return Vote(motion.id, poll)


def resolution(vote: Vote, **more: Any) -> Resolution:
    """The resolution that the assembly's vote makes of the motion."""
    body: dict[str, Any] = {
        "matter": MATTER,
        "number": "甲村决〔2026〕1号",
        "title": TEXT.title,
        "motion": vote.motion,
        "poll": vote.poll,
        "text": TEXT,
        "assembly": "甲河村村民会议户代表表决",
        "adopted_on": "2026-04-29",
        "effective_on": "2026-05-18",
        "by": NEXT_MORNING,
    }
    return Resolution.adopt(**(body | more))


def adopted(council: Council) -> Resolution:
    """A resolution in the log, in force from 18 May."""
    vote = voted(council)
    with council.reading() as r:
        origins = provenance(r, vote.motion)
    made = resolution(vote, provenance=origins)
    council.save(made)
    return made
