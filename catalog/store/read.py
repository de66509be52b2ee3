"""Trainings out, in bulk and one by one.

Read by ranges of training ids, each table once per range and merged in Python: memory stays flat over a national
catalogue, and a range costs a few short queries instead of one wide join that repeats every text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter

from sqlalchemy import Connection, select

from base.errors import NotFound
from base.ids import id_text
from catalog.rows import CatalogueOffer, CatalogueSession, CatalogueTraining, LabelRow
from catalog.store.full import full_sessions
from catalog.store.merge import (
    OFFER_FIELDS,
    SESSION_FIELDS,
    TRAINING_FIELDS,
    Neighbours,
    by_start,
    codes,
    offer_of,
    session_of,
    training_of,
)
from catalog.store.ranges import Scope, scopes
from catalog.store.statements import driver_rows
from catalog.tables import LABEL, OFFER, OFFER_PLACE, SESSION, TRAINING

by_id = attrgetter("id")


def read_catalogue(conn: Connection, training_ids: Sequence[int] | None = None) -> Iterator[CatalogueTraining]:
    """Trainings with everything below them, by training id; ``None`` = all.

    Left out: what is withdrawn, and trainings without an offer left. Use it inside one ``base.database.reading`` block,
    so that all ranges show one state.
    """
    neighbours = Neighbours(conn)
    for scope in scopes(conn, training_ids):
        yield from _trainings(conn, scope, neighbours)


def offer_detail(conn: Connection, offer_id: int) -> tuple[CatalogueOffer, CatalogueTraining]:
    """One offer and its training (with all its offers); ``NotFound`` when absent or withdrawn."""
    training_id = conn.scalar(select(OFFER.c.training_id).where(OFFER.c.id == offer_id))
    if training_id is not None:
        for training in read_catalogue(conn, [training_id]):
            for offer in training.offers:
                if offer.id == offer_id:
                    return offer, training
    raise NotFound("Cette offre n'existe pas ou n'est plus proposée.", offer=id_text(offer_id))


def labels(conn: Connection, scheme: str) -> dict[str, LabelRow]:
    """By code; schemes: rome, rome_appellation, formacode, nsf."""
    query = select(LABEL.c.code, LABEL.c.label, LABEL.c.parent, LABEL.c.synonyms).where(LABEL.c.scheme == scheme)
    rows = conn.execute(query.order_by(LABEL.c.code))
    return {code: LabelRow(code, label, parent, tuple(synonyms)) for code, label, parent, synonyms in rows}


def _trainings(conn: Connection, scope: Scope, neighbours: Neighbours) -> Iterator[CatalogueTraining]:
    live = (scope.offers, OFFER.c.withdrawn_at.is_(None))
    held: defaultdict[int, list[int]] = defaultdict(list)
    places = select(OFFER_PLACE.c.offer_id, OFFER_PLACE.c.place_id).join(OFFER, OFFER.c.id == OFFER_PLACE.c.offer_id)
    for offer, place in driver_rows(conn, places.where(*live).order_by(OFFER_PLACE.c.offer_id, OFFER_PLACE.c.position)):
        held[offer].append(place)
    neighbours.learn_places(place for places in held.values() for place in places)
    sessions: defaultdict[int, list[CatalogueSession]] = defaultdict(list)
    dated = select(*SESSION_FIELDS).join(OFFER, OFFER.c.id == SESSION.c.offer_id)
    full = full_sessions(conn, scope)
    for row in driver_rows(conn, dated.where(*live, SESSION.c.withdrawn_at.is_(None))):
        session = session_of(row)
        sessions[row[0]].append(session._replace(seats_left=0) if session.id in full else session)
    below: defaultdict[int, list[CatalogueOffer]] = defaultdict(list)
    for row in driver_rows(conn, select(*OFFER_FIELDS).where(*live)):
        key = row[0]
        own = sessions.get(key, [])
        if len(own) > 1:
            own.sort(key=by_start)
        located = tuple([neighbours.places[place] for place in held.get(key, ())])
        below[row[1]].append(offer_of(row, located, tuple(own)))
    query = select(*TRAINING_FIELDS).where(scope.trainings, TRAINING.c.withdrawn_at.is_(None)).order_by(TRAINING.c.id)
    rows = driver_rows(conn, query)
    neighbours.learn_organisations(row[1] for row in rows)
    neighbours.learn_certifications(code for row in rows for code in codes(row[5]))
    for row in rows:
        found = below.get(row[0])
        if found:
            found.sort(key=by_id)
            yield training_of(row, tuple(found), neighbours)
