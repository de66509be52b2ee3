"""What an engine holds: one document per training, with a row per offer. Made by ``indexer``, read by every engine.

Documents of places, sessions and offers are named tuples: a frozen dataclass of as many members takes five times as
long to make, and a rebuild makes half a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Level,
    Modality,
    Rhythm,
)

# Bits of a term's field mask, best field first (weights: search/ranking.py).
CERTIFICATION_TITLE, TRAINING_TITLE, LABELS, OBJECTIVE, CONTENT = 1, 2, 4, 8, 16
FIELD_NAMES = ("certification_title", "training_title", "labels", "objective", "content")


class PlaceDocument(NamedTuple):
    lat: float  # degrees, rounded by geo.distance.round_coordinate
    lon: float
    departement: str  # "69", "2A", "971"; "" when unknown
    region: str  # INSEE code "84"; "" when unknown
    insee: str  # commune or arrondissement; "" when unknown


class SessionDocument(NamedTuple):
    """Days are ordinals (``date.toordinal``). ``until`` is the last day it may start: the end of its month when only
    the month is known. Sessions without a known date are not rows here; they stay in the payload."""

    start: int
    until: int
    open: bool
    guaranteed: Answer
    seats_left: int | None


def guarantee(sessions: tuple[SessionDocument, ...]) -> Answer:
    """Of an offer: yes when one session is guaranteed, no when each is said not to be, else not stated."""
    found = Answer.NO if sessions else Answer.UNKNOWN
    for session in sessions:
        if session.guaranteed is Answer.YES:
            return Answer.YES
        if session.guaranteed is Answer.UNKNOWN:
            found = Answer.UNKNOWN
    return found


class OfferDocument(NamedTuple):
    id: int  # base.ids.offer_id; total order ends on it
    siret: str
    siren: str  # one organisation = one SIREN when a page is arranged
    card: int  # 63-bit key of the card it belongs to, computed by indexer.cards
    certifications: tuple[str, ...]  # RNCP34441, RS5695, CPF202, CI56927
    certification_kind: CertificationKind
    rome: tuple[str, ...]
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    modality: Modality
    entry: Entry
    earliest_start: int | None  # ordinal, permanent entry only; None = at once
    level: Level
    price_cents: int | None
    hours: int | None
    rhythms: frozenset[Rhythm]
    languages: tuple[str, ...]
    funders: frozenset[Funder]
    audiences: frozenset[Audience]  # empty = not stated
    prerequisites: Answer
    accessibility: tuple[Answer, ...]  # in the order of catalog.codes.facets.Need
    rating: float | None  # Bayesian mean, 1-5
    places: tuple[PlaceDocument, ...]  # located places only; may be empty
    sessions: tuple[SessionDocument, ...]  # dated, not withdrawn, by start
    open_undated: bool  # an open session without a known date exists (counts as open, meets no window)
    valid_until: int | None  # last day of its certification: nobody is enrolled after it; None = no end is known
    payload: bytes  # orjson of what a hit shows; see search.present


@dataclass(frozen=True, slots=True)
class TrainingDocument:
    id: int  # base.ids.training_id
    version: int  # of the change mark it was built under; a later one wins
    terms: tuple[tuple[str, int], ...]  # (term, field mask), shared between trainings of the same texts
    offers: tuple[OfferDocument, ...]
    gone: tuple[int, ...] = ()  # its offers that left, by id; empty in a rebuild, which starts from nothing


@dataclass(frozen=True, slots=True)
class Removal:
    """The training has no offer to show any more."""

    id: int
    version: int
    gone: tuple[int, ...] = ()  # every offer it ever had: engines that hold one document per offer delete by id
