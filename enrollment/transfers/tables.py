"""Tables of bank accounts and transfers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant
from catalog.tables import table


def _key() -> Any:
    return Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


def _number() -> Any:
    return Field(sa_column=Column(KEY, nullable=False))


def _of(target: str, *, nullable: bool = False) -> Any:
    default: dict[str, Any] = {"default": None} if nullable else {}
    return Field(**default, sa_column=Column(KEY, ForeignKey(target), nullable=nullable))


class BankAccountRow(SQLModel, table=True):
    """Every account that was ever declared; what it says is never changed."""

    __tablename__ = "bank_account"
    __table_args__ = (Index("ix_bank_account_siret", "siret", "effective_at"),)

    id: int = _key()
    siret: str
    iban: str
    bic: str
    holder: str
    email: str  # who hears of changes
    declared_at: datetime = _instant()
    declared_by: str
    effective_at: datetime = _instant()
    withdrawn_at: datetime | None = _maybe_instant()
    withdrawn_by: str = ""


class RunRow(SQLModel, table=True):
    """One file for the bank. While it is open it gathers; once sealed its bytes never change."""

    __tablename__ = "transfer_run"

    id: int = _key()  # of its key
    key: str = Field(unique=True)
    state: str
    execute_on: date
    opened_at: datetime = _instant()
    opened_by: str
    sealed_at: datetime | None = _maybe_instant()
    payees: int = 0
    total_cents: int = Field(default=0, sa_column=Column(KEY, nullable=False))
    document: str = Field(default="", sa_column=Column(Text, nullable=False))


class TransferRow(SQLModel, table=True):
    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("run_id", "siret", name="uq_transfer"),
        CheckConstraint("cents > 0", name="ck_transfer_something"),
        Index("ix_transfer_siret", "siret"),
    )

    id: int = _key()
    run_id: int = _of("transfer_run.id")
    siret: str
    account_id: int = _of("bank_account.id")
    reference: str = Field(unique=True)  # end to end: what the bank gives back
    cents: int = _number()
    state: str
    reject_code: str = ""
    reject_reason: str = ""
    rejected_at: datetime | None = _maybe_instant()


class TransferPartRow(SQLModel, table=True):
    __tablename__ = "transfer_part"
    __table_args__ = (CheckConstraint("cents > 0", name="ck_transfer_part_something"),)

    transfer_id: int = Field(sa_column=Column(KEY, ForeignKey("transfer.id"), primary_key=True, autoincrement=False))
    file_id: int = Field(sa_column=Column(KEY, ForeignKey("enrollment_file.id"), primary_key=True, autoincrement=False))
    cents: int = _number()


class IncidentRow(SQLModel, table=True):
    __tablename__ = "transfer_incident"
    __table_args__ = (Index("ix_transfer_incident_siret", "siret", "closed_at"),)

    id: int = _key()
    kind: str
    siret: str
    account_id: int | None = _of("bank_account.id", nullable=True)
    transfer_id: int | None = _of("transfer.id", nullable=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    opened_at: datetime = _instant()
    closed_at: datetime | None = _maybe_instant()
    closed_by: str = ""
    resolution: str = ""


BANK_ACCOUNT, RUN, TRANSFER = table(BankAccountRow), table(RunRow), table(TransferRow)
TRANSFER_PART, INCIDENT = table(TransferPartRow), table(IncidentRow)
