"""What ``OfferDocument.payload`` holds: the facts of a hit, as orjson bytes, members in the order given here, which
``search.present`` cuts at.

``indexer`` writes it, ``search.present`` reads it. It holds facts only, nothing that depends on the question or on the
day (next session, expiry, distances, open or past are computed when a page is made). Every member is always present.
Unknown is ``null``, ``""`` or ``"unknown"``.
"""

from __future__ import annotations

from typing import TypedDict


class CertificationPayload(TypedDict):
    code: str  # RNCP34441, RS5695, CPF202, CI56927; "" when the training has none
    title: str  # "" when unknown
    kind: str  # value of CertificationKind
    level: str  # value of Level: the certification's, else the training's own
    valid_until: str | None  # ISO date, last day of validity


class TrainingPayload(TypedDict):
    id: str  # base.ids.id_text
    title: str
    certification: CertificationPayload  # always an object, code "" when none


class OrganisationPayload(TypedDict):
    siret: str
    name: str  # "" when unknown


class PlacePayload(TypedDict):
    label: str
    postcode: str
    insee: str
    city: str
    lat: float | None
    lon: float | None
    precision: str  # value of PlacePrecision


class SessionPayload(TypedDict):
    """All sessions that are not withdrawn, dated ones first by start, past ones included."""

    id: str  # base.ids.id_text
    start: str | None  # ISO date; first of the month when only the month is known
    start_precision: str  # value of DatePrecision
    until: str | None  # ISO date: last day it may start (docs/search.md); null exactly when start is null
    end: str | None  # ISO date
    state: str  # value of SessionState
    guaranteed: str  # value of Answer
    seats_left: int | None


class OfferPayload(TypedDict):
    id: str  # base.ids.id_text
    source_id: str
    training: TrainingPayload
    organisation: OrganisationPayload
    modality: str  # value of Modality
    entry: str  # value of Entry
    places: list[PlacePayload]  # located ones first, in the order of OfferDocument.places; then those without a point
    sessions: list[SessionPayload]
    earliest_start: str | None  # ISO date, permanent entry only; null = at once
    price_cents: int | None
    hours: int | None
    eligible_cpf: str | None  # "yes", "no"; null = not stated
    funders: list[str]  # values of Funder, in their order
    accessibility: dict[str, str]  # value of Need -> value of Answer, all seven needs
    rating: float | None  # the same Bayesian mean as OfferDocument.rating
