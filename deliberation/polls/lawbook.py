"""采用的规则: which voting profile and which rules a council votes by, adopted as a whole, with what they rest on.

Each adoption is a stream of its own and carries every rule in full, local ones too; the last one holds. A poll keeps the copy
that held when it was announced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deliberation import deadlines
from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.polls.catalogue import Profile
from deliberation.polls.rules import Rule


class RuleFault(Refusal):
    """A set of rules that cannot be adopted. Facts: fault, fault_en."""

    zh = "规则没有登记：{fault}。您填的内容都在，改好再登记一次。"
    en = "The rules were not adopted: {fault_en}. Your entries are kept; mend them and adopt again."
    status = 422


class RuleNotAdopted(Refusal):
    """A poll under a rule that the council did not adopt, or not in these words. Facts: rule."""

    zh = "本会没有采用“{rule}”这条规则，公告没有发出，您填的内容都在。请选一条采用了的规则，或者先登记采用它。"
    en = "The council has not adopted the rule “{rule}”: no notice was given, your entries are kept. Choose an adopted rule."
    status = 409


class Adoption(Aggregate):
    """One adoption of rules; filed with the register, since it concerns every matter."""

    class Adopted(Event):
        """``rules`` are complete copies, as shaped by the profile; ``basis`` is the decision that they rest on."""

        TYPE = "rules.adopted"
        zh = "{by}登记：本会按“{profile_zh}”表决，采用{count}条规则，依据：{basis}。"
        en = "{by} recorded that votes follow “{profile_en}”, with {count} rules, by: {basis}."
        profile: str
        profile_zh: str
        profile_en: str
        rules: list[dict[str, Any]]
        count: int
        basis: str
        since: str

    @property
    def matter(self) -> None:
        """No matter: rules are for all of them."""
        return

    @classmethod
    def adopt(
        cls, profile: Profile, rules: Sequence[Rule], *, basis: str, since: str, longest_days: int = 0, doubt_days: int = 0,
        bar_months: int = 0, by: Actor,
    ) -> Adoption:  # fmt: skip
        """Adopt rules, each shaped by the profile, from a day (ISO date) on; no vote lasts longer than ``longest_days``
        (0: no limit). ``doubt_days`` and ``bar_months`` go to the rules that decide: advice needs neither.

        Raises RuleFault for none, for one that stands there twice, without a basis, or before their day.
        """
        ids = [one.id for one in rules]
        # A rule and its local form become one where the profile takes the local form.
        shaped = [*{one.id: _limited(one, longest_days, doubt_days, bar_months) for one in map(profile.shape, rules)}.values()]
        if not shaped:
            raise RuleFault(fault="一条规则也没有选", fault_en="no rule was chosen")
        if twice := next((id for id in ids if ids.count(id) > 1), ""):
            raise RuleFault(fault=f"“{twice}”有两条", fault_en=f"“{twice}” stands there twice")
        if since > deadlines.local_date(by.at).isoformat():
            raise RuleFault(fault=f"{since}还没有到，到那一天再登记", fault_en=f"{since} has not come yet; adopt them on that day")
        if not basis:
            raise RuleFault(fault="没有写依据", fault_en="what they rest on is missing")
        adoption = cls.new(new_id(), by)
        adoption.trigger(
            cls.Adopted, by, profile=profile.id, profile_zh=profile.name[0], profile_en=profile.name[1],
            rules=[one.to_json() for one in shaped], count=len(shaped), basis=basis, since=since,
        )  # fmt: skip
        return adoption


def _limited(law: Rule, longest_days: int, doubt_days: int, bar_months: int) -> Rule:
    """The rule with what the council adopts beside it."""
    law = replace(law, longest_days=longest_days)
    return replace(law, doubt_days=doubt_days, bar_months=bar_months) if law.decides else law
