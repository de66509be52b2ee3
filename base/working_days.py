"""Working days: Monday to Friday but the national public holidays (domain 12). Counts start the day after.

The two more holidays of Alsace-Moselle are left out: a deadline must not depend on where an organisation sits.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


@lru_cache(maxsize=4096)
def add_working_days(day: date, n: int) -> date:
    """The n-th working day after ``day``; ``day`` itself for 0."""
    if n < 0:
        raise ValueError("a number of working days cannot be negative")
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Full working days strictly between two dates."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=i)) for i in range(1, days))


def earliest_after_notice(day: date, working_days: int) -> date:
    """First working day that leaves ``working_days`` full working days strictly between (domain 4.2).

    A proposal of Thursday 3 December 2026 with 11 of them allows a start from Monday 21 December.
    """
    return add_working_days(day, working_days + 1)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("FR", years=year))
