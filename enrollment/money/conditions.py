"""Whether and why an offer cannot be paid with rights: what is known against it (domain 5.1, 5.3, 13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog.codes.facets import Answer
from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.kinds import ActionKind, Status
from enrollment.money.parties import Buyer, Priced


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    text: str  # French, with the way out where there is one


def refusals(rules: Rules, buyer: Buyer, priced: Priced, requested_on: date, on: date) -> Iterator[Refusal]:
    if priced.price_cents is None:
        yield Refusal("price-unknown", "L'organisme n'indique pas de prix : demandez-le-lui avant de vous inscrire.")
    elif priced.price_cents <= 0:
        yield Refusal("nothing-to-pay", "Cette formation est gratuite : il n'y a rien à payer ici.")
    if priced.eligible is Answer.NO:
        yield Refusal("not-eligible", "Cette offre n'est pas payable avec le compte personnel de formation.")
    if priced.certification_valid_until is not None and priced.certification_valid_until < on:
        yield Refusal(
            "certification-expired",
            f"La certification a expiré le {priced.certification_valid_until:%d/%m/%Y} : on ne peut plus s'y inscrire.",
        )
    yield from _account(rules, buyer, on)
    if priced.kind is ActionKind.ASSESSMENT:
        yield from _assessment(rules, buyer, priced, requested_on)


def _account(rules: Rules, buyer: Buyer, on: date) -> Iterator[Refusal]:
    if buyer.pension_claimed:
        yield Refusal("account-closed", "Le compte est fermé : la retraite a été demandée.")
    if buyer.birth_on is None:
        return
    apprentice = Status.APPRENTICE in buyer.statuses
    opens = rules.at(amounts.OPENS_AT_APPRENTICE if apprentice else amounts.OPENS_AT, on)
    closes = rules.at(amounts.CLOSES_AT, on)
    if on < years_after(buyer.birth_on, opens):
        yield Refusal("account-not-open", f"Le compte s'ouvre à {opens} ans.")
    if on >= years_after(buyer.birth_on, closes):
        yield Refusal("account-closed", f"Le compte est fermé à {closes} ans.")


def _assessment(rules: Rules, buyer: Buyer, priced: Priced, requested_on: date) -> Iterator[Refusal]:
    least = rules.at(amounts.ASSESSMENT_LEAST_HOURS, requested_on)
    most = rules.at(amounts.ASSESSMENT_MOST_HOURS, requested_on)
    too_few = priced.support_hours is None and priced.hours is not None and priced.hours < least
    if too_few or (priced.support_hours is not None and not least <= priced.support_hours <= most):
        yield Refusal(
            "assessment-hours",
            f"Un bilan de compétences compte de {least} à {most} heures d'accompagnement ; celui-ci en annonce "
            f"{priced.hours if too_few else priced.support_hours}.",
        )
    years = rules.at(amounts.ASSESSMENT_YEARS, requested_on)
    last = buyer.assessment_funded_on
    if years and last is not None and requested_on < years_after(last, years):
        yield Refusal(
            "assessment-too-soon",
            f"Un bilan de compétences a déjà été financé le {last:%d/%m/%Y} : un autre peut l'être à partir du "
            f"{years_after(last, years):%d/%m/%Y}.",
        )


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 1 March for a 29 February that does not exist."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
