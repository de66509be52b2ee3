"""The clock is always a parameter: rules about time are tested by moving it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

Clock = Callable[[], datetime]  # returns an aware UTC instant


def system_clock() -> datetime:
    return datetime.now(UTC)


def fixed_clock(day: date) -> Clock:
    """A clock that stands at noon, Paris time, of a day (``PARCOURS_TODAY``)."""
    instant = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS).astimezone(UTC)
    return lambda: instant


def today(clock: Clock) -> date:
    """The calendar day in Europe/Paris."""
    return clock().astimezone(PARIS).date()
