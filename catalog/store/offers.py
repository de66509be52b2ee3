"""Which offers a training has or ever had: an index that holds them one by one must hear of those that left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from catalog.store.statements import chunks, driver_rows
from catalog.tables import OFFER


def offer_ids(conn: Connection, training_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Training id -> its offers in ascending order, withdrawn ones included."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for chunk in chunks(training_ids):
        query = select(OFFER.c.training_id, OFFER.c.id).where(OFFER.c.training_id.in_(chunk))
        for training, offer in driver_rows(conn, query):
            found[training].append(offer)
    return {training: tuple(sorted(offers)) for training, offers in found.items()}
