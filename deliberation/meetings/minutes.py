"""会议记录: what was said, moved, voted and decided, one stream an entry; corrections stand beside old words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.log.leaf import canonical
from deliberation.register.private import Words

#: kind -> (Chinese, English)
KINDS: dict[str, tuple[str, str]] = {
    "speech": ("发言", "speech"),
    "motion": ("提议", "motion"),
    "second": ("附议", "second"),
    "amendment": ("修正案", "amendment"),
    "vote": ("表决", "vote"),
    "decision": ("议定事项", "decision"),
    "reply": ("答复", "reply"),
    "note": ("记事", "note"),
}
#: Kinds whose words are public text in the log; all others are words of persons and lie in the vault.
PUBLIC = frozenset({"vote", "decision"})


class NothingSaid(Refusal):
    """An entry without words."""

    zh = "这一条没有内容，没有记下。请写上要点再按回车。"
    en = "This entry has no words and was not recorded. Write the point, then press Enter."
    status = 422


class KindUnclear(Refusal):
    """An unknown kind of entry."""

    zh = "没有记下：请选发言、提议、附议、修正案、表决、议定事项、答复或记事。您写的内容还在。"
    en = "Not recorded: choose what kind of entry this is. Your words are kept."
    status = 422


class MeetingNotOpen(Refusal):
    """Entries are made while the meeting is open."""

    zh = "会议没有在进行，这一条没有记下，您写的内容还在页面上。会前请先宣布开会；会后请用“更正”。"
    en = "The meeting is not open: not recorded, your words are on the page. Open it first, or “correct”."


class NotOnAgenda(Refusal):
    """The agenda is locked by the notice. Facts: item."""

    zh = "会议通知的议程里没有第{item}项，这一条没有记下，您写的内容还在页面上。请选议程里的一项。"
    en = "The agenda has no item {item}: not recorded, your words are on the page. Choose an item of it."


class SpeakerNotThere(Refusal):
    """A speaker has a seat or was marked as an observer, and is not on leave or absent."""

    zh = "签到表上没有这个发言人到会，这一条没有记下，您写的内容还在页面上。请先登记列席或更正签到。"
    en = "The speaker is not marked as present; your words are on the page. Mark the person first."


class RecordSigned(Refusal):
    """From the first signature on, a correction is the chair's."""

    zh = "会议记录已经签名，更正要由主持人办，或者写明经哪位主持人确认。原文没有变动，您写的内容还在页面上。"
    en = "The record is signed: the chair corrects or confirms. The old words stand, yours are on the page."
    status = 403


class RecordChanged(Refusal):
    """The record was added to between reading and signing."""

    zh = "在您阅读之后，会议记录又有变动，还没有签。请重新读一遍，再签名。"
    en = "The record has changed since you read it and is not signed yet. Read it again, then sign."


class Entry(Aggregate):
    """One entry of the record and its corrections."""

    class Entered(Event):
        """``text`` for a vote or a decision, else ``words`` (commitment); ``speaker``, ``poll`` may be ""."""

        TYPE = "minute.entered"
        zh = "{by}记入会议记录：{kind_zh}。{text}"
        en = "{by} entered into the record: {kind_en}. {text}"
        meeting: str
        matter: str
        item: str
        kind: str
        kind_zh: str
        kind_en: str
        speaker: str
        text: str
        words: str
        poll: str

        def apply(self, aggregate: Entry) -> None:
            aggregate._matter, aggregate.meeting = self.matter, self.meeting
            aggregate.kind, aggregate.version = self.kind, 1

    class Corrected(Event):
        """Version 2 and on. ``reason`` is a commitment; ``confirmed_by`` the chair who agreed, or ""."""

        TYPE = "minute.corrected"
        RELIED_ON = True
        zh = "{by}更正会议记录一条（{kind_zh}，第{version}稿），原文保留。{text}"
        en = "{by} corrected the record ({kind_en}, version {version}); the old words stay. {text}"
        meeting: str
        kind: str
        kind_zh: str
        kind_en: str
        version: int
        text: str
        words: str
        reason: str
        confirmed_by: str

        def apply(self, aggregate: Entry) -> None:
            aggregate.version = self.version

    _matter: str
    meeting: str
    kind: str
    version: int

    @property
    def matter(self) -> str:
        """The matter that the meeting is held in."""
        return self._matter

    @classmethod
    def write(
        cls,
        meeting: str,
        matter: str,
        *,
        item: str,
        kind: str,
        said: Words | str,
        speaker: str = "",
        poll: str = "",
        by: Actor,
    ) -> Entry:
        """Enter what happened; ``said`` is a str for votes and decisions and Words for everything else.

        ``poll`` is the poll whose outcome a vote entry states. Raises NothingSaid, KindUnclear.
        """
        if kind not in KINDS:
            raise KindUnclear
        entry = cls.new(new_id(), by)
        body = {"meeting": meeting, "matter": matter, "item": item, "speaker": speaker, "poll": poll}
        body |= _labels(kind) | _said(kind, said)
        entry.trigger(cls.Entered, by, **body)
        entry._keep(said)
        return entry

    def correct(self, said: Words | str, reason: Words, *, confirmed_by: str = "", by: Actor) -> None:
        """Put other words beside the old ones, with the reason. Raises NothingSaid.

        Who may do so once the record is signed is a guard's question.
        """
        if not reason.text.strip():
            raise NothingSaid
        body = {"meeting": self.meeting, "version": self.version + 1, "reason": reason.commitment}
        body |= _labels(self.kind) | _said(self.kind, said)
        self.trigger(self.Corrected, by, **body, confirmed_by=confirmed_by)
        self._keep(said, reason)

    def _keep(self, *things: Words | str) -> None:
        self.set_aside(*(thing for thing in things if isinstance(thing, Words)))


def digest_of(versions: Iterable[Sequence[Any]]) -> str:
    """Return the SHA-256 (hex) that chair and secretary sign: canonical JSON over all versions in order.

    A version is (entry, version, item, kind, speaker, text, words, reason, poll, author, confirmed by, at).
    """
    return hashlib.sha256(canonical([list(version) for version in versions])).hexdigest()


def _labels(kind: str) -> dict[str, str]:
    return {"kind": kind, "kind_zh": KINDS[kind][0], "kind_en": KINDS[kind][1]}


def _said(kind: str, said: Words | str) -> dict[str, str]:
    if isinstance(said, str) != (kind in PUBLIC):
        raise TypeError(f"a {kind} takes {'text' if kind in PUBLIC else 'Words'}")
    if not (said.text if isinstance(said, Words) else said).strip():
        raise NothingSaid
    return {"text": "", "words": said.commitment} if isinstance(said, Words) else {"text": said, "words": ""}
