"""Where a file can stand: its state, and billing, control, attendance and attention beside it.

Codes and kinds are those of the public connectors to Mon Compte Formation (domain 4.1), so that a history read
elsewhere means the same here. ``ACKNOWLEDGED`` is ours: a request with prerequisites that the organisation took up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from catalog.codes.facets import Labelled


class Kind(StrEnum):
    OPEN = "open"
    FINAL = "final"  # of the file; its billing may go on


class State(StrEnum):
    label: str
    kind: Kind

    def __new__(cls, code: str, label: str, kind: Kind) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label, member.kind = label, kind
        return member

    NOT_PROCESSED = "notProcessed", "demande reçue, pas encore traitée", Kind.OPEN
    ACKNOWLEDGED = "acknowledged", "demande prise en compte, prérequis à vérifier", Kind.OPEN
    VALIDATED = "validated", "proposition envoyée, réponse du titulaire attendue", Kind.OPEN
    WAITING_ACCEPTATION = "waitingAcceptation", "à l'étude chez France Travail", Kind.OPEN
    ACCEPTED = "accepted", "commande ferme, droits mobilisés", Kind.OPEN
    IN_TRAINING = "inTraining", "entrée en formation déclarée", Kind.OPEN
    TERMINATED = "terminated", "sortie de formation déclarée", Kind.OPEN
    SERVICE_DONE_DECLARED = "serviceDoneDeclared", "service fait déclaré", Kind.OPEN
    SERVICE_DONE_VALIDATED = "serviceDoneValidated", "service fait validé", Kind.FINAL
    REFUSED_BY_ATTENDEE = "refusedByAttendee", "abandonnée par le titulaire avant commande", Kind.FINAL
    REFUSED_BY_ORGANISM = "refusedByOrganism", "refusée par l'organisme", Kind.FINAL
    REFUSED_BY_FINANCER = "refusedByFinancer", "refusée par le financeur", Kind.FINAL
    CANCELED_BY_ATTENDEE = "canceledByAttendee", "annulée par le titulaire", Kind.FINAL
    CANCELED_BY_ATTENDEE_NOT_REALIZED = (
        "canceledByAttendeeNotRealized",
        "annulée du fait du titulaire, formation non réalisée",
        Kind.FINAL,
    )
    CANCELED_BY_ORGANISM = "canceledByOrganism", "annulée par l'organisme", Kind.FINAL
    CANCELED_BY_FINANCER = "canceledByFinancer", "annulée par un financeur", Kind.FINAL
    REJECTED_WITHOUT_TITULAIRE_SUITE = "rejectedWithoutTitulaireSuite", "sans suite du titulaire", Kind.FINAL
    REJECTED_WITHOUT_OF_SUITE = "rejectedWithoutOfSuite", "sans suite de l'organisme", Kind.FINAL
    REJECTED_WITHOUT_CDC_SUITE = "rejectedWithoutCdcSuite", "sans suite du gestionnaire", Kind.FINAL
    REJECTED = "rejected", "rejetée", Kind.FINAL

    @property
    def final(self) -> bool:
        return self.kind is Kind.FINAL


# Known from histories of elsewhere, entered by nothing that happens here (domain 4.2, gaps closed by decision).
IMPORTED_ONLY = (State.REJECTED, State.REJECTED_WITHOUT_CDC_SUITE)


class Billing(Labelled):
    NOT_BILLABLE = "notBillable", "rien à facturer"
    DEPOSIT_WAIT = "depositWait", "acompte attendu"
    DEPOSIT_PAID = "depositPaid", "acompte versé"
    TO_BILL = "toBill", "à facturer"
    BILLED = "billed", "facturée, paiement attendu"
    PAID = "paid", "payée"


class Control(Labelled):
    NOT_IN_CONTROL = "notInControl", "hors contrôle"
    IN_CONTROL = "inControl", "en contrôle, paiement suspendu"
    RELEASED = "released", "contrôle levé"


class Attendance(Labelled):
    """What the learner himself says of the service done."""

    NOT_DECLARED = "serviceDoneNotDeclared", "le titulaire ne s'est pas prononcé"
    DECLARED = "serviceDoneDeclared", "confirmée par le titulaire"
    DISPUTED = "serviceDoneDisputed", "contestée par le titulaire"


class Attention(Labelled):
    """How late what the present state waits for is. A change of state begins anew."""

    NONE = "none", "rien à signaler"
    REMINDED = "reminded", "rappel envoyé"
    OVERDUE = "overdue", "en retard, à suivre par le gestionnaire"


class FileKind(Labelled):
    CPF = "cpf", "compte personnel de formation"
    KAIROS = "kairosAif", "aide individuelle (Kairos AIF)"
    OPCO = "opco", "OPCO"
    COMPANY = "company", "entreprise"
    INDIVIDUAL = "individual", "particulier"
    POLE_EMPLOI = "poleEmploi", "France Travail"


class Actor(Labelled):
    LEARNER = "learner", "titulaire"
    ORGANISATION = "organisation", "organisme de formation"
    FUNDER = "funder", "financeur"
    OPERATOR = "operator", "gestionnaire"
    TIMER = "timer", "échéance"


@dataclass(frozen=True, slots=True)
class Position:
    """All that a rule of the table looks at before its conditions."""

    state: State
    billing: Billing = Billing.NOT_BILLABLE
    control: Control = Control.NOT_IN_CONTROL
    attendance: Attendance = Attendance.NOT_DECLARED
    attention: Attention = Attention.NONE
