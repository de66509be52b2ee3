"""The trainings of a catalogue without what is below them, for a walk that needs their texts only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, exists, select

from catalog.rows import CatalogueTraining
from catalog.store.merge import TRAINING_FIELDS, Neighbours, codes, training_of
from catalog.store.statements import driver_rows
from catalog.tables import OFFER, TRAINING

RANGE = 2_000


def read_texts(conn: Connection) -> Iterator[CatalogueTraining]:
    """The trainings that ``read.read_catalogue`` gives, in its order, with ``offers`` left empty."""
    neighbours = Neighbours(conn)
    offered = exists().where(OFFER.c.training_id == TRAINING.c.id, OFFER.c.withdrawn_at.is_(None))
    query = select(*TRAINING_FIELDS).where(TRAINING.c.withdrawn_at.is_(None), offered).order_by(TRAINING.c.id)
    last = -1
    while True:
        rows = driver_rows(conn, query.where(TRAINING.c.id > last).limit(RANGE))
        if not rows:
            return
        last = rows[-1][0]
        neighbours.learn_organisations(row[1] for row in rows)
        neighbours.learn_certifications(code for row in rows for code in codes(row[5]))
        for row in rows:
            yield training_of(row, (), neighbours)
