"""A question made exact: what every engine executes. Plain values, no text left to understand.

The meaning of each member is in ``docs/search.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    Rhythm,
)


class Sort(StrEnum):
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    START = "start"
    PRICE = "price"
    DURATION = "duration"
    RATING = "rating"


class Remote(StrEnum):
    INCLUDE = "include"
    EXCLUDE = "exclude"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Alternative:
    term: str  # as in TrainingDocument.terms
    weight: float  # in (0, 1]


@dataclass(frozen=True, slots=True)
class Word:
    text: str  # as typed, for reasons
    share: float  # of the text part; shares of a plan's words sum to 1
    alternatives: tuple[Alternative, ...]
    required: bool = True  # a relaxed plan keeps the word for the score but not for matching


@dataclass(frozen=True, slots=True)
class Point:
    lat: float  # rounded by geo.distance.round_coordinate
    lon: float


class AreaKind(StrEnum):
    DEPARTEMENT = "dep"
    REGION = "reg"
    INSEE = "insee"


@dataclass(frozen=True, slots=True)
class Area:
    kind: AreaKind
    codes: frozenset[str]  # alternatives: a commune with arrondissements stands for all of them


@dataclass(frozen=True, slots=True)
class Filters:
    """Values inside one set are alternatives; different members all hold. Empty or ``None`` = no condition."""

    modality: frozenset[Modality] = frozenset()
    entry: frozenset[Entry] = frozenset()
    level: frozenset[Level] = frozenset()
    certification_kind: frozenset[CertificationKind] = frozenset()
    rhythm: frozenset[Rhythm | Answer] = frozenset()  # Answer.UNKNOWN = not stated
    language: frozenset[str] = frozenset()  # ISO 639-1 or "unknown"
    funder: frozenset[Funder | Answer] = frozenset()
    prerequisites: frozenset[Answer] = frozenset()
    guaranteed: frozenset[Answer] = frozenset()  # search.document.guarantee
    accessibility: dict[Need, frozenset[Answer]] = field(default_factory=dict)
    audience: Audience = Audience.EVERYONE
    certification: frozenset[str] = frozenset()
    rome: frozenset[str] = frozenset()
    formacode: frozenset[str] = frozenset()
    nsf: frozenset[str] = frozenset()
    organisation: frozenset[str] = frozenset()  # SIRETs
    ids: frozenset[int] = frozenset()
    start_from: int | None = None  # ordinals
    start_to: int | None = None
    price_max_cents: int | None = None
    hours_max: int | None = None
    rating_min: float | None = None
    seats_min: int | None = None
    bookable_from: int | None = None  # first day that leaves the minimum notice; None = bookable not asked


@dataclass(frozen=True, slots=True)
class Plan:
    words: tuple[Word, ...]
    home: Point | None
    work: Point | None
    radius_km: float | None  # None when no origin
    areas: tuple[Area, ...]  # alternatives
    remote: Remote
    filters: Filters
    sort: Sort
    group: bool
    day: int  # ordinal of the question's day, Europe/Paris
    seed: int  # 32 bits, of (day, understood question)
    facets: bool
    offset: int  # of cards (group) or offers, in the engine's own order
    limit: int
