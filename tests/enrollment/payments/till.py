"""A place where files are paid by card: the office's files, the page, and what it tells, held back until asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from base.database import reading, unit_of_work
from base.jobs import JOB
from enrollment.files.acts import Desk
from enrollment.files.file import File
from enrollment.money.accounts import AccountKind
from enrollment.money.check import prove
from enrollment.money.tables import ACCOUNT, LINE
from enrollment.payments import refunds, store, webhooks
from enrollment.payments.confirming import Confirming, WithCard, go_and_pay
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.cards import Card
from enrollment.payments.sandbox.provider import WEBHOOK_JOB
from enrollment.payments.signatures import sign
from enrollment.payments.store import Payment
from enrollment.payments.work import Counter, work
from tests.enrollment.files.office import TERMS, Office, by_learner

SECRET = "secret-of-the-tests"
ADDRESS = "http://127.0.0.1:8000"
CASH_CENTS = 500_00  # 1,500.00 of which 1,000.00 by rights


class Till:
    def __init__(self, database: Engine) -> None:
        self.database = database
        self.office = Office(database)
        self.office.desk = replace(self.office.desk, money=WithCard(self.office.money, self.clock))
        self.provider = Sandbox(database, SECRET, ADDRESS, self.clock, self.clock)
        self.orders = Confirming(self.desk)
        self.counter = Counter(database, self.provider, self.orders, self.clock, self.clock, f"{ADDRESS}/webhook")
        self.done: set[int] = set()

    @property
    def desk(self) -> Desk:
        return self.office.desk

    def clock(self) -> datetime:
        return self.office.now

    def proposed(self) -> File:
        return self.office.proposed(self.office.request())

    def asked(self, file: File, key: str = "un") -> Payment:
        """His payment, without its page."""
        by = by_learner(file.learner_id)
        with unit_of_work(self.database) as conn:
            return go_and_pay(
                conn, self.desk, self.provider, file.id, by,
                key=key, terms_version=TERMS, back_url=f"{ADDRESS}/dossier", now=self.clock(),
            )  # fmt: skip

    def opened(self, file: File, key: str = "un") -> Payment:
        payment = self.asked(file, key)
        self.work()
        return self.read(payment)

    def paid(self, file: File, key: str = "un", card: str = Card.PAYS) -> Payment:
        """At the page; nobody has been told yet."""
        payment = self.opened(file, key)
        self.provider.present(payment.reference, card)
        return payment

    def bodies(self) -> list[bytes]:
        """What the page has to tell and was not asked for before, the oldest first."""
        query = select(JOB.c.id, JOB.c.payload).where(JOB.c.kind == WEBHOOK_JOB).order_by(JOB.c.id)
        with reading(self.database) as conn:
            new = [row for row in conn.execute(query) if row.id not in self.done]
        self.done.update(row.id for row in new)
        return [row.payload["body"].encode() for row in new]

    def told(self, bodies: Iterable[bytes] | None = None, *, sending: bool = True) -> None:
        """Received in this order, then handled in the order of arrival; refunds are sent too."""
        for body in self.bodies() if bodies is None else bodies:
            self.received(body)
        self.work(lambda kind: kind == WEBHOOK_JOB or (not sending and kind == refunds.REFUND_JOB))

    def received(self, body: bytes, header: str = "", at: datetime | None = None) -> bool:
        with unit_of_work(self.database) as conn:
            signed = header or sign(body, SECRET, at or self.clock())
            return webhooks.receive(conn, self.provider, signed, body, self.clock(), self.clock())

    def work(self, skipping: Callable[[str], bool] = lambda kind: kind == WEBHOOK_JOB) -> None:
        """All that jobs have to do, again and again until nothing is left."""
        while True:
            query = select(JOB.c.id, JOB.c.kind, JOB.c.payload).order_by(JOB.c.id)
            with reading(self.database) as conn:
                rows = [row for row in conn.execute(query) if row.id not in self.done and not skipping(row.kind)]
            if not rows:
                return
            for row in rows:
                self.done.add(row.id)
                if row.kind != "notice":
                    work(self.counter, row.kind, row.payload)

    def swept(self) -> int:
        made = refunds.sweep(self.database, self.clock(), self.clock())
        self.work()
        return made

    def later(self, **passed: int) -> None:
        self.office.now += timedelta(**passed)

    def read(self, payment: Payment) -> Payment:
        with reading(self.database) as conn:
            return store.read(conn, payment.id)

    def refunds(self, payment: Payment) -> list[tuple[int, str]]:
        with reading(self.database) as conn:
            return [(refund.cents, refund.state.value) for refund in store.refunds_of(conn, [payment.id])]

    def total(self, kind: AccountKind) -> int:
        query = select(func.coalesce(func.sum(LINE.c.cents), 0)).join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
        with reading(self.database) as conn:
            return int(conn.scalar(query.where(ACCOUNT.c.kind == kind.value)) or 0)

    def ledger(self, *kinds: AccountKind) -> tuple[int, ...]:
        """What accounts of these kinds hold; the whole is proved on the way."""
        with reading(self.database) as conn:
            assert prove(conn).flaws == ()
        return tuple(self.total(kind) for kind in kinds)
