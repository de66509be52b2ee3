"""What learners, funders and organisations are told is what the ledger did, to the cent, and is kept as it was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from base.database import unit_of_work
from enrollment.dated import Rules
from enrollment.money import (
    ActionKind,
    AlreadyBilled,
    Cause,
    DocumentKind,
    NothingDue,
    Priced,
    amounts,
    bill,
    deposit,
    documents_of,
    forfeit,
    keep_closing,
    keep_confirmation,
    part_of,
    release,
    settle,
)
from enrollment.money.kinds import FunderKind
from enrollment.money.parties import Agreed
from enrollment.money.vat import VatPart, partial
from tests.enrollment.money.buying import JOBSEEKER, SIRET, TODAY, planned
from tests.enrollment.money.filing import DEFAULT, FILE, filed, noon

LATER = noon(TODAY) + timedelta(days=120)


def test_m_a_partial_payment_keeps_the_vat() -> None:
    price = part_of(600_60, 2000, 500_50)
    assert partial([price], 360_36) == (VatPart(2000, 300_30, 360_36),)
    assert partial([price], 360_36)[0].vat_cents == 60_06


def test_the_cents_of_rounding_are_on_the_largest_rate() -> None:
    mixed = [part_of(100_01, 550), part_of(200_01, 2000), part_of(50_01, 0)]
    for paid in (0, 1, 99_99, 175_02, 350_03):
        parts = partial(mixed, paid)
        assert sum(part.gross_cents for part in parts) == paid
        assert [part.rate_bp for part in parts] == [550, 2000, 0]
        assert all(0 <= part.net_cents <= part.gross_cents for part in parts)


def test_a_net_price_that_does_not_fit_is_not_used() -> None:
    assert part_of(600_60, 2000, 600_60).net_cents == 500_50


def test_the_learner_reads_what_was_billed_and_what_was_debited(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        told = keep_confirmation(conn, FILE, LATER)
        assert [(line["source"], line["cents"]) for line in told["lines"]] == [("annual", 2_000_00), ("card", 500_00)]
        settle(conn, FILE, DEFAULT, 40, Cause.FORCE_MAJEURE, LATER)
        keep_closing(conn, FILE, LATER)
        (recap,) = documents_of(conn, FILE, (DocumentKind.RECAP,))
    assert (recap["billed_cents"], recap["rate_percent"]) == (1_000_00, 40)
    assert (recap["rights_debited_cents"], recap["rights_returned_cents"]) == (800_00, 1_200_00)
    assert (recap["cash_debited_cents"], recap["cash_refunded_cents"]) == (200_00, 300_00)


def test_a_late_cancellation_gives_a_credit_note(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_500_00, 2_000_00))
        forfeit(conn, FILE, DEFAULT, LATER)
        assert keep_closing(conn, FILE, LATER) == [DocumentKind.RECAP, DocumentKind.CREDIT_NOTE]
        (note,) = documents_of(conn, FILE, (DocumentKind.CREDIT_NOTE,))
        (recap,) = documents_of(conn, FILE, (DocumentKind.RECAP,))
    assert note["cents"] == recap["credit_note_cents"] == 150_00
    assert (recap["billed_cents"], recap["rights_debited_cents"], recap["cash_debited_cents"]) == (75_00, 1_350_00, 0)


def test_an_invoice_has_the_vat_of_what_is_due_and_what_a_deposit_left_to_pay(database: Engine) -> None:
    rules = Rules().reading(amounts.DEPOSIT_PERCENT, 25)
    priced = Priced(600_60, ActionKind.RNCP, SIRET, vat=(part_of(600_60, 2000, 500_50),))
    with unit_of_work(database) as conn:
        filed(conn, planned(None, 2_000_00, priced=priced))
        deposit(conn, FILE, rules, 365, LATER)
        with pytest.raises(NothingDue):
            bill(conn, FILE, "F-1", LATER)
        settle(conn, FILE, rules, 60, Cause.FORCE_MAJEURE, LATER)
        told = bill(conn, FILE, "F-1", LATER)
        assert (told["due_cents"], told["deposit_cents"], told["to_pay_cents"]) == (360_36, 150_15, 210_21)
        assert told["vat"] == [{"rate_bp": 2000, "net_cents": 300_30, "vat_cents": 60_06, "gross_cents": 360_36}]
        assert bill(conn, FILE, "F-1", LATER + timedelta(days=1)) == told
        with pytest.raises(AlreadyBilled, match="F-1"):
            bill(conn, FILE, "F-2", LATER)


def test_nothing_is_billed_of_a_file_that_was_released(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_500_00, 2_000_00))
        release(conn, FILE, LATER)
        with pytest.raises(NothingDue):
            bill(conn, FILE, "F-1", LATER)


def test_a_funder_reads_what_became_of_its_money(database: Engine) -> None:
    region = Agreed("Région", FunderKind.REGION, 400_00)
    with unit_of_work(database) as conn:
        filed(conn, planned(1_000_00, 600_00, agreed=(region,), statuses=JOBSEEKER))
        settle(conn, FILE, DEFAULT, 50, Cause.LEARNER_FAULT, LATER)
        assert keep_closing(conn, FILE, LATER) == [DocumentKind.RECAP, DocumentKind.FUNDER]
        (told,) = documents_of(conn, FILE, (DocumentKind.FUNDER,))
    assert (told["reference"], told["given_cents"], told["paid_cents"]) == ("Région", 400_00, 200_00)
    assert (told["returned_cents"], told["forfeited_cents"]) == (0, 200_00)
