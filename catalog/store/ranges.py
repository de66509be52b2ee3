"""Which trainings a read takes at a time: those asked for in chunks, or all of them by ranges of their ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from catalog.store.statements import chunks
from catalog.tables import FULL_SESSION, OFFER, TRAINING

RANGE = 1_000  # trainings read at a time
_TRAINING_IDS = (TRAINING.c.id, OFFER.c.training_id, FULL_SESSION.c.training_id)


@dataclass(frozen=True, slots=True)
class Scope:
    trainings: ColumnElement[bool]
    offers: ColumnElement[bool]
    full: ColumnElement[bool]  # sessions that are full


def scopes(conn: Connection, training_ids: Sequence[int] | None) -> Iterator[Scope]:
    """In ascending order of ids; ``None`` = the whole catalogue."""
    if training_ids is not None:
        for chunk in chunks(sorted(set(training_ids))):
            yield Scope(*(column.in_(chunk) for column in _TRAINING_IDS))
        return
    last = -1
    while True:
        ids = list(conn.scalars(select(TRAINING.c.id).where(TRAINING.c.id > last).order_by(TRAINING.c.id).limit(RANGE)))
        if not ids:
            return
        first, last = ids[0], ids[-1]
        yield Scope(*(column.between(first, last) for column in _TRAINING_IDS))
