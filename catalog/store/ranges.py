"""Which trainings a read takes at a time: those asked for in chunks, or all of them by ranges of their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from catalog.store.statements import chunks
from catalog.tables import OFFER, TRAINING

RANGE = 1_000  # trainings read at a time


@dataclass(frozen=True, slots=True)
class Scope:
    trainings: ColumnElement[bool]
    offers: ColumnElement[bool]


def scopes(conn: Connection, training_ids: Sequence[int] | None) -> Iterator[Scope]:
    """In ascending order of ids; ``None`` = the whole catalogue."""
    if training_ids is not None:
        for chunk in chunks(sorted(set(training_ids))):
            yield Scope(TRAINING.c.id.in_(chunk), OFFER.c.training_id.in_(chunk))
        return
    last = -1
    while True:
        ids = list(conn.scalars(select(TRAINING.c.id).where(TRAINING.c.id > last).order_by(TRAINING.c.id).limit(RANGE)))
        if not ids:
            return
        first, last = ids[0], ids[-1]
        yield Scope(TRAINING.c.id.between(first, last), OFFER.c.training_id.between(first, last))
