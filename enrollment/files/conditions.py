"""Named conditions of the table: pure, and each with what is told when it fails.

Some look at the file and the clock, some at what is said: what is possible now is asked without saying anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from enrollment.dated import Rules
from enrollment.files.deadlines import (
    FREE_CANCELLATION,
    FUNDER_NOTICE,
    NOTICE,
    NOTICE_FROM,
    REQUESTS_AT_ONCE,
    SILENCE_LAPSES,
    TERMS,
    WITHDRAWAL,
    CountedFrom,
    day_of,
    ends,
    is_far,
)
from enrollment.files.file import File, Said, completion_percent
from enrollment.money import Cause, amounts
from enrollment.money.settlement import due_cents


@dataclass(frozen=True, slots=True)
class Moment:
    now: datetime
    rules: Rules
    live_requests: int = 0  # of the learner on the same offer, asked only for a new one

    @property
    def today(self) -> date:
        return day_of(self.now)


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    label: str  # as the drawn table shows it
    why_not: str
    holds: Callable[[File, Said, Moment], bool]
    of_what_is_said: bool = False


def _notice_left(file: File, said: Said, moment: Moment) -> bool:
    first = moment.today
    if moment.rules.at(NOTICE_FROM, first) == CountedFrom.REQUEST:
        first = day_of(file.requested_at)
    bound = moment.rules.at(NOTICE, first)
    start = said.starts_on or file.starts_on
    return start > moment.today and start >= bound.earliest(first)


def _certification_valid(file: File, said: Said, moment: Moment) -> bool:
    until = file.offer.get("certification", {}).get("valid_until")
    return not until or date.fromisoformat(until) >= moment.today


def _withdrawal_open(file: File, said: Said, moment: Moment) -> bool:
    if file.accepted_at is None or moment.today >= file.starts_on:  # the right is lost at the start
        return False
    return moment.now < ends(WITHDRAWAL, day_of(file.accepted_at), moment.rules)


def _cancellation_free(file: File, said: Said, moment: Moment) -> bool:
    bound = moment.rules.at(FREE_CANCELLATION, moment.today)
    return moment.today < file.starts_on and bound.left(moment.today, file.starts_on) > bound.working_days


def _funder_in_time(file: File, said: Said, moment: Moment) -> bool:
    return file.starts_on >= moment.rules.at(FUNDER_NOTICE, moment.today).earliest(moment.today)


def _dates_make_sense(file: File, said: Said, moment: Moment) -> bool:
    start, end = said.starts_on or file.starts_on, said.ends_on or file.ends_on
    return end is not None and start <= end


def _dates_near(file: File, said: Said, moment: Moment) -> bool:
    start, end = said.starts_on or file.starts_on, said.ends_on or file.ends_on
    return not is_far(start, moment.today, moment.rules) and not (end and is_far(end, start, moment.rules))


def _entry_made_sense(file: File, said: Said, moment: Moment) -> bool:
    return said.on is not None and file.starts_on <= said.on <= moment.today


def _break_made_sense(file: File, said: Said, moment: Moment) -> bool:
    if said.on is None or said.until is None or file.entered_on is None:
        return False
    return file.entered_on <= said.on <= said.until


def _exit_made_sense(file: File, said: Said, moment: Moment) -> bool:
    return said.on is not None and (file.entered_on or file.starts_on) <= said.on <= moment.today


def _service_stated(file: File, said: Said, moment: Moment) -> bool:
    if said.done is None or said.planned is None or not 0 <= said.done <= said.planned or said.planned == 0:
        return False
    if said.done == said.planned:  # no reason is asked for (domain 4.3)
        return said.cause in (None, Cause.COMPLETE)
    return said.cause not in (None, Cause.COMPLETE)


def _service_corrected(file: File, said: Said, moment: Moment) -> bool:
    return said.done is not None and _service_stated(file, said, moment)


def _nothing_owed(file: File, said: Said, moment: Moment) -> bool:
    if file.cause is None or file.rate_percent is None or file.accepted_at is None:
        return True
    ordered_on = day_of(file.accepted_at)
    return due_cents(moment.rules, file.price_cents, file.cause, file.rate_percent, ordered_on) == 0


def _deposit_due(file: File, said: Said, moment: Moment) -> bool:
    ordered_on = day_of(file.accepted_at or moment.now)
    least = moment.rules.at(amounts.DEPOSIT_LEAST_DAYS, ordered_on)
    return moment.rules.at(amounts.DEPOSIT_PERCENT, ordered_on) > 0 and file.days >= least


NOTICE_LEFT = Condition(
    "notice-left",
    "11 jours ouvrés entre la proposition et le début",
    "Il faut 11 jours ouvrés pleins avant le début : proposez une date plus tardive.",
    _notice_left,
    of_what_is_said=True,
)
PRICE_KNOWN = Condition(
    "price-known",
    "prix connu",
    "Le prix de cette offre n'est pas connu : elle ne peut pas être commandée ici.",
    lambda file, said, moment: (file.price_cents if said.price_cents is None else said.price_cents) > 0,
    of_what_is_said=True,
)
CERTIFICATION_VALID = Condition(
    "certification-valid",
    "certification en cours de validité",
    "La certification visée n'est plus valable : il n'est plus possible de s'y inscrire.",
    _certification_valid,
)
FEW_REQUESTS = Condition(
    "few-requests",
    "au plus 5 demandes à la fois sur une offre",
    "Vous avez déjà cinq demandes en cours sur cette offre : attendez une réponse, ou abandonnez-en une.",
    lambda file, said, moment: moment.live_requests < moment.rules.at(REQUESTS_AT_ONCE, moment.today),
)
PREREQUISITES = Condition(
    "prerequisites",
    "prérequis déclarés",
    "Cette offre ne déclare pas de prérequis : répondez par une proposition ou un refus.",
    lambda file, said, moment: file.has_prerequisites,
)
DATES_STATED = Condition(
    "dates-stated",
    "premier et dernier jour donnés",
    "La proposition dit le premier et le dernier jour, dans l'ordre.",
    _dates_make_sense,
    of_what_is_said=True,
)
DATES_NEAR = Condition(
    "dates-near",
    "début à trois ans au plus, et fin à trois ans au plus du début",
    "starts_on est à trois ans d'ici au plus, ends_on à trois ans du début au plus.",
    _dates_near,
    of_what_is_said=True,
)
REASON = Condition(
    "reason", "motif donné", "Un motif est demandé.", lambda file, said, moment: bool(said.reason.strip()), True
)
TERMS_ACCEPTED = Condition(
    "terms-accepted",
    "conditions générales en vigueur acceptées",
    "Il faut accepter les conditions générales en vigueur.",
    lambda file, said, moment: said.terms_version == moment.rules.at(TERMS, moment.today),
    of_what_is_said=True,
)
START_AHEAD = Condition(
    "start-ahead",
    "avant le début",
    "La formation a déjà commencé.",
    lambda file, said, moment: moment.today < file.starts_on,
)
START_NOT_PAST = Condition(
    "start-not-past",
    "jusqu'au jour du début",
    "Le jour du début est passé : l'organisme déclare l'entrée ou l'absence.",
    lambda file, said, moment: moment.today <= file.starts_on,
)
START_REACHED = Condition(
    "start-reached",
    "début atteint",
    "La formation n'a pas encore commencé.",
    lambda file, said, moment: moment.today >= file.starts_on,
)
WITHDRAWAL_OPEN = Condition(
    "withdrawal-open", "délai de rétractation", "Le délai de rétractation est passé.", _withdrawal_open
)
CANCELLATION_FREE = Condition(
    "cancellation-free",
    "plus de 7 jours ouvrés avant le début",
    "Le début est à 7 jours ouvrés ou moins.",
    _cancellation_free,
)
FUNDER_IN_TIME = Condition(
    "funder-in-time",
    "21 jours ouvrés avant le début",
    "France Travail doit être sollicité au moins 21 jours ouvrés avant le début : il est trop tard.",
    _funder_in_time,
)
FORCE_MAJEURE = Condition(
    "force-majeure",
    "force majeure prouvée",
    "Un cas de force majeure demande un motif et une preuve.",
    lambda file, said, moment: said.force_majeure and bool(said.reason.strip() and said.proof.strip()),
    of_what_is_said=True,
)
NO_FORCE_MAJEURE = Condition(
    "no-force-majeure",
    "sans force majeure",
    "Un cas de force majeure demande un motif et une preuve.",
    lambda file, said, moment: not said.force_majeure,
    of_what_is_said=True,
)
ENTRY_DATE = Condition(
    "entry-date",
    "date d'entrée entre le début prévu et aujourd'hui",
    "La date d'entrée est à donner, ni avant le début prévu ni après aujourd'hui.",
    _entry_made_sense,
    of_what_is_said=True,
)
BREAK_DATES = Condition(
    "break-dates",
    "dates d'interruption",
    "Les dates de l'interruption sont à donner, dans l'ordre et après l'entrée.",
    _break_made_sense,
    of_what_is_said=True,
)
EXIT_DATE = Condition(
    "exit-date",
    "date de sortie entre l'entrée et aujourd'hui",
    "La date de sortie est à donner, ni avant l'entrée ni après aujourd'hui.",
    _exit_made_sense,
    of_what_is_said=True,
)
SERVICE_STATED = Condition(
    "service-stated",
    "réalisé, prévu et cause",
    "Dites ce qui a été réalisé sur ce qui était prévu et, si ce n'est pas tout, la cause.",
    _service_stated,
    of_what_is_said=True,
)
SERVICE_CORRECTED = Condition(
    "service-corrected", "service fait corrigé", "Le service fait corrigé est incohérent.", _service_corrected, True
)
SERVICE_KEPT = Condition(
    "service-kept",
    "service fait confirmé",
    "Le service fait corrigé est incohérent.",
    lambda file, said, moment: said.done is None and said.planned is None and said.cause is None,
    of_what_is_said=True,
)
NOTHING_OWED = Condition(
    "nothing-owed", "rien n'est dû à l'organisme", "L'organisme doit facturer ce qui lui est dû.", _nothing_owed
)
SILENCE_LAPSES_NOW = Condition(
    "silence-lapses",
    "le silence fait tomber la demande",
    "Le titulaire décide de la suite.",
    lambda file, said, moment: moment.rules.at(SILENCE_LAPSES, day_of(file.since_at)),
)
SILENCE_WAITS = Condition(
    "silence-waits",
    "le silence laisse le titulaire décider",
    "La demande tombe d'elle-même.",
    lambda file, said, moment: not moment.rules.at(SILENCE_LAPSES, day_of(file.since_at)),
)
DEPOSIT_DUE = Condition(
    "deposit-due",
    "acompte prévu par les conditions",
    "Les conditions en vigueur ne prévoient pas d'acompte.",
    _deposit_due,
)
RUN = Condition(
    "run",
    "référence du virement",
    "La référence du virement est demandée.",
    lambda file, said, moment: bool(said.reference.strip()),
    of_what_is_said=True,
)
BILL_NUMBER = Condition(
    "bill-number",
    "numéro de facture",
    "Un numéro de facture est demandé.",
    lambda file, said, moment: bool(said.bill_number.strip()),
    of_what_is_said=True,
)
UNDUE_FOUND = Condition(
    "undue-found",
    "somme indue constatée",
    "La somme indue est à donner, en centimes, au plus ce qui a été payé.",
    lambda file, said, moment: said.undue_cents is not None and 0 < said.undue_cents <= file.price_cents,
    of_what_is_said=True,
)
NOTHING_UNDUE = Condition(
    "nothing-undue",
    "rien d'indu",
    "La somme indue est à donner, en centimes, au plus ce qui a été payé.",
    lambda file, said, moment: said.undue_cents in (None, 0),
    of_what_is_said=True,
)


def rate_of(said: Said) -> int:
    assert said.done is not None
    assert said.planned is not None
    return completion_percent(said.done, said.planned)
