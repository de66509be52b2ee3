"""How long each may take, and when time itself acts: dated parameters with their source, and exact instants.

Counts start the day after (domain 12). A deadline runs to the end of its last day in Europe/Paris: time acts at the
midnight that follows, whatever the offset of that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from base.clock import PARIS
from base.terms import MINIMUM_NOTICE
from base.working_days import add_working_days, earliest_after_notice, is_working_day, working_days_between
from enrollment.dated import Dated, Rules, Value
from enrollment.files.file import File

OPENING = date(2019, 11, 21)  # of Mon Compte Formation


@dataclass(frozen=True, slots=True)
class Delay:
    days: int
    working: bool = True

    def last_day(self, day: date) -> date:
        return add_working_days(day, self.days) if self.working else day + timedelta(days=self.days)

    def __str__(self) -> str:
        return f"{self.days} {'working' if self.working else 'calendar'} days"


@dataclass(frozen=True, slots=True)
class Bound:
    """Working days to keep between two dates; [C]: whether the two dates count themselves."""

    working_days: int
    inclusive: bool = False

    def earliest(self, first: date) -> date:
        """The first working day that leaves them after ``first``; any later day does too."""
        if self.inclusive:
            return add_working_days(first, self.working_days - is_working_day(first))
        return earliest_after_notice(first, self.working_days)

    def left(self, first: date, last: date) -> int:
        """Working days there are between two dates."""
        ends = is_working_day(first) + (is_working_day(last) if last != first else 0)
        return working_days_between(first, last) + (ends if self.inclusive else 0)

    def __str__(self) -> str:
        return f"{self.working_days} working days{', both dates counted' if self.inclusive else ''}"


class CountedFrom(StrEnum):
    PROPOSAL = "proposal"
    REQUEST = "request"


def _delay(name: str, days: int, source: str, *others: Delay, working: bool = True) -> Dated[Delay]:
    return Dated(name, "days", (Value(OPENING, Delay(days, working), source),), others)


ANSWER = _delay("answer", 2, "domain 4.2: comite-conseils, apifop")
STUDY = _delay(
    "answer-with-prerequisites", 30, "domain 4.2: working per apifop, '30 days' elsewhere", Delay(30, working=False)
)
CONFIRMATION = _delay("confirmation", 4, "domain 4.2: simone, cap-metiers; terms v11")
EXAMINATION = _delay("examination", 10, "domain 4.2: cap-metiers, rules of 2020-22; silence is approval")
WITHDRAWAL = _delay(
    "withdrawal",
    14,
    "domain 4.2: calendar days by the consumer code; working days by a terms' text, 11 by some pages of 2024",
    Delay(14),
    Delay(11),
    working=False,
)
ENTRY_DECLARATION = _delay("entry-declaration", 3, "domain 4.2: of.mcf, apifop")
EXIT_DECLARATION = _delay("exit-declaration", 3, "domain 4.2: of.mcf")
VALIDATION = _delay("validation", 5, "domain 4.2: of.mcf")
PAYMENT = _delay("payment", 30, "domain 4.2: of.mcf (2020), argalis", working=False)
REMINDED_BEFORE = _delay("reminded-before", 1, "own choice: one working day before an answer is too late")
QUEUED_AFTER = _delay("queued-after", 3, "own choice: after a reminder that changed nothing")

NOTICE = Dated(
    "notice",
    "between two dates",
    tuple(Value(term.since, Bound(term.working_days), term.source) for term in MINIMUM_NOTICE),
    (Bound(11, inclusive=True),),
)
NOTICE_FROM = Dated(
    "notice-counted-from",
    "act",
    (Value(OPENING, CountedFrom.PROPOSAL, "domain 4.2: 11 working days between the proposal and the start"),),
    (CountedFrom.REQUEST,),
)
FREE_CANCELLATION = Dated(
    "free-cancellation",
    "between two dates",
    (Value(OPENING, Bound(7), "domain 4.2: more than 7 working days before the start; cpformation, of.mcf"),),
    (Bound(7, inclusive=True),),
)
FUNDER_NOTICE = Dated(
    "funder-notice",
    "between two dates",
    (Value(OPENING, Bound(21), "domain 4.2: France Travail is asked 21 working days before the start; cap-metiers"),),
    (Bound(21, inclusive=True),),
)
SILENCE_LAPSES = Dated(
    "silence-lapses",
    "choice",
    (Value(OPENING, True, "domain 4.2: lapses by itself (simone); the learner's choice (comite-conseils)"),),
    (False,),
)
REQUESTS_AT_ONCE = Dated(
    "requests-at-once",
    "requests",
    (Value(OPENING, 5, "domain 4.2: at most 5 simultaneous requests of a learner on one action"),),
)
FURTHEST = Dated(
    "furthest",
    "days",
    (Value(OPENING, 1_096, "own choice: three years; a deadline counts the working days up to a date that was said"),),
)
# domain 10: versions in force of the general terms
TERMS = Dated(
    "terms",
    "version",
    (
        Value(OPENING, "v10", "domain 10: the versions before v11 are not told apart"),
        Value(date(2023, 12, 14), "v11", "domain 10: of.mcf"),
        Value(date(2024, 7, 11), "v12", "domain 10: of.mcf"),
        Value(date(2025, 4, 10), "v13", "domain 10: of.mcf"),
        Value(date(2025, 12, 4), "v14", "domain 10: cpformation"),
        Value(date(2026, 5, 5), "v15", "domain 10: of.mcf"),
    ),
)

PARAMETERS = (
    ANSWER, STUDY, CONFIRMATION, EXAMINATION, WITHDRAWAL, ENTRY_DECLARATION, EXIT_DECLARATION,
    VALIDATION, PAYMENT, REMINDED_BEFORE, QUEUED_AFTER, NOTICE, NOTICE_FROM, FREE_CANCELLATION, FUNDER_NOTICE,
    SILENCE_LAPSES, REQUESTS_AT_ONCE, FURTHEST, TERMS,
)  # fmt: skip


def is_far(day: date, since: date, rules: Rules) -> bool:
    """Further than anybody plans: a slip, or a date that stands for none."""
    return (day - since).days > rules.at(FURTHEST, since)


Instant = Callable[[File, Rules], datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """An instant at which time acts on a file."""

    label: str
    delay: Dated[Delay]
    at: Instant
    before: bool = False  # a reminder, when the delay is nearly over


@lru_cache(maxsize=4096)
def day_of(at: datetime) -> date:
    """The calendar day in Europe/Paris."""
    return at.astimezone(PARIS).date()


@lru_cache(maxsize=4096)
def end_of(day: date) -> datetime:
    """The first instant after a day."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS).astimezone(UTC)


def ends(delay: Dated[Delay], since: date, rules: Rules) -> datetime:
    """When a delay that began on a day has run out."""
    return end_of(rules.at(delay, since).last_day(since))


def _since(delay: Dated[Delay]) -> Instant:
    return lambda file, rules: ends(delay, day_of(file.since_at), rules)


def _soon(delay: Dated[Delay]) -> Instant:
    """When little of a delay is left: at the start of its last working days."""

    def soon(file: File, rules: Rules) -> datetime:
        since = day_of(file.since_at)
        last = rules.at(delay, since).last_day(since)
        left = rules.at(REMINDED_BEFORE, since).days
        while left or not is_working_day(last):
            left -= is_working_day(last)
            last -= timedelta(days=1)
        return end_of(last)

    return soon


def _entry_overdue(file: File, rules: Rules) -> datetime:
    return ends(ENTRY_DECLARATION, file.starts_on, rules)


def _exit_overdue(file: File, rules: Rules) -> datetime:
    return ends(EXIT_DECLARATION, file.ends_on or file.starts_on, rules)


def _service_overdue(file: File, rules: Rules) -> datetime:
    return ends(EXIT_DECLARATION, file.exited_on or day_of(file.since_at), rules)


def _then_queued(overdue: Instant) -> Instant:
    """As long again after a reminder that changed nothing; the reminder itself may have come late."""

    def queued(file: File, rules: Rules) -> datetime:
        reminded = day_of(overdue(file, rules) - timedelta(microseconds=1))
        return ends(QUEUED_AFTER, reminded, rules)

    return queued


def _validation(file: File, rules: Rules) -> datetime:
    return max(_since(VALIDATION)(file, rules), file.control_since_at)


def _payment_late(file: File, rules: Rules) -> datetime:
    return ends(PAYMENT, day_of(file.billing_since_at), rules)


ANSWER_SOON = Due("fin de la réponse de l'organisme, bientôt", ANSWER, _soon(ANSWER), before=True)
ANSWER_DUE = Due("réponse de l'organisme", ANSWER, _since(ANSWER))
STUDY_SOON = Due("fin de la vérification des prérequis, bientôt", STUDY, _soon(STUDY), before=True)
STUDY_DUE = Due("vérification des prérequis", STUDY, _since(STUDY))
CONFIRMATION_SOON = Due("fin de la confirmation, bientôt", CONFIRMATION, _soon(CONFIRMATION), before=True)
CONFIRMATION_DUE = Due("confirmation par le titulaire", CONFIRMATION, _since(CONFIRMATION))
EXAMINATION_DUE = Due("réponse de France Travail", EXAMINATION, _since(EXAMINATION))
ENTRY_DUE = Due("déclaration de l'entrée", ENTRY_DECLARATION, _entry_overdue)
ENTRY_QUEUED = Due("entrée toujours pas déclarée", QUEUED_AFTER, _then_queued(_entry_overdue))
EXIT_DUE = Due("déclaration de la sortie", EXIT_DECLARATION, _exit_overdue)
EXIT_QUEUED = Due("sortie toujours pas déclarée", QUEUED_AFTER, _then_queued(_exit_overdue))
SERVICE_DUE = Due("déclaration du service fait", EXIT_DECLARATION, _service_overdue)
SERVICE_QUEUED = Due("service fait toujours pas déclaré", QUEUED_AFTER, _then_queued(_service_overdue))
VALIDATION_DUE = Due("validation du service fait", VALIDATION, _validation)
PAYMENT_DUE = Due("paiement de l'organisme", PAYMENT, _payment_late)
