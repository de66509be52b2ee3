"""Tables of files, their history and the seats they hold. SQL on them stands in ``store`` and ``seats`` only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Text, text
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant
from catalog.tables import table

FUNDED = text("funder <> ''")


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


def _big() -> Any:
    return Field(sa_column=Column(KEY, nullable=False))


def _json() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


class FileRow(SQLModel, table=True):
    """Members of ``files.file.File``, one by one."""

    __tablename__ = "enrollment_file"
    __table_args__ = (
        Index("ix_enrollment_file_due", "due_at"),
        Index("ix_enrollment_file_learner", "learner_id", "id"),
        Index("ix_enrollment_file_organisation", "siret", "id"),
        # Most files have no funder: an index of them all was a tenth of the time of a request.
        Index("ix_enrollment_file_funder", "funder", "id", sqlite_where=FUNDED, postgresql_where=FUNDED),
    )

    id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))
    version: int
    kind: str
    learner_id: int = _big()
    contact: dict[str, str] = _json()
    buyer: dict[str, Any] = _json()
    siret: str
    offer_id: int = _big()  # of the catalogue; what was offered is kept below, whatever becomes of it there
    session_id: int = _big()
    offer: dict[str, Any] = _json()
    state: str
    billing: str
    control: str
    attendance: str
    attention: str
    since_at: datetime = _instant()
    billing_since_at: datetime = _instant()
    control_since_at: datetime = _instant()
    changed_at: datetime = _instant()
    requested_at: datetime = _instant()
    starts_on: date
    ends_on: date | None = None
    price_cents: int = _big()
    hours: int | None = None
    proposed_at: datetime | None = _maybe_instant()
    accepted_at: datetime | None = _maybe_instant()
    terms_version: str = ""
    funder: str = ""
    entered_on: date | None = None
    exited_on: date | None = None
    breaks: list[dict[str, Any]] = _json()
    rate_percent: int | None = None
    cause: str | None = None
    bill_number: str = ""
    plan: dict[str, Any] = _json()
    due_at: datetime | None = _maybe_instant()


class EventRow(SQLModel, table=True):
    """The history: rows that are added and never changed. ``number`` is the version that the event made."""

    __tablename__ = "enrollment_event"

    file_id: int = Field(sa_column=Column(KEY, ForeignKey("enrollment_file.id"), primary_key=True, autoincrement=False))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = _instant()  # when it took effect: a deadline's own instant, however late the sweep
    noted_at: datetime = _instant()
    event: str
    actor: str
    by: str  # who it was, as his key names him
    state: str  # what it made of the file
    billing: str
    control: str
    attendance: str
    attention: str
    said: dict[str, Any] = _json()
    outcome: str = Field(default="", sa_column=Column(Text, nullable=False))


class SessionSeatsRow(SQLModel, table=True):
    """What an organisation last stated of a session's seats; the row is the lock of those who want one."""

    __tablename__ = "session_seats"

    session_id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))
    total: int | None = None
    left: int | None = None
    base: int = 0  # seats held here when ``left`` was stated: the organisation had counted them


class SeatHoldRow(SQLModel, table=True):
    __tablename__ = "seat_hold"
    __table_args__ = (Index("ix_seat_hold_session", "session_id"),)

    file_id: int = Field(sa_column=Column(KEY, ForeignKey("enrollment_file.id"), primary_key=True, autoincrement=False))
    session_id: int = _big()
    until: datetime | None = _maybe_instant()  # of a proposal; NULL once it is ordered or being examined


FILE = table(FileRow)
EVENT = table(EventRow)
SESSION_SEATS = table(SessionSeatsRow)
SEAT_HOLD = table(SeatHoldRow)
