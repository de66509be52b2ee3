"""Card keys kept true in the catalogue: computed family by family, written where they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from base.database import reading, stored, unit_of_work
from catalog.rows import FamilyOffer
from catalog.store import families, marks, statistics
from catalog.store.followed import followed, in_turn
from catalog.store.write import set_card_keys
from indexer.cards import GROUP_BITS, Family, card_keys, family_bits, family_bits_of

_BATCH = 5_000  # keys written in one transaction: a writer waits some tens of milliseconds at most


def regroup(conn: Connection, training_ids: Sequence[int]) -> set[int]:
    """Group the families of these trainings anew, the ones they left included; the *other* trainings that must be
    indexed again. Whatever changed its card is marked, these trainings too: equal versions are equal documents, so that
    of two who index one the later state wins."""
    now = families.families_of(conn, training_ids)
    wanted = {Family(*key) for key in now.values()}
    known = {family_bits(family) for family in wanted}
    stored = families.stored_keys(conn, training_ids)
    left = {family_bits_of(key) for _, key, _ in stored} - known
    for bits in left:  # a training whose certification changed
        first = bits << GROUP_BITS
        siblings = families.families_between(conn, first, first + (1 << GROUP_BITS) - 1)
        wanted |= {Family(*key) for key in siblings}
    changed: dict[int, int | None] = {offer: None for offer, _, withdrawn in stored if withdrawn}
    touched: set[int] = set()
    for family in sorted(wanted):
        offers = families.family_offers(conn, family)
        keys = _changed(family, offers)
        changed |= keys
        touched |= {offer.training_id for offer in offers if offer.offer_id in keys}
    set_card_keys(conn, changed)
    marks.mark(conn, touched)
    return touched - set(training_ids)


@dataclass(frozen=True, slots=True)
class Regrouped:
    offers: int  # that changed their card
    bumped: dict[int, int]  # training -> its new version


def regroup_all(database: Database) -> Regrouped:
    """Group the whole catalogue, for a rebuild. What changed its card is marked like any change, for the served index
    shows the old one and the rebuild may be killed; what waits under a mark that nobody followed yet stays as it is."""
    with unit_of_work(database) as conn:
        statistics.refresh(conn)
    changed: dict[int, int | None] = {}
    training_of: dict[int, int] = {}
    with reading(database) as conn:
        for key, rows in groupby(families.all_family_offers(conn), key=itemgetter(0)):
            offers = [offer for _, offer in rows]
            keys = _changed(Family(*key), offers)
            changed |= keys
            training_of |= {offer.offer_id: offer.training_id for offer in offers if offer.offer_id in keys}
    waiting = sorted(changed.items())  # by offer: a page of the table is written once, not once a batch
    bumped: dict[int, int] = {}
    for start in range(0, len(waiting), _BATCH):
        keys = dict(waiting[start : start + _BATCH])
        bumped |= stored(database, partial(_set_and_bump, keys=keys, trainings={training_of[each] for each in keys}))
    return Regrouped(len(changed), bumped)


def _set_and_bump(conn: Connection, keys: dict[int, int | None], trainings: set[int]) -> dict[int, int]:
    in_turn(conn)
    set_card_keys(conn, keys)
    indexed = trainings if followed(conn).issued else trainings - marks.pending_of(conn, trainings)
    marks.mark(conn, indexed)
    return marks.versions(conn, indexed)


def _changed(family: Family, offers: Sequence[FamilyOffer]) -> dict[int, int | None]:
    keys = card_keys(family, offers)
    return {offer: keys[offer] for _, _, offer, _, _, _, stored in offers if keys[offer] != stored}
