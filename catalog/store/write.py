"""Trainings in: many at once, withdrawn instead of deleted, and unchanged ones left alone.

Every row of a training is a function of its record, so a training whose record has the same hash needs no writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Text, cast, delete, select, update

from base.ids import offer_id, organisation_id, session_id, training_id
from catalog.codes.facets import Answer
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
from catalog.store.statements import chunks, driver_rows, insert_missing, instant, upsert
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

_STORED = (
    ORGANISATION.c.siret,
    ORGANISATION.c.name,
    ORGANISATION.c.legal_name,
    ORGANISATION.c.activity_number,
    ORGANISATION.c.qualiopi,
    cast(ORGANISATION.c.details, Text),
)
_NOTHING = ("", "", "", Answer.UNKNOWN.value, "{}")


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
    for chunk in chunks(wanted):
        known = select(*_STORED).where(ORGANISATION.c.id.in_([organisation_id(siret) for siret in chunk]))
        stored = {row[0]: row[1:] for row in driver_rows(conn, known)}
        rows: list[tuple[Any, ...]] = []
        for siret in chunk:
            before = stored.get(siret, _NOTHING)
            after = _completed(before, wanted[siret])
            if after != before or siret not in stored:
                rows.append((organisation_id(siret), siret, siret[:9], *after, at))
                changed.append(siret)
        # Naming a unique column, even with the same value, would lock out those who store trainings of it.
        upsert(conn, ORGANISATION, ORGANISATION_COLUMNS, rows, keep=("siret", "siren"))
        marks.mark_by_organisation(conn, [row[1] for row in rows if row[1] in stored])
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
    if not keys:
        return
    if conn.dialect.name == "postgresql":
        pairs = 'unnest(%s::bigint[], %s::bigint[]) AS "new" ("id", "key")'
        sql = f'UPDATE "{OFFER.name}" SET "card_key" = "new"."key" FROM {pairs} WHERE "{OFFER.name}"."id" = "new"."id"'
        conn.exec_driver_sql(sql, (list(keys), list(keys.values())))
    else:
        rows = [(key, offer) for offer, key in keys.items()]
        conn.exec_driver_sql(f'UPDATE "{OFFER.name}" SET "card_key" = ? WHERE "id" = ?', rows)


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


def _merged(records: Iterable[OrganisationRecord]) -> dict[str, OrganisationRecord]:
    """What is stated of each SIRET over all its records, the last statement winning."""
    wanted: dict[str, OrganisationRecord] = {}
    for record in records:
        before = wanted.get(record.siret)
        if before is None or before is record:
            wanted[record.siret] = record
        elif record != before:
            wanted[record.siret] = OrganisationRecord(
                record.siret,
                record.name or before.name,
                record.legal_name or before.legal_name,
                record.activity_number or before.activity_number,
                before.qualiopi if record.qualiopi is Answer.UNKNOWN else record.qualiopi,
                record.details or before.details,
            )
    return wanted


def _completed(before: tuple[str, ...], record: OrganisationRecord) -> tuple[str, ...]:
    """The stored facts with those that a record states put over them."""
    name, legal_name, activity_number, qualiopi, details = before
    return (
        record.name or name,
        record.legal_name or legal_name,
        record.activity_number or activity_number,
        qualiopi if record.qualiopi is Answer.UNKNOWN else record.qualiopi.value,
        orjson.dumps(record.details, option=orjson.OPT_SORT_KEYS).decode() if record.details else details,
    )
