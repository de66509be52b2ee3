"""Domain 12 and 4.2: working days are Monday to Friday but public holidays; counts start the day after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.working_days import add_working_days, earliest_after_notice, is_working_day, working_days_between

DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))


def test_a_proposal_of_3_december_2026_allows_a_start_from_21_december() -> None:
    assert earliest_after_notice(date(2026, 12, 3), 11) == date(2026, 12, 21)


def test_no_notice_means_the_next_working_day() -> None:
    assert earliest_after_notice(date(2026, 12, 4), 0) == date(2026, 12, 7)


@pytest.mark.parametrize(
    "holiday",
    [date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25), date(2026, 11, 11)],
)
def test_public_holidays_are_not_working_days(holiday: date) -> None:
    assert not is_working_day(holiday)


def test_good_friday_is_worked_for_deadlines_do_not_depend_on_the_region() -> None:
    assert is_working_day(date(2026, 4, 3))


def test_a_count_passes_over_the_end_of_the_year() -> None:
    assert add_working_days(date(2026, 12, 30), 2) == date(2027, 1, 4)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 1, 5), -1)


@given(DAYS, st.integers(0, 30))
def test_the_earliest_start_leaves_the_notice_and_the_working_day_before_does_not(day: date, notice: int) -> None:
    start = earliest_after_notice(day, notice)
    assert working_days_between(day, start) == notice
    assert is_working_day(start)
    before = start - timedelta(days=1)
    while not is_working_day(before):
        before -= timedelta(days=1)
    assert working_days_between(day, before) < notice or before <= day
