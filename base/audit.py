"""Who did what, when: rows that are added and never changed, printed by the command line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, Column, Connection, Index, Table, insert, select
from sqlmodel import Field, SQLModel

from base.database import Instant


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


AUDIT = cast(Table, AuditRow.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    at: datetime
    actor: str  # "reindex, process 4211 on search-1"
    action: str  # "rebuild-swapped"
    subject: str  # what it was done to: "index embedded"
    detail: dict[str, Any]


def note(conn: Connection, *, at: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """In the transaction of what it tells, where that is one of the database."""
    conn.execute(insert(AUDIT).values(at=at, actor=actor, action=action, subject=subject, detail=detail))


def last(conn: Connection, *, subject: str, actions: Collection[str]) -> Entry | None:
    """The newest of some actions on a subject."""
    query = select(AUDIT).where(AUDIT.c.subject == subject, AUDIT.c.action.in_([str(each) for each in actions]))
    row = conn.execute(query.order_by(AUDIT.c.id.desc()).limit(1)).first()
    return None if row is None else Entry(*row)


def entries(conn: Connection, *, subject: str = "", limit: int = 50) -> list[Entry]:
    """The last ones, newest first; of one subject or of all."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    return [Entry(*row) for row in conn.execute(query.where(AUDIT.c.subject == subject) if subject else query)]
