"""Which offers trainings have, and which they ever had: what an index is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from catalog.store.statements import chunks, driver_rows
from catalog.tables import OFFER, TRAINING


def offer_ids(conn: Connection, training_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Training id -> its offers in ascending order, withdrawn ones included: an index that holds offers one by one must
    hear of those that left."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for chunk in chunks(training_ids):
        query = select(OFFER.c.training_id, OFFER.c.id).where(OFFER.c.training_id.in_(chunk))
        for training, offer in driver_rows(conn, query):
            found[training].append(offer)
    return {training: tuple(sorted(offers)) for training, offers in found.items()}


def offered(conn: Connection) -> dict[int, int]:
    """Training id -> how many offers it shows, of every training that shows any."""
    joined = OFFER.join(TRAINING, OFFER.c.training_id == TRAINING.c.id)
    query = select(OFFER.c.training_id, func.count()).select_from(joined).group_by(OFFER.c.training_id)
    return dict(driver_rows(conn, query.where(TRAINING.c.withdrawn_at.is_(None), OFFER.c.withdrawn_at.is_(None))))
