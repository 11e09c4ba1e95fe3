"""The blueprint that the pages of meetings share, and who is who in a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from flask import Blueprint

from deliberation.forms import BadForm
from deliberation.meetings import minutes
from deliberation.meetings.attendance import STATUSES
from deliberation.meetings.model import KINDS, STATES
from deliberation.meetings.record import Attendee
from deliberation.register import views as register
from web.initials import initials
from web.shell import local, person, reading
from web.standing import veiled

bp = Blueprint("meetings", __name__)

#: state -> tone of its tag.
TONES = {"called": "", "open": "seal", "closed": "clay", "signed": "pine", "cancelled": ""}


class Seat(NamedTuple):
    """Somebody on the sheet as typed and shown: ``label`` is a name with what tells it from others."""

    person: str
    label: str
    letters: str
    attendee: Attendee


def seats(attendees: Sequence[Attendee]) -> list[Seat]:
    """Return who may be named in a form of the meeting, each with a label that nobody else has."""
    homes = register.homes(reading(), [attendee.person for attendee in attendees])
    plain = [_label(attendee, homes.get(attendee.person, "")) for attendee in attendees]
    seen: Counter[str] = Counter()
    found = []
    for attendee, label in zip(attendees, plain, strict=True):
        seen[label] += 1
        unique = label if seen[label] == 1 else f"{label}·{seen[label]}"
        found.append(Seat(attendee.person, unique, initials(attendee.name), attendee))
    return found


def _label(attendee: Attendee, home: str) -> str:
    detail = attendee.affiliation or home
    return f"{attendee.name}（{detail}）" if detail else attendee.name


def named(typed: str, people: Iterable[Seat]) -> Seat:
    """Return whom a typed name or its initials mean. Raises BadForm when nobody or several people fit."""
    people, word = list(people), typed.strip().lower()
    for fits in _WAYS:
        found = [seat for seat in people if fits(seat, word)]
        if len(found) == 1:
            return found[0]
        if found:
            labels = "、".join(seat.label for seat in found[:6])
            raise _which(
                f"“{typed}”可能是：{labels}。请写全。", f"“{typed}” may be: {labels}. Please write more."
            )
    zh = f"签到表上没有“{typed}”。请看看写得对不对；没到名单上的人，先登记为列席。"
    raise _which(zh, f"Nobody on the sheet is called “{typed}”. Others are marked as observers first.")


#: How well a word fits somebody, the best way first.
_WAYS: tuple[Callable[[Seat, str], bool], ...] = (
    lambda seat, word: seat.label.lower() == word,
    lambda seat, word: seat.attendee.name.lower() == word,
    lambda seat, word: seat.letters == word,
    lambda seat, word: seat.letters.startswith(word) or word in seat.label.lower(),
)


def _which(zh: str, en: str) -> BadForm:
    return BadForm({"who": [zh, en]})


@bp.app_template_filter()
def called(name: str) -> str:
    """Return a name as the visitor may read it: the family name only for those who are not signed in."""
    return name if person() or not name else veiled(name)


@bp.app_template_filter()
def meeting_kind(kind: str) -> str:
    """Return what sort of meeting it is."""
    return local(KINDS[kind])


@bp.app_template_filter()
def meeting_state(state: str) -> str:
    """Return where a meeting stands."""
    return local(STATES[state])


@bp.app_template_filter()
def meeting_tone(state: str) -> str:
    """Return the tone of the tag for a state."""
    return TONES[state]


@bp.app_template_filter()
def entry_kind(kind: str) -> str:
    """Return what kind of entry it is."""
    return local(minutes.KINDS[kind])


@bp.app_template_filter()
def attendance_status(status: str) -> str:
    """Return how somebody is marked."""
    return local(STATUSES[status])
