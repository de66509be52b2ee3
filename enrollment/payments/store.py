"""Payments in and out of the database. Nothing here commits, and nothing here decides."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from base.errors import NotFound
from base.ids import key_id
from catalog.store.statements import insert_into
from enrollment.payments.states import RefundState, State
from enrollment.payments.tables import PAYMENT, PAYMENT_EVENT, REFUND


class NoSuchPayment(NotFound):
    code = "unknown-payment"
    title = "Paiement inconnu"


@dataclass(frozen=True, slots=True)
class Payment:
    id: int
    key: str
    provider: str
    file_id: int
    learner_id: int
    cents: int
    terms_version: str
    by: str
    label: str
    email: str
    back_url: str
    state: State
    reference: str
    charge: str
    page_url: str
    why: str
    made_at: datetime
    expires_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    id: int
    key: str
    payment_id: int
    cents: int
    state: RefundState
    reference: str


_PAYMENT = tuple(each.name for each in fields(Payment))
_REFUND = tuple(each.name for each in fields(Refund))


def number_of(key: str) -> int:
    return key_id("payment", key)


def refund_number(key: str) -> int:
    return key_id("refund", key)


def put(conn: Connection, payment: Payment) -> None:
    values = {name: getattr(payment, name) for name in _PAYMENT}
    conn.execute(insert(PAYMENT).values(**{**values, "state": payment.state.value}))


def change(conn: Connection, payment_id: int, now: datetime, **values: Any) -> None:
    conn.execute(update(PAYMENT).where(PAYMENT.c.id == payment_id).values(changed_at=now, **values))


def by_key(conn: Connection, key: str) -> Payment | None:
    row = conn.execute(select(PAYMENT).where(PAYMENT.c.key == key)).first()
    return None if row is None else _payment(row)


def read(conn: Connection, payment_id: int) -> Payment:
    return _found(conn, select(PAYMENT).where(PAYMENT.c.id == payment_id))


def locked(conn: Connection, payment_id: int) -> Payment:
    return _found(conn, select(PAYMENT).where(PAYMENT.c.id == payment_id).with_for_update())


def of_file(conn: Connection, file_id: int) -> list[Payment]:
    """Locked, the oldest first."""
    query = select(PAYMENT).where(PAYMENT.c.file_id == file_id).order_by(PAYMENT.c.made_at, PAYMENT.c.id)
    return [_payment(row) for row in conn.execute(query.with_for_update())]


def seen_of_file(conn: Connection, file_id: int) -> list[Payment]:
    """To be shown, the oldest first."""
    query = select(PAYMENT).where(PAYMENT.c.file_id == file_id).order_by(PAYMENT.c.made_at, PAYMENT.c.id)
    return [_payment(row) for row in conn.execute(query)]


def taken_cents(conn: Connection, file_id: int) -> int:
    """What payments of a file brought to its order."""
    query = select(func.coalesce(func.sum(PAYMENT.c.cents), 0))
    return int(conn.scalar(query.where(PAYMENT.c.file_id == file_id, PAYMENT.c.state == State.TAKEN.value)) or 0)


def put_refund(conn: Connection, payment_id: int, cents: int, key: str, now: datetime) -> Refund:
    refund = Refund(refund_number(key), key, payment_id, cents, RefundState.WANTED, "")
    values = {name: getattr(refund, name) for name in _REFUND}
    conn.execute(insert(REFUND).values(**{**values, "state": refund.state.value}, made_at=now, changed_at=now))
    return refund


def change_refund(conn: Connection, refund_id: int, now: datetime, **values: Any) -> None:
    conn.execute(update(REFUND).where(REFUND.c.id == refund_id).values(changed_at=now, **values))


def refunds_of(conn: Connection, payment_ids: list[int]) -> list[Refund]:
    query = select(REFUND).where(REFUND.c.payment_id.in_(payment_ids)).order_by(REFUND.c.made_at, REFUND.c.id)
    return [_refund(row) for row in conn.execute(query)]


def refund(conn: Connection, refund_id: int) -> Refund:
    """Locked."""
    row = conn.execute(select(REFUND).where(REFUND.c.id == refund_id).with_for_update()).first()
    if row is None:
        raise NoSuchPayment("Ce remboursement n'est pas connu ici.")
    return _refund(row)


def failed_refunds(conn: Connection) -> list[tuple[Refund, Payment]]:
    """The oldest first."""
    failed = select(REFUND).where(REFUND.c.state == RefundState.FAILED.value)
    found = [_refund(row) for row in conn.execute(failed.order_by(REFUND.c.made_at, REFUND.c.id))]
    return [(refund, read(conn, refund.payment_id)) for refund in found]


def is_refund(conn: Connection, key: str) -> bool:
    return conn.scalar(select(REFUND.c.id).where(REFUND.c.key == key)) is not None


def put_event(conn: Connection, provider: str, event: str, kind: str, body: str, now: datetime) -> int | None:
    """Its number here; ``None`` when the same event was kept before."""
    values = {"provider": provider, "event": event, "kind": kind, "body": body, "received_at": now, "outcome": ""}
    statement = insert_into(conn, PAYMENT_EVENT).values(**values).on_conflict_do_nothing()
    number = conn.execute(statement.returning(PAYMENT_EVENT.c.id)).scalar_one_or_none()
    return None if number is None else int(number)


def event(conn: Connection, number: int) -> Row[Any]:
    """Locked: it is handled by one at a time."""
    query = select(PAYMENT_EVENT).where(PAYMENT_EVENT.c.id == number)
    return conn.execute(query.with_for_update()).one()


def close_event(conn: Connection, number: int, outcome: str, now: datetime) -> None:
    values = {"handled_at": now, "outcome": outcome}
    conn.execute(update(PAYMENT_EVENT).where(PAYMENT_EVENT.c.id == number).values(**values))


def _found(conn: Connection, query: Select[Any]) -> Payment:
    row = conn.execute(query).first()
    if row is None:
        raise NoSuchPayment("Ce paiement n'est pas connu ici.")
    return _payment(row)


def _payment(row: Row[Any]) -> Payment:
    values = {name: getattr(row, name) for name in _PAYMENT}
    return Payment(**{**values, "state": State.of(row.state)})


def _refund(row: Row[Any]) -> Refund:
    values = {name: getattr(row, name) for name in _REFUND}
    return Refund(**{**values, "state": RefundState.of(row.state)})
