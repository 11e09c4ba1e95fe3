"""The rules that votes follow here: read by everybody, adopted by those who run the votes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deliberation.actors import CANDIDATE, CHAIR, PROPERTY_STAFF, SECRETARY
from deliberation.polls import queries, schemas
from deliberation.polls.catalogue import PROFILES, RULES, STRICT, profile, rule, rule_of
from deliberation.polls.lawbook import Adoption, ByLaws, RuleFault
from deliberation.polls.rules import Rule
from web.people import others
from web.polls.blueprint import bp
from web.shell import (
    _,
    _l,
    acting,
    confirmed,
    done,
    holds,
    local,
    may,
    reading,
    saved,
    tile,
    today,
    typed,
)

LOCAL = "LOCAL_"
DESK = (SECRETARY, CHAIR)
#: By these rules as many as the law wants ask for a vote before its time.
CALLED_BY = ("CALL_V", "CALL_R")
#: Proposed before any adoption: days of the longest window (local rules on owners' votes say 60), no days for asking about a
#: count, months before the same is voted on again.
PROPOSED = ByLaws(longest_days=60, bar_months=3)


@bp.get("/rules")
def rules() -> str:
    """What holds: the voting profile, each rule in sentences, and its source."""
    book = queries.lawbook_of(reading())
    held = PROFILES.get(book.row.profile) if book.row else None
    return render_template("polls/rules.html", book=book, profile=held, unit_kinds=schemas.UNIT_KINDS, working=holds(SECRETARY, CHAIR))


@bp.get("/rules/adopt")
@may(SECRETARY, CHAIR)
def adopting() -> str:
    """The form: a profile, the rules by which votes are held, what they rest on."""
    book = queries.lawbook_of(reading())
    known = RULES | {id: law for id, law in book.rules.items() if id.startswith(LOCAL)}
    chosen = list(book.rules) if book.row else [*book.offered, *CALLED_BY]
    held = book.row.profile if book.row else STRICT
    limits = ByLaws.of(book.rules.values()) if book.row else PROPOSED
    return render_template("polls/adopt.html", known=known, chosen=chosen, profiles=PROFILES, held=held, limits=limits, words=schemas, day=today(), seconds=others(*DESK))


@bp.post("/rules/adopt")
@may(SECRETARY, CHAIR, again=".adopting")
def adopt() -> ResponseReturnValue:
    """Adopt profile and rules as a whole."""
    form = typed(schemas.Adopt)
    chosen = [_named(id) for id in form["rules"]]
    by_laws = ByLaws(
        form["longest_days"], form["doubt_days"], form["bar_months"], tuple(form["unit_kinds"]) or PROPOSED.unit_kinds,
        form["cap"], (PROPERTY_STAFF, CANDIDATE) if form["no_property_staff"] else (),
    )  # fmt: skip
    told = {"basis": form["basis"], "since": form["since"], "second": form["second"], "by_laws": by_laws, "by": acting()}
    made = Adoption.adopt(profile(form["profile"]), chosen, **told)
    confirmed(form["second"], *DESK, step=("登记采用的规则", "adopt rules"), about=form["basis"])
    saved(made)
    return done(".rules", _("规则登记了，以后的表决公告按它。"))


@bp.get("/rules/local")
@may(SECRETARY, CHAIR)
def proposing_local() -> str:
    """The form for a rule of one's own."""
    return render_template("polls/local.html", words=schemas, seconds=others(*DESK))


@bp.post("/rules/local")
@may(SECRETARY, CHAIR, again=".proposing_local")
def add_local() -> ResponseReturnValue:
    """Adopt a rule of one's own beside those that hold."""
    form, book = typed(schemas.LocalRule), queries.lawbook_of(reading())
    if form["code"] in book.rules:
        raise RuleFault(fault=f"“{form['code']}”已经有了，请换一个编号", fault_en=f"there is a “{form['code']}” already, choose another id")
    held = profile(book.row.profile if book.row else STRICT)
    beside = [*(book.rules if book.row else book.offered)]
    rules = [*map(_named, beside), _local(form)]
    by_laws = ByLaws.of(book.rules[id] for id in beside)
    told = {"basis": form["basis"], "since": today(), "second": form["second"], "by_laws": by_laws, "by": acting()}
    made = Adoption.adopt(held, rules, **told)
    confirmed(form["second"], *DESK, step=("添加本地规则", "add a rule of one's own"), about=form["name"])
    saved(made)
    return done(".rules", _("“%(name)s”登记了，公告表决时可以选它。", name=form["name"]))


def _named(id: str) -> Rule:
    """A rule of the catalogue, or a local one that holds. Raises UnknownRule."""
    held = queries.lawbook_of(reading()).rules
    return held[id] if id.startswith(LOCAL) and id in held else rule(id)


def _local(form: Mapping[str, Any]) -> Rule:
    if form["numerator"] > form["denominator"] or form["quorum_numerator"] > form["quorum_denominator"]:
        raise RuleFault(fault="要求的比全体还多，永远达不到", fault_en="it asks for more than everybody and could never be met")
    who = schemas.UNIT_WORDS[form["unit"]]
    quorum = f"present {form['quorum_operator']} {form['quorum_numerator']}/{form['quorum_denominator']} roll"
    majority = f"for {form['operator']} {form['numerator']}/{form['denominator']} {form['base']}"
    entry = {
        "id": form["code"], "version": today(), "name": f"{form['name']}|{form['name']}", "body": "|".join(who),
        "source": form["basis"], "unit": form["unit"], "quorum": [quorum] if form["quorum_numerator"] else [],
        "measures": ["area", "heads"] if form["unit"] == "owner" else ["heads"], "proxies": "any" if form["unit"] == "owner" else 0,
        "majority": [majority], "abstention": form["abstention"], "notice_days": form["notice_days"],
    }  # fmt: skip
    return rule_of(entry)


@bp.app_template_filter()
def rule_options(laws: Mapping[str, Rule] | Iterable[Rule]) -> list[tuple[str, str]]:
    """Return (id, name) of rules for a choice."""
    return [(law.id, local((law.name_zh, law.name_en))) for law in (laws.values() if isinstance(laws, Mapping) else laws)]


tile("audit", 40, "polls.rules", _l("表决规则"), "text")
