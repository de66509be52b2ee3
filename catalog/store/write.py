"""Trainings in: many at once, withdrawn instead of deleted, and unchanged ones left alone.

Every row of a training is a function of its record, so a training whose record has the same hash needs no writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from base.ids import offer_id, organisation_id, session_id, training_id
from catalog.records import OrganisationRecord, TrainingRecord
from catalog.store import marks
from catalog.store.record_rows import (
    OFFER_COLUMNS,
    PLACE_COLUMNS,
    SESSION_COLUMNS,
    TRAINING_COLUMNS,
    content_hash,
    offer_row,
    place_id,
    place_row,
    session_row,
    training_row,
)
from catalog.store.statements import chunks, insert_missing, instant, json_text, upsert
from catalog.tables import OFFER, OFFER_PLACE, ORGANISATION, PLACE, SESSION, TRAINING

ORGANISATION_COLUMNS = (
    "id",
    "siret",
    "siren",
    "name",
    "legal_name",
    "activity_number",
    "qualiopi",
    "details",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Trainings, by what became of them."""

    created: int = 0
    changed: int = 0  # coming back after a withdrawal included
    unchanged: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged)


def put_trainings(
    conn: Connection, records: Sequence[TrainingRecord], *, submission: int | None, now: datetime
) -> Outcome:
    """Store a batch (500 is a good size) and mark what changed. Of two records with one key the last counts.

    Offers and sessions that a changed record no longer has are withdrawn; what comes back is no longer withdrawn.
    """
    batch = {training_id(record.organisation.siret, record.numero): record for record in records}
    known = _known(conn, list(batch))
    at = instant(conn, now)
    rows: list[tuple[Any, ...]] = []
    changed: dict[int, TrainingRecord] = {}
    for key, record in batch.items():
        digest = content_hash(record)
        if known.get(key) == digest:
            continue
        changed[key] = record
        organisation = organisation_id(record.organisation.siret)
        rows.append(training_row(key, organisation, record, digest, submission, at))
    if rows:
        put_organisations(conn, [record.organisation for record in changed.values()], now=now)
        upsert(conn, TRAINING, TRAINING_COLUMNS, rows, keep=("created_at",))
        _put_offers(conn, changed, [key for key in changed if key in known], now)
        marks.mark(conn, changed)
    created = sum(1 for key in changed if key not in known)
    return Outcome(created, len(changed) - created, len(batch) - len(changed))


def put_organisations(conn: Connection, records: Iterable[OrganisationRecord], *, now: datetime) -> list[str]:
    """Store organisations; what a record does not state keeps what was known. Returns the SIRETs that changed.

    The trainings of an organisation whose facts change are marked.
    """
    wanted = _merged(records)
    at = instant(conn, now)
    changed: list[str] = []
    for chunk in chunks(list(wanted)):
        keys = [organisation_id(siret) for siret in chunk]
        stored = {row.siret: row for row in conn.execute(select(ORGANISATION).where(ORGANISATION.c.id.in_(keys)))}
        rows = [_organisation_row(siret, wanted[siret], stored.get(siret)) for siret in chunk]
        rows = [row for row in rows if not _same(row, stored.get(row["siret"]))]
        upsert(
            conn,
            ORGANISATION,
            ORGANISATION_COLUMNS,
            [(*(row[name] for name in ORGANISATION_COLUMNS[:-2]), json_text(row["details"]), at) for row in rows],
        )
        changed.extend(row["siret"] for row in rows)
        marks.mark_by_organisation(conn, [row["siret"] for row in rows if row["siret"] in stored])
    return changed


def withdraw_missing(
    conn: Connection, *, source: str, sirets: Iterable[str], kept: Iterable[int], now: datetime
) -> int:
    """Replace mode: withdraw the trainings of these organisations and this source whose id is not kept; how many."""
    keeping = frozenset(kept)
    missing: list[int] = []
    for chunk in chunks([organisation_id(siret) for siret in sirets]):
        rows = conn.execute(
            select(TRAINING.c.id).where(
                TRAINING.c.organisation_id.in_(chunk), TRAINING.c.source == source, TRAINING.c.withdrawn_at.is_(None)
            )
        )
        missing.extend(row[0] for row in rows if row[0] not in keeping)
    withdraw_trainings(conn, missing, now=now)
    return len(missing)


def withdraw_trainings(conn: Connection, training_ids: Sequence[int], *, now: datetime) -> None:
    for chunk in chunks(training_ids):
        conn.execute(update(TRAINING).where(TRAINING.c.id.in_(chunk)).values(withdrawn_at=now, updated_at=now))
    marks.mark(conn, training_ids)


def set_card_keys(conn: Connection, keys: Mapping[int, int | None]) -> None:
    """{offer id: key, None = alone}; derived by the indexer and written by it alone. Marks nothing."""
    if keys:
        conn.execute(
            update(OFFER).where(OFFER.c.id == bindparam("offer")).values(card_key=bindparam("key")),
            [{"offer": offer, "key": key} for offer, key in keys.items()],
        )


def _known(conn: Connection, keys: Sequence[int]) -> dict[int, str]:
    """Hash by id of the trainings that exist; "" for a withdrawn one, which equals no hash."""
    known: dict[int, str] = {}
    for chunk in chunks(keys):
        query = select(TRAINING.c.id, TRAINING.c.content_hash, TRAINING.c.withdrawn_at).where(TRAINING.c.id.in_(chunk))
        known.update((key, "" if withdrawn else content_hash) for key, content_hash, withdrawn in conn.execute(query))
    return known


def _put_offers(
    conn: Connection, records: Mapping[int, TrainingRecord], existing: Sequence[int], now: datetime
) -> None:
    offers: dict[int, tuple[Any, ...]] = {}
    sessions: dict[int, tuple[Any, ...]] = {}
    places: dict[int, tuple[Any, ...]] = {}
    held: dict[tuple[int, int], tuple[int, int, int]] = {}
    for training, record in records.items():
        for offer in record.offers:
            key = offer_id(record.organisation.siret, record.numero, offer.numero)
            offers[key] = offer_row(key, training, offer)
            for position, place in enumerate(offer.places):
                place_key = place_id(place)
                if place_key not in places:
                    places[place_key] = place_row(place_key, place)
                held[key, position] = (key, position, place_key)
            for session in offer.sessions:
                session_key = session_id(key, session.numero)
                sessions[session_key] = session_row(session_key, key, session)
    _withdraw_absent(conn, existing, offers, sessions, now)
    insert_missing(conn, PLACE, PLACE_COLUMNS, list(places.values()))
    upsert(conn, OFFER, OFFER_COLUMNS, list(offers.values()), keep=("card_key",))
    upsert(conn, OFFER_PLACE, ("offer_id", "position", "place_id"), list(held.values()))
    upsert(conn, SESSION, SESSION_COLUMNS, list(sessions.values()))


def _withdraw_absent(
    conn: Connection, existing: Sequence[int], offers: Mapping[int, Any], sessions: Mapping[int, Any], now: datetime
) -> None:
    """What changed trainings had before and have no more; their lists of places are emptied to be written anew."""
    for chunk in chunks(existing):
        had = [row[0] for row in conn.execute(select(OFFER.c.id).where(OFFER.c.training_id.in_(chunk)))]
        for some in chunks(had):
            conn.execute(delete(OFFER_PLACE).where(OFFER_PLACE.c.offer_id.in_([key for key in some if key in offers])))
            gone = [key for key in some if key not in offers]
            conn.execute(
                update(OFFER).where(OFFER.c.id.in_(gone), OFFER.c.withdrawn_at.is_(None)).values(withdrawn_at=now)
            )
            held = conn.execute(
                select(SESSION.c.id).where(SESSION.c.offer_id.in_(some), SESSION.c.withdrawn_at.is_(None))
            )
            for over in chunks([row[0] for row in held if row[0] not in sessions]):
                conn.execute(update(SESSION).where(SESSION.c.id.in_(over)).values(withdrawn_at=now))


def _merged(records: Iterable[OrganisationRecord]) -> dict[str, dict[str, Any]]:
    """What is stated of each SIRET over all its records, the last statement winning."""
    wanted: dict[str, dict[str, Any]] = {}
    for record in records:
        facts = {
            "name": record.name,
            "legal_name": record.legal_name,
            "activity_number": record.activity_number,
            "qualiopi": "" if record.qualiopi.value == "unknown" else record.qualiopi.value,
            "details": record.details,
        }
        wanted.setdefault(record.siret, {}).update({name: value for name, value in facts.items() if value})
    return wanted


def _organisation_row(siret: str, facts: Mapping[str, Any], stored: Any) -> dict[str, Any]:
    empty = {"name": "", "legal_name": "", "activity_number": "", "qualiopi": "unknown", "details": {}}
    before = {name: getattr(stored, name) for name in empty} if stored is not None else empty
    return {"id": organisation_id(siret), "siret": siret, "siren": siret[:9], **before, **facts}


def _same(row: Mapping[str, Any], stored: Any) -> bool:
    return stored is not None and all(value == getattr(stored, name) for name, value in row.items())
