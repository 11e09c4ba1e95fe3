"""People bound to their homes by letters, as the tests of ballots by phone need them."""

from typing import Any

from deliberation.access.letters import HOME, LetterPage, SignIn
from deliberation.access.model import Binding
from deliberation.access.private import Code, Key
from deliberation.access.tables import bindings
from deliberation.council import Council
from deliberation.polls.voiding import ballots_to_void, voided
from tests.given import actor, household, who, words
from tests.polls.votes import seconds

ADOPTED, ISSUED, BOUND, OBJECTED = "2026-04-10 09:00", "2026-04-10 10:00", "2026-04-11 09:00", "2026-04-28 10:00"
UNTIL = seconds("2026-06-30 18:00")
HOURS = 72


def adopt(council: Council, *homes: str) -> None:
    """Adopt rules of signing in and make a letter for each of some residents' households, numbered by its resident."""
    council.save(SignIn.adopt(HOURS, 60, second=who("chair"), by=actor("secretary", at=ADOPTED)))
    if homes:
        letters(council, *homes)


def letters(council: Council, *homes: str, at: str = ISSUED, mark: str = "") -> None:
    """Make a letter for the household of each resident named."""
    made = [(number_of(home, mark), HOME, household(home)) for home in homes]
    codes = [Code(number, "0" * 64) for number, *_ in made]
    council.save(LetterPage.issue(made, codes, until=UNTIL, by=actor("secretary", at=at)))


def number_of(home: str, mark: str = "") -> str:
    return f"L{home}{mark}"[:12]


def bind(council: Council, person: str, *, at: str = BOUND, mark: str = "", home: str = "") -> Binding:
    """Bind a resident with the letter of a household (their own, unless told)."""
    key = Key(f"key-{person}-{mark}", who(person), "pin", b"secret", "", seconds(at))
    binding = Binding.make(
        number_of(home or person, mark), who(person), household(home or person), [key], way="pin",
        votes_from=seconds(at) + HOURS * 3_600, by=actor(person=person, at=at),
    )  # fmt: skip
    council.save(binding)
    return binding


def objection(council: Council, binding: str, *, at: str = OBJECTED, by: Any = None) -> list[Any]:
    """Return the binding objected to and the ballots voided by it, to be saved together: as the page of objections does."""
    by = by or actor("secretary", at=at)
    with council.reading() as r:
        found = ballots_to_void(r, r.row(bindings, binding))
    objected = council.get(Binding, binding)
    objected.object(words("这不是我们家的人"), second=who("chair") if by.role == "secretary" else "", by=by)
    return [objected, *voided(council.get, found, binding, by=by)]
