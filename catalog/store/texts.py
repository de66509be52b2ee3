"""The trainings of a catalogue without what is below them, for a walk that needs their texts only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, exists, select

from catalog.rows import CatalogueTraining
from catalog.store.merge import TRAINING_FIELDS, Neighbours, codes, training_of
from catalog.store.ranges import scopes
from catalog.store.statements import driver_rows
from catalog.tables import OFFER, TRAINING


def read_texts(conn: Connection, training_ids: Sequence[int] | None = None) -> Iterator[CatalogueTraining]:
    """The trainings that ``read.read_catalogue`` gives, in its order, with ``offers`` left empty."""
    neighbours = Neighbours(conn)
    offered = exists().where(OFFER.c.training_id == TRAINING.c.id, OFFER.c.withdrawn_at.is_(None))
    query = select(*TRAINING_FIELDS).where(TRAINING.c.withdrawn_at.is_(None), offered).order_by(TRAINING.c.id)
    for scope in scopes(conn, training_ids):
        rows = driver_rows(conn, query.where(scope.trainings))
        neighbours.learn_organisations(row[1] for row in rows)
        neighbours.learn_certifications(code for row in rows for code in codes(row[5]))
        for row in rows:
            yield training_of(row, (), neighbours)
