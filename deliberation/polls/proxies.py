"""委托投票: one person may cast another's ballot, on paper or by phone, in one poll (Civil Code, articles 165 and 169).

A letter names principal, agent, what is to be said and until when. It may be taken back until the ballot is cast. Whoever
holds it cannot hand it on: only the principal grants one. How many one agent may hold and who may hold none, the rule says.
"""

from __future__ import annotations

import re

from deliberation.actors import Actor
from deliberation.errors import AlreadyRecorded, Refusal
from deliberation.log.aggregate import Event, new_id
from deliberation.polls.ballots import CHOICES
from deliberation.polls.model import Poll
from deliberation.polls.refusals import UnknownChoice
from deliberation.polls.roll import Filed
from deliberation.polls.sealing import seal

FREE = "free"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ProxyFault(Refusal):
    """A letter that cannot hold. Facts: fault, fault_en."""

    zh = "委托没有登记：{fault}。您填的内容都在；本人的一票没有动，本人随时可以自己投。"
    en = "The proxy was not recorded: {fault_en}. Your entries are kept; the vote itself is untouched and can be cast in person."
    status = 422


class ProxyOver(AlreadyRecorded):
    """A proxy that was taken back, or used."""

    zh = "这份委托已经撤回，或者票已经投出，不用再办。"
    en = "This proxy was taken back already, or the ballot is cast; nothing is left to do."


class NoProxy(Refusal):
    """Somebody votes for another without a letter that holds now."""

    zh = "没有找到有效的委托（可能已经撤回或过期），票没有记入。请本人投，或者重新登记委托。"
    en = "No valid proxy was found (it may be withdrawn or over), so nothing was recorded. The voter may vote in person, or grant a new one."
    status = 403


class ProxyDead(Refusal):
    """Somebody votes for another by a letter that was given by phone under a binding that was objected to since."""

    zh = "这张票没有投进去：委托是用手机办的，办的人凭登录信的绑定后来有人提出异议，已经解除，这份委托也就不算了。这一户的票没有动，可以投纸质票；还要委托的，先撤回这一份，再把纸质委托书交给工作人员登记。"
    en = (
        "This ballot was not cast: the proxy was given by phone, somebody has objected to the sign-in binding of who gave it, and it holds "
        "no more. The vote of this door is untouched: use a paper ballot, or take this proxy back and hand a letter on paper to the staff."
    )
    status = 403


class InstructionDiffers(Refusal):
    """The agent chose otherwise than the letter says."""

    zh = "委托书写明了怎么投，与这里选的不一样，票没有记入。请按委托书选，或者请本人改委托。"
    en = "The letter says how to vote, and this is not it, so nothing was recorded. Choose as instructed, or let the principal change it."


class Proxy(Filed):
    """One letter."""

    class Granted(Event):
        """``agent`` may cast the ballot of ``voter`` until ``until`` (seconds UTC); ``bound``: the letter says how, sealed in
        ``instruction`` (else ""); ``letter`` the SHA-256 (hex) of the scanned letter, "" if granted by phone."""

        TYPE = "proxy.granted"
        zh = "{number}有一户委托别人代投。"
        en = "A voter of {number} named a proxy."
        poll: str
        number: str
        voter: str
        agent: str
        bound: bool
        instruction: str
        until: int
        letter: str

        def apply(self, aggregate: Proxy) -> None:
            aggregate.granted, aggregate.over = self, False

    class Revoked(Event):
        """The letter is taken back."""

        TYPE = "proxy.revoked"
        zh = "{number}有一户撤回了委托。"
        en = "A voter of {number} took a proxy back."
        poll: str
        number: str
        voter: str

        def apply(self, aggregate: Proxy) -> None:
            aggregate.over = True

    granted: Proxy.Granted
    over: bool

    @classmethod
    def grant(
        cls, poll: Poll, voter: str, agent: str, *, instruction: str = FREE, until: int, letter: str = "", key: bytes, by: Actor
    ) -> Proxy:
        """Name an agent for a voter. ``instruction`` is a choice or "free". Who may be one is checked where rule, roll and
        register lie (guard). Raises WrongStage, UnknownChoice, ProxyFault."""
        poll.must_be("announced", "open", verb="grant")
        if instruction not in (FREE, *CHOICES):
            raise UnknownChoice
        if letter and not _DIGEST.fullmatch(letter):
            raise ProxyFault(fault="委托书的扫描件没有读到", fault_en="the scan of the letter was not read")
        if until <= int(by.at.timestamp()):
            raise ProxyFault(fault="有效期已经过了", fault_en="its term is over already")
        proxy = cls.new(new_id(), by)
        proxy._matter = poll.matter
        bound = instruction != FREE
        proxy.trigger(
            cls.Granted, by, poll=poll.id, number=poll.notice.number, voter=voter, agent=agent, bound=bound,
            instruction=seal(key, proxy.id, 1, instruction) if bound else "", until=until, letter=letter,
        )  # fmt: skip
        return proxy

    def revoke(self, matter: str, *, by: Actor) -> None:
        """Take the letter back. Raises ProxyOver; that the ballot is not cast yet is checked where it lies (guard)."""
        if self.over:
            raise ProxyOver
        self._matter = matter
        self.trigger(self.Revoked, by, poll=self.granted.poll, number=self.granted.number, voter=self.granted.voter)
