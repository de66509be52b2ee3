"""What is due, paid, rejected and late, by organisation."""

from __future__ import annotations

from datetime import timedelta

from base.database import reading
from enrollment.transfers.standing import standings
from tests.enrollment.files.office import SIRET
from tests.enrollment.transfers.counter import OTHER, PRICE_CENTS, Counter


def test_a_view_tells_due_and_paid_of_each_organisation(counter: Counter) -> None:
    counter.billed()
    counter.declare()
    counter.pay()
    counter.billed()
    counter.billed(OTHER)
    with reading(counter.database) as conn:
        told = standings(conn, counter.rules, counter.now)
    assert [(each.siret, each.due.cents, each.paid_cents) for each in told] == [
        (SIRET, PRICE_CENTS, PRICE_CENTS),
        (OTHER, PRICE_CENTS, 0),
    ]
    assert [each.account is not None for each in told] == [True, False]


def test_what_waits_for_more_than_thirty_days_is_late(counter: Counter) -> None:
    counter.billed()
    billed_at = counter.now
    counter.office.now = billed_at + timedelta(days=30)
    assert counter.standing().late.cents == 0
    counter.office.now = billed_at + timedelta(days=31)
    told = counter.standing()
    assert (told.late.cents, told.late.files, told.due.cents) == (PRICE_CENTS, 1, PRICE_CENTS)


def test_an_organisation_that_nothing_is_known_of_is_owed_nothing(counter: Counter) -> None:
    told = counter.standing("11111111111111")
    assert (told.due.cents, told.paid_cents, told.account, told.incidents) == (0, 0, None, [])
