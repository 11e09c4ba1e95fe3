"""Every form stands behind a gate, and every page of a capability keeps to its own room."""

import ast
import re
from pathlib import Path

import web
from deliberation.actors import ROLES

ROOT = Path(web.__file__).parent
#: Forms that may be sent by anybody.
OPEN = {"signing.enter", "signing.leave", "access.open_letter", "access.bind", "proofs.checked"}


def ungated(app):
    """Endpoints that take forms without saying who may send them."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        roles = set(getattr(view, "roles", ()))
        if (
            rule.methods - {"GET", "HEAD", "OPTIONS"}
            and not (roles and roles <= set(ROLES))
            and rule.endpoint not in OPEN
        ):
            found.append(rule.endpoint)
    return found


def test_every_form_says_who_may_send_it(site):
    assert ungated(site.app) == []
    for endpoint in OPEN:
        assert site.app.view_functions[endpoint].open_because


def test_a_form_without_a_gate_would_be_noticed(site):
    site.app.add_url_rule("/planted", "planted", lambda: "", methods=["POST"])
    site.app.add_url_rule("/planted2", "planted2", lambda: "", methods=["PUT"])
    assert ungated(site.app) == ["planted", "planted2"]


def test_each_blueprint_is_called_like_its_module(site):
    assert set(site.app.blueprints) == set(web.BLUEPRINTS)


def crossings(files):
    """Imports from one blueprint's module into another's: (from, to)."""
    rooms = set(web.BLUEPRINTS)
    found = []
    for room, text in files:
        for node in ast.walk(ast.parse(text)):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                named = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            targets = {name.split(".")[1] for name in named if name.startswith("web.")}
            found += [(room, target) for target in targets & rooms if target != room]
    return found


def test_blueprints_do_not_import_each_other():
    files = []
    for room in web.BLUEPRINTS:
        paths = [ROOT / f"{room}.py"] if (ROOT / f"{room}.py").exists() else (ROOT / room).rglob("*.py")
        files += [(room, path.read_text("utf-8")) for path in paths]
    assert crossings(files) == []


def test_a_crossing_import_would_be_noticed():
    planted = [
        ("home", "from web.signing import enter"),
        ("help", "from web import home"),
        ("help", "import web.help"),
    ]
    assert crossings(planted) == [("home", "signing"), ("help", "home")]


def test_pages_ask_the_views_and_write_no_sql():
    for path in ROOT.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) sqlalchemy", path.read_text("utf-8"), re.MULTILINE), path


def test_templates_have_no_inline_style_script_or_foreign_address():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text), path
        assert not re.search(r"<script(?! src=\"\{\{ shell\.asset)", text), path
        assert "http:" not in text.replace("http://www.w3.org", ""), path
        assert "https:" not in text, path
        assert "|safe" not in text.replace(" ", ""), path


def test_the_sheets_ask_nothing_of_other_sites_and_little_of_old_browsers():
    for path in (ROOT / "static").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"url\(|@import|@layer|color-mix|@container", text), path
