"""Who buys what, with which money: the values that a plan is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.codes.facets import Answer
from enrollment.money.accounts import Account
from enrollment.money.kinds import ActionKind, FunderKind, Status
from enrollment.money.vat import VatPart


@dataclass(frozen=True, slots=True)
class Buyer:
    learner_id: int | None = None  # None: a simulation without account
    statuses: frozenset[Status] = frozenset()
    birth_on: date | None = None
    pension_claimed: bool = False
    assessment_funded_on: date | None = None  # last skills assessment paid by public or mutualised money
    employer: str = ""  # SIRET
    region: str = ""  # code, for the agreements of funders


@dataclass(frozen=True, slots=True)
class Priced:
    price_cents: int | None  # all taxes included; None = not stated
    kind: ActionKind
    siret: str = ""  # of the organisation that is paid
    certification: str = ""  # RNCP34441, RS5695, CPF206
    certification_valid_until: date | None = None
    eligible: Answer = Answer.UNKNOWN
    vat: tuple[VatPart, ...] = ()  # together they are the price; () = not stated
    support_hours: int | None = None  # of a skills assessment: with the adviser
    days: int | None = None  # from the first to the last
    hours: int | None = None  # all of them: no adviser gives more


@dataclass(frozen=True, slots=True)
class Pot:
    """Rights that a learner has on the day."""

    account: Account
    cents: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a funder is ready to give to this file."""

    funder: str
    kind: FunderKind
    cents: int
