"""``port.Provider`` on tables of its own, with what its page does."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from base import jobs
from base.clock import Clock
from base.database import reading, unit_of_work
from base.errors import Conflict, NotFound
from catalog.store.statements import insert_into
from enrollment.payments.port import CURRENCY, NotUnderstood, Opened, Progress, Seen, SeenRefund, Told, Wanted
from enrollment.payments.sandbox import cards
from enrollment.payments.sandbox.cards import Stage
from enrollment.payments.sandbox.tables import SANDBOX_PAYMENT, SANDBOX_REFUND

PAGE = "/paiement-essai"
WEBHOOK_JOB = "sandbox-webhook"
_PROGRESS = {
    Stage.OPEN: Progress.OPEN,
    Stage.CHALLENGED: Progress.OPEN,
    Stage.DECLINED: Progress.DECLINED,
    Stage.EXPIRED: Progress.EXPIRED,
    Stage.PAID: Progress.DONE,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What the learner sees."""

    reference: str
    cents: int
    label: str
    back_url: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Sandbox:
    database: Engine
    secret: str
    address: str  # of this service, as the learner's browser reaches it
    clock: Clock  # by which pages expire
    wall: Clock

    name = "sandbox"
    signature_header = "parcours-signature"

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret,)

    def open(self, wanted: Wanted) -> Opened:
        values = {
            "reference": f"essai_{secrets.token_urlsafe(18)}",
            "key": wanted.key,
            "cents": wanted.cents,
            "label": wanted.label,
            "back_url": wanted.back_url,
            "stage": Stage.OPEN.value,
            "expires_at": wanted.expires_at,
        }
        with unit_of_work(self.database) as conn:
            conn.execute(insert_into(conn, SANDBOX_PAYMENT).values(**values).on_conflict_do_nothing())
            found = select(SANDBOX_PAYMENT.c.reference).where(SANDBOX_PAYMENT.c.key == wanted.key)
            reference = str(conn.execute(found).scalar_one())
        return Opened(reference, f"{self.address}{PAGE}/{reference}")

    def refund(self, charge: str, cents: int, key: str) -> SeenRefund:
        with unit_of_work(self.database) as conn:
            row = _locked(conn, charge)
            known = conn.scalar(select(SANDBOX_REFUND.c.cents).where(SANDBOX_REFUND.c.key == key))
            if known is None:
                total = func.coalesce(func.sum(SANDBOX_REFUND.c.cents), 0)
                before = conn.execute(select(total).where(SANDBOX_REFUND.c.reference == charge)).scalar_one()
                if row.stage != Stage.PAID.value or before + cents > row.cents:
                    raise Conflict("Ce paiement n'a pas autant à rendre.")
                conn.execute(insert(SANDBOX_REFUND).values(key=key, reference=charge, cents=cents))
                told = {"key": key, "cents": cents, "currency": CURRENCY, "progress": Progress.DONE.value}
                self._tell(conn, "refund.done", refund=told)
        return SeenRefund(key, f"remb_{key}", Progress.DONE, cents)

    def read(self, reference: str) -> Seen:
        with reading(self.database) as conn:
            row = _row(conn, reference)
        return Seen(row.key, row.reference, _PROGRESS[Stage.of(row.stage)], row.cents, charge=row.reference)

    def understand(self, body: bytes) -> Told:
        try:
            said = orjson.loads(body)
            about: Seen | SeenRefund | None = None
            if "payment" in said:
                each = said["payment"]
                reference = str(each["reference"])
                about = Seen(str(each["key"]), reference, *_amount(each), charge=reference)
            elif "refund" in said:
                each = said["refund"]
                about = SeenRefund(str(each["key"]), f"remb_{each['key']}", *_amount(each))
            return Told(str(said["id"]), str(said["kind"]), about)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise NotUnderstood("Cette notification n'a pas la forme attendue.") from error

    def page(self, reference: str) -> Page:
        """Opened after its time it has expired."""
        return self._move(reference, lambda stage: stage)

    def present(self, reference: str, card: str) -> Page:
        return self._move(reference, lambda stage: cards.presented(stage, card))

    def answer(self, reference: str, code: str) -> Page:
        return self._move(reference, lambda stage: cards.answered(stage, code))

    def leave(self, reference: str) -> Page:
        return self._move(reference, cards.left)

    def _move(self, reference: str, step: Callable[[Stage], Stage]) -> Page:
        with unit_of_work(self.database) as conn:
            row = _locked(conn, reference)
            before = Stage.of(row.stage)
            stage = cards.left(before) if row.expires_at <= self.clock() else step(before)
            if stage is not before:
                where = SANDBOX_PAYMENT.c.reference == reference
                conn.execute(update(SANDBOX_PAYMENT).where(where).values(stage=stage.value))
                if _PROGRESS[stage] is not Progress.OPEN:
                    told = {"reference": reference, "key": row.key, "cents": row.cents, "currency": CURRENCY}
                    self._tell(conn, f"payment.{stage}", payment={**told, "progress": _PROGRESS[stage].value})
        return Page(reference, row.cents, row.label, row.back_url, stage)

    def _tell(self, conn: Connection, kind: str, **about: Any) -> None:
        body = orjson.dumps({"id": f"evt_{secrets.token_hex(12)}", "kind": kind, **about}).decode()
        jobs.enqueue(conn, WEBHOOK_JOB, {"body": body}, now=self.wall())


def _amount(each: dict[str, Any]) -> tuple[Progress, int, str]:
    cents = each["cents"]
    if not isinstance(cents, int) or isinstance(cents, bool):
        raise ValueError("an amount is a whole number of cents")
    return Progress.of(each["progress"]), cents, str(each["currency"])


def _locked(conn: Connection, reference: str) -> Row[Any]:
    return _row(conn, reference, locked=True)


def _row(conn: Connection, reference: str, *, locked: bool = False) -> Row[Any]:
    query = select(SANDBOX_PAYMENT).where(SANDBOX_PAYMENT.c.reference == reference)
    row = conn.execute(query.with_for_update() if locked else query).first()
    if row is None:
        raise NotFound("Cette page de paiement n'existe pas.")
    return row
