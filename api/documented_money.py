"""Shapes of the answers on files and their money, for the OpenAPI document only (see ``documented``)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.documented import Shape


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
    cash_cents: int = Field(description="Reste à payer par le titulaire, avoir compris")
    card_cents: int = Field(description="Ce qu'il en paie par carte, son avoir déduit")
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
    new_learners: int
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
