"""Offers asked for again and again, kept as they were read for as long as their training has not changed.

Whatever an offer shows moves the version of its training's change mark in the writer's transaction (``marks``), so one
small question tells whether what was kept still holds.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from base.prepared import Prepared
from catalog.rows import CatalogueOffer, CatalogueTraining
from catalog.store.read import offer_detail
from catalog.tables import CHANGE_MARK, OFFER

MOST = 5_000  # offers, some 10 KB each

_VERSION = Prepared(
    lambda _: (
        select(CHANGE_MARK.c.version)
        .join(OFFER, OFFER.c.training_id == CHANGE_MARK.c.training_id)
        .where(OFFER.c.id == bindparam("offer"))
    )
)
Detail = tuple[CatalogueOffer, CatalogueTraining]


class RememberedOffers:
    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, Detail]] = {}

    def detail(self, conn: Connection, offer_id: int) -> Detail:
        """As ``read.offer_detail``, the training without its other offers."""
        marked = _VERSION.first(conn, {"offer": offer_id})  # before what it tells of: a change after it is read again
        kept = self._kept.get(offer_id)
        if kept is not None and marked is not None and kept[0] == marked.version:
            return kept[1]
        offer, training = offer_detail(conn, offer_id)
        found = offer, training._replace(offers=(offer,))
        if marked is not None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[offer_id] = marked.version, found
        return found
