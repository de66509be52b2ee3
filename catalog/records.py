"""What ``ingest`` hands to ``catalog.store``: one normalised training with its offers, places and sessions.

Texts are clean Unicode without markup. A missing fact is ``None``, ``""``, ``()`` or ``UNKNOWN``: never invented.
Keys are the organisation's own: a training is (siret, numero), an offer adds its numero, a session adds its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    DatePrecision,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
    SessionState,
)


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    siret: str
    name: str = ""  # empty until a file or the organisations' list names it
    legal_name: str = ""
    activity_number: str = ""  # NDA, 11 digits
    qualiopi: Answer = Answer.UNKNOWN
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact as a learner sees it. ``role``: information, registration, place, referent or a LHÉO label."""

    role: str
    name: str = ""
    function: str = ""
    phones: tuple[str, ...] = ()  # E.164 where readable, else as given
    email: str = ""
    web: tuple[str, ...] = ()
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    label: str = ""  # denomination, or what stands on the first address line
    street: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    insee: str = ""
    country: str = "FR"
    lat: float | None = None  # degrees WGS84, rounded as the index stores them
    lon: float | None = None
    precision: PlacePrecision = PlacePrecision.UNKNOWN
    departement: str = ""
    region: str = ""
    premises_accessible: Answer = Answer.UNKNOWN
    accessibility_text: str = ""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    numero: str
    start_on: date | None = None  # first of the month when precision is MONTH
    start_precision: DatePrecision = DatePrecision.UNKNOWN
    start_month: int | None = None  # 1-12, only for MONTH_OF_YEAR
    end_on: date | None = None
    end_precision: DatePrecision = DatePrecision.UNKNOWN
    state: SessionState = SessionState.OPEN
    guaranteed: Answer = Answer.UNKNOWN
    seats_total: int | None = None
    seats_left: int | None = None
    contacts: tuple[ContactRecord, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)  # all other facts, for display and export


@dataclass(frozen=True, slots=True)
class OfferRecord:
    numero: str
    source_id: str  # the identifier the offer had where it came from
    modality: Modality = Modality.UNKNOWN
    entry: Entry = Entry.UNKNOWN
    earliest_start_on: date | None = None  # permanent entry only
    places: tuple[PlaceRecord, ...] = ()
    sessions: tuple[SessionRecord, ...] = ()
    price_cents: int | None = None  # all taxes included
    price_net_cents: int | None = None
    vat_rate_bp: int | None = None  # basis points: 2000 = 20 %
    extra_fees_cents: int | None = None
    hours: int | None = None  # total, centre + company
    hours_centre: int | None = None
    hours_company: int | None = None
    rhythms: tuple[Rhythm, ...] = ()
    languages: tuple[str, ...] = ()  # ISO 639-1, lower case
    funders: tuple[Funder, ...] = ()
    audiences: tuple[Audience, ...] = ()
    eligible_cpf: Answer = Answer.UNKNOWN
    prerequisites: Answer = Answer.UNKNOWN
    accessibility: dict[Need, Answer] = field(default_factory=dict)  # needs not named are UNKNOWN
    contacts: tuple[ContactRecord, ...] = ()
    url: str = ""
    texts: dict[str, str] = field(
        default_factory=dict
    )  # prerequisites, admission, pedagogy, accessibility, fees, catering...
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    source: str  # edof, lheo, json, or the name of a CSV mapping (rco-catalogue, rco-offres)
    organisation: OrganisationRecord
    numero: str
    title: str
    certification: str = ""  # normalised code of the first of: RNCP34441, RS5695, CPF202, CI56927
    certification_codes: tuple[str, ...] = ()  # every code the file gave, normalised (RNCP..., RS..., CPF..., CI...)
    certification_kind: CertificationKind = CertificationKind.UNKNOWN
    certification_title: str = ""  # as the file gives it; the reference's title comes first when loaded
    level: Level = Level.UNKNOWN  # as the file gives it
    objective: str = ""
    results: str = ""
    content: str = ""
    highlights: str = ""
    rome: tuple[str, ...] = ()
    formacodes: tuple[str, ...] = ()
    nsf: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # vocabulary labels that the file itself carries beside its codes
    url: str = ""
    contacts: tuple[ContactRecord, ...] = ()
    offers: tuple[OfferRecord, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
