"""A site where two persons sign in each for themselves: everything but the demonstration's door."""

from typing import Any, NamedTuple

from flask import Request

from tests.given import OFFICES, RESIDENTS, SECONDS, who
from tests.web.conftest import SECRET, Site
from tests.web.visitor import Visitor
from web import create_app
from web.doors import Known


class Someone(NamedTuple):
    """Somebody to sign in as."""

    person: str
    name: str
    why: tuple[str, str]


class OpenDoor:
    """A door that takes everybody at their word; it is not the demonstration's."""

    template = "signing/demo.html"

    def __init__(self, people: dict[str, str]) -> None:
        self.people = people

    def check(self, request: Request) -> None:
        """It stands open."""

    def asks(self, request: Request) -> dict[str, Any]:
        """Everybody to choose from."""
        guide = [(id, name, "") for name, id in self.people.items()]
        return {"guide": guide, "sought": "", "found": [], "officers": [], "residents": []}

    def person(self, request: Request) -> Known:
        """Whoever was chosen."""
        return Known(request.form["person"], strong=True)


class Strict:
    """The pages of a village where a second person has to sign in too, beside a demonstration of the same village."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.council = site.council
        people = {person: who(person) for person in (*RESIDENTS, *OFFICES, *SECONDS)}
        self.app = create_app(site.council, demo=False, secret=SECRET, door=OpenDoor(people))
        self.app.testing = True

    def visitor(self, person: str) -> Visitor:
        """Somebody with a browser of their own, signed in."""
        visitor = Visitor(self.app.test_client())
        visitor.press("/sign-in", "/sign-in", person=who(person))
        return visitor

    def says(self, person: str, said: str) -> Any:
        """Let somebody answer the first thing that waits for them."""
        visitor = self.visitor(person)
        page = visitor.get("/confirm")
        form = next(form for form in visitor.forms(page) if form.id.startswith("answer-"))
        return visitor.press(page, form.id, said=said)
