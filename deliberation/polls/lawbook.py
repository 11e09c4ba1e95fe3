"""采用的规则: which voting profile and which rules a council votes by, adopted as a whole, with what they rest on.

Each adoption is a stream of its own and carries every rule in full, local ones too; the last one holds. A poll keeps the copy
that held when it was announced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from deliberation import deadlines
from deliberation.actors import Actor
from deliberation.errors import Refusal
from deliberation.log.aggregate import Aggregate, Event, new_id
from deliberation.polls.catalogue import Profile
from deliberation.polls.rules import Rule

#: Dwellings and shops vote unless the by-laws say otherwise.
UNIT_KINDS = ("dwelling", "shop")


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


class ByLaws(NamedTuple):
    """议事规则: what a council lays down beside the rules it adopts.

    - ``longest_days``: days that a vote may last with all extensions, 0 without limit;
    - ``doubt_days``, ``bar_months``: for rules that decide, days for asking about a count, months before the same question
      is voted on again;
    - ``unit_kinds``: kinds of unit whose owners vote with their area (指导规则第二十五条 leaves parking spaces to the by-laws);
    - ``cap``: voters whom one agent may stand for, 0 as the rule says; ``barred``: offices whose holders may be no agents.
    """

    longest_days: int = 0
    doubt_days: int = 0
    bar_months: int = 0
    unit_kinds: tuple[str, ...] = UNIT_KINDS
    cap: int = 0
    barred: tuple[str, ...] = ()

    @classmethod
    def of(cls, laws: Iterable[Rule]) -> ByLaws:
        """Read them back from the rules that carry them; adopted rules are never none."""
        known = list(laws)
        numbers = {name: max(getattr(law, name) for law in known) for name in ("longest_days", "doubt_days", "bar_months")}
        owners = next((law for law in known if law.unit == "owner"), None)
        letters = next((law for law in known if law.barred or (law.unit == "owner" and law.proxies)), None)
        kinds = owners.unit_kinds if owners else UNIT_KINDS
        return cls(**numbers, unit_kinds=kinds, cap=letters.proxies or 0 if letters else 0, barred=letters.barred if letters else ())

    def shape(self, law: Rule) -> Rule:
        """Return the rule with what holds of its kind."""
        law = replace(law, longest_days=self.longest_days)
        if law.decides:
            law = replace(law, doubt_days=self.doubt_days, bar_months=self.bar_months)
        if law.unit == "owner":
            law = replace(law, unit_kinds=self.unit_kinds)
        if law.proxies == 0:
            return law
        most = law.proxies if not self.cap else min(self.cap, law.proxies or self.cap)
        return replace(law, proxies=most, barred=self.barred)


class Adoption(Aggregate):
    """One adoption of rules; filed with the register, since it concerns every matter."""

    class Adopted(Event):
        """``rules`` are complete copies, as shaped by the profile; ``basis`` is the decision that they rest on.

        Version 2: ``second`` of the desk stood by.
        """

        TYPE, RELIED_ON = "rules.adopted", True
        class_version = 2
        zh = "{by}登记：本会按“{profile_zh}”表决，采用{count}条规则，依据：{basis}。"
        en = "{by} recorded that votes follow “{profile_en}”, with {count} rules, by: {basis}."
        profile: str
        profile_zh: str
        profile_en: str
        rules: list[dict[str, Any]]
        count: int
        basis: str
        since: str
        second: str

        @staticmethod
        def upcast_v1_v2(body: dict[str, Any]) -> None:
            body.update(second="")

    @property
    def matter(self) -> None:
        """No matter: rules are for all of them."""
        return

    @classmethod
    def adopt(
        cls, profile: Profile, rules: Sequence[Rule], *, basis: str, since: str, by_laws: ByLaws | None = None,
        second: str = "", by: Actor,
    ) -> Adoption:  # fmt: skip
        """Adopt rules, each shaped by the profile and by what the council lays down beside them, from a day (ISO date) on.

        Raises RuleFault for none, for one that stands there twice, without a basis, or before their day.
        """
        ids = [one.id for one in rules]
        # A rule and its local form become one where the profile takes the local form.
        shaped = [*{one.id: one for one in map((by_laws or ByLaws()).shape, map(profile.shape, rules))}.values()]
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
            rules=[one.to_json() for one in shaped], count=len(shaped), basis=basis, since=since, second=second,
        )  # fmt: skip
        return adoption

