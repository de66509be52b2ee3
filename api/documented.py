"""Shapes of the answers, for the OpenAPI document only: answers are written as bytes, not through these models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog.codes.facets import PlacePrecision


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemAnswer(BaseModel):
    """RFC 9457. ``parameter`` names what a question got wrong."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = Field(None, description="urn:parcours:request: et l'identifiant de la requête")


class Certification(Shape):
    code: str
    title: str
    kind: str
    level: str
    valid_until: str | None
    expired: bool | None


class Training(Shape):
    id: str
    title: str
    certification: Certification


class Organisation(Shape):
    siret: str
    name: str


class Place(Shape):
    label: str
    postcode: str
    insee: str
    city: str
    lat: float | None
    lon: float | None
    precision: PlacePrecision


class Distances(Shape):
    home: float | None
    work: float | None


class NextSession(Shape):
    id: str
    start: str | None
    start_precision: str
    end: str | None
    open: bool
    guaranteed: str
    seats_left: int | None


class Reason(Shape):
    part: str
    value: float
    ceiling: float
    text: str


class Hit(BaseModel):
    id: str
    source_id: str
    score: float
    training: Training
    organisation: Organisation
    modality: str
    entry: str
    place: Place | None
    places_count: int
    distance_km: Distances
    next_session: NextSession | None
    earliest_start: str | None
    price_cents: int | None
    hours: int | None
    eligible_cpf: Literal["yes", "no"] | None
    funders: list[str]
    accessibility: dict[str, str]
    rating: float | None
    similar: int
    reasons: list[Reason] | None = None


class FacetValue(Shape):
    value: str
    label: str
    count: int


class UnderstoodPlace(Shape):
    label: str
    insee: str
    lat: float
    lon: float
    precision: PlacePrecision


class Understood(BaseModel):
    q: str
    words: list[dict[str, Any]]
    ignored: list[str]
    home: UnderstoodPlace | None
    work: UnderstoodPlace | None
    day: str


class Fallback(Shape):
    """L'index de secours a répondu : le moteur ne répond pas. Les en-têtes Parcours-Fallback et Parcours-Fallback-Age
    le disent aussi."""

    engine: str
    as_of: str = Field(description="Tout changement antérieur y est")
    age_seconds: int
    text: str


class SearchAnswer(BaseModel):
    total: int
    cards: int | None
    hits: list[Hit]
    facets: dict[str, list[FacetValue]] | None
    understood: Understood
    next_cursor: str | None
    fallback: Fallback | None = Field(None, description="Seulement quand l'index de secours a répondu")
    took_ms: float


class DetailAnswer(BaseModel):
    """One offer with everything that is known of it. Unknown is null, "" or "unknown"."""

    id: str
    source_id: str
    training: dict[str, Any]
    organisation: dict[str, Any]
    modality: str
    entry: str
    earliest_start: str | None
    price_cents: int | None
    hours: int | None
    eligible_cpf: Literal["yes", "no"] | None
    funders: list[str]
    accessibility: dict[str, str]
    prerequisites: str
    prerequisites_text: str
    admission: dict[str, Any]
    exam: str
    fees_not_covered: dict[str, Any]
    equipment: list[str]
    timetable: dict[str, Any]
    contacts: list[dict[str, Any]]
    places: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    texts: dict[str, str]
    details: dict[str, Any]


class PlaceFound(Shape):
    kind: str
    label: str
    insee: str
    postcode: str
    lat: float
    lon: float
    precision: PlacePrecision
    departement: str
    region: str
    population: int
    area: str


class PlacesAnswer(Shape):
    places: list[PlaceFound]


class RankingAnswer(BaseModel):
    version: str
    formula: str
    parts: list[dict[str, Any]]


class SubmissionAnswer(BaseModel):
    id: str
    state: str
    mode: str
    siret: str
    file_name: str
    sha256: str
    size: int
    counts: dict[str, int]
    findings_by_code: dict[str, int]
    error: str
    kept: bool
    received_at: str
    finished_at: str | None


class FindingAnswer(Shape):
    number: int
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
    training: str
    offer: str


class FindingsAnswer(Shape):
    findings: list[FindingAnswer]
    next_after: int | None


class DryRunAnswer(BaseModel):
    dry_run: bool
    counts: dict[str, int]
    findings_by_code: dict[str, int]
    findings: list[dict[str, Any]]
    refused: dict[str, Any] | None
