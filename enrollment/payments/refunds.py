"""What the ledger says is due to a learner goes back to the cards that paid, each cent once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine, select

from base import jobs
from base.database import reading, stored, unit_of_work
from base.errors import Conflict
from enrollment import money
from enrollment.money.accounts import AccountKind
from enrollment.money.kinds import Nature
from enrollment.money.tables import ACCOUNT
from enrollment.payments import store
from enrollment.payments.port import CURRENCY, Progress, Provider, SeenRefund
from enrollment.payments.states import RefundState, State, refund_after
from enrollment.payments.store import Payment, Refund

REFUND_JOB = "payment-refund"
_BATCH = 100
_log = logging.getLogger(__name__)


class NotFailed(Conflict):
    code = "refund-not-failed"
    title = "Remboursement qui n'a pas échoué"


@dataclass(frozen=True, slots=True)
class Part:
    payment: Payment
    cents: int
    number: int  # of this payment's refunds


def queue(conn: Connection, file_id: int, now: datetime, wall: datetime) -> int:
    """Refunds are made for all that is due to the learner of a file and not underway yet; how many."""
    payments = store.of_file(conn, file_id)  # locked: two sweeps share nothing out twice
    known = store.refunds_of(conn, [payment.id for payment in payments])  # first: one that is done meanwhile is not due
    due = sum(cents for account, cents in money.refunds_due(conn, file_id) if account.nature is Nature.LEARNER)
    parts = shared_out(due, payments, known)
    for part in parts:
        key = f"{part.payment.key}-remb-{part.number}"
        refund = store.put_refund(conn, part.payment.id, part.cents, key, now)
        jobs.enqueue(conn, REFUND_JOB, {"refund": refund.id}, now=wall)
    return len(parts)


def shared_out(due: int, payments: Sequence[Payment], refunds: Sequence[Refund]) -> list[Part]:
    """The ledger says ``due`` until a refund is done: what is underway is part of it. What came too late goes first."""
    underway = {RefundState.WANTED, RefundState.ASKED, RefundState.FAILED}  # a failed one waits for a person
    left = due - sum(refund.cents for refund in refunds if refund.state in underway)
    parts = []
    for payment in sorted(payments, key=lambda payment: payment.state is not State.RETURNED):
        own = [refund for refund in refunds if refund.payment_id == payment.id]
        given = sum(refund.cents for refund in own if refund.state is not RefundState.GIVEN_UP)
        room = payment.cents - given if payment.state.received else 0
        cents = min(room, left)
        if cents > 0:
            left -= cents
            parts.append(Part(payment, cents, len(own) + 1))
    return parts


def sweep(database: Engine, now: datetime, wall: datetime) -> int:
    """Whatever made money due (a withdrawal, a force majeure): refunds are made for it; how many."""
    due = select(ACCOUNT.c.file_id).where(
        ACCOUNT.c.kind == AccountKind.REFUND_DUE.value,
        ACCOUNT.c.nature == Nature.LEARNER.value,
        ACCOUNT.c.balance_cents > 0,
    )
    made, after = 0, -1
    while True:
        page = due.where(ACCOUNT.c.file_id > after).order_by(ACCOUNT.c.file_id).limit(_BATCH)
        with reading(database) as conn:
            files = [number for (number,) in conn.execute(page)]
        for number in files:
            made += stored(database, partial(queue, file_id=number, now=now, wall=wall))
        if len(files) < _BATCH:
            return made
        after = files[-1]


def send(database: Engine, provider: Provider, refund_id: int, now: datetime) -> RefundState:
    """Asked of the provider outside of any transaction, with a key that never makes a second one."""
    with unit_of_work(database) as conn:
        refund = store.refund(conn, refund_id)
        payment = store.read(conn, refund.payment_id)
    if refund.state is not RefundState.WANTED:
        return refund.state
    try:
        told = provider.refund(payment.charge, refund.cents, refund.key)
    except Conflict as refusal:  # the same again would be refused again
        _log.warning("Le remboursement %s est refusé : %s", refund.key, refusal.detail)
        told = SeenRefund(refund.key, "", Progress.DECLINED, refund.cents)
    return stored(database, partial(_answered, refund_id=refund_id, told=told, now=now))


def _answered(conn: Connection, *, refund_id: int, told: SeenRefund, now: datetime) -> RefundState:
    seen(conn, told, now)
    return store.refund(conn, refund_id).state


def seen(conn: Connection, told: SeenRefund, now: datetime) -> str:
    """By an answer or an event, whichever comes first."""
    if not told.key:
        return "remboursement fait chez le prestataire : à suivre par le gestionnaire"
    refund = store.refund(conn, store.refund_number(told.key))
    if told.cents != refund.cents or told.currency.lower() != CURRENCY:
        return f"montant inattendu ({told.cents} {told.currency}) : à suivre par le gestionnaire"
    state = refund_after(refund.state, told.progress)
    store.change_refund(conn, refund.id, now, state=state.value, reference=told.reference)
    if state is RefundState.DONE and refund.state is not RefundState.DONE:
        _leaves(conn, refund, refund.key, now)
    return state.label


def retry(conn: Connection, refund_id: int, now: datetime, wall: datetime) -> None:
    """A failed one is asked of the provider once more, as another: its key only ever gives the same answer."""
    refund = _failed(conn, refund_id)
    store.change_refund(conn, refund.id, now, state=RefundState.GIVEN_UP.value)
    queue(conn, store.read(conn, refund.payment_id).file_id, now, wall)


def repaid(conn: Connection, refund_id: int, reference: str, now: datetime) -> None:
    """What a failed one should have given back has left by a transfer, made elsewhere."""
    refund = _failed(conn, refund_id)
    store.change_refund(conn, refund.id, now, state=RefundState.REPAID.value, reference=reference)
    _leaves(conn, refund, f"{refund.key}:{reference}", now)


def _failed(conn: Connection, refund_id: int) -> Refund:
    refund = store.refund(conn, refund_id)
    if refund.state is not RefundState.FAILED:
        raise NotFailed(f"Ce remboursement n'est pas à suivre : {refund.state.label}.")
    return refund


def _leaves(conn: Connection, refund: Refund, reference: str, now: datetime) -> None:
    payment = store.read(conn, refund.payment_id)
    (due,) = [
        account
        for account, _ in money.refunds_due(conn, payment.file_id)
        if account.learner_id == payment.learner_id and account.nature is Nature.LEARNER
    ]
    money.refund(conn, due, refund.cents, reference, now)
