"""Buyers, prices and pots of the worked cases, in a line each."""

from __future__ import annotations

from datetime import date

from enrollment.dated import Rules
from enrollment.money.accounts import rights
from enrollment.money.kinds import ActionKind, FunderKind, PotKind, Status
from enrollment.money.parties import Agreed, Buyer, Pot, Priced
from enrollment.money.plan import Plan, Source, plan

LEARNER, SIRET = 7, "12345678900011"
EMPLOYEE = frozenset({Status.EMPLOYEE})
JOBSEEKER = frozenset({Status.JOBSEEKER})
JUNE_2024, TODAY = date(2024, 6, 14), date(2026, 11, 25)
EMPLOYER = Agreed("98765432100012", FunderKind.EMPLOYER, 100_00)


def annual(cents: int) -> Pot:
    return Pot(rights(LEARNER, PotKind.ANNUAL), cents)


def planned(
    price: int | None,
    *pots: Pot | int,
    on: date = TODAY,
    kind: ActionKind = ActionKind.RNCP,
    statuses: frozenset[Status] = EMPLOYEE,
    agreed: tuple[Agreed, ...] = (),
    rules: Rules | None = None,
    requested_on: date | None = None,
    credit_note: int = 0,
    ask_france_travail: bool = False,
    priced: Priced | None = None,
    buyer: Buyer | None = None,
) -> Plan:
    return plan(
        rules or Rules(),
        buyer or Buyer(LEARNER, statuses),
        priced or Priced(price, kind, SIRET),
        pots=[annual(pot) if isinstance(pot, int) else pot for pot in pots],
        agreed=agreed,
        credit_note_cents=credit_note,
        requested_on=requested_on or on,
        on=on,
        ask_france_travail=ask_france_travail,
    )


def shares(made: Plan) -> tuple[int, int, int]:
    """Rights, contributions, cash."""
    return made.total(Source.RIGHTS), made.total(Source.CONTRIBUTION), made.cash_cents
