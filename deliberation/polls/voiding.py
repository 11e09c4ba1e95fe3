"""作废: what a sign-in letter means for ballots by phone. Who is not bound casts none; an objection voids those of its binding,
those too that others cast by letters given by phone under it, and such a letter holds no more.

    with council.reading() as r:
        found = ballots_to_void(r, r.row(bindings, id))
    binding = council.get(Binding, id)
    binding.object(words, by=by)
    council.save(binding, *voided(council.get, found, id, by=by))

It is one command: neither the objection nor a voided ballot is recorded alone. Polls that are counted are not touched; whoever
doubts their count asks (``doubts``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any

from deliberation.access.guards import bound
from deliberation.access.model import Binding
from deliberation.access.refusals import NotBound, NotBoundYet
from deliberation.access.tables import bindings, rules
from deliberation.access.views import binding_of_person
from deliberation.actors import Actor
from deliberation.errors import ChangedMeanwhile
from deliberation.log.reading import Reading
from deliberation.log.views import Row, Tx, guard
from deliberation.polls.ballots import PHONE, Ballot
from deliberation.polls.clocks import clock, poll_row
from deliberation.polls.proxies import Proxy, ProxyDead, ProxyFault
from deliberation.polls.refusals import CountedMeanwhile, NothingToVoid
from deliberation.polls.roll import BINDING
from deliberation.polls.tables import ballots, by_phone, dead_letters_of, proxies, roll_lines


def ballots_to_void(r: Reading, binding: Any) -> Sequence[Any]:
    """Return the ballots that an objection to a binding (its row: person, made, ended) voids, in log order: id, poll, voter, position,
    and matter, number, title and stage of the poll."""
    return r.all(by_phone(r.community, binding.person, binding.made, binding.ended))


def voided(get: Callable[[type[Ballot], str], Ballot], found: Iterable[Any], binding: str, *, by: Actor) -> list[Ballot]:
    """Return the ballots found (see ``ballots_to_void``), voided, to be saved together with the objection."""
    made = []
    for one in found:
        ballot = get(Ballot, one.id)
        ballot.void(one.matter, binding=binding, entry=one.position, by=by)
        made.append(ballot)
    return made


def by_phone_from(r: Reading, person: str) -> int | None:
    """Return from when (seconds UTC) a person may vote by phone, 0 where no rules of signing in were adopted, None for somebody
    who is not bound: said on the ballot, before anything is chosen."""
    if r.row(rules, "") is None:
        return 0
    row = binding_of_person(r, person)
    return None if row is None else int(row.votes_from)


def dead_letters(r: Reading, poll: str) -> set[str]:
    """Return the letters of a poll that were given by phone under a binding which somebody objected to: nothing is cast with them."""
    return {row[0] for row in r.all(dead_letters_of(r.community, poll))}


@guard(Ballot.Cast)
def whoever_votes_by_phone_is_bound(e: Ballot.Cast, tx: Tx) -> None:
    """Since rules of signing in were adopted; also whoever casts another's ballot by a letter."""
    if e.channel != PHONE or tx.row(rules, "") is None:
        return
    row = bound(tx, e.by.person)
    if row is None:
        raise NotBound
    if e.at < row.votes_from:
        moment = clock(row.votes_from)
        raise NotBoundYet(moment=moment, moment_en=moment)


@guard(Proxy.Granted)
def whoever_names_a_proxy_by_phone_is_bound(e: Proxy.Granted, tx: Tx) -> None:
    """As for a ballot of one's own, or it would be cast by another before the waiting time is over."""
    line = tx.row(roll_lines, e.poll, BINDING, e.voter)
    if tx.row(rules, "") is None or line is None or e.by.person != line["holder"]:
        return
    row = bound(tx, e.by.person)
    if row is None:
        raise ProxyFault(
            fault="用手机委托要先凭登录信绑定，或者把纸质委托书交给工作人员登记",
            fault_en="by phone it needs a binding by letter; or hand a letter on paper to the staff",
        )
    if e.at < row.votes_from:
        moment = clock(row.votes_from)
        raise ProxyFault(
            fault=f"您的绑定要到{moment}以后才能用手机委托", fault_en=f"your binding names a proxy by phone from {moment}"
        )


@guard(Ballot.Cast)
def the_letter_was_not_given_under_an_objected_binding(e: Ballot.Cast, tx: Tx) -> None:
    letter = tx.row(proxies, e.aid["proxy"]) if "proxy" in e.aid else None
    if letter is None or letter["over"] or not _given_by_phone(letter, tx):
        return
    c = bindings.c
    objected = (c.community == tx.community) & (c.person == letter["signer"]) & (c.state == "objected")
    if tx.rows(bindings.select().where(objected, c.made <= letter["at"], c.ended >= letter["at"])):
        raise ProxyDead


def _given_by_phone(letter: Row, tx: Tx) -> bool:
    """Whether whoever votes for the voter gave the letter, and not staff with one on paper."""
    line = tx.row(roll_lines, letter["poll"], BINDING, letter["voter"])
    return not letter["letter"] or (line is not None and line["holder"] == letter["signer"])


@guard(Binding.Objected)
def the_ballots_of_the_binding_go_with_it(e: Binding.Objected, tx: Tx) -> None:
    """One cast while somebody was objecting would be left standing: the objection is made anew, with it."""
    row = tx.row(bindings, e.id)
    going = {one.id for one in tx.together if isinstance(one, Ballot.Voided)}
    if row is None:
        return
    due = tx.rows(by_phone(tx.community, row["person"], row["made"], row["ended"]))
    if any(one.id not in going for one in due):
        raise ChangedMeanwhile


@guard(Ballot.Voided)
def only_ballots_of_an_objected_binding_are_voided(e: Ballot.Voided, tx: Tx) -> None:
    poll = poll_row(tx, e.poll)
    if poll["stage"] not in ("open", "closed"):
        raise CountedMeanwhile(title=poll["title"])
    ballot, binding = tx.row(ballots, e.poll, e.voter), tx.row(bindings, e.binding)
    if ballot is None or binding is None or (ballot["id"], ballot["roll"], ballot["position"]) != (e.id, e.roll, e.entry):
        raise NothingToVoid
    if ballot["channel"] != PHONE or not _by_way_of(binding, ballot, tx) or not _objected(binding, e, tx):
        raise NothingToVoid


def _by_way_of(binding: Row, ballot: Row, tx: Tx) -> bool:
    """Whether the person cast the ballot while bound, or then gave the letter by phone by which another cast it."""
    done = [ballot] if ballot["signer"] == binding["person"] else []
    letter = tx.row(proxies, json.loads(ballot["aid"] or "{}").get("proxy", ""))
    if letter is not None and letter["signer"] == binding["person"] and _given_by_phone(letter, tx):
        done.append(letter)
    return any(binding["made"] <= one["at"] <= (binding["ended"] or one["at"]) for one in done)


def _objected(binding: Row, e: Ballot.Voided, tx: Tx) -> bool:
    """Whether somebody objected to the binding: earlier, or just before in the same command."""
    before = takewhile(lambda one: one is not e, tx.together)
    now = any(isinstance(one, Binding.Objected) and one.id == e.binding for one in before)
    return now or binding["state"] == "objected"
