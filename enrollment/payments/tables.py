"""Tables of card payments. SQL on them stands in ``store`` only. No card data is ever kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant
from catalog.tables import table


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _number() -> Any:
    return Field(sa_column=Column(KEY, nullable=False))


class PaymentRow(SQLModel, table=True):
    __tablename__ = "payment"
    __table_args__ = (Index("ix_payment_file", "file_id"), CheckConstraint("cents > 0", name="ck_payment_something"))

    id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))  # of its key
    key: str = Field(unique=True)
    provider: str
    file_id: int = _number()
    learner_id: int = _number()
    cents: int = _number()
    terms_version: str  # that he accepted when he went to pay: the confirmation says it for him
    by: str  # as the file's history names him
    label: str
    email: str
    back_url: str
    state: str
    reference: str  # the provider's; "" until it answered
    charge: str
    page_url: str = Field(sa_column=Column(Text, nullable=False))
    why: str = Field(sa_column=Column(Text, nullable=False))  # it was returned
    made_at: datetime = _instant()
    expires_at: datetime = _instant()
    changed_at: datetime = _instant()


class RefundRow(SQLModel, table=True):
    __tablename__ = "payment_refund"
    __table_args__ = (
        Index("ix_payment_refund_payment", "payment_id"),
        CheckConstraint("cents > 0", name="ck_payment_refund_something"),
    )

    id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))  # of its key
    key: str = Field(unique=True)
    payment_id: int = Field(sa_column=Column(KEY, ForeignKey("payment.id"), nullable=False))
    cents: int = _number()
    state: str
    reference: str
    made_at: datetime = _instant()
    changed_at: datetime = _instant()


class PaymentEventRow(SQLModel, table=True):
    """Webhooks as they came, each once."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("provider", "event", name="uq_payment_event"),)

    id: int | None = Field(default=None, primary_key=True)
    provider: str
    event: str  # the provider's id of it
    kind: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    received_at: datetime = _instant()
    handled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    outcome: str = Field(default="", sa_column=Column(Text, nullable=False))


PAYMENT, REFUND, PAYMENT_EVENT = table(PaymentRow), table(RefundRow), table(PaymentEventRow)
