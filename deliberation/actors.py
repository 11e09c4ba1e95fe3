"""Who acts, in which role, and when.

An actor is the signature line under every event: a person (an opaque id, never a name), the role in which the person
acts, and the moment. Verbs take one as ``by=`` and read the clock nowhere else, so that replaying them is pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

RESIDENT = "resident"
DELEGATE = "delegate"
SECRETARY = "secretary"
CHAIR = "chair"
COMMITTEE = "committee"
PARTY_MEMBER = "party_member"
SCRUTINEER = "scrutineer"
SUPERVISOR = "supervisor"
GRID_WORKER = "grid_worker"
STREET_OFFICE = "street_office"
AUDITOR = "auditor"
OPERATOR = "operator"
VILLAGE_DELEGATE = "village_delegate"
COOP_MEMBER = "coop_member"
COOP_DELEGATE = "coop_delegate"
OWNERS_COMMITTEE = "owners_committee"
PROPERTY_STAFF = "property_staff"
CANDIDATE = "candidate"

#: role -> (Chinese, English). 记录员 and 主持人 are held for a term; the operator is whoever runs the command line.
ROLES: dict[str, tuple[str, str]] = {
    RESIDENT: ("居民", "resident"),
    DELEGATE: ("议事代表", "delegate"),
    SECRETARY: ("记录员", "secretary"),
    CHAIR: ("主持人", "chair"),
    COMMITTEE: ("村（居）委会委员", "committee member"),
    PARTY_MEMBER: ("党员", "Party member"),
    SCRUTINEER: ("监票人", "scrutineer"),
    SUPERVISOR: ("村务监督委员", "supervision committee"),
    GRID_WORKER: ("网格员", "grid worker"),
    STREET_OFFICE: ("镇街", "street office"),
    VILLAGE_DELEGATE: ("村（居）民代表", "delegate of the villagers or residents"),
    COOP_MEMBER: ("集体经济组织成员", "member of the collective"),
    COOP_DELEGATE: ("集体经济组织成员代表", "delegate of the collective"),
    OWNERS_COMMITTEE: ("业主委员会委员", "owners' committee member"),
    AUDITOR: ("审计员", "auditor"),
    PROPERTY_STAFF: ("物业服务人员", "property firm's staff"),
    CANDIDATE: ("候选人", "candidate"),
    OPERATOR: ("系统维护", "operator"),
}

#: Roles that nobody needs to be given: every person of the register is a resident, and the operator stands at the machine.
FREE_ROLES = frozenset({RESIDENT, OPERATOR})


class Actor(NamedTuple):
    """A person in a role at a moment (aware, UTC, whole seconds)."""

    person: str
    role: str
    at: datetime

    @classmethod
    def of(cls, person: str, role: str, at: datetime) -> Actor:
        """Return the actor with the moment cut to whole seconds UTC, as it will stand in the log."""
        return cls(person, role, at.astimezone(UTC).replace(microsecond=0))

    def later(self, at: datetime) -> Actor:
        """Return the same person in the same role at another moment."""
        return Actor.of(self.person, self.role, at)


def operator(at: datetime) -> Actor:
    """Return the actor for whoever runs the command line on the machine itself."""
    return Actor.of("operator", OPERATOR, at)
