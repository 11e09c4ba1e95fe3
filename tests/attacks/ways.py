"""Every way into the pages, from the address map itself: whatever is added to it is attacked too."""

import secrets
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.conftest import Site
from tests.web.visitor import Visitor

#: What an argument of an address is called -> what the story calls such a thing, or a value.
THINGS = {
    "poll": "parking",
    "motion": "shed",
    "matter": "shed matter",
    "meeting": "meeting today",
    "comment": "comment 1",
    "report": "report 1",
    "publication": "display",
    "objection": "objection 1",
    "resolution": "resolution",
    "filing": "filing",
    "notice": "notice",
    "holding": "holding",
    "amendment": "amendment jia",
    "subject": "shed",
}
VALUES = {
    "kind": "motion",
    "review": 1,
    "position": 7,
    "size": 1,
    "code": "en",
    "name": "large",
    "clause": "c1",
    "filename": "app.css",
}


class Way(NamedTuple):
    """One method of one route, with the roles that may use it (none named: everybody)."""

    endpoint: str
    method: str
    rule: Rule
    roles: frozenset[str]

    def address(self, app: Flask, values: dict[str, Any]) -> str:
        """The address with these arguments; an id where none is given is one that nothing has."""
        missing = {name: str(uuid.uuid4()) for name in self.rule.arguments if name not in values}
        with app.test_request_context():
            given = {name: values[name] for name in self.rule.arguments if name in values}
            built = app.url_map.bind("localhost").build(
                self.endpoint, {**missing, **given}, method=self.method
            )
            return str(built)


def ways(app: Flask, *methods: str) -> list[Way]:
    """All ways, or those of some methods."""
    found = []
    for rule in app.url_map.iter_rules():
        roles = frozenset(getattr(app.view_functions[rule.endpoint], "roles", ()))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not methods or method in methods:
                found.append(Way(rule.endpoint, method, rule, roles))
    return found


def known(ids: dict[str, str]) -> dict[str, Any]:
    """Arguments that lead somewhere."""
    return VALUES | {name: ids[thing] for name, thing in THINGS.items()}


def token(visitor: Visitor) -> str:
    """A good token of this visitor's session."""
    return dict(visitor.form("/", "/sign-out").fields)["csrf_token"]


class Attacker:
    """A visitor who sends what no page offers, and remembers what broke."""

    def __init__(self, site: Site, person: str) -> None:
        self.site = site
        self.visitor = site.visitor(person)
        self.token = token(self.visitor) if person else ""
        self.broken: list[str] = []

    def send(self, way: str, address: str, **more: Any) -> TestResponse | None:
        """Send a request; an exception or a 500 is remembered. Forms get a good token and a fresh key."""
        if way == "POST" and isinstance(more.get("data", {}), dict):
            more["data"] = {"csrf_token": self.token, "key": secrets.token_hex(16), **more.get("data", {})}
            more.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
        try:
            answer = self.visitor.client.open(address, method=way, buffered=True, **more)
        except Exception as error:
            self.broken.append(f"{way} {address[:200]} {str(more)[:200]}: {error!r}"[:900])
            return None
        if answer.status_code >= 500:
            self.broken.append(f"{way} {address[:200]} {str(more)[:200]}: {answer.status_code}")
        return answer


def each(app: Flask, values: dict[str, Any], *methods: str) -> Iterator[tuple[Way, str]]:
    """Yield every way with its address."""
    for way in ways(app, *methods):
        yield way, way.address(app, values)
