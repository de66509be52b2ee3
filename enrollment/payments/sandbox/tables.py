"""What the sandbox remembers, as an outside provider would in a database of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant
from catalog.tables import table


class SandboxPaymentRow(SQLModel, table=True):
    __tablename__ = "sandbox_payment"

    reference: str = Field(primary_key=True)  # random: who knows the page's address may pay
    key: str = Field(unique=True)
    cents: int = Field(sa_column=Column(KEY, nullable=False))
    label: str
    back_url: str = Field(sa_column=Column(Text, nullable=False))
    stage: str
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SandboxRefundRow(SQLModel, table=True):
    __tablename__ = "sandbox_refund"

    key: str = Field(primary_key=True)
    reference: str = Field(foreign_key="sandbox_payment.reference", index=True)
    cents: int = Field(sa_column=Column(KEY, nullable=False))


SANDBOX_PAYMENT, SANDBOX_REFUND = table(SandboxPaymentRow), table(SandboxRefundRow)
