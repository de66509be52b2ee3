"""What a notice says, in French, made from the file and the event that caused it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from base.clock import PARIS
from base.ids import id_text
from enrollment.files.events import Notice
from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.files.store import Happened
from enrollment.files.told import told_of
from enrollment.money.told import euros


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


# Subject, then what is told. Names in braces are those of ``_words``.
TEXTS: Mapping[Notice, tuple[str, str]] = {
    Notice.REQUEST_SENT: (
        "Votre demande d'inscription est envoyée",
        "L'organisme a jusqu'au {limit} pour vous répondre. Rien n'est débité d'ici là.",
    ),
    Notice.REQUEST_RECEIVED: (
        "Une demande d'inscription à traiter",
        "Répondez avant le {limit} : proposition, refus motivé, ou prise en compte si des prérequis sont à vérifier.",
    ),
    Notice.ACKNOWLEDGED: (
        "Votre demande est prise en compte",
        "L'organisme vérifie les prérequis ; il vous répond au plus tard le {limit}.",
    ),
    Notice.PROPOSAL: (
        "Une proposition vous attend",
        "Du {start} au {end}, pour {price}. Vous avez jusqu'au {limit} pour confirmer ou abandonner ; "
        "sans réponse, la proposition tombe.",
    ),
    Notice.REFUSED: ("L'organisme a refusé votre demande", "Motif : {reason}. Rien n'est débité."),
    Notice.DECLINED: ("La demande n'a pas de suite", "Le dossier est clos : {state}. La place est de nouveau libre."),
    Notice.ANSWER_SOON: ("Une demande attend votre réponse", "Il reste peu de temps : elle tombe après le {limit}."),
    Notice.CONFIRMATION_SOON: (
        "Votre proposition expire bientôt",
        "Confirmez ou abandonnez avant la fin du {limit} ; sans réponse, elle tombe.",
    ),
    Notice.NO_ANSWER: (
        "L'organisme n'a pas répondu à temps",
        "Vous pouvez renouveler votre demande ou choisir une autre formation. Rien n'est débité. État : {state}.",
    ),
    Notice.NO_ANSWER_GIVEN: ("Une demande est tombée sans réponse", "Le délai pour répondre est passé : {state}."),
    Notice.LAPSED: ("La proposition est tombée", "Vous n'avez pas confirmé à temps : {state}. Rien n'est débité."),
    Notice.LAPSED_UNCONFIRMED: (
        "Une proposition est restée sans réponse",
        "Le titulaire n'a pas confirmé à temps. La place est de nouveau libre.",
    ),
    Notice.EXAMINED: (
        "France Travail étudie votre dossier",
        "La réponse vient au plus tard le {limit} ; sans réponse, le financement est accordé.",
    ),
    Notice.HANDED_BACK: (
        "Le plan de financement est à revoir",
        "Vos droits ont changé pendant l'étude : le plan accordé ne suffit plus. Confirmez le nouveau plan ou "
        "abandonnez avant la fin du {limit}.",
    ),
    Notice.FUNDING_REFUSED: ("France Travail refuse le financement", "Motif : {reason}. Rien n'est débité."),
    Notice.CONFIRMED: (
        "Votre inscription est confirmée",
        "Du {start} au {end}. {plan} Conditions générales acceptées : {terms}.",
    ),
    Notice.ORDER: ("Une commande ferme", "Du {start} au {end}, pour {price}. Déclarez l'entrée dans les délais."),
    Notice.CANCELED: ("L'inscription est annulée", "{state} : {outcome}.{because}"),
    Notice.CANCELED_TO_ORGANISATION: ("Une inscription est annulée", "{state} : {outcome}.{because}"),
    Notice.LATE_CANCELED: ("L'inscription est annulée, vos droits sont perdus", "{state} : {outcome}.{because}"),
    Notice.ENTERED: ("Votre entrée en formation est déclarée", "L'organisme l'a datée du {entered}."),
    Notice.ENTRY_MISSING: ("Une entrée à déclarer", "La formation devait commencer le {start} : déclarez l'entrée."),
    Notice.EXIT_MISSING: ("Une sortie à déclarer", "La formation devait finir le {end} : déclarez la sortie."),
    Notice.SERVICE_MISSING: ("Un service fait à déclarer", "La sortie est du {exited} : déclarez le service fait."),
    Notice.SERVICE_DECLARED: (
        "L'organisme a déclaré le service fait",
        "Taux de réalisation : {rate}. Si ce n'est pas exact, contestez-le avant la fin du {limit}.",
    ),
    Notice.DISPUTED: ("Le titulaire conteste le service fait", "Motif : {reason}. Le dossier passe en contrôle."),
    Notice.RECAP: ("Votre formation est soldée", "Taux de réalisation : {rate}. {plan} Décompte : {outcome}."),
    Notice.TO_BILL: ("Une facture à établir", "{state} : vous pouvez facturer ce qui vous est dû."),
    Notice.PAID: (
        "Un dossier est payé",
        "Tout ce qui vous restait dû, s'il en restait, est parti avec le lot de virements {reference}.",
    ),
    Notice.PAYMENT_REJECTED: (
        "Un virement a été rejeté",
        "Référence : {reference}. Motif de la banque : {reason}. Vérifiez vos coordonnées bancaires.",
    ),
    Notice.CONTROLLED: ("Un dossier est en contrôle", "Motif : {reason}. Le paiement est suspendu."),
    Notice.CONTROL_ENDED: ("Un contrôle est levé", "Conclusion : {reason} ({outcome})."),
}


def letter(notice: Notice, file: File, happened: Happened, limit: datetime | None) -> Letter | None:
    """``None`` when nobody left an address. ``limit``: the first instant after what the notice asks for."""
    to = str(file.contact.get("email") if notice.to is Actor.LEARNER else file.offer.get("email") or "")
    if not to:
        return None
    subject, told = TEXTS[notice]
    words = _words(file, happened, limit, notice.to)
    title = file.offer["training"]["title"]
    name = file.offer["organisation"]["name"] or file.siret
    hello = f"Bonjour {file.contact.get('name', '')}".rstrip() if notice.to is Actor.LEARNER else "Bonjour"
    text = (
        f"{hello},\n\nDossier {words['number']} : « {title} », {name}.\n\n{told.format(**words)}\n\n"
        f"Ce message ne demande ni mot de passe ni paiement.\n"
    )
    return Letter(to, f"{subject} – dossier {words['number']}", text)


def _words(file: File, happened: Happened, limit: datetime | None, to: Actor) -> dict[str, str]:
    said = told_of(happened.said, happened.event, happened.actor, to)
    reason = str(said.get("reason", ""))
    return {
        "number": id_text(file.id),
        "state": happened.state.label,
        "outcome": happened.outcome or "dossier soldé",
        "reason": reason or "non précisé",
        "because": f" Motif : {reason}." if reason else "",
        "reference": str(said.get("reference", "")),
        "start": _day(file.starts_on),
        "end": _day(file.ends_on),
        "entered": _day(file.entered_on),
        "exited": _day(file.exited_on),
        "price": euros(file.price_cents),
        "rate": "" if file.rate_percent is None else f"{file.rate_percent} %",
        "terms": file.terms_version,
        "plan": " ".join(f"{line['text']}." for line in file.plan.get("lines", ())),
        "limit": "" if limit is None else _last_day(limit),
    }


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _last_day(limit: datetime) -> str:
    """A deadline is the midnight that follows its last day."""
    before = datetime.fromtimestamp(limit.timestamp() - 1, PARIS)
    return f"{before:%d/%m/%Y}"
