"""Delays that the general terms of use fix, each with its day of effect and its source (domain 4.2 and 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    since: date  # first day it holds
    working_days: int
    source: str


# Working days between the proposal and the first day of a session: time for an informed choice. None was asked before.
MINIMUM_NOTICE = (
    Term(date(2019, 11, 21), 0, "opening of Mon Compte Formation: the terms ask for none"),
    Term(date(2021, 6, 10), 11, "terms of use since 10 June 2021, read in guides for organisations (domain 4.2)"),
)


def working_days_on(terms: Sequence[Term], day: date) -> int:
    """Of the term in force on a day; the first one holds before its day too."""
    return next((term.working_days for term in reversed(terms) if term.since <= day), terms[0].working_days)
