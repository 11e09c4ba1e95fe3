"""What every test may ask for: databases and a real browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from werkzeug.routing import Rule

from tests.__main__ import HEAVY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The same code gives the same result; a busy machine is no fault.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")


def _remember_builders() -> None:
    """Almost every test makes an app of its own; what builds the addresses of a route depends on the route alone, and compiling
    it for hundreds of routes takes four fifths of the time that making an app takes."""
    compiled, known = Rule._compile_builder, dict[Any, Any]()

    def remembered(rule: Any, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if rule.defaults:
            return compiled(rule, append_unknown)
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]


_remember_builders()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is heavy as slow."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(HEAVY):
            item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Checks that failed before pytest began stand right above its closing line."""
    failed = os.environ.get("DELIBERATION_FAILED_CHECKS")
    if failed:
        terminalreporter.section(f"failed before the tests: {failed}", red=True)


# Databases


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind in turn, with tables and nothing in them."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new file with tables and nothing in them."""
    from tests import sqlite

    return sqlite.with_tables(tmp_path / "deliberation.sqlite")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A new database on a throw-away server, with tables and nothing in them; mark the test ``postgres``."""
    from tests import postgres

    url = postgres.fresh_url(like=postgres.with_tables())
    yield url
    postgres.drop(url)


# Browser


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for all tests; mark them ``browser``."""
    from tests import chromium

    with chromium.browser() as running:
        yield running


@pytest.fixture
def new_page(browser: "Browser") -> "Iterator[Callable[..., Page]]":
    """Open pages as separate persons: ``new_page(width=1280, height=800, **options of the context)``.

    A telephone in Chinese, unless told otherwise. Anything a page complains of fails the test.
    """
    from tests.complaints import Complaints

    complaints = Complaints()
    contexts = []

    def open_page(width: int = 390, height: int = 844, **options: Any) -> "Page":
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        complaints.listen(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints.all(), "\n".join(complaints.all())


@pytest.fixture
def page(new_page: "Callable[..., Page]") -> "Page":
    """One telephone."""
    return new_page()
