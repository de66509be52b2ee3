"""Families of near-identical offers, (SIREN, certification), as the grouping into cards needs them.

Withdrawn trainings still tell their family: those that stay behind may have to be grouped anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from catalog.rows import FamilyOffer
from catalog.store.statements import chunks
from catalog.tables import OFFER, ORGANISATION, TRAINING

_BATCH = 5_000  # rows fetched at once: one by one they take twice as long
FamilyKey = tuple[str, str]  # SIREN, certification


def families_of(conn: Connection, training_ids: Sequence[int]) -> dict[int, FamilyKey]:
    """Training id -> its family now; withdrawn trainings included."""
    found: dict[int, FamilyKey] = {}
    joined = TRAINING.join(ORGANISATION, TRAINING.c.organisation_id == ORGANISATION.c.id)
    for chunk in chunks(training_ids):
        query = select(TRAINING.c.id, ORGANISATION.c.siren, TRAINING.c.certification).select_from(joined)
        rows = conn.execute(query.where(TRAINING.c.id.in_(chunk)))
        found.update((row[0], (row[1], row[2])) for row in rows)
    return found


def stored_keys(conn: Connection, training_ids: Sequence[int]) -> list[tuple[int, int, bool]]:
    """(offer id, card key, withdrawn) of every offer of these trainings that has a key stored."""
    found: list[tuple[int, int, bool]] = []
    for chunk in chunks(training_ids):
        rows = conn.execute(
            select(OFFER.c.id, OFFER.c.card_key, OFFER.c.withdrawn_at.is_not(None)).where(
                OFFER.c.training_id.in_(chunk), OFFER.c.card_key.is_not(None)
            )
        )
        found.extend((row[0], row[1], bool(row[2])) for row in rows)
    return found


def families_between(conn: Connection, first: int, last: int) -> set[FamilyKey]:
    """Families with an offer whose stored card key is in [first, last]. Reads every offer: for the rare training that
    changed its certification."""
    joined = OFFER.join(TRAINING, OFFER.c.training_id == TRAINING.c.id).join(
        ORGANISATION, TRAINING.c.organisation_id == ORGANISATION.c.id
    )
    query = select(ORGANISATION.c.siren, TRAINING.c.certification).select_from(joined).distinct()
    return {(row[0], row[1]) for row in conn.execute(query.where(OFFER.c.card_key.between(first, last)))}


def family_offers(conn: Connection, family: FamilyKey) -> list[FamilyOffer]:
    """The family's offers that are not withdrawn."""
    rows = conn.execute(_OF_FAMILY, {"wanted_siren": family[0], "wanted_certification": family[1]})
    return [FamilyOffer(*row[2:]) for row in rows]


def all_family_offers(conn: Connection) -> Iterator[tuple[FamilyKey, FamilyOffer]]:
    """Offers of the whole catalogue that can share a card or have a key stored, family by family."""
    complete = (TRAINING.c.certification != "") & OFFER.c.price_cents.is_not(None) & OFFER.c.hours.is_not(None)
    query = (
        _offers()
        .where(or_(complete, OFFER.c.card_key.is_not(None)))
        .order_by(ORGANISATION.c.siren, TRAINING.c.certification)
    )
    for rows in conn.execute(query, execution_options={"stream_results": True}).partitions(_BATCH):
        for siren, certification, *offer in rows:
            yield (siren, certification), FamilyOffer._make(offer)


def _offers() -> Select[Any]:
    joined = OFFER.join(TRAINING, OFFER.c.training_id == TRAINING.c.id).join(
        ORGANISATION, TRAINING.c.organisation_id == ORGANISATION.c.id
    )
    return (
        select(
            ORGANISATION.c.siren,
            TRAINING.c.certification,
            TRAINING.c.id,
            TRAINING.c.title,
            OFFER.c.id,
            OFFER.c.modality,
            OFFER.c.price_cents,
            OFFER.c.hours,
            OFFER.c.card_key,
        )
        .select_from(joined)
        .where(OFFER.c.withdrawn_at.is_(None), TRAINING.c.withdrawn_at.is_(None))
    )


# Made once: building the statement took longer than running it.
_OF_FAMILY = _offers().where(
    ORGANISATION.c.siren == bindparam("wanted_siren"), TRAINING.c.certification == bindparam("wanted_certification")
)
