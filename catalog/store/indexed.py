"""What an index shows of trainings, without their texts, contacts and details: half of the time of reading it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Text, cast, select

from catalog.codes.facets import Answer, Need
from catalog.rows import CataloguePlace, IndexedOffer, IndexedSession, IndexedTraining
from catalog.store.full import full_sessions
from catalog.store.merge import Neighbours, codes, fields
from catalog.store.ranges import Scope, scopes
from catalog.store.statements import driver_rows
from catalog.tables import OFFER, OFFER_PLACE, SESSION, TRAINING

# Days as text in both databases: SQLite holds them so, and an index shows them so.
_SESSION_FIELDS = (
    SESSION.c.offer_id,
    SESSION.c.id,
    cast(SESSION.c.start_on, Text),
    SESSION.c.start_precision,
    cast(SESSION.c.end_on, Text),
    SESSION.c.state,
    SESSION.c.guaranteed,
    SESSION.c.seats_left,
)
_OFFER_FIELDS = (
    *fields(OFFER, "id training_id source_id modality entry"),
    cast(OFFER.c.earliest_start_on, Text),
    *fields(
        OFFER,
        "price_cents hours eligible_cpf prerequisites card_key rhythms languages funders audiences accessibility",
    ),
)
_TRAINING_FIELDS = fields(
    TRAINING,
    "id organisation_id title certification_codes certification_kind certification_title level rome formacodes nsf",
)
_LATEST = "9999-12-31"

by_id = attrgetter("id")


def read_indexed(conn: Connection, training_ids: Sequence[int] | None = None) -> Iterator[IndexedTraining]:
    """The trainings that ``read.read_catalogue`` gives, in its order."""
    neighbours = Neighbours(conn)
    for scope in scopes(conn, training_ids):
        yield from _trainings(conn, scope, neighbours)


def _trainings(conn: Connection, scope: Scope, neighbours: Neighbours) -> Iterator[IndexedTraining]:
    offers = _offers(conn, scope, neighbours)
    query = select(*_TRAINING_FIELDS).where(scope.trainings, TRAINING.c.withdrawn_at.is_(None)).order_by(TRAINING.c.id)
    rows = driver_rows(conn, query)
    neighbours.learn_organisations(row[1] for row in rows)
    neighbours.learn_certifications(code for row in rows for code in codes(row[3]))
    for row in rows:
        found = offers.get(row[0])
        if found:
            found.sort(key=by_id)
            yield _training_of(row, tuple(found), neighbours)


def _training_of(row: Sequence[Any], offers: tuple[IndexedOffer, ...], neighbours: Neighbours) -> IndexedTraining:
    key, organisation, title, every_code, kind, certification_title, level, rome, formacodes, nsf = row
    certification = neighbours.certification(every_code, kind, certification_title, level)
    return IndexedTraining(
        key,
        neighbours.organisations[organisation],
        title,
        certification,
        codes(rome) or certification.rome,
        codes(formacodes) or certification.formacodes,
        codes(nsf) or certification.nsf,
        offers,
    )


def _offers(conn: Connection, scope: Scope, neighbours: Neighbours) -> dict[int, list[IndexedOffer]]:
    """Training id -> its offers."""
    places, sessions = _places(conn, scope, neighbours), _sessions(conn, scope)
    found: defaultdict[int, list[IndexedOffer]] = defaultdict(list)
    for row in driver_rows(conn, select(*_OFFER_FIELDS).where(scope.offers, OFFER.c.withdrawn_at.is_(None))):
        key, rhythms, languages, funders, audiences, needs = row[0], *row[11:]
        own = (
            *(key, *row[2:11], codes(rhythms), codes(languages), codes(funders), codes(audiences), _answers(needs)),
            *(tuple(places.get(key, ())), tuple(sessions.get(key, ()))),
        )
        found[row[1]].append(IndexedOffer._make(own))
    return found


def _places(conn: Connection, scope: Scope, neighbours: Neighbours) -> dict[int, list[CataloguePlace]]:
    query = select(OFFER_PLACE.c.offer_id, OFFER_PLACE.c.place_id).join(OFFER, OFFER.c.id == OFFER_PLACE.c.offer_id)
    query = query.where(scope.offers, OFFER.c.withdrawn_at.is_(None))
    rows = driver_rows(conn, query.order_by(OFFER_PLACE.c.offer_id, OFFER_PLACE.c.position))
    neighbours.learn_places(place for _, place in rows)
    found: defaultdict[int, list[CataloguePlace]] = defaultdict(list)
    for offer, place in rows:
        found[offer].append(neighbours.places[place])
    return found


def _sessions(conn: Connection, scope: Scope) -> dict[int, list[IndexedSession]]:
    query = select(*_SESSION_FIELDS).join(OFFER, OFFER.c.id == SESSION.c.offer_id)
    rows = driver_rows(
        conn, query.where(scope.offers, OFFER.c.withdrawn_at.is_(None), SESSION.c.withdrawn_at.is_(None))
    )
    full = full_sessions(conn, scope)
    found: defaultdict[int, list[IndexedSession]] = defaultdict(list)
    for row in rows:
        found[row[0]].append((*row[:-1], 0) if full and row[1] in full else row)
    for several in found.values():
        if len(several) > 1:
            several.sort(key=_by_start)
    return found


def _by_start(session: IndexedSession) -> tuple[str, int]:
    return session[2] or _LATEST, session[1]


@lru_cache(maxsize=1 << 14)
def _answers(text: str) -> tuple[str, ...]:
    stated = orjson.loads(text)
    return tuple([stated.get(need, Answer.UNKNOWN.value) for need in Need])
