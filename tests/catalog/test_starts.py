"""The last day a session may start, and when it is past."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.codes.facets import DatePrecision
from catalog.starts import is_past, last_start


@pytest.mark.parametrize(
    ("start", "precision", "last"),
    [
        (date(2028, 2, 1), "month", date(2028, 2, 29)),
        (date(2026, 12, 1), "month", date(2026, 12, 31)),
        (date(2026, 12, 1), "day", date(2026, 12, 1)),
        (None, "month_of_year", None),
        (None, "unknown", None),
    ],
)
def test_a_month_lasts_to_its_end_and_a_day_is_itself(start: date | None, precision: str, last: date | None) -> None:
    assert last_start(start, precision) == last


def test_a_session_is_past_from_the_day_after_its_last_start() -> None:
    month = (date(2026, 11, 1), DatePrecision.MONTH.value)
    assert is_past(*month, date(2026, 11, 30)) is False
    assert is_past(*month, date(2026, 12, 1)) is True
    assert is_past(date(2026, 11, 23), "day", date(2026, 11, 23)) is False
    assert is_past(None, "unknown", date(2026, 11, 23)) is None
