"""A refund that the provider refused stays due until a person has it asked once more or makes it by a transfer."""

from __future__ import annotations

import pytest

from base.database import reading, unit_of_work
from enrollment.files.events import Event
from enrollment.files.states import Actor
from enrollment.money.accounts import AccountKind as K
from enrollment.payments import refunds, store
from enrollment.payments.port import Progress, SeenRefund
from enrollment.payments.refunds import NotFailed
from enrollment.payments.states import RefundState
from enrollment.payments.store import Payment, Refund
from tests.enrollment.payments.till import CASH_CENTS, Till


def refused(till: Till) -> tuple[Payment, Refund]:
    file = till.proposed()
    payment = till.paid(file)
    till.told()
    till.office.act(file, Event.CANCEL, Actor.LEARNER)
    with unit_of_work(till.database) as conn:
        (refund,) = store.refunds_of(conn, [payment.id])
        refunds.seen(conn, SeenRefund(refund.key, "r", Progress.DECLINED, refund.cents), till.clock())
    till.work()
    assert till.swept() == 0
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.FAILED)]
    return payment, failed(till)[0]


def failed(till: Till) -> list[Refund]:
    with reading(till.database) as conn:
        return [refund for refund, _ in store.failed_refunds(conn)]


def test_a_failed_refund_is_asked_once_more(till: Till) -> None:
    payment, refund = refused(till)
    with unit_of_work(till.database) as conn:
        refunds.retry(conn, refund.id, till.clock(), till.clock())
    till.work()
    assert sorted(till.refunds(payment)) == sorted([(CASH_CENTS, RefundState.GIVEN_UP), (CASH_CENTS, RefundState.DONE)])
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)
    assert failed(till) == []
    with unit_of_work(till.database) as conn, pytest.raises(NotFailed):
        refunds.retry(conn, refund.id, till.clock(), till.clock())


def test_a_failed_refund_is_made_by_a_transfer_once(till: Till) -> None:
    payment, refund = refused(till)
    with unit_of_work(till.database) as conn:
        refunds.repaid(conn, refund.id, "V-7", till.clock())
    with unit_of_work(till.database) as conn, pytest.raises(NotFailed):
        refunds.repaid(conn, refund.id, "V-8", till.clock())
    assert till.swept() == 0
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.REPAID)]
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)


def test_a_refund_that_is_refused_at_once_waits_for_a_person(till: Till) -> None:
    file = till.proposed()
    payment = till.paid(file)
    till.told()
    till.provider.refund(payment.reference, CASH_CENTS, "by somebody at the provider's")
    till.office.act(file, Event.CANCEL, Actor.LEARNER)
    till.work()
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.FAILED)]
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (CASH_CENTS, 0)
