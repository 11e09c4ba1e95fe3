"""规则目录: the rules and voting profiles that the house knows, read once from ``catalogue.toml``, and local ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, Literal

from deliberation.errors import Refusal
from deliberation.polls.conditions import Condition, Measure
from deliberation.polls.rules import Rule

#: Fields of an entry that a rule takes as they are.
PLAIN = ("id", "version", "unit", "silence", "abstention", "tie", "secrecy", "binding", "opinion", "notice_days", "either", "dissent",
         "longest_days", "agents")  # fmt: skip
SHARED = {"measures", "name", "body", "source", "quorum", "majority", "composition", "proxies"}


class UnknownRule(Refusal):
    """No rule of the catalogue has this id. Facts: rule."""

    zh = "规则目录里没有“{rule}”。已填的内容没有丢；请从目录里选一个规则。"
    en = "The catalogue has no rule “{rule}”. What you entered is kept: choose a rule from the catalogue."


class UnknownProfile(Refusal):
    """No voting profile has this id. Facts: profile."""

    zh = "没有“{profile}”这种表决办法。已填的内容没有丢；请从目录里选一种。"
    en = "There is no voting profile “{profile}”. What you entered is kept: choose one from the catalogue."


@dataclass(frozen=True)
class Profile:
    """What a place lays down beside the law: what silence means, and which local forms of a rule hold.

    ``of``: beginnings of the ids of rules that it shapes; ``variant``: rule id -> its local form.
    """

    id: str
    name: tuple[str, str]
    said: tuple[str, str]
    source: str
    of: tuple[str, ...] = ()
    silence: Literal["out", "abstain", "majority"] = "out"
    contested: bool = False
    variant: Mapping[str, str] = field(default_factory=dict)

    def shape(self, law: Rule) -> Rule:
        """Return the rule as it holds here, marked with the profile."""
        law = RULES.get(f"{law.id}/{self.variant[law.id]}", law) if law.id in self.variant else law
        if any(law.id.partition("/")[0] == each for each in self.of):
            law = replace(law, silence=self.silence, contested=self.contested, source=f"{law.source}；{self.source}")
        return replace(law, profile=self.id)


def rule_of(entry: Mapping[str, Any], sources: Mapping[str, str] | None = None) -> Rule:
    """Return the rule that an entry describes, as the catalogue or a council's own rule writes it.

    Raises ValueError, KeyError or TypeError for what is no rule.
    """
    if strange := entry.keys() - SHARED - {*PLAIN}:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}")
    measures: list[Measure] = list(entry.get("measures", ["heads"]))
    proxies = entry.get("proxies", 0)

    def conditions(name: str) -> tuple[Condition, ...]:
        return tuple(Condition.parse(text, measure) for text in entry.get(name, ()) for measure in measures)

    (name_zh, name_en), (body_zh, body_en) = _pair(entry["name"]), _pair(entry["body"])
    return Rule(
        **{name: entry[name] for name in PLAIN if name in entry},
        name_zh=name_zh, name_en=name_en, body_zh=body_zh, body_en=body_en,
        source=str(entry["source"]).format_map(sources or {}),
        quorum=conditions("quorum"), majority=conditions("majority"),
        composition=tuple(Condition.parse(text) for text in entry.get("composition", ())),
        proxies=None if proxies == "any" else proxies,
    )  # fmt: skip


def _pair(text: str) -> tuple[str, str]:
    chinese, _, english = text.partition("|")
    return chinese, english


def _profile_of(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Profile:
    read = {**entry, "name": _pair(entry["name"]), "said": _pair(entry["said"]), "of": tuple(entry.get("of", ()))}
    return Profile(**{**read, "source": entry["source"].format_map(sources)})


_READ = tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
#: All that were ever published, older versions first; those in force now, by id.
EVERY: tuple[Rule, ...] = tuple(rule_of(one, _READ["sources"]) for one in _READ["rule"])
RULES: dict[str, Rule] = {law.id: law for law in EVERY}
PROFILES: dict[str, Profile] = {one["id"]: _profile_of(one, _READ["sources"]) for one in _READ["profile"]}
STRICT = "national-strict"


def rule(rule_id: str) -> Rule:
    """Return the rule in force with this id. Raises UnknownRule."""
    if rule_id not in RULES:
        raise UnknownRule(rule=rule_id)
    return RULES[rule_id]


def profile(profile_id: str) -> Profile:
    """Return the voting profile with this id. Raises UnknownProfile."""
    if profile_id not in PROFILES:
        raise UnknownProfile(profile=profile_id)
    return PROFILES[profile_id]
