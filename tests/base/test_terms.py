"""Domain 4.2: since 10 June 2021, 11 working days between a proposal and the start of a session."""

from __future__ import annotations

from datetime import date

import pytest

from base.terms import MINIMUM_NOTICE, working_days_on


@pytest.mark.parametrize(
    ("day", "working_days"),
    [(date(2019, 1, 1), 0), (date(2021, 6, 9), 0), (date(2021, 6, 10), 11), (date(2026, 11, 25), 11)],
)
def test_the_minimum_notice_is_the_one_in_force_that_day(day: date, working_days: int) -> None:
    assert working_days_on(MINIMUM_NOTICE, day) == working_days


def test_terms_stand_in_the_order_of_their_days_and_name_their_source() -> None:
    assert [term.since for term in MINIMUM_NOTICE] == sorted(term.since for term in MINIMUM_NOTICE)
    assert all(term.source for term in MINIMUM_NOTICE)
