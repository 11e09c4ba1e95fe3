"""撤销结果: a decided vote is never edited. Where it cannot stand, it is annulled, with the ground and whoever had the authority.

The count stays in the log and on the page; what rested on it says that it fell.
"""

from __future__ import annotations

from typing import ClassVar

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, id_of
from deliberation.polls.model import Poll
from deliberation.polls.roll import Filed

#: ground -> (Chinese, English). Village committees act art. 41, residents' committees act art. 40, Civil Code art. 280.
GROUNDS: dict[str, tuple[str, str]] = {
    "court": ("法院判决撤销", "annulled by a court"),
    "authority": ("镇街或者主管部门责令改正", "ordered by the street office or another authority"),
    "procedure": ("程序有误，由原会议撤销", "wrong procedure, annulled by the body that voted"),
    "count": ("复核发现计票有误", "a recount found the count wrong"),
}


class AnnulledAlready(AlreadyRecorded):
    """A result falls once."""

    zh = "这次表决的结果已经撤销过了，撤销的依据就在表决页上。"
    en = "This result has been annulled already; the ground stands on the page of the poll."


class GroundMissing(Refusal):
    """An annulment without a ground of the list, an authority or a document."""

    zh = "没有撤销：撤销结果要写明原因、由谁决定、依据哪份文书。您填的内容都在，补上再交。"
    en = "Not annulled: it needs its ground, who decided, and the document. Your entries are kept; complete them."
    status = 422


class Annulment(Filed):
    """The end of a result: one version of a stream of its own, id = uuid5(poll, "annulment")."""

    ALREADY: ClassVar[type[Refusal]] = AnnulledAlready

    class Annulled(Event):
        """``authority`` and ``document`` are public: who decided, and under which number."""

        TYPE = "poll.annulled"
        RELIED_ON = True
        zh = "“{title}”的表决结果撤销：{ground_zh}，{authority}，{document}。"
        en = "The result of “{title}” was annulled: {ground_en}; {authority}, {document}."
        poll: str
        number: str
        title: str
        ground: str
        ground_zh: str
        ground_en: str
        authority: str
        document: str

    @classmethod
    def declare(cls, poll: Poll, *, ground: str, authority: str, document: str, by: Actor) -> Annulment:
        """Annul the result of a poll. That it was counted is checked where the count lies (guard). Raises GroundMissing."""
        if ground not in GROUNDS or not authority or not document:
            raise GroundMissing
        annulment = cls.new(id_of(poll.id, "annulment"), by)
        annulment._matter = poll.matter
        zh, en = GROUNDS[ground]
        annulment.trigger(
            cls.Annulled, by, poll=poll.id, number=poll.notice.number, title=poll.notice.title, ground=ground,
            ground_zh=zh, ground_en=en, authority=authority, document=document,
        )  # fmt: skip
        return annulment
