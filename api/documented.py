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


class PlanLine(Shape):
    source: str = Field(description="rights, contribution, credit_note ou card")
    label: str
    cents: int
    text: str
    funder: str | None


class Refusal(Shape):
    code: str
    text: str


class PlanAnswer(Shape):
    payable: bool
    requested_on: str
    on: str
    price_cents: int
    rights_cents: int
    contributions_cents: int
    cash_cents: int
    participation_cents: int = Field(description="Participation obligatoire comprise dans cash_cents ; 0 si exonéré")
    cap_cents: int | None = Field(description="Plafond des droits pour ce type d'action")
    lines: list[PlanLine]
    notes: list[str]
    refusals: list[Refusal]


class CodeAnswer(Shape):
    value: str
    label: str


class StateAnswer(CodeAnswer):
    final: bool


class PossibleAnswer(Shape):
    event: str
    label: str
    actor: str
    outcome: str
    until: str | None


class EnrollmentAnswer(Shape):
    """learner, plan and profile are told to those whose business they are."""

    id: str
    version: int
    kind: str
    state: StateAnswer
    billing: CodeAnswer
    control: CodeAnswer
    attendance: CodeAnswer
    attention: CodeAnswer
    since: str
    requested_at: str
    proposed_at: str | None
    accepted_at: str | None
    next_deadline: str | None
    offer: dict[str, Any] = Field(description="L'offre telle qu'au jour de la demande")
    session: str | None
    siret: str
    starts_on: str
    ends_on: str | None
    price_cents: int
    hours: int | None
    terms_version: str
    terms_in_force: str = Field(description="Version à accepter pour confirmer aujourd'hui")
    funder: str
    entered_on: str | None
    exited_on: str | None
    breaks: list[dict[str, Any]]
    rate_percent: int | None
    cause: str | None
    bill_number: str
    possible: list[PossibleAnswer] = Field(description="Ce que vous pouvez faire maintenant")
    learner: dict[str, str] | None = None
    plan: dict[str, Any] | None = None
    profile: dict[str, Any] | None = None
    too_late: list[str] | None = Field(None, description="À la demande : ce qui n'est déjà plus possible")


class EnrollmentsAnswer(Shape):
    enrollments: list[EnrollmentAnswer]
    next_after: str | None


class HappenedAnswer(Shape):
    number: int
    at: str
    noted_at: str
    event: CodeAnswer
    actor: CodeAnswer
    state: str
    billing: str
    control: str
    attendance: str
    attention: str
    outcome: str
    said: dict[str, Any]
    by: str | None = None


class EnrollmentDocumentsAnswer(Shape):
    documents: list[dict[str, Any]] = Field(description="kind, label, reference, at, et les montants en centimes")


class EnrollmentHistoryAnswer(Shape):
    history: list[HappenedAnswer]


class MovedAnswer(Shape):
    account: CodeAnswer
    cents: int = Field(description="Positif : l'argent y est allé ; négatif : il en vient")


class MovementAnswer(Shape):
    event: CodeAnswer
    at: str
    lines: list[MovedAnswer]


class MovementsAnswer(Shape):
    movements: list[MovementAnswer]


class RefundAnswer(Shape):
    cents: int
    state: CodeAnswer


class PaymentAnswer(Shape):
    id: str
    enrollment: str
    state: CodeAnswer
    cents: int
    currency: str
    provider: str
    page_url: str | None = Field(description="Où payer ; null tant que la page s'ouvre, une seconde d'ordinaire")
    why: str = Field(description="Pourquoi il a été rendu")
    made_at: str
    expires_at: str
    refunds: list[RefundAnswer]


class PaymentsAnswer(Shape):
    payments: list[PaymentAnswer]


class BankAccountAnswer(Shape):
    id: str
    iban: str = Field(description="Début et fin seulement")
    bic: str
    holder: str
    email: str
    standing: CodeAnswer
    declared_at: str
    effective_at: str


class BankAccountsAnswer(Shape):
    accounts: list[BankAccountAnswer]


class OwedAnswer(Shape):
    cents: int
    files: int


class IncidentAnswer(Shape):
    id: str
    kind: CodeAnswer
    siret: str
    text: str
    opened_at: str


class TransferAnswer(Shape):
    reference: str
    siret: str
    holder: str
    iban: str = Field(description="Début et fin seulement")
    cents: int
    state: CodeAnswer
    reject_code: str
    reject_reason: str
    files: list[dict[str, Any]] = Field(description="enrollment et cents de chaque dossier")


class StandingAnswer(Shape):
    siret: str
    to_bill: OwedAnswer = Field(description="Pas encore facturé")
    blocked: OwedAnswer = Field(description="En contrôle")
    due: OwedAnswer = Field(description="Payé par le prochain lot")
    late: OwedAnswer = Field(description="Dont le délai de paiement est passé")
    paid_cents: int
    rejected_cents: int
    account: BankAccountAnswer | None
    incidents: list[IncidentAnswer]
    transfers: list[TransferAnswer] | None = None


class StandingsAnswer(Shape):
    standings: list[StandingAnswer]


class RunAnswer(Shape):
    id: str
    key: str
    state: CodeAnswer
    on: str
    opened_at: str
    sealed_at: str | None
    payees: int
    total_cents: int
    has_document: bool
    skipped: list[dict[str, Any]] | None = Field(None, description="Dû et pas payé cette fois : siret, enrollment, why")
    transfers: list[TransferAnswer] | None = None


class RunsAnswer(Shape):
    runs: list[RunAnswer]


class IncidentsAnswer(Shape):
    incidents: list[IncidentAnswer]


class SheetFindingAnswer(Shape):
    code: str
    severity: str
    line: int
    message: str
    value: str


class LoadedAnswer(Shape):
    rows: int
    taken: int
    cents: int
    findings: list[SheetFindingAnswer]


class PotAnswer(Shape):
    pot: CodeAnswer
    cents: int
    certification: str
    expires_on: str | None
    funder: str


class RightsAnswer(Shape):
    learner: str
    total_cents: int
    credit_note_cents: int
    pots: list[PotAnswer]


class StatementsAnswer(Shape):
    statements: list[dict[str, Any]]


class FunderDueAnswer(Shape):
    funder: str
    cents: int
    accounts: int = Field(description="Dossiers et droits expirés dont cela vient")


class FundersDueAnswer(Shape):
    funders: list[FunderDueAnswer]


class ClaimAnswer(Shape):
    enrollment: str
    siret: str
    cents: int


class ClaimsAnswer(Shape):
    recoveries: list[ClaimAnswer]


class AmountAnswer(Shape):
    cents: int
    currency: str
