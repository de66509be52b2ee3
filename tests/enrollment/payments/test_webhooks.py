"""Webhooks twice, late, in any order, forged, of unknown payments: the same end, or refused with the ledger unmoved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import permutations

import orjson
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError

from base.database import open_database, reading, unit_of_work
from enrollment.files import store as files
from enrollment.files.states import State as FileState
from enrollment.money.accounts import AccountKind as K
from enrollment.money.tables import ENTRY
from enrollment.payments import refunds, store
from enrollment.payments.confirming import Confirming
from enrollment.payments.port import NotUnderstood
from enrollment.payments.sandbox.cards import Card
from enrollment.payments.signatures import BadSignature, sign
from enrollment.payments.states import RefundState, State
from enrollment.payments.store import NoSuchPayment, Payment
from enrollment.payments.tables import PAYMENT, PAYMENT_EVENT
from tests.enrollment.payments.till import CASH_CENTS, SECRET, Till
from tests.servers.fixtures import Postgresql


def kept(till: Till) -> tuple[int, int]:
    """Events and entries of the ledger."""
    with reading(till.database) as conn:
        events = conn.scalar(select(func.count()).select_from(PAYMENT_EVENT)) or 0
        return events, conn.scalar(select(func.count()).select_from(ENTRY)) or 0


def story(till: Till) -> tuple[list[bytes], Callable[[], State]]:
    """Declined, paid, and an end of the page that the provider tells wrongly or late."""
    payment = till.paid(till.proposed(), card=Card.DECLINED)
    till.provider.present(payment.reference, Card.PAYS)
    declined, paid = till.bodies()
    late = orjson.loads(declined)
    late["id"], late["payment"]["progress"] = "evt_late", "expired"
    return [declined, paid, orjson.dumps(late)], lambda: till.read(payment).state


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_events_in_any_order_and_twice_come_to_the_same_end(till: Till, order: tuple[int, ...]) -> None:
    bodies, state = story(till)
    for number in order:
        till.told([bodies[number]] * 2)
    for number in order:
        till.told([bodies[number]])
    assert state() is State.TAKEN
    assert kept(till)[0] == 3
    assert till.ledger(K.CARD, K.BANK) == (CASH_CENTS, -CASH_CENTS)


@pytest.mark.parametrize("told_first", [False, True])
def test_a_refund_is_given_back_once_whether_its_answer_or_its_event_comes_first(till: Till, told_first: bool) -> None:
    payment = till.paid(till.proposed())
    till.later(days=30)
    till.told(till.bodies(), sending=False)
    with reading(till.database) as conn:
        (refund,) = store.refunds_of(conn, [payment.id])
    till.provider.refund(payment.reference, refund.cents, refund.key)  # and killed before the answer was stored
    (event,) = till.bodies()
    if told_first:
        till.told([event])
    refunds.send(till.database, till.provider, refund.id, till.clock())
    till.told([event, event])
    assert till.refunds(payment) == [(CASH_CENTS, RefundState.DONE)]
    assert till.ledger(K.REFUND_DUE, K.REFUNDED) == (0, CASH_CENTS)


def test_an_event_is_handled_once_however_often_its_job_runs(till: Till) -> None:
    file = till.proposed()
    till.paid(file)
    (body,) = till.bodies()
    assert till.received(body)
    till.work()
    entries = kept(till)[1]
    till.done.clear()
    till.work()
    assert kept(till) == (1, entries)
    assert till.office.read(file).state is FileState.ACCEPTED


def test_a_webhook_waits_for_its_file_and_keeps_no_payment_from_whoever_is_at_it(postgresql: Postgresql) -> None:
    database = open_database(postgresql.url)
    till = Till(database)
    file = till.proposed()
    payment = till.paid(file)
    (body,) = till.bodies()
    till.received(body)
    waiting = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(database) as conn:
            files.locked(conn, file.id)
            handled = pool.submit(till.work)
            while not conn.scalar(waiting):
                assert not handled.done()
            conn.execute(select(PAYMENT.c.id).where(PAYMENT.c.id == payment.id).with_for_update(nowait=True))
        handled.result()
    assert till.read(payment).state is State.TAKEN
    database.dispose()


class Deadlock(Exception):
    sqlstate = "40P01"


@dataclass(frozen=True)
class MeetsAnother:
    """PostgreSQL ends its first transaction."""

    orders: Confirming
    met: list[int] = field(default_factory=list)

    def lock(self, conn: Connection, file_id: int) -> None:
        self.orders.lock(conn, file_id)

    def confirm(self, conn: Connection, payment: Payment, at: datetime) -> None:
        self.orders.confirm(conn, payment, at)
        self.met.append(payment.id)
        if len(self.met) == 1:
            raise OperationalError("", None, Deadlock())


def test_an_event_that_met_another_writer_is_handled_again(till: Till) -> None:
    orders = MeetsAnother(till.orders)
    till.counter = replace(till.counter, orders=orders)
    payment = till.paid(till.proposed())
    till.told()
    assert orders.met == [payment.id] * 2
    assert till.read(payment).state is State.TAKEN
    assert till.ledger(K.CARD, K.BANK) == (CASH_CENTS, -CASH_CENTS)


def altered(body: bytes, **changes: object) -> bytes:
    said = orjson.loads(body)
    said["payment"].update(changes)
    return orjson.dumps(said)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=",
        "v1=abc",
        "t=abc,v1=abc",
        "t=99999999999999999999,v1=abc",
        "t=1795600800,v1=" + "0" * 64,
        "t=1795600800,v1=é",
        "x" * 5000,
    ],
)
def test_a_webhook_without_its_signature_is_refused_and_moves_nothing(till: Till, header: str) -> None:
    till.paid(till.proposed())
    (body,) = till.bodies()
    before = kept(till)
    with pytest.raises(BadSignature) as refused:
        till.received(body, header or "none")
    assert refused.value.status == 400
    assert kept(till) == before


def test_a_body_that_was_changed_after_it_was_signed_is_refused(till: Till) -> None:
    till.paid(till.proposed())
    (body,) = till.bodies()
    with pytest.raises(BadSignature):
        till.received(altered(body, cents=1), sign(body, SECRET, till.clock()))


@pytest.mark.parametrize("seconds", [301, 86_400, -301])
def test_a_recorded_webhook_that_is_played_again_later_is_refused(till: Till, seconds: int) -> None:
    till.paid(till.proposed())
    (body,) = till.bodies()
    with pytest.raises(BadSignature):
        till.received(body, at=till.clock() - timedelta(seconds=seconds))
    assert till.received(body, at=till.clock() - timedelta(seconds=299))
    assert not till.received(body, at=till.clock())  # the same again: kept once


@pytest.mark.parametrize("about", ["payment", "refund"])
def test_a_webhook_of_an_unknown_payment_is_refused_and_not_kept(till: Till, about: str) -> None:
    till.paid(till.proposed())
    till.bodies()
    before = kept(till)
    each = {"key": "nobody", "reference": "essai_x", "cents": 1, "currency": "eur", "progress": "done"}
    body = orjson.dumps({"id": "evt_1", "kind": "payment.paid", about: each})
    with pytest.raises(NoSuchPayment) as refused:
        till.received(body)
    assert refused.value.status == 404
    assert kept(till) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"id": "evt_1", "kind": "x", "payment": {}}',
        b'{"id": "evt_1", "kind": "x", "payment": 5}',
        b"\xff\xfe",
    ],
)
def test_a_signed_webhook_that_makes_no_sense_is_refused(till: Till, body: bytes) -> None:
    with pytest.raises(NotUnderstood) as refused:
        till.received(body)
    assert refused.value.status == 400


@pytest.mark.parametrize("cents", ["50000", "-1", 1.5, True, None])
def test_an_amount_that_is_no_number_of_cents_is_refused(till: Till, cents: object) -> None:
    till.paid(till.proposed())
    (body,) = till.bodies()
    with pytest.raises(NotUnderstood):
        till.received(altered(body, cents=cents))


@pytest.mark.parametrize("change", [{"cents": 1}, {"cents": -50_000}, {"currency": "usd"}, {"reference": "essai_x"}])
def test_money_that_is_not_what_was_asked_moves_nothing_and_says_so(till: Till, change: dict[str, object]) -> None:
    file = till.proposed()
    payment = till.paid(file)
    (body,) = till.bodies()
    entries = kept(till)[1]
    till.told([altered(body, **change)])
    with reading(till.database) as conn:
        (outcome,) = conn.scalars(select(PAYMENT_EVENT.c.outcome)).all()
    assert "à suivre" in outcome or "ignorée" in outcome
    assert kept(till)[1] == entries
    assert till.read(payment).state is State.OPEN
    assert till.office.read(file).state is FileState.VALIDATED


def test_an_event_of_no_interest_is_answered_and_not_kept(till: Till) -> None:
    assert not till.received(b'{"id": "evt_1", "kind": "account.updated"}')
    assert kept(till)[0] == 0
