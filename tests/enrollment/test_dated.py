"""Every figure is a dated parameter with its source; where sources conflict both readings can be set."""

from __future__ import annotations

from datetime import date

import pytest

from enrollment.dated import Dated, NoRuleYet, Rules, Value

FEE = Dated(
    "fee",
    "cents",
    (Value(date(2024, 5, 2), 100_00, "decree"), Value(date(2025, 1, 1), 102_23, "order")),
    alternatives=(200_00,),
)


@pytest.mark.parametrize(
    ("day", "cents"),
    [(date(2024, 5, 2), 100_00), (date(2024, 12, 31), 100_00), (date(2025, 1, 1), 102_23), (date(2031, 1, 1), 102_23)],
)
def test_a_value_holds_from_its_day_until_the_next(day: date, cents: int) -> None:
    assert FEE.at(day) == cents
    assert Rules().at(FEE, day) == cents


def test_no_value_is_made_up_for_a_day_before_the_first() -> None:
    with pytest.raises(NoRuleYet, match="02/05/2024"):
        FEE.at(date(2024, 5, 1))


def test_another_reading_is_taken_by_the_rules_that_ask_for_it_and_by_no_others() -> None:
    other = Rules().reading(FEE, 200_00)
    assert other.at(FEE, date(2025, 1, 1)) == 200_00
    assert Rules().at(FEE, date(2025, 1, 1)) == 102_23


def test_a_reading_that_no_source_gives_is_refused() -> None:
    with pytest.raises(ValueError, match="no reading"):
        Rules().reading(FEE, 1)


def test_values_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Dated("fee", "cents", tuple(reversed(FEE.values)))
