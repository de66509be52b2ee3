"""Dates of LHÉO (``20170900``, sentinels), ISO and French ones -> a date and how much of it is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalog.codes.facets import DatePrecision
from catalog.starts import last_start

EARLIEST, LATEST = 1950, 2100
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_FRENCH = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})")
_MONTH = re.compile(r"(\d{4})[-/](\d\d?)")
_FRENCH_MONTH = re.compile(r"(\d\d?)/(\d{4})")


@dataclass(frozen=True, slots=True)
class ReadDate:
    """``on`` is ``None`` when nothing is known; ``readable`` is false when the text is neither date nor sentinel."""

    on: date | None = None
    precision: DatePrecision = DatePrecision.UNKNOWN
    readable: bool = True

    @property
    def last(self) -> date | None:
        """The last day it may mean: the end of the month when only the month is known."""
        return last_start(self.on, self.precision)


NO_DATE = ReadDate()
UNREADABLE = ReadDate(readable=False)


@lru_cache(maxsize=4096)
def read_date(text: str) -> ReadDate:
    text = text.strip()
    if not text or not text.strip("0-/.") or not text.strip("9-/."):
        return NO_DATE  # 00000000 and 99999999: "no date", "no end"
    if found := _COMPACT.fullmatch(text) or _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _FRENCH.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _MONTH.fullmatch(text):
        year, month, day = int(found.group(1)), int(found.group(2)), 0
    elif found := _FRENCH_MONTH.fullmatch(text):
        month, year, day = int(found.group(1)), int(found.group(2)), 0
    else:
        return UNREADABLE
    if year in (0, 9999):
        return NO_DATE
    if not EARLIEST <= year <= LATEST:
        return UNREADABLE
    if month in (0, 99):  # the year alone: not enough for a start, but no mistake
        return NO_DATE if day in (0, 99) else UNREADABLE
    precision = DatePrecision.DAY
    if day in (0, 99):
        day, precision = 1, DatePrecision.MONTH
    try:
        return ReadDate(date(year, month, day), precision)
    except ValueError:
        return UNREADABLE
