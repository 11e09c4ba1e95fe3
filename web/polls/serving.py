"""Deliveries: who got the ballot, recorded by staff with the signed list, or confirmed by the voter."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from deliberation.actors import RESIDENT, SECRETARY
from deliberation.forms import BadForm
from deliberation.polls import entry, queries, schemas
from deliberation.polls.model import Poll
from deliberation.polls.roll import BINDING
from deliberation.polls.serving import OWN, Serving
from web.polls.blueprint import bp, digest_of
from web.security import uploads
from web.shell import _, acting, command_key, council, done, may, reading, typed


@bp.post("/polls/<id:poll>/served")
@uploads()
@may(SECRETARY, again=".desk")
def serve(poll: str) -> ResponseReturnValue:
    """Record which doors were served, with the scan of the signed list."""
    form = typed(schemas.Serve)
    voters = _all(poll) if form["all"] else _named(poll, form["doors"])
    pages = Serving.record(council().get(Poll, poll), form["way"], voters, evidence=digest_of("scan"), by=acting())
    council().save(*pages, command=command_key())
    return done(".desk", _("送达 %(n)s 户，记下了。", n=len(voters)), poll=poll)


@bp.post("/polls/<id:poll>/vote/<id:voter>/sign")
@may(RESIDENT, again=".ballot")
def sign(poll: str, voter: str) -> ResponseReturnValue:
    """The voter confirms on a phone that the ballot is here."""
    council().save(*Serving.record(council().get(Poll, poll), OWN, [voter], by=acting()), command=command_key())
    return done(".ballot", _("签收记下了，现在可以投票。"), poll=poll, voter=voter)


def _all(poll: str) -> list[str]:
    """Everybody of the binding roll who was not served yet."""
    served = queries.served(reading(), poll)
    return [line.voter for line in queries.lines_of(reading(), poll, BINDING) if line.voter not in served]


def _named(poll: str, doors: str) -> list[str]:
    """The voters of the doors typed, one a line; those served before are left out. Raises BadForm naming unknown doors."""
    r, found, unknown = reading(), [], []
    served = queries.served(r, poll)
    for door in dict.fromkeys(line.strip() for line in doors.splitlines() if line.strip()):
        line = entry.voter_at(r, poll, door)
        if line is None:
            unknown.append(door)
        elif line.voter not in served:
            found.append(line.voter)
    if unknown:
        some = "、".join(unknown[:5])
        raise BadForm({"doors": [f"名册里没有：{some}。请改正，其他各户都还在。", f"Not on the roll: {some}. Mend them; the others are kept."]})
    return list(dict.fromkeys(found))
