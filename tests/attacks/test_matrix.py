"""Who may use which address: the whole table stands in matrix.txt, so that whoever adds an address decides it there."""

from pathlib import Path

import pytest
from flask import Flask

from tests.attacks.ways import ways
from tests.web.conftest import Site

TABLE = Path(__file__).with_name("matrix.txt")


def matrix(app: Flask) -> str:
    """One line for each method of each address: the roles that may use it, or that everybody may."""
    lines = {f"{way.method:5} {way.rule.rule:58} {' '.join(sorted(way.roles)) or 'everybody'}" for way in ways(app)}
    return "\n".join(sorted(lines, key=lambda line: (line[6:64], line))) + "\n"


def test_every_address_has_a_rule_that_somebody_decided(site: Site) -> None:
    """Mend matrix.txt by hand: an address that nobody decided on is open by mistake."""
    decided, built = TABLE.read_text(encoding="utf-8"), matrix(site.app)
    assert sorted(built.splitlines()) == sorted(decided.splitlines())


def test_an_address_without_a_rule_is_noticed(site: Site) -> None:
    site.app.add_url_rule("/planted", "planted", lambda: "")
    with pytest.raises(AssertionError, match="planted"):
        test_every_address_has_a_rule_that_somebody_decided(site)
