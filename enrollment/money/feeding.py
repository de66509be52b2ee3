"""What a year of work, old hours and endowments give to an account: arithmetic, and the entries (domain 5.1, 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from base.ids import key_id
from catalog.codes.facets import Labelled
from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.accounts import CONTRIBUTIONS, Account, endower, fund, refund_to_funder, rights
from enrollment.money.entries import Entry, Event, entry
from enrollment.money.kinds import FunderKind, PotKind
from enrollment.money.rounding import ratio


class Category(Labelled):
    GENERAL = "general", "cas général"
    LOW_QUALIFIED = "sous_qualifie", "sans CAP ni BEP"
    ESAT = "esat", "travailleur en ESAT"
    DISABLED = "oeth", "bénéficiaire de l'obligation d'emploi"


class EndowmentKind(Labelled):
    """The four kinds of employers' endowment (domain 5.4); their names are from memory."""

    VOLUNTARY = "volontaire", "dotation volontaire"
    AGREED = "supplementaire", "droits supplémentaires d'un accord"
    CORRECTIVE = "correctif", "droits correctifs"
    DISMISSED = "licencie", "droits d'un salarié licencié"


@dataclass(frozen=True, slots=True)
class Declared:
    """What an employer says of one person and year."""

    percent: int  # of full time
    category: Category

    @property
    def raised(self) -> bool:
        return self.category is not Category.GENERAL


@dataclass(frozen=True, slots=True)
class Endowment:
    funder: str  # SIRET
    funder_kind: FunderKind
    learner_id: int
    cents: int
    kind: EndowmentKind
    reference: str  # the funder's own; the same one twice gives nothing more
    certification: str = ""  # reserved to it
    expires_on: date | None = None


def learner_number(reference: str) -> int:
    """Of whatever names a person in the operator's files."""
    return key_id("learner", reference)


def year_cents(rules: Rules, year: int, declared: Sequence[Declared]) -> int:
    """What all employers of a year give together: never more than one whole year."""
    day = date(year, 12, 31)
    if not declared:
        return 0
    whole = rules.at(amounts.FEEDING_RAISED if _raised(declared) else amounts.FEEDING, day)
    half = rules.at(amounts.HALF_TIME_PERCENT, day)
    of = 100 if rules.at(amounts.BELOW_HALF_TIME, day) == "of-full-time" else half
    parts = [whole if one.percent >= half else ratio(whole, one.percent, of) for one in declared]
    return min(whole, sum(parts))


def fed_cents(rules: Rules, year: int, declared: Sequence[Declared], given_cents: int, balance_cents: int) -> int:
    """What is still to give: less what the year gave before, and never above the cap of the account."""
    day = date(year, 12, 31)
    cap = rules.at(amounts.FEEDING_CAP_RAISED if _raised(declared) else amounts.FEEDING_CAP, day)
    due = year_cents(rules, year, declared) - given_cents
    return max(min(due, cap - balance_cents), 0)


def _raised(declared: Sequence[Declared]) -> bool:
    return any(one.raised for one in declared)


def fed(year: int, siret: str, learner_id: int, cents: int, at: datetime) -> Entry:
    account = rights(learner_id, PotKind.ANNUAL)
    key = f"fed:{year}:{siret}:{learner_id}"
    return entry(key, Event.FED, at, [(CONTRIBUTIONS, account, cents)], year=year, siret=siret)


def hours_cents(rules: Rules, hundredths: int, on: date) -> int:
    """40 h = 600.00 (case p)."""
    return ratio(rules.at(amounts.HOUR_CENTS, on), hundredths, 100)


def converted(learner_id: int, reference: str, hundredths: int, cents: int, at: datetime) -> Entry:
    """``reference``: the old file whose hours these were, or that they were a balance."""
    account = rights(learner_id, PotKind.ANNUAL)
    key = f"hours:{learner_id}:{reference}"
    moves = [(CONTRIBUTIONS, account, cents)]
    return entry(key, Event.CONVERTED, at, moves, reference=reference, hours_hundredths=hundredths)


def endowed(endowment: Endowment, at: datetime) -> Entry:
    """A pot of its own: reserved where it is for a certification or for a time, else complementary."""
    reserved = bool(endowment.certification or endowment.expires_on)
    account = rights(
        endowment.learner_id,
        PotKind.RESERVED if reserved else PotKind.COMPLEMENTARY,
        funder=endowment.funder,
        funder_kind=endowment.funder_kind,
        certification=endowment.certification,
        expires_on=endowment.expires_on,
    )
    source = endower(endowment.funder, account.nature, endowment.funder_kind)
    key = f"endowed:{endowment.funder}:{endowment.reference}"
    moves = [(source, account, endowment.cents)]
    return entry(key, Event.ENDOWED, at, moves, kind=endowment.kind.value, reference=endowment.reference)


def expired(account: Account, cents: int, at: datetime) -> Entry:
    """A pot past its last day: what is left is its funder's again (R. 6323-42-1)."""
    target = refund_to_funder(None, account) if account.funder else fund(account.nature)
    key = f"expired:{account.id}:{at.isoformat()}"  # a pot may be filled again, by a release on its last day
    return entry(key, Event.EXPIRED, at, [(account, target, cents)])
