"""Many sign in at the same moment: all succeed, and the server does not grow by more than a few hashes."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from deliberation.access.letters import STAFF, LetterPage, SignIn
from deliberation.access.locks import Locks
from deliberation.access.model import Binding
from deliberation.access.private import PIN, Code, Key
from deliberation.actors import Actor, operator
from deliberation.council import Council
from deliberation.log.aggregate import new_id
from tests.bench import load, serving, town
from tests.bench.report import Figure
from tests.bench.web import folder

PEPPER = b"a pepper that only the benchmark knows"
THE_PIN = "274918"


def rush(people: int) -> Iterator[Figure]:
    """So many PINs typed at the same moment, against the same server that only showed its page."""
    with folder() as place:
        url = f"sqlite:///{place / 'town.db'}"
        numbers = _bound(url, people)
        app = app_of(url)
        forms = [_form(app, number) for number in numbers]
        app.extensions["close"]()
        with serving.served(app_of, url) as port:
            load.run(port, [load.get("/sign-in")] * people, people)
        before = serving.served.peak
        with serving.served(app_of, url) as port:
            load.run(port, [load.get("/sign-in")] * people, people)
            result = load.run(port, [load.post(*form) for form in forms], people)
        after = serving.served.peak
    errors = people - sum(n for status, n in result.statuses.items() if status == 303)
    yield Figure(f"{people} simultaneous sign-ins, refused", errors, None, "= 0", lambda n: n == 0)
    yield Figure(f"{people} simultaneous sign-ins, MiB added", after - before, None, "<= 256", lambda mib: mib <= 256)
    yield Figure(f"{people} simultaneous sign-ins, seconds", result.seconds, None, "", None)


def app_of(url: str) -> Any:
    """Return the app of the village with its real door."""
    from web import create_app
    from web.keydoor import KeyDoor

    council = Council.open(url, town.SLUG)
    app = create_app(council, demo=False, door=KeyDoor(), secret=town.SECRET, pepper=PEPPER)
    app.extensions["close"] = council.close
    return app


def _form(app: Any, number: str) -> tuple[str, str, str]:
    """Return path, body and cookie of a sign-in."""
    token = secrets.token_hex(20)
    sealer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert sealer is not None
    fields = {"csrf_token": URLSafeTimedSerializer(town.SECRET, salt="wtf-csrf-token").dumps(token), "number": number, "secret": THE_PIN}
    return "/sign-in", urlencode(fields), f"session={sealer.dumps({'csrf_token': token})}"


def _bound(url: str, people: int) -> list[str]:
    """Bind so many people of a village, each with a letter and the same PIN; return their numbers."""
    town.prepare(url, people + 1)
    council, locks, now = Council.open(url, town.SLUG), Locks(PEPPER), datetime.now(UTC)
    until, hashed = int((now + timedelta(days=60)).timestamp()), locks.hashed(THE_PIN)
    council.save(SignIn.adopt(0, 60, by=operator(now)))
    numbers = [str(10_000_000 + n) for n in range(people)]
    letters = [(number, STAFF, town.voter(n)) for n, number in enumerate(numbers)]
    council.save(LetterPage.issue(letters, [Code(number, "0" * 64) for number in numbers], until=until, by=operator(now)))
    at = int(now.timestamp())
    for n, number in enumerate(numbers):
        person = town.voter(n)
        key = Key(new_id(), person, PIN, hashed, "", at)
        council.save(Binding.make(number, person, "", [key], way="pin", votes_from=at, by=Actor.of(person, "resident", now)))
    council.close()
    return numbers
