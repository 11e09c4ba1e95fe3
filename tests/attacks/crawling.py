"""Walking through all pages as a browser would: every link, every form, filled in as somebody would."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from tests.attacks.ways import Attacker

_LINK = re.compile(r'(?:href|src)="(/[^"]*)"')
#: Of pages that differ in an id or a number only, so many are looked at.
ALIKE = 3
#: Switches lead back to where they stand.
OUTSIDE = ("/static/", "/language/", "/size/", "/sign-in?", "/audit/bundle.tar")
#: Pages of the past are those of the present with other rows, and take a fold of the log each.
_PAST = re.compile(r"[?&](as_of|at)=")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+")
#: What somebody types into a field of that kind.
TYPED = {
    "date": "2026-06-20",
    "datetime-local": "2026-06-20T19:00",
    "number": "1",
    "time": "19:00",
    "file": "",
}
SHELL = ("csrf_token", "key", "form")


class Form:
    """A form to send: address, and a value for each field; what is chosen from is chosen."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The fields that a person fills in."""
        return sorted(set(self.fields) - {"", *SHELL})

    @property
    def shape(self) -> str:
        return f"{_ID.sub('#', self.action)} {[_ID.sub('#', name) for name in self.names]}"


class _Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: dict[str, Form | None] = {}
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = given.get("method", "").lower() == "post"
            self._form = Form(given.get("action", "")) if posts else None
            self.found += [self._form] if self._form else []
            self._open[given.get("id", "")] = self._form
        form = self._open.get(given["form"]) if "form" in given else self._form
        if form is not None:
            self._field(form, tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.fields[self._select] = form.fields.get(self._select) or value
        elif tag == "textarea" or (tag == "button" and name):
            form.fields.setdefault(name, value or "好")
        elif tag == "input":
            typed = TYPED.get(kind, "甲") if kind not in ("hidden", "radio", "checkbox") else ""
            form.fields[name] = form.fields.get(name) or value or typed

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None


class Page(NamedTuple):
    """A page that was found: address, status, text (HTML only)."""

    address: str
    status: int
    text: str


def crawl(attacker: Attacker, *starts: str, alike: int = ALIKE) -> Iterator[Page]:
    """Yield every page that links lead to, from the entry pages on, or from others."""
    waiting, seen = list(starts or ("/", "/desk", "/audit")), set[str]()
    looked: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        shape = _ID.sub("#", address)
        if address in seen or looked.get(shape, 0) >= alike or _outside(address, starts):
            continue
        seen.add(address)
        looked[shape] = looked.get(shape, 0) + 1
        answer = attacker.send("GET", address)
        if answer is None or not answer.mimetype.startswith("text/html"):
            continue
        yield Page(address, answer.status_code, answer.text)
        waiting += [unescape(link).split("#")[0] for link in _LINK.findall(answer.text)]


def _outside(address: str, starts: tuple[str, ...]) -> bool:
    return address.startswith(OUTSIDE) or (not starts and bool(_PAST.search(address)))


def forms(attacker: Attacker) -> list[Form]:
    """One form of each kind, by the shape of its address and its fields; none that changes who is there."""
    found: dict[str, Form] = {}
    for page in crawl(attacker):
        for form in _Reader(page.text).found:
            if not form.action.startswith("/sign-"):
                found.setdefault(form.shape, form)
    return list(found.values())
