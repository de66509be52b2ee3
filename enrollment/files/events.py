"""What can happen to a file, what follows from it, and who is told: names only, the table puts them together."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from catalog.codes.facets import Labelled
from enrollment.files.states import Actor


class Event(Labelled):
    REQUEST = "request", "demander une inscription"
    ACKNOWLEDGE = "acknowledge", "prendre en compte la demande"
    PROPOSE = "propose", "envoyer une proposition"
    REFUSE = "refuse", "refuser"
    DECLINE = "decline", "abandonner"
    CONFIRM = "confirm", "confirmer la commande"
    ASK_FUNDER = "ask_funder", "demander le reste à France Travail"
    GRANT = "grant", "accorder le financement"
    HAND_BACK = "hand_back", "rendre la décision au titulaire"
    TURN_DOWN = "turn_down", "refuser le financement"
    CANCEL = "cancel", "annuler"
    EXCUSE = "excuse", "annuler pour force majeure"
    WITHDRAW_FUNDING = "withdraw_funding", "retirer le financement"
    NO_SHOW = "no_show", "déclarer l'absence au début"
    ENTER = "enter", "déclarer l'entrée"
    BREAK = "break", "déclarer une interruption"
    EXIT = "exit", "déclarer la sortie"
    DECLARE_SERVICE = "declare_service", "déclarer le service fait"
    CONFIRM_SERVICE = "confirm_service", "confirmer le service fait"
    DISPUTE = "dispute", "contester le service fait"
    VALIDATE = "validate", "valider le service fait"
    PAY_DEPOSIT = "pay_deposit", "verser l'acompte"
    BILL = "bill", "facturer"
    PAY = "pay", "payer l'organisme"
    PAYMENT_REJECTED = "payment_rejected", "noter le rejet du virement"
    CONTROL = "control", "mettre en contrôle"
    END_CONTROL = "end_control", "lever le contrôle"
    LAPSE = "lapse", "tomber sans réponse"
    REMIND = "remind", "rappeler l'échéance"
    QUEUE = "queue", "signaler le retard au gestionnaire"
    IMPORT = "import", "reprendre un historique"


class Effect(Labelled):
    """In the transaction of the change; those of money and seats may refuse it, and then nothing is stored."""

    RECORD_PROPOSAL = "record-proposal", "dates, prix et durée proposés notés"
    RECORD_TERMS = "record-terms", "version des conditions acceptée notée"
    RECORD_FUNDER = "record-funder", "financeur noté"
    CLEAR_FUNDER = "clear-funder", "financeur retiré"
    RECORD_ORDER = "record-order", "date de commande notée"
    RECORD_ENTRY = "record-entry", "date d'entrée notée"
    RECORD_BREAK = "record-break", "interruption notée"
    RECORD_EXIT = "record-exit", "date de sortie notée"
    RECORD_SERVICE = "record-service", "taux de réalisation et cause notés"
    RECORD_BILL = "record-bill", "numéro de facture noté"
    HOLD_SEAT = "hold-seat", "place retenue jusqu'à l'échéance"
    KEEP_SEAT = "keep-seat", "place gardée"
    FREE_SEAT = "free-seat", "place rendue"
    QUOTE = "quote", "plan de financement calculé"
    HOLD_MONEY = "hold-money", "droits, carte et abondements bloqués"
    RELEASE_MONEY = "release-money", "tout est rendu ou remboursé"
    FORFEIT = "forfeit", "indemnité de l'organisme due, le reste perdu par le titulaire"
    DEPOSIT = "deposit", "acompte dû"
    SETTLE = "settle", "décompte selon le taux et la cause"
    BILL = "bill", "données de facture établies"
    PAY = "pay", "organisme payé"
    UNPAY = "unpay", "somme due de nouveau, incident ouvert"
    RECOVER = "recover", "somme indue à rembourser par l'organisme"


MOVES_MONEY = frozenset(
    {
        Effect.HOLD_MONEY,
        Effect.RELEASE_MONEY,
        Effect.FORFEIT,
        Effect.DEPOSIT,
        Effect.SETTLE,
        Effect.BILL,
        Effect.PAY,
        Effect.UNPAY,
        Effect.RECOVER,
    }
)


class Notice(StrEnum):
    """A mail of a change: its template and who gets it."""

    to: Actor

    def __new__(cls, code: str, to: Actor) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.to = to
        return member

    REQUEST_SENT = "request-sent", Actor.LEARNER
    REQUEST_RECEIVED = "request-received", Actor.ORGANISATION
    ACKNOWLEDGED = "acknowledged", Actor.LEARNER
    PROPOSAL = "proposal", Actor.LEARNER
    REFUSED = "refused", Actor.LEARNER
    DECLINED = "declined", Actor.ORGANISATION
    ANSWER_SOON = "answer-soon", Actor.ORGANISATION
    CONFIRMATION_SOON = "confirmation-soon", Actor.LEARNER
    NO_ANSWER = "no-answer", Actor.LEARNER
    NO_ANSWER_GIVEN = "no-answer-given", Actor.ORGANISATION
    LAPSED = "lapsed", Actor.LEARNER
    LAPSED_UNCONFIRMED = "lapsed-unconfirmed", Actor.ORGANISATION
    EXAMINED = "examined", Actor.LEARNER
    HANDED_BACK = "handed-back", Actor.LEARNER
    FUNDING_REFUSED = "funding-refused", Actor.LEARNER
    CONFIRMED = "confirmed", Actor.LEARNER
    ORDER = "order", Actor.ORGANISATION
    CANCELED = "canceled", Actor.LEARNER
    CANCELED_TO_ORGANISATION = "canceled-to-organisation", Actor.ORGANISATION
    LATE_CANCELED = "late-canceled", Actor.LEARNER
    ENTERED = "entered", Actor.LEARNER
    ENTRY_MISSING = "entry-missing", Actor.ORGANISATION
    EXIT_MISSING = "exit-missing", Actor.ORGANISATION
    SERVICE_MISSING = "service-missing", Actor.ORGANISATION
    SERVICE_DECLARED = "service-declared", Actor.LEARNER
    DISPUTED = "disputed", Actor.ORGANISATION
    RECAP = "recap", Actor.LEARNER
    TO_BILL = "to-bill", Actor.ORGANISATION
    PAID = "paid", Actor.ORGANISATION
    PAYMENT_REJECTED = "payment-rejected", Actor.ORGANISATION
    CONTROLLED = "controlled", Actor.ORGANISATION
    CONTROL_ENDED = "control-ended", Actor.ORGANISATION
