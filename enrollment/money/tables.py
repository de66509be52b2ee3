"""Tables of the ledger. What keeps them true stands in the database itself, as triggers of the migration:

- lines come first and the entry seals them: it is refused unless they add up to nothing for each nature of money, a
  line after it is refused, and a line whose entry never comes fails the commit (a deferred key);
- entries and lines are never changed nor deleted;
- an account's balance is the sum of its lines, kept by each line for accounts that may not go below zero.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant
from catalog.tables import table


def _key() -> Any:
    return Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))


def _maybe_key() -> Any:
    return Field(default=None, sa_column=Column(KEY, nullable=True))


EXPIRING = text("kind = 'rights' AND expires_on IS NOT NULL")


class LedgerAccount(SQLModel, table=True):
    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("id", "nature", name="uq_ledger_account_nature"),  # what lines refer to
        CheckConstraint("guarded = 0 OR balance_cents >= 0", name="ck_ledger_account_not_negative"),
        CheckConstraint("guarded = 1 OR balance_cents = 0", name="ck_ledger_account_kept"),
        Index("ix_ledger_account_learner", "learner_id", "kind"),
        Index("ix_ledger_account_file", "file_id"),
        Index("ix_ledger_account_organisation", "siret", "kind"),
        Index("ix_ledger_account_expiry", "expires_on", sqlite_where=EXPIRING, postgresql_where=EXPIRING),
    )

    id: int = _key()  # of its text
    text: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    kind: str
    nature: str
    guarded: int = Field(sa_column=Column(SmallInteger, nullable=False))
    balance_cents: int = Field(default=0, sa_column=Column(KEY, nullable=False))  # of guarded accounts
    learner_id: int | None = _maybe_key()
    file_id: int | None = _maybe_key()
    siret: str
    funder: str
    funder_kind: str
    pot: str
    certification: str
    expires_on: date | None = None
    origin_id: int | None = _maybe_key()


class LedgerEntry(SQLModel, table=True):
    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_file", "file_id", "at"),)

    id: int = _key()  # of its key
    key: str = Field(unique=True)
    event: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    file_id: int | None = _maybe_key()
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    digest: str


class LedgerLine(SQLModel, table=True):
    __tablename__ = "ledger_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "nature"], ["ledger_account.id", "ledger_account.nature"], name="fk_ledger_line_account"
        ),
        CheckConstraint("cents <> 0", name="ck_ledger_line_something"),
        Index("ix_ledger_line_account", "account_id"),
    )

    entry_id: int = Field(
        sa_column=Column(
            KEY,
            ForeignKey("ledger_entry.id", name="fk_ledger_line_entry", deferrable=True, initially="DEFERRED"),
            primary_key=True,
            autoincrement=False,
        )
    )
    account_id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column(SmallInteger, nullable=False))
    nature: str
    cents: int = Field(sa_column=Column(KEY, nullable=False))


class RightsDeclaration(SQLModel, table=True):
    """What an employer said of a person's year, and what it gave."""

    __tablename__ = "rights_declaration"
    __table_args__ = (Index("ix_rights_declaration_learner", "learner_id", "year"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    siret: str = Field(primary_key=True)
    learner_id: int = _key()
    percent: int
    category: str
    credited_cents: int = Field(sa_column=Column(KEY, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class FundingAgreement(SQLModel, table=True):
    """Criteria of a funder; empty lists ask for nothing."""

    __tablename__ = "funding_agreement"

    reference: str = Field(primary_key=True)
    funder: str
    kind: str
    from_on: date
    to_on: date | None = None
    most_cents: int = Field(sa_column=Column(KEY, nullable=False))
    share_percent: int
    statuses: list[str] = Field(sa_column=Column(JSON, nullable=False))
    actions: list[str] = Field(sa_column=Column(JSON, nullable=False))
    certifications: list[str] = Field(sa_column=Column(JSON, nullable=False))
    regions: list[str] = Field(sa_column=Column(JSON, nullable=False))
    employer: str = ""
    learner_id: int | None = _maybe_key()
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class MoneyDocument(SQLModel, table=True):
    """What was told of a file's money, as it was told."""

    __tablename__ = "money_document"

    file_id: int = _key()
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)  # the organisation's invoice number, the funder; empty where there is one
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


ACCOUNT, ENTRY, LINE = table(LedgerAccount), table(LedgerEntry), table(LedgerLine)
DECLARATION, AGREEMENT = table(RightsDeclaration), table(FundingAgreement)
DOCUMENT = table(MoneyDocument)
