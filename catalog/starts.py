"""When a session may start, by how much of its date is known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from catalog.codes.facets import DatePrecision


def last_start(start_on: date | None, precision: str) -> date | None:
    """The last day it may start: the end of the month when only the month is known; ``None`` without a date."""
    if start_on is None or precision != DatePrecision.MONTH:
        return start_on
    return start_on.replace(day=monthrange(start_on.year, start_on.month)[1])


def is_past(start_on: date | None, precision: str, today: date) -> bool | None:
    """Whether the last day it may start has gone by; ``None`` when no date is known."""
    last = last_start(start_on, precision)
    return None if last is None else last < today
