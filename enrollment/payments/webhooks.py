"""What the provider tells: checked, kept once, then handled once by a job.

Events come twice, late and in any order. Each only moves its payment forward (``states``), and the money that arrives
either confirms the file or goes back, in one transaction with the event that told it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from base import jobs
from base.errors import ParcoursError
from enrollment import money
from enrollment.payments import refunds, store
from enrollment.payments.port import CURRENCY, NotUnderstood, Provider, Seen, SeenRefund
from enrollment.payments.signatures import check
from enrollment.payments.states import State, after, arrives
from enrollment.payments.store import NoSuchPayment, Payment

EVENT_JOB = "payment-event"
MOST_BYTES = 256 * 1024


class Orders(Protocol):
    def lock(self, conn: Connection, file_id: int) -> None:
        """Before its payments, as whoever acts on the file does: the other way round they would wait for each other."""
        ...

    def confirm(self, conn: Connection, payment: Payment, at: datetime) -> None:
        """The file becomes an order with this money; any refusal of a user's act says why it can not."""
        ...


def receive(conn: Connection, provider: Provider, header: str, body: bytes, now: datetime, wall: datetime) -> bool:
    """False when it was kept before. ``BadSignature``, ``NotUnderstood``, ``NoSuchPayment``: nothing is kept.

    ``wall``: the machine's clock, which signatures and jobs go by whatever day it is here.
    """
    check(header, body, provider.secrets, wall)
    told = provider.understand(body)
    if told.about is None:
        return False
    if not _known(conn, told.about):
        raise NoSuchPayment("Cette notification parle d'un paiement qui n'est pas connu ici.")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotUnderstood("Cette notification n'est pas du texte.") from error
    number = store.put_event(conn, provider.name, told.id, told.kind, text, now)
    if number is None:
        return False
    jobs.enqueue(conn, EVENT_JOB, {"event": number}, now=wall)
    return True


def _known(conn: Connection, about: Seen | SeenRefund) -> bool:
    if isinstance(about, Seen):
        return store.by_key(conn, about.key) is not None
    return not about.key or store.is_refund(conn, about.key)


def handle(conn: Connection, number: int, provider: Provider, orders: Orders, now: datetime, wall: datetime) -> str:
    """What came of an event; done again, it does nothing."""
    kept = store.event(conn, number)
    if kept.handled_at is not None:
        return str(kept.outcome)
    about = provider.understand(kept.body.encode()).about
    if isinstance(about, Seen):
        outcome = _payment(conn, about, orders, now, wall)
    elif isinstance(about, SeenRefund):
        outcome = refunds.seen(conn, about, now)
    else:
        outcome = "sans objet"
    store.close_event(conn, number, outcome, now)
    return outcome


def _payment(conn: Connection, seen: Seen, orders: Orders, now: datetime, wall: datetime) -> str:
    number = store.number_of(seen.key)
    orders.lock(conn, store.read(conn, number).file_id)
    payment = store.locked(conn, number)
    if payment.reference and seen.reference and seen.reference != payment.reference:
        return "référence d'un autre paiement : ignorée"
    told = {name: value for name, value in (("reference", seen.reference), ("charge", seen.charge)) if value}
    if not arrives(payment.state, seen.progress):
        state = after(payment.state, seen.progress)
        store.change(conn, payment.id, now, state=state.value, **told)
        return state.label
    if seen.cents != payment.cents or seen.currency.lower() != CURRENCY:
        # Neither the order's price nor ours to keep: a person looks, and the ledger does not move.
        return f"montant inattendu ({seen.cents} {seen.currency}) : à suivre par le gestionnaire"
    store.change(conn, payment.id, now, **told)
    try:
        with conn.begin_nested():
            store.change(conn, payment.id, now, state=State.TAKEN.value)
            orders.confirm(conn, payment, now)
        return State.TAKEN.label
    except ParcoursError as refusal:
        if refusal.status >= 500:
            raise
        why = refusal.detail
    money.give_back_late_card(conn, payment.file_id, payment.learner_id, payment.cents, payment.key, now)
    store.change(conn, payment.id, now, state=State.RETURNED.value, why=why)
    refunds.queue(conn, payment.file_id, now, wall)
    return f"{State.RETURNED.label} : {why}"
