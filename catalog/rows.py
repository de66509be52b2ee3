"""What the store gives back: frozen values with everything the indexer and the pages need, codes as plain strings.

Ids are the 63-bit numbers of ``base.ids``. Withdrawn trainings, offers and sessions never appear, but where said.

What is read a million times at once is a named tuple: a frozen dataclass of 28 members takes 6 microseconds to make,
the tuple 0.9, and reading a catalogue to index it is bound by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class CatalogueOrganisation:
    id: int
    siret: str
    siren: str
    name: str  # "" when unknown
    legal_name: str
    activity_number: str
    qualiopi: str  # value of Answer
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """One code as the reference files know it."""

    code: str
    kind: str  # value of CertificationKind
    title: str
    level: str  # value of Level
    valid_until: date | None  # last day of validity; None = not stated
    rome: tuple[str, ...]
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    successors: tuple[str, ...]
    details: dict[str, Any]


class CatalogueCertification(NamedTuple):
    """A training's certification: what the reference says of its codes, completed by what its file gave.

    The first code of the training that knows title or level decides it; ``valid_until`` is only taken from another code
    when the first one is not in the reference at all. Trades, Formacode and NSF are those of the finest code: Certif
    Info's, then the register's.
    """

    code: str  # the training's main code; "" when it has none
    codes: tuple[str, ...]  # every code of the training, the main one first
    kind: str
    title: str  # the reference's, else the file's
    level: str  # the reference's, else the training's own
    valid_until: date | None
    known: bool  # at least one code is in the reference
    rome: tuple[str, ...]
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    successors: tuple[str, ...]


class CataloguePlace(NamedTuple):
    id: int
    label: str
    street: tuple[str, ...]
    postcode: str
    city: str
    insee: str
    country: str
    lat: float | None
    lon: float | None
    precision: str  # value of PlacePrecision
    departement: str
    region: str
    premises_accessible: str  # value of Answer
    accessibility_text: str


class CatalogueSession(NamedTuple):
    id: int
    numero: str
    start_on: date | None
    start_precision: str  # value of DatePrecision
    start_month: int | None
    end_on: date | None
    end_precision: str
    state: str  # value of SessionState
    guaranteed: str  # value of Answer
    seats_total: int | None
    seats_left: int | None
    contacts: tuple[dict[str, Any], ...]  # members of ContactRecord
    details: dict[str, Any]


class CatalogueOffer(NamedTuple):
    id: int
    training_id: int
    numero: str
    source_id: str
    modality: str
    entry: str
    earliest_start_on: date | None
    price_cents: int | None
    price_net_cents: int | None
    vat_rate_bp: int | None
    extra_fees_cents: int | None
    hours: int | None
    hours_centre: int | None
    hours_company: int | None
    rhythms: tuple[str, ...]
    languages: tuple[str, ...]
    funders: tuple[str, ...]
    audiences: tuple[str, ...]
    eligible_cpf: str
    prerequisites: str
    accessibility: dict[str, str]  # value of Need -> value of Answer; needs not named are unknown
    contacts: tuple[dict[str, Any], ...]
    url: str
    texts: dict[str, str]
    details: dict[str, Any]
    card_key: int | None  # what the indexer wrote last
    places: tuple[CataloguePlace, ...]  # in the organisation's order
    sessions: tuple[CatalogueSession, ...]  # by start, undated ones last, then by id


class CatalogueTraining(NamedTuple):
    id: int
    organisation: CatalogueOrganisation
    source: str
    numero: str
    title: str
    certification: CatalogueCertification
    level: str  # as the file gave it
    objective: str
    results: str
    content: str
    highlights: str
    rome: tuple[str, ...]  # the file's; the certification's only where the file has none
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    labels: tuple[str, ...]
    url: str
    contacts: tuple[dict[str, Any], ...]
    details: dict[str, Any]
    updated_at: datetime
    offers: tuple[CatalogueOffer, ...]  # by id; () only for a training whose offers were all withdrawn


# The part of a session that an index shows, as the driver gives it, days as ISO texts: start, its precision, end,
# state, guaranteed (value of Answer), seats left.
SessionFacts = tuple[str | None, str, str | None, str, str, int | None]
# Offer id, id, then the facts. A plain tuple: there are millions, and most of them are only compared with known facts.
IndexedSession = tuple[int, int, str | None, str, str | None, str, str, int | None]


class IndexedOffer(NamedTuple):
    id: int
    source_id: str
    modality: str
    entry: str
    earliest_start_on: str | None
    price_cents: int | None
    hours: int | None
    eligible_cpf: str
    prerequisites: str
    card_key: int | None  # what the indexer wrote last
    rhythms: tuple[str, ...]
    languages: tuple[str, ...]
    funders: tuple[str, ...]
    audiences: tuple[str, ...]
    accessibility: tuple[str, ...]  # value of Answer for each Need, in their order
    places: tuple[CataloguePlace, ...]  # in the organisation's order
    sessions: tuple[IndexedSession, ...]  # by start, undated ones last, then by id


class IndexedTraining(NamedTuple):
    """The part of a training that an index shows; what it is found by is read apart (``store.texts``)."""

    id: int
    organisation: CatalogueOrganisation
    title: str
    certification: CatalogueCertification
    rome: tuple[str, ...]  # the file's; the certification's only where the file has none
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    offers: tuple[IndexedOffer, ...]  # by id, at least one


class TrainingTexts(NamedTuple):
    """What a training is found by."""

    id: int
    title: str
    certification: CatalogueCertification
    objective: str
    results: str
    content: str
    highlights: str
    rome: tuple[str, ...]  # the file's; the certification's only where the file has none
    formacodes: tuple[str, ...]
    nsf: tuple[str, ...]
    labels: tuple[str, ...]


class FamilyOffer(NamedTuple):
    """What grouping near-identical offers of one organisation needs."""

    training_id: int
    title: str
    offer_id: int
    modality: str
    price_cents: int | None
    hours: int | None
    card_key: int | None


@dataclass(frozen=True, slots=True)
class LabelRow:
    code: str
    label: str
    parent: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    id: int
    source: str
    mode: str
    dry_run: bool
    owner: str
    siret: str
    file_name: str
    mapping: str
    path: str
    sha256: str
    size: int
    state: str
    position: int
    counts: dict[str, int]
    error: str
    received_at: datetime
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    number: int  # from 1, in the order they were added
    code: str
    severity: str
    message: str
    line: int | None
    column: int | None
    path: str
    value: str
    suggestion: str
    level: str
    key: str
    edof_code: str
    training: str  # numero of the training it is about or within, "" = of none
    offer: str
