"""同意: what a second person is asked on a device of their own, beside the log.

A consent is good for one form as it was sent: its digest is over address, fields, files, key and both persons. It is
over after an hour. What the form said is erased with the answer, the consent itself once the form is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from deliberation.access.beside import consents
from deliberation.errors import Refusal
from deliberation.log.reading import Reading

#: Seconds for which an ask and its answer are good.
GOOD_FOR = 3600
ASKED, YES, NO = "", "yes", "no"
#: So many asks stand on one page.
SHOWN = 50


class WaitsForSecond(Refusal):
    """A form that others have to confirm first. Facts: names; files, files_en: a sentence if a file came with it."""

    zh = (
        "还没有记下：这一步要等{names}确认。您填的内容都在。请{names}用自己的手机或电脑登录，在首页点“等您确认”，看过以后按“确认”；"
        "然后您在这里再交一次。{files}"
    )
    en = (
        "Not recorded yet: this step waits for {names}. Your entry is kept. {names} should sign in on a device of their own, "
        "open “Waiting for you” on the home page, read it and press “Confirm”; then send it once more here.{files_en}"
    )
    #: What the button beside the sentence says.
    button = ("对方确认了，再交一次", "Confirmed: send it again")


class SecondSaidNo(Refusal):
    """The other person looked and did not agree. Facts: names."""

    zh = "{names}没有同意，什么也没有记下，您填的内容都在。请先当面问清楚；改好以后再交，会重新请对方确认，也可以换一位。"
    en = "{names} did not agree, so nothing was recorded. Your entry is kept. Please talk first; sent again, it is asked anew."


class SecondIsYourself(Refusal):
    """Nobody confirms a form of one's own."""

    zh = "这一步要另一个人一起办，不能选您自己。什么也没有记下，您填的内容还在，请选另一位。"
    en = "This step needs another person, so it cannot be you. Nothing was recorded; your entry is kept. Choose somebody else."
    status = 422


class SecondWithoutRole(Refusal):
    """Somebody is named who may not stand beside this step. Facts: role, role_en."""

    zh = "选的人现在没有“{role}”的职务，不能一起办这一步。什么也没有记下，您填的内容还在，请选另一位。"
    en = "The person named does not hold the role of {role_en} now. Nothing was recorded; your entry is kept. Choose another."
    status = 422


class NothingToConfirm(Refusal):
    """An ask that is over, was changed since it was read, or was answered already."""

    zh = "您的回答没有记下：对方改了内容，或者这件事已经过了一小时、已经回答过。请看看下面还有没有等您确认的。"
    en = "Your answer was not taken: the entry was changed, is older than an hour, or was answered already. See what waits below."


class Ask(NamedTuple):
    """What a person is asked: by whom, the form's digest (SHA-256, hex), what it says (JSON), when (seconds UTC).

    ``id`` stands for the form and the person's place on it, so a form that was changed takes the place of the old one.
    """

    id: str
    digest: str
    first: str
    second: str
    told: str
    asked: int


_ASK = text(
    "INSERT INTO access_consents (community, id, digest, first, second, told, asked, given, answer) "
    "VALUES (:community, :id, :digest, :first, :second, :told, :asked, 0, '') "
    "ON CONFLICT (community, id) DO UPDATE SET digest = excluded.digest, second = excluded.second, told = excluded.told, "
    "asked = excluded.asked, given = 0, answer = '' WHERE access_consents.digest <> excluded.digest"
)


def ask(connection: Connection, community: str, asks: Iterable[Ask], at: int) -> None:
    """Ask; what was asked and stands already is left as it is, answer and all."""
    sweep(connection, community, at)
    for each in asks:
        connection.execute(_ASK, {"community": community, **each._asdict()})


def waiting(r: Reading, second: str, at: int) -> Sequence[Any]:
    """Return what waits for a person's answer (id, digest, first, told, asked), the oldest first."""
    c = consents.c
    query = select(c.id, c.digest, c.first, c.told, c.asked).where(
        c.community == r.community, c.second == second, c.answer == ASKED, c.asked > at - GOOD_FOR
    )
    return r.live.execute(query.order_by(c.asked, c.id).limit(SHOWN)).fetchall()


def answer(connection: Connection, community: str, id: str, digest: str, *, second: str, yes: bool, at: int) -> str:
    """Write down the answer of the person who was asked, to exactly what they read; return who had asked.

    Raises NothingToConfirm.
    """
    sweep(connection, community, at)
    c = consents.c
    mine = (c.community == community) & (c.id == id) & (c.digest == digest) & (c.second == second) & (c.answer == ASKED)
    row = connection.execute(select(c.first).where(mine)).one_or_none()
    said = {"answer": YES if yes else NO, "given": at, "told": ""}
    if row is None or not connection.execute(consents.update().where(mine).values(said)).rowcount:
        raise NothingToConfirm
    return str(row.first)


def answers(r: Reading, digests: Iterable[str], at: int) -> dict[str, str]:
    """Return digest -> "" (asked), "yes" or "no" of the forms that were asked about within the hour."""
    c = consents.c
    query = select(c.digest, c.answer).where(
        c.community == r.community, c.digest.in_([*digests]), c.asked > at - GOOD_FOR
    )
    return {row.digest: row.answer for row in r.live.execute(query)}


def use(connection: Connection, community: str, digests: Iterable[str]) -> None:
    """Take away what has served its purpose: the form is recorded, or the no was told."""
    c = consents.c
    connection.execute(consents.delete().where(c.community == community, c.digest.in_([*digests])))


def sweep(connection: Connection, community: str, at: int) -> None:
    """Erase what is over."""
    c = consents.c
    connection.execute(consents.delete().where(c.community == community, c.asked <= at - GOOD_FOR))
