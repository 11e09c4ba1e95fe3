"""The open routes of the log: numbers that no database holds, receipts that only look like some, and who may make the server work."""

import pytest

from tests.audit.conftest import show_of_hands
from tests.web.conftest import Site

HUGE = "9" * 40


@pytest.fixture
def sealed(site: Site) -> Site:
    show_of_hands(site.council)
    site.app.extensions["checkpoints"].seal()
    return site


@pytest.mark.parametrize(
    "path",
    [
        f"/receipts/{HUGE}", f"/receipts/{HUGE}.tlog-proof", f"/receipts/{1 << 63}", f"/log/checkpoints/{HUGE}",
        f"/log/checkpoints/{1 << 63}", f"/log/tile/{HUGE}/000", "/log/tile/0/x999/x999/x999/x999/999",
        "/log/tile/63/x999/x999/x999/x999/999.p/255", "/log/tile/entries/x999/x999/x999/x999/999", "/log/tile/0/٠٠٠", "/receipts/٣",
        "/log/tile/0/000.p/٣",
    ],
)  # fmt: skip
def test_numbers_that_no_log_reaches_are_not_found(sealed: Site, path: str) -> None:
    assert sealed.visitor().get(path).status_code == 404


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("index 1\n", f"index {'9' * 16}\n"), ("index 1\n", f"index {HUGE}\n"), ("index 1\n", "index ٣\n"), ("index 1\n", "index -1\n"),
        ("index 1\n", "index 1\n" + "A" * 43 + "=\n"), ("—", "— x"), ("\n\n", "\n\n\n"),
    ],
)  # fmt: skip
def test_a_receipt_spoilt_in_one_place_is_answered_in_words(sealed: Site, old: str, new: str) -> None:
    text = sealed.visitor().get("/receipts/1.tlog-proof").text
    assert old in text
    assert sealed.visitor().press("/receipts/check", "check", text=text.replace(old, new, 1)).status_code in (200, 422)
