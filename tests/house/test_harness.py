"""The tests' own tools do what the tests rely on."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from deliberation.environment import ROOT
from tests import __main__ as command
from tests.complaints import Complaints

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Request, Route

STRICT = {"Content-Security-Policy": "default-src 'none'; style-src 'self'"}


# The command


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """What the command would have run; all of it passes."""
    ran: list[tuple[str, list[str]]] = []

    def passes(name: str, line: list[str]) -> bool:
        ran.append((name, line))
        return True

    monkeypatch.setattr(command, "_passes", passes)
    monkeypatch.setenv("DELIBERATION_FAILED_CHECKS", "")
    return ran


def test_without_arguments_everything_is_run(steps: list[tuple[str, list[str]]]) -> None:
    assert command.main([]) == 0
    assert [name.split()[1] for name, _ in steps] == ["ruff", "mypy", "import", "chromium", "pytest"]
    assert steps[-1][1][-2:] == ["-n", "2"]


def test_quick_leaves_out_what_needs_a_server_a_browser_or_time(steps: list[tuple[str, list[str]]]) -> None:
    assert command.main(["quick", "-x"]) == 0
    assert [name.split()[1] for name, _ in steps] == ["ruff", "mypy", "import", "pytest"]
    wanted = ["-n", "2", *command.QUICK, "-x"]
    assert steps[-1][1][-len(wanted) :] == wanted


def test_other_arguments_go_to_pytest_alone(steps: list[tuple[str, list[str]]]) -> None:
    assert command.main(["tests/polls", "-k", "tie"]) == 0
    assert [name.split()[1] for name, _ in steps] == ["pytest"]
    assert steps[-1][1][-3:] == ["tests/polls", "-k", "tie"]


@pytest.mark.parametrize("failing", ["ruff", "mypy", "import", "chromium", "pytest"])
def test_one_part_that_fails_fails_the_whole_and_stops_nothing(
    failing: str, steps: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def passes(name: str, line: list[str]) -> bool:
        steps.append((name, line))
        return failing not in name

    monkeypatch.setattr(command, "_passes", passes)
    assert command.main([]) == 1
    assert len(steps) == 5


# PostgreSQL


def test_a_database_of_each_kind_is_empty_and_works(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("create table things (name text)"))
        connection.execute(text("insert into things values ('议事会')"))
        assert connection.execute(text("select name from things")).scalar_one() == "议事会"
    engine.dispose()


@pytest.mark.postgres
def test_postgres_listens_on_no_network(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("show listen_addresses")).scalar_one() == ""
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_durable_server_keeps_what_was_committed_before_a_crash() -> None:
    from tests import postgres

    url = postgres.fresh_url(durable=True)
    engine = create_engine(url, pool_pre_ping=True)
    with engine.begin() as connection:
        assert connection.execute(text("show fsync")).scalar_one() == "on"
        connection.execute(text("create table things (name text)"))
    postgres.server(durable=True).crash()
    with pytest.raises(OperationalError), engine.connect():
        pass
    postgres.server(durable=True).start()
    with engine.begin() as connection:
        assert connection.execute(text("select count(*) from things")).scalar_one() == 0
    engine.dispose()
    postgres.drop(url)


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_ends_with_the_process_that_asked_even_if_that_is_killed() -> None:
    script = "from tests import postgres; print(postgres.fresh_url(), flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        url = process.stdout.readline().strip()
        folder = Path(parse_qs(urlsplit(url).query)["host"][0])
        assert folder.exists()
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not folder.exists())


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("did not come about within 10 s")


@pytest.mark.postgres
def test_a_missing_server_is_a_failure_that_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import postgres

    monkeypatch.delenv("DELIBERATION_TEST_POSTGRES", raising=False)
    monkeypatch.setattr(postgres, "_places", lambda: iter([Path("/nowhere")]))
    with pytest.raises(postgres.Unavailable, match="DELIBERATION_TEST_POSTGRES"):
        postgres.Server()


# Browser


def answer(page: "Page", body: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
    """Let one address of the page's be answered without a server, and nothing else."""

    def fulfil(route: "Route", request: "Request") -> None:
        if request.url == "http://house.test/":
            route.fulfill(status=status, body=body, headers=headers, content_type="text/html")
        else:
            route.fulfill(status=404)

    page.route("**/*", fulfil)
    page.goto("http://house.test/")


@pytest.mark.browser
def test_a_page_is_a_telephone_in_chinese(page: "Page") -> None:
    answer(page, "<!doctype html><link rel=icon href=data:,><meta charset=utf-8><h1>议事会</h1>")
    assert page.inner_text("h1") == "议事会"
    assert page.evaluate("[innerWidth, navigator.language]") == [390, "zh-CN"]


@pytest.mark.browser
def test_pages_of_one_test_are_different_persons(new_page: "Callable[..., Page]") -> None:
    one, other = new_page(), new_page(width=1280, height=800, java_script_enabled=False)
    icon = "<link rel=icon href=data:,>"
    answer(one, icon, headers={"Set-Cookie": "who=one"})
    answer(other, icon)
    assert [cookie["value"] for cookie in one.context.cookies()] == ["one"]
    assert other.context.cookies() == []
    assert other.viewport_size == {"width": 1280, "height": 800}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "headers", "complaint"),
    [
        ("<script>throw Error('boom')</script>", {}, "boom"),
        ("<script>console.error('bad thing')</script>", {}, "bad thing"),
        ("<p style='color: red'>red</p>", STRICT, "Content Security Policy"),
        ("<img src=missing.png>", {}, "404"),
    ],
)
def test_a_page_that_complains_is_heard(
    browser: "Browser", body: str, headers: dict[str, str], complaint: str
) -> None:
    complaints = Complaints()
    with browser.new_context() as context:
        complaints.listen(context)
        page = context.new_page()
        answer(page, f"<!doctype html><link rel=icon href=data:,>{body}", headers=headers)
        page.wait_for_load_state("networkidle")
    assert any(complaint in text for text in complaints.all()), complaints.all()


@pytest.mark.browser
@pytest.mark.parametrize("status", [403, 409, 422])
def test_a_refusal_is_an_answer_and_no_complaint(page: "Page", status: int) -> None:
    answer(page, "<!doctype html><link rel=icon href=data:,><p>已经有人改过</p>", status)
    page.wait_for_load_state("networkidle")


@pytest.mark.browser
def test_a_missing_browser_is_a_failure_that_names_the_way_out(
    browser: "Browser", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests import chromium

    monkeypatch.setenv("DELIBERATION_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(chromium.Unavailable, match="DELIBERATION_CHROMIUM"):
        # A second Playwright cannot be started beside the running one.
        chromium.launch(cast("Playwright", SimpleNamespace(chromium=browser.browser_type)))
