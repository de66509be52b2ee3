"""Paid, rejected, controlled, recovered, refunded: each cent is with somebody at any moment (domain 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from base.database import unit_of_work
from enrollment.dated import Rules
from enrollment.money import (
    AlreadyPosted,
    Cause,
    NothingDue,
    amounts,
    claim_undue,
    deposit,
    give_back_late_card,
    pay,
    recover,
    refund,
    refunds_due,
    reject,
    release,
    settle,
)
from enrollment.money.accounts import AccountKind as K
from tests.enrollment.money.buying import JOBSEEKER, LEARNER, TODAY, planned
from tests.enrollment.money.filing import DEFAULT, FILE, filed, noon, total

LATER = noon(TODAY) + timedelta(days=120)
WITH_DEPOSIT = Rules().reading(amounts.DEPOSIT_PERCENT, 25)


def complete(conn: Connection) -> None:
    """2,500.00, of which 500.00 by card, all due."""
    filed(conn, planned(2_500_00, 2_000_00))
    settle(conn, FILE, DEFAULT, 100, Cause.COMPLETE, LATER)


def test_what_is_due_leaves_with_one_run(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        assert pay(conn, FILE, "run-1", LATER) == 2_500_00
        assert (total(conn, K.PAYABLE), total(conn, K.PAID)) == (0, 2_500_00)
        with pytest.raises(NothingDue):
            pay(conn, FILE, "run-2", LATER)


def test_what_the_bank_sends_back_is_due_again_and_goes_with_another_run(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        pay(conn, FILE, "run-1", LATER)
        assert reject(conn, FILE, "run-1", "AC04", LATER) == 2_500_00
        assert (total(conn, K.PAYABLE), total(conn, K.PAID)) == (2_500_00, 0)
        with pytest.raises(AlreadyPosted):
            reject(conn, FILE, "run-1", "AC04", LATER)
        assert pay(conn, FILE, "run-2", LATER) == 2_500_00


def test_a_transfer_that_never_was_cannot_be_rejected(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        with pytest.raises(NothingDue):
            reject(conn, FILE, "run-1", "AC04", LATER)


def test_a_control_before_payment_gives_the_undue_part_back_at_once(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        assert claim_undue(conn, FILE, 500_00, "control-1", LATER) == 0
        assert (total(conn, K.PAYABLE), total(conn, K.RIGHTS), total(conn, K.REFUND_DUE)) == (
            2_000_00, 400_00, 100_00
        )  # fmt: skip


def test_a_control_after_payment_claims_the_undue_part_and_gives_it_back_once_recovered(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        pay(conn, FILE, "run-1", LATER)
        assert claim_undue(conn, FILE, 500_00, "control-1", LATER) == 500_00
        assert (total(conn, K.PAID), total(conn, K.RECOVERY), total(conn, K.RIGHTS)) == (2_000_00, 500_00, 0)
        assert recover(conn, FILE, "control-1", LATER) == 500_00
        assert (total(conn, K.RECOVERY), total(conn, K.RIGHTS), total(conn, K.REFUND_DUE)) == (0, 400_00, 100_00)
        with pytest.raises(AlreadyPosted):
            recover(conn, FILE, "control-1", LATER)


def test_controls_cannot_take_more_than_the_organisation_got(database: Engine) -> None:
    with unit_of_work(database) as conn:
        complete(conn)
        pay(conn, FILE, "run-1", LATER)
        claim_undue(conn, FILE, 2_000_00, "control-1", LATER)
        for cents in (500_01, 0, -1):
            with pytest.raises(NothingDue):
                claim_undue(conn, FILE, cents, "control-2", LATER)
        claim_undue(conn, FILE, 500_00, "control-2", LATER)
        assert total(conn, K.PAID) == 0


def test_no_deposit_is_paid_unless_the_rule_is_on_and_the_training_long(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        assert deposit(conn, FILE, DEFAULT, 365, LATER) == 0
        assert deposit(conn, FILE, WITH_DEPOSIT, 89, LATER) == 0
        assert deposit(conn, FILE, WITH_DEPOSIT, 90, LATER) == 625_00
        assert (total(conn, K.PAYABLE), total(conn, K.HELD), total(conn, K.CARD)) == (625_00, 1_500_00, 375_00)


def test_a_deposit_is_part_of_what_the_settlement_pays(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        deposit(conn, FILE, WITH_DEPOSIT, 365, LATER)
        pay(conn, FILE, "run-1", LATER)
        assert settle(conn, FILE, WITH_DEPOSIT, 40, Cause.FORCE_MAJEURE, LATER) == 1_000_00
        assert (total(conn, K.PAID), total(conn, K.PAYABLE)) == (625_00, 375_00)
        assert (total(conn, K.RIGHTS), total(conn, K.REFUND_DUE)) == (1_200_00, 300_00)


@pytest.mark.parametrize("already_paid", [False, True])
def test_a_deposit_above_what_is_due_is_taken_back(database: Engine, already_paid: bool) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        deposit(conn, FILE, WITH_DEPOSIT, 365, LATER)
        if already_paid:
            pay(conn, FILE, "run-1", LATER)
        assert settle(conn, FILE, WITH_DEPOSIT, 10, Cause.FORCE_MAJEURE, LATER) == 250_00
        claimed = 375_00 if already_paid else 0
        assert total(conn, K.RECOVERY) == claimed
        assert total(conn, K.PAID) + total(conn, K.PAYABLE) == 250_00
        if already_paid:
            assert recover(conn, FILE, "closed", LATER) == claimed
        assert (total(conn, K.RIGHTS), total(conn, K.REFUND_DUE)) == (1_800_00, 450_00)


def test_the_card_is_refunded_once(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(2_500_00, 2_000_00))
        release(conn, FILE, LATER)
        ((due, cents),) = refunds_due(conn, FILE)
        assert (due.learner_id, cents) == (LEARNER, 500_00)
        refund(conn, due, cents, "card-1", LATER)
        assert refunds_due(conn, FILE) == []
        assert total(conn, K.REFUNDED) == 500_00


def test_a_card_payment_that_comes_after_its_file_lapsed_is_due_back(database: Engine) -> None:
    with unit_of_work(database) as conn:
        due = give_back_late_card(conn, FILE, LEARNER, 500_00, "pi_1", LATER)
        assert refunds_due(conn, FILE) == [(due, 500_00)]
        with pytest.raises(AlreadyPosted):
            give_back_late_card(conn, FILE, LEARNER, 500_00, "pi_1", LATER)


def test_undue_money_of_a_jobseeker_returns_to_the_rights_whole(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, planned(1_200_00, 2_000_00, statuses=JOBSEEKER))
        settle(conn, FILE, DEFAULT, 60, Cause.LEARNER_FAULT, LATER)
        claim_undue(conn, FILE, 720_00, "control-1", LATER)
        assert (total(conn, K.RIGHTS), total(conn, K.PAYABLE), total(conn, K.FUND)) == (720_00, 0, 480_00)
