"""Somebody with a browser that runs no scripts: reads pages, fills in forms, presses buttons.

So a test reads: ``answer = site.visitor("zhang").press("/motions/…", "comment", words="…")``.
"""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deliberation.access import sessions
from tests.given import who

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Form:
    """A form as it stands on a page: address, and what a browser would send without anybody typing."""

    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.id = attributes.get("id") or ""
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self.names: set[str] = set()


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.form = Form(given)
            self.found.append(self.form)
        elif self.form is not None:
            self._inside(self.form, tag, given)

    def _inside(self, form: Form, tag: str, given: dict[str, str | None]) -> None:
        name = given.get("name") or ""
        form.names.add(name)
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            form.fields.append((name, given.get("value") or ""))
        elif tag == "textarea":
            self._area = ""
            form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
            form.fields.append((name, ""))
        elif tag == "option" and "selected" in given:
            form.fields[-1] = (self._select or "", given.get("value") or "")
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.form is not None and self._area is not None:
            # A browser drops the line break right after the opening tag.
            self.form.fields[-1] = (self.form.fields[-1][0], self._area.removeprefix("\n"))
            self._area = None
        elif tag == "form":
            self.form = None


#: After all that tests do: a browser that stays signed in however they move the clock.
FAR = 4_102_444_800


def token_of(client: FlaskClient, person: str) -> str:
    """Sign a person in, without a door; return what the cookie carries."""
    council = client.application.extensions["council"]
    with council.beside() as connection:
        return sessions.begin(connection, council.community, person, staff=True, label="", at=FAR)


class Visitor:
    """One browser with its cookies."""

    def __init__(self, client: FlaskClient, person: str = "") -> None:
        self.client = client
        if person:
            with client.session_transaction() as session:
                session["token"] = token_of(client, who(person))

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, buffered=True, **more)

    def forms(self, page: str | TestResponse) -> list[Form]:
        """Return the forms of a page."""
        return Forms((self.get(page) if isinstance(page, str) else page).text).found

    def form(self, page: str | TestResponse, id: str) -> Form:
        """Return the form of a page with that id, or whose address ends so."""
        found = [
            form for form in self.forms(page) if id in (form.id, form.action) or form.action.endswith(id)
        ]
        assert found, f"no form {id!r} here"
        return found[0]

    def press(self, page: str | TestResponse, id: str, *, follow: bool = True, **typed: Any) -> TestResponse:
        """Fill in a form of a page and send it; a field may hold a list. Two underscores stand for a dot."""
        form = self.form(page, id)
        given = {name.replace("__", "."): value for name, value in typed.items()}
        data: dict[str, list[Any]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        for name, value in given.items():
            assert name in form.names, f"the form has no field {name!r}"
            data[name] = value if isinstance(value, list) else [value]
        if form.method == "get":
            return self.client.get(form.action, query_string=data)
        return self.send(form.action, data, follow=follow)

    def send(self, path: str, data: Any, *, follow: bool = False, **more: Any) -> TestResponse:
        """Send a form as it is, from a page of the site."""
        more.setdefault("headers", SAME_SITE)
        return self.client.post(path, data=data, follow_redirects=follow, **more)
