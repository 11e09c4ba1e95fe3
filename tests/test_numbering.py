"""The number that comes next is the last one plus one, in the same form."""

from itertools import islice

import pytest

from deliberation.numbering import first_free, numbers_after


@pytest.mark.parametrize(
    ("last", "today", "following"),
    [
        ("甲事〔2026〕22号", "2026-04-02", "甲事〔2026〕23号"),
        ("甲事〔2026〕22号", "", "甲事〔2026〕23号"),
        ("甲事〔2025〕22号", "2026-01-04", "甲事〔2026〕1号"),
        ("22", "2026-01-04", "23"),
        ("甲1", "2026-01-04", "甲2"),
        ("", "2026-01-04", "1"),
        ("第三件", "2026-01-04", "1"),
    ],
)
def test_a_number_is_followed_by_the_next_of_its_kind(last, today, following):
    assert next(numbers_after(last, today)) == following


def test_what_somebody_has_is_passed_over():
    assert first_free(numbers_after("3"), {"4", "5"}) == "6"
    assert first_free(islice(numbers_after("3"), 2), {"4", "5"}) == ""
