"""Dates of sessions and how much of them is known."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.codes.facets import (
    DatePrecision,
)
from ingest.draft import Draft
from tests.ingest.drafts import codes, draft, findings, offer, one_offer, record, run, training


def session(**values: str) -> Draft:
    return draft("session", **{"numero": "S1", **values})


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("20270105", date(2027, 1, 5), DatePrecision.DAY),
        ("20270900", date(2027, 9, 1), DatePrecision.MONTH),
        ("2027-01-05", date(2027, 1, 5), DatePrecision.DAY),
        ("2027-01", date(2027, 1, 1), DatePrecision.MONTH),
        ("05/01/2027", date(2027, 1, 5), DatePrecision.DAY),
        ("00000000", None, DatePrecision.UNKNOWN),
        ("99999999", None, DatePrecision.UNKNOWN),
        ("20270000", None, DatePrecision.UNKNOWN),
    ],
)
def test_dates_and_how_much_of_them_is_known(text: str, day: date | None, precision: DatePrecision) -> None:
    made = training(offer(session(start=text)))
    found = record(made).offers[0].sessions[0]
    assert (found.start_on, found.start_precision) == (day, precision)
    assert codes(made) == set()


@pytest.mark.parametrize("text", ["20270231", "20271301", "bientôt", "18200101"])
def test_a_date_that_does_not_exist_is_left_out_and_said(text: str) -> None:
    made = training(offer(session(start=text)))
    assert record(made).offers[0].sessions[0].start_on is None
    assert [(f.code, f.value) for f in findings(made)] == [("date-unreadable", text)]


def test_a_month_without_its_year_is_kept_as_such() -> None:
    found = one_offer(session(month="9")).sessions[0]
    assert (found.start_on, found.start_precision, found.start_month) == (None, DatePrecision.MONTH_OF_YEAR, 9)


def test_a_session_that_ends_before_it_starts_is_rejected_and_the_offer_stays() -> None:
    found = run(training(offer(session(start="20270301", end="20270201"), session(numero="S2", start="20270301"))))
    assert found.record is not None
    assert [one.numero for one in found.record.offers[0].sessions] == ["S2"]
    assert [(f.code, f.edof_code, f.level) for f in found.findings] == [("session-dates-reversed", "30020", "session")]


def test_a_month_that_ends_after_the_day_of_the_start_is_not_reversed() -> None:
    assert codes(training(offer(session(start="20270915", end="20270900")))) == set()


def test_two_sessions_of_the_same_dates_are_one_too_many() -> None:
    dates = {"start": "20270301", "end": "20270401"}
    made = training(offer(session(**dates), session(numero="S2", **dates)))
    assert [(f.code, f.edof_code, f.key) for f in findings(made)] == [("session-dates-repeated", "10133", "S2")]


def test_sessions_without_dates_are_never_the_same() -> None:
    made = record(
        training(
            offer(
                session(),
                session(numero="S2"),
                session(numero="S3", start="20270301"),
                session(numero="S4", start="20270301"),
            )
        )
    )
    assert len(made.offers[0].sessions) == 4


def test_past_sessions_are_kept_and_told_once() -> None:
    made = training(
        offer(session(start="20200101"), session(numero="S2", start="20210101"), session(numero="S3", start="20270101"))
    )
    assert len(record(made).offers[0].sessions) == 3
    assert [(f.code, f.message[:1]) for f in findings(made)] == [("session-past", "2")]
