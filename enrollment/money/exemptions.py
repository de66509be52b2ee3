"""Who does not owe the mandatory participation (domain 5.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from enrollment.dated import Rules
from enrollment.money import amounts
from enrollment.money.kinds import Status
from enrollment.money.parties import Agreed, Pot


@dataclass(frozen=True, slots=True)
class Exemption:
    code: str
    text: str  # French


def by_status(rules: Rules, statuses: Collection[Status], on: date) -> Exemption | None:
    exempt: frozenset[Status] = rules.at(amounts.EXEMPT_STATUSES, on)
    for status in sorted(exempt):
        if status in statuses:
            return Exemption("status", f"Pas de participation obligatoire : {status.label}.")
    return None


def by_pots(rules: Rules, drawn: Sequence[tuple[Pot, int]], on: date) -> Exemption | None:
    """Points and supplements that exempt whoever uses them, and endowments of an employer or OPCO."""
    exempting = rules.at(amounts.EXEMPTING_POTS, on)
    funders, least = rules.at(amounts.EXEMPTING_FUNDERS, on), rules.at(amounts.EXEMPTING_LEAST, on)
    for pot, cents in drawn:
        account = pot.account
        if account.pot in exempting:
            return Exemption("pot", f"Pas de participation obligatoire : {account.pot.label}.")
        if account.funder_kind in funders and cents >= least:
            return Exemption("endowment", f"Pas de participation obligatoire : dotation ({account.funder_kind.label}).")
    return None


def by_contribution(rules: Rules, given: Sequence[Agreed], on: date) -> Exemption | None:
    least = rules.at(amounts.EXEMPTING_LEAST, on)
    for one in given:
        if exempts(rules, one, on) and one.cents >= least:
            return Exemption("contribution", f"Pas de participation obligatoire : abondement ({one.kind.label}).")
    return None


def exempts(rules: Rules, agreed: Agreed, on: date) -> bool:
    return agreed.kind in rules.at(amounts.EXEMPTING_FUNDERS, on)
