"""A learner goes to pay: one page for one amount of one file, however often he asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from base import jobs
from base.database import reading, stored
from base.errors import Conflict, InvalidParameter
from enrollment.payments import store
from enrollment.payments.port import Opened, Progress, Provider, Wanted
from enrollment.payments.states import State, after
from enrollment.payments.store import Payment

OPEN_JOB = "payment-open"
_OPENED_WITHIN = timedelta(days=1)  # a page that a provider made without our knowing has closed by then
_WAITING = (State.WANTED, State.OPEN, State.DECLINED)


class OtherPayment(Conflict):
    code = "idempotency-key-reused"
    title = "Clé déjà utilisée"


@dataclass(frozen=True, slots=True)
class Asked:
    key: str
    file_id: int
    learner_id: int
    cents: int
    terms_version: str
    by: str
    label: str
    back_url: str
    expires_at: datetime  # the page closes no later than the file lapses
    email: str = ""


def ask(conn: Connection, asked: Asked, provider: Provider, now: datetime, wall: datetime) -> Payment:
    """The payment of that key, or the one that waits for the same money on the same terms; a job opens its page."""
    if asked.cents <= 0:
        raise InvalidParameter("cents", "Il n'y a rien à payer par carte pour ce dossier.")
    known = store.by_key(conn, asked.key)
    if known is not None:
        if _agreed(known) != _agreed(asked):
            raise OtherPayment("Cette clé a servi pour un autre paiement : prenez-en une nouvelle.")
        return known
    for payment in store.of_file(conn, asked.file_id):  # two tabs, one page
        if _waits(payment, now) and _agreed(payment) == _agreed(asked):
            return payment
    made = Payment(
        id=store.number_of(asked.key),
        key=asked.key,
        provider=provider.name,
        file_id=asked.file_id,
        learner_id=asked.learner_id,
        cents=asked.cents,
        terms_version=asked.terms_version,
        by=asked.by,
        label=asked.label,
        email=asked.email,
        back_url=asked.back_url,
        state=State.WANTED,
        reference="",
        charge="",
        page_url="",
        why="",
        made_at=now,
        expires_at=asked.expires_at,
        changed_at=now,
    )
    store.put(conn, made)
    jobs.enqueue(conn, OPEN_JOB, {"payment": made.id, "made_at": wall.isoformat()}, now=wall)
    return made


def _waits(payment: Payment, now: datetime) -> bool:
    never_opened = payment.state is State.WANTED and payment.made_at + _OPENED_WITHIN <= now
    return payment.state in _WAITING and payment.expires_at > now and not never_opened


def _agreed(one: Asked | Payment) -> tuple[int, int, int, str]:
    """What the confirmation will say for the learner."""
    return one.file_id, one.learner_id, one.cents, one.terms_version


def open_page(
    database: Engine, provider: Provider, payment_id: int, now: datetime, made_at: datetime | None = None
) -> Payment:
    """Asked of the provider outside of any transaction: killed in between, the very same is asked again.

    ``made_at``: by the machine's clock, which a provider goes by whatever day it is here.
    """
    with reading(database) as conn:
        payment = store.read(conn, payment_id)
    if payment.page_url:
        return payment
    wanted = Wanted(
        key=payment.key,
        cents=payment.cents,
        label=payment.label,
        email=payment.email,
        back_url=payment.back_url,
        made_at=made_at or payment.made_at,
        expires_at=payment.expires_at,
    )
    opened = provider.open(wanted)
    return stored(database, partial(_opened, payment_id=payment_id, opened=opened, now=now))


def _opened(conn: Connection, *, payment_id: int, opened: Opened, now: datetime) -> Payment:
    payment = store.locked(conn, payment_id)
    told = {"reference": opened.reference, "page_url": opened.page_url}
    # A webhook may have been faster than the answer.
    store.change(conn, payment_id, now, state=after(payment.state, Progress.OPEN).value, **told)
    return store.read(conn, payment_id)
