"""A village with many voters, one open poll and one motion with many comments; and requests of people signed in."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from deliberation.access import sessions
from deliberation.actors import Actor, operator
from deliberation.council import Council
from deliberation.log.aggregate import id_of
from deliberation.polls.ballots import PHONE
from deliberation.polls.catalogue import rule
from deliberation.polls.model import Poll, Question, Window
from deliberation.polls.roll import Line
from deliberation.register.model import COMMUNITY_SPACE, Community, Holding, Page
from deliberation.register.private import PersonName

SLUG = "bench"
PLACE = id_of(COMMUNITY_SPACE, SLUG)
MATTER = id_of(PLACE, "matter")
SECRET = b"a secret that only the benchmark knows"


def voter(number: int) -> str:
    """Return the id of a person, who votes alone."""
    return id_of(PLACE, "person", str(number))


def prepare(url: str, voters: int) -> str:
    """Found the village, open an advisory poll for all of them, and return the poll's id."""
    council = Council.open(url, SLUG)
    now = datetime.now(UTC).replace(microsecond=0)
    by = operator(now)
    council.save(Community.found(SLUG, "基准村", kind="village", street="基准街道", by=by))
    people = [voter(number) for number in range(voters)]
    for start in range(0, voters, 500):
        some = people[start : start + 500]
        named = [PersonName(person, f"村民{start + n}") for n, person in enumerate(some)]
        council.save(Page.of_persons([[person, "", "tenant", 1, 1] for person in some], named, by=by))
    council.save(Holding.grant(people[0], "secretary", since="2020-01-01", by=by))
    poll = _open_poll(council, people, now)
    council.close()
    return poll


def _open_poll(council: Council, people: list[str], now: datetime) -> str:
    by = Actor.of(people[0], "secretary", now)
    opens, closes = int(now.timestamp()), int((now + timedelta(days=2)).timestamp())
    question = Question(MATTER, "基准〔2026〕1号", "基准表决", "question", MATTER, "0" * 64)
    lines = [Line(person, "", "", person) for person in people]
    window = Window(now.date().isoformat(), opens, closes)
    poll, pages = Poll.announce(question, rule("ADV"), window, [PHONE], secrets.token_bytes(32), binding=lines, by=by)
    council.save(poll, *pages)
    with council.change(Poll, poll.id) as opening:
        opening.open(by=by)
    return poll.id


def app_of(url: str) -> Any:
    """Return the project's app on that database as a community runs it, open to the benchmark's sessions."""
    from web import create_app

    council = Council.open(url, SLUG)
    app = create_app(council, demo=False, secret=SECRET)
    app.extensions["close"] = council.close
    return app


class Visitors:
    """Makes signed-in requests without asking the server: session cookies and tokens as the app itself makes them."""

    def __init__(self, url: str) -> None:
        from flask.sessions import SecureCookieSessionInterface
        from itsdangerous import URLSafeTimedSerializer

        self.app = app_of(url)
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer is not None
        self.sessions = serializer
        self.tokens = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")

    def close(self) -> None:
        """Let the database go."""
        self.app.extensions["close"]()

    def cookie(self, person: str, token: str = "") -> str:
        """Return the cookie header of somebody who is signed in."""
        council = self.app.extensions["council"]
        with council.beside() as connection:
            session = sessions.begin(connection, council.community, person, staff=False, label="", at=int(time.time()))
        return f"session={self.sessions.dumps({'token': session, 'csrf_token': token or secrets.token_hex(20)})}"

    def ballot(self, poll: str, person: str, choice: str = "for") -> tuple[str, str, str]:
        """Return path, body and cookie of the POST that casts a ballot."""
        token = secrets.token_hex(20)
        fields = {
            "csrf_token": self.tokens.dumps(token),
            "key": secrets.token_hex(16),
            "form": "cast",
            "voter": person,
            "choice": choice,
        }
        return f"/polls/{poll}/vote/{person}", urlencode(fields), self.cookie(person, token)


def resident(number: int) -> Actor:
    """Return a voter acting now."""
    return Actor.of(voter(number), "resident", datetime.now(UTC))


def comment(motion: str, matter: str, number: int) -> Any:
    from deliberation.discussion.model import Comment
    from deliberation.register.private import Words

    by = resident(1 + number % 200)
    said = f"我说第{number}句：" + "楼道要通，电线要收，大家都方便。" * 3
    return Comment.make(motion, matter, Words(secrets.token_bytes(32), said, by.person), stance="support", by=by)


def discuss(url: str, comments: int) -> str:
    """Propose a motion of ten clauses with so many comments; return its id."""
    from deliberation.clauses import Text
    from deliberation.motions.model import Motion
    from deliberation.procedures.model import Matter

    council = Council.open(url, SLUG)
    text = Text.of("安全自治十条", [f"第{n}件要紧事，人人都要做到，家家都要记住，天天都要照办。" * 2 for n in range(10)])
    by = Actor.of(voter(0), "secretary", datetime.now(UTC))
    matter = Matter.open("基准〔2026〕事1号", "安全", "WU_BU", by=by)
    council.save(matter)
    motion = Motion.propose(matter.id, "基准〔2026〕议1号", "安全自治十条", "compact", text, 3, by=by)
    council.save(motion)
    for start in range(0, comments, 500):
        numbers = range(start, min(start + 500, comments))
        council.save(*(comment(motion.id, matter.id, n) for n in numbers))
    council.close()
    return motion.id
