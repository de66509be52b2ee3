"""Tables of the catalogue. Ids are derived from the organisations' own keys (``base.ids``), so a rebuild moves no link.

Nothing is ever deleted: what an organisation takes away gets ``withdrawn_at``. SQL on these tables stands in
``catalog.store`` only.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, Column, ForeignKey, Index, SmallInteger, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from base.database import KEY, Instant


def _key() -> Any:
    return Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))


def _to(target: str) -> Any:
    return Field(sa_column=Column(KEY, ForeignKey(target), nullable=False))


def _text() -> Any:
    return Field(default="", sa_column=Column(Text, nullable=False))


def _json() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


def _maybe_big() -> Any:
    """Cents: a file may state 99,999,999.99 euros, which 32 bits do not hold."""
    return Field(default=None, sa_column=Column(KEY, nullable=True))


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class Organisation(SQLModel, table=True):
    id: int = _key()
    siret: str = Field(unique=True)
    siren: str = Field(index=True)
    name: str = _text()  # empty until a file or the organisations' list names it
    legal_name: str = _text()
    activity_number: str = ""
    qualiopi: str = "unknown"
    details: dict[str, Any] = _json()
    updated_at: datetime = _instant()


class Training(SQLModel, table=True):
    # Also answers "offers of one organisation on one certification" (cards).
    __table_args__ = (Index("ix_training_organisation", "organisation_id", "certification"),)

    id: int = _key()
    organisation_id: int = _to("organisation.id")
    source: str
    numero: str
    title: str = _text()
    certification: str = ""
    certification_codes: list[str] = _json()
    certification_kind: str = "unknown"
    certification_title: str = _text()
    level: str = "unknown"
    rome: list[str] = _json()
    formacodes: list[str] = _json()
    nsf: list[str] = _json()
    labels: list[str] = _json()
    content_hash: str  # of the whole record, offers and sessions included: the same file twice changes nothing
    submission_id: int | None = Field(default=None, sa_column=Column(KEY, nullable=True))  # that changed it last
    created_at: datetime = _instant()
    updated_at: datetime = _instant()
    withdrawn_at: datetime | None = _maybe_instant()
    # Long ones last: SQLite reads a row up to the last column asked for, page after page.
    objective: str = _text()
    results: str = _text()
    content: str = _text()
    highlights: str = _text()
    url: str = _text()
    contacts: list[dict[str, Any]] = _json()
    details: dict[str, Any] = _json()


CARDED = text("card_key IS NOT NULL")  # few offers share a card, and an import writes none


class Offer(SQLModel, table=True):
    __table_args__ = (
        Index("ix_offer_card_key", "card_key", sqlite_where=CARDED, postgresql_where=CARDED),
        # With the withdrawal, so that what hangs on an offer is read without reading the offer.
        Index("ix_offer_training", "training_id", "withdrawn_at"),
    )

    id: int = _key()
    training_id: int = _to("training.id")
    numero: str
    source_id: str
    modality: str
    entry: str
    earliest_start_on: date | None = None
    price_cents: int | None = _maybe_big()
    price_net_cents: int | None = _maybe_big()
    vat_rate_bp: int | None = None
    extra_fees_cents: int | None = _maybe_big()
    hours: int | None = None
    hours_centre: int | None = None
    hours_company: int | None = None
    rhythms: list[str] = _json()
    languages: list[str] = _json()
    funders: list[str] = _json()
    audiences: list[str] = _json()
    eligible_cpf: str
    prerequisites: str
    accessibility: dict[str, str] = _json()
    card_key: int | None = Field(default=None, sa_column=Column(KEY, nullable=True))  # derived; the indexer's alone
    withdrawn_at: datetime | None = _maybe_instant()
    contacts: list[dict[str, Any]] = _json()
    url: str = _text()
    texts: dict[str, str] = _json()
    details: dict[str, Any] = _json()


class Place(SQLModel, table=True):
    id: int = _key()  # of its content: the same place of a thousand offers is one row
    label: str = _text()
    street: list[str] = _json()
    postcode: str
    city: str
    insee: str
    country: str
    lat: float | None = None
    lon: float | None = None
    precision: str
    departement: str
    region: str
    premises_accessible: str
    accessibility_text: str = _text()


class OfferPlace(SQLModel, table=True):
    __tablename__ = "offer_place"
    __table_args__ = ({"sqlite_with_rowid": False},)

    offer_id: int = Field(sa_column=Column(KEY, ForeignKey("offer.id"), primary_key=True, autoincrement=False))
    position: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    place_id: int = _to("place.id")


class Session(SQLModel, table=True):
    # Sessions of an offer lie together: they are written and read together, and ids are hashes.
    __table_args__ = (UniqueConstraint("id"), {"sqlite_with_rowid": False})

    offer_id: int = Field(sa_column=Column(KEY, ForeignKey("offer.id"), primary_key=True, autoincrement=False))
    id: int = _key()
    numero: str
    start_on: date | None = None
    start_precision: str
    start_month: int | None = Field(default=None, sa_column=Column(SmallInteger, nullable=True))
    end_on: date | None = None
    end_precision: str
    state: str
    guaranteed: str
    seats_total: int | None = None
    seats_left: int | None = None
    withdrawn_at: datetime | None = _maybe_instant()
    contacts: list[dict[str, Any]] = _json()
    details: dict[str, Any] = _json()


class FullSession(SQLModel, table=True):
    """A session whose known seats are all promised, and what was stated of them then (``store.full``)."""

    __tablename__ = "full_session"

    session_id: int = Field(sa_column=Column(KEY, ForeignKey("session.id"), primary_key=True, autoincrement=False))
    training_id: int = Field(sa_column=Column(KEY, nullable=False, index=True))
    total: int | None = None
    left: int | None = None


class Certification(SQLModel, table=True):
    """What the reference files say of a code. A training may name a code that is not here."""

    code: str = Field(primary_key=True)
    kind: str = "unknown"
    title: str = _text()
    level: str = "unknown"
    valid_until: date | None = None
    rome: list[str] = _json()
    formacodes: list[str] = _json()
    nsf: list[str] = _json()
    successors: list[str] = _json()  # codes that replace it
    details: dict[str, Any] = _json()
    updated_at: datetime = _instant()


class Label(SQLModel, table=True):
    """A code of a vocabulary in words. ``scheme``: rome, rome_appellation, formacode, nsf."""

    scheme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    label: str = _text()
    parent: str = ""  # rome_appellation: its trade; rome: the trade it was cut from
    synonyms: list[str] = _json()


class Submission(SQLModel, table=True):
    id: int = _key()
    source: str
    mode: str  # update, replace
    dry_run: bool = False
    owner: str = ""  # who sent it: the name of a key, or the user of the command line
    siret: str = Field(default="", index=True)  # the organisation it was sent for; empty = whichever the file names
    file_name: str = _text()
    mapping: str = _text()  # of the columns of a CSV, as TOML; empty = recognised
    path: str = _text()  # of the bytes as received; empty once they are past their time
    sha256: str
    size: int = Field(sa_column=Column(KEY, nullable=False))
    state: str  # received, running, done, refused, failed
    position: int = 0  # trainings whose fate is committed: where to resume from the kept bytes
    counts: dict[str, int] = _json()
    error: str = _text()
    received_at: datetime = _instant()
    updated_at: datetime = _instant()
    finished_at: datetime | None = _maybe_instant()


class Finding(SQLModel, table=True):
    __table_args__ = ({"sqlite_with_rowid": False},)

    submission_id: int = Field(
        sa_column=Column(KEY, ForeignKey("submission.id"), primary_key=True, autoincrement=False)
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # from 1, in the file's order
    code: str
    severity: str
    message: str = _text()
    line: int | None = None
    column: int | None = None
    path: str = _text()
    value: str = _text()
    suggestion: str = ""
    level: str = ""
    key: str = ""
    edof_code: str = ""
    training: str = ""
    offer: str = ""


PENDING = text("pending = 1")


class ChangeMark(SQLModel, table=True):
    """One row per training for ever: ``version`` only grows, so an older document never replaces a newer one."""

    __tablename__ = "change_mark"
    __table_args__ = (
        Index(
            "ix_change_mark_pending", "pending", sqlite_where=text("pending = 1"), postgresql_where=text("pending = 1")
        ),
    )

    training_id: int = Field(sa_column=Column(KEY, primary_key=True, autoincrement=False))
    version: int = Field(sa_column=Column(KEY, nullable=False))
    pending: int = Field(sa_column=Column(SmallInteger, nullable=False))  # 1 until the index has this version
    # Since when the index waits for it, by the database's own clock; NULL for marks made before this was kept.
    marked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class FollowedRow(SQLModel, table=True):
    """One row: how far an index has followed this catalogue (``catalog.store.followed``)."""

    __tablename__ = "followed"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    catalogue: str
    issued: int = Field(sa_column=Column(KEY, nullable=False))
    confirmed: int = Field(sa_column=Column(KEY, nullable=False))


class ReferenceFile(SQLModel, table=True):
    """Which official files the vocabulary in use was loaded from."""

    __tablename__ = "reference_file"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    sha256: str
    rows: int
    loaded_at: datetime = _instant()


def table(model: type[SQLModel]) -> Table:
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


ORGANISATION = table(Organisation)
TRAINING = table(Training)
OFFER = table(Offer)
PLACE = table(Place)
OFFER_PLACE = table(OfferPlace)
SESSION = table(Session)
FULL_SESSION = table(FullSession)
CERTIFICATION = table(Certification)
LABEL = table(Label)
SUBMISSION = table(Submission)
FINDING = table(Finding)
CHANGE_MARK = table(ChangeMark)
FOLLOWED = table(FollowedRow)
REFERENCE_FILE = table(ReferenceFile)
