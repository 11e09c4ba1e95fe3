"""Comments and their answers."""

from __future__ import annotations

from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.register.private import Words

#: stance -> (Chinese, English); "" is a comment that takes none.
STANCES: dict[str, tuple[str, str]] = {
    "support": ("支持", "in support"),
    "concern": ("顾虑", "a concern"),
    "question": ("疑问", "a question"),
}
OUTCOMES: dict[str, tuple[str, str]] = {
    "adopted": ("采纳", "adopted"),
    "explained": ("说明", "explained"),
    "merged": ("合并", "merged with another"),
}


class CommentFault(Refusal):
    """A stance or outcome that is not known. Facts: fault, fault_en."""

    zh = "没有记下：{fault}。您写的内容还在，请重新选择再交。"
    en = "Not recorded: {fault_en}. What you wrote is kept; please choose again and send it."
    status = 422


class CommentAnswered(Refusal):
    """A comment is answered once."""

    zh = "这条意见已经答复过了，没有重复记。请看原来的答复。"
    en = "This comment was answered already; nothing was recorded twice. Please read the answer given."


class Comment(Aggregate):
    """What one person thinks of a motion or of one of its clauses; the words lie in the vault."""

    class Made(Event):
        """``clause`` "" means the whole motion."""

        TYPE = "comment.made"
        zh = "{by}对议题提出意见{stance_zh}。"
        en = "{by} commented on the motion{stance_en}."
        motion: str
        matter: str
        clause: str
        stance: str
        stance_zh: str
        stance_en: str
        words: str

        def apply(self, aggregate: Comment) -> None:
            aggregate.motion, aggregate._matter = self.motion, self.matter

    class Answered(Event):
        """``outcome``: adopted, explained or merged."""

        TYPE = "comment.answered"
        zh = "{by}答复了一条意见：{outcome_zh}。"
        en = "{by} answered a comment: {outcome_en}."
        motion: str
        outcome: str
        outcome_zh: str
        outcome_en: str
        words: str

        def apply(self, aggregate: Comment) -> None:
            aggregate.answered = True

    motion: str
    answered: bool
    _matter: str

    def start(self) -> None:
        self.answered = False

    @property
    def matter(self) -> str:
        """The matter of the motion."""
        return self._matter

    @classmethod
    def make(
        cls, motion: str, matter: str, words: Words, *, clause: str = "", stance: str = "", by: Actor
    ) -> Comment:
        """Comment on a motion. Raises CommentFault."""
        if stance and stance not in STANCES:
            raise CommentFault(fault="没有这种态度", fault_en="there is no such stance")
        zh, en = (f"（{STANCES[stance][0]}）", f" ({STANCES[stance][1]})") if stance else ("", "")
        comment = cls.new(new_id(), by)
        body = {"motion": motion, "matter": matter, "clause": clause, "stance": stance}
        comment.trigger(cls.Made, by, stance_zh=zh, stance_en=en, words=words.commitment, **body)
        comment.set_aside(words)
        return comment

    def answer(self, outcome: str, words: Words, *, by: Actor) -> None:
        """Answer the comment. Raises CommentAnswered, CommentFault."""
        if self.answered:
            raise CommentAnswered
        if outcome not in OUTCOMES:
            raise CommentFault(fault="没有这种处理结果", fault_en="there is no such outcome")
        zh, en = OUTCOMES[outcome]
        body = {"motion": self.motion, "outcome": outcome, "outcome_zh": zh, "outcome_en": en}
        self.trigger(self.Answered, by, words=words.commitment, **body)
        self.set_aside(words)
