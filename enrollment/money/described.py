"""The rules of the money as a page shows them: every figure with its source, and what each outcome does to an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

from catalog.codes.facets import Labelled
from enrollment.dated import Dated, Rules
from enrollment.money import entries, settlement
from enrollment.money.accounts import AccountKind, rights
from enrollment.money.entries import Contract, Entry, Event
from enrollment.money.kinds import ActionKind, Cause, FunderKind, Nature, PotKind, Status
from enrollment.money.parties import Agreed, Buyer, Pot, Priced
from enrollment.money.plan import Plan, plan
from enrollment.money.settlement import Part, Share
from enrollment.money.told import euros

_DAY, _FILE, _LEARNER, _SIRET = date(2026, 11, 25), 1, 1, "12345678900011"
_AT = datetime(2026, 12, 20, 12, tzinfo=UTC)


def dated_of(module: ModuleType) -> list[Dated[Any]]:
    """Every dated figure of a module, in its order."""
    found: list[Dated[Any]] = []
    for value in vars(module).values():
        if isinstance(value, Dated):
            found.append(value)
        elif isinstance(value, dict):
            found.extend(one for one in value.values() if isinstance(one, Dated))
    return found


def figures_table(figures: Iterable[Dated[Any]]) -> str:
    lines = ["| rule | unit | from | value | source | other readings |", "|---|---|---|---|---|---|"]
    for dated in figures:
        others = ", ".join(_shown(dated.unit, value) for value in dated.alternatives)
        for number, value in enumerate(dated.values):
            name, unit, read = (f"`{dated.name}`", dated.unit, others) if number == 0 else ("", "", "")
            shown = _shown(dated.unit, value.value)
            lines.append(f"| {name} | {unit} | {value.from_on} | {shown} | {value.source} | {read} |")
    return "\n".join(lines)


def _shown(unit: str, value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(one) for one in value))
    if isinstance(value, tuple):
        return ", then ".join(_shown(unit, one) for one in value)
    if isinstance(value, Labelled):
        return str(value)
    return euros(value) if unit.startswith("cents") else str(value)


@dataclass(frozen=True, slots=True)
class Order:
    """An example whose outcomes are shown."""

    title: str
    plan: Plan


def orders() -> tuple[Order, ...]:
    annual = Pot(rights(_LEARNER, PotKind.ANNUAL), 2_000_00)
    reserved = Pot(
        rights(_LEARNER, PotKind.RESERVED, funder="employer", funder_kind=FunderKind.EMPLOYER, certification="RNCP1"),
        600_00,
    )
    region = Agreed("region", FunderKind.REGION, 1_000_00)
    return (
        Order("An employee orders at 1,500 with 2,000 of annual rights", _planned(1_500_00, [annual], ())),
        Order("The same at 2,500", _planned(2_500_00, [annual], ())),
        Order("At 4,000, with the employer and the Region", _planned(4_000_00, [annual, reserved], (region,))),
    )


def _planned(price: int, pots: Sequence[Pot], agreed: Sequence[Agreed]) -> Plan:
    buyer = Buyer(_LEARNER, frozenset({Status.EMPLOYEE}))
    priced = Priced(price, ActionKind.RNCP, _SIRET, certification="RNCP1")
    return plan(Rules(), buyer, priced, pots=pots, agreed=agreed, requested_on=_DAY, on=_DAY)


def outcomes(order: Order) -> Iterator[tuple[str, Entry]]:
    """What can become of a confirmed order, each by the functions that the ledger uses."""
    rules = Rules()
    held = entries.hold(_FILE, order.plan, _AT)
    yield "confirmed", held
    kept = (AccountKind.HELD, AccountKind.PLEDGED, AccountKind.CARD)
    parts = [Part(line.account, line.cents) for line in held.lines if line.account.kind in kept]
    contract = Contract(_FILE, _LEARNER, _SIRET, order.plan.price_cents, _DAY)

    def closed(event: Event, shares: Sequence[Share]) -> Entry:
        return entries.close(event, contract, shares, rules, _AT, {})

    yield (
        "withdrawal, free cancellation, cancellation by the organisation or a funder, force majeure before the start",
        closed(Event.RELEASED, settlement.give_back(parts)),
    )
    yield "late cancellation, no-show", closed(Event.FORFEITED, settlement.forfeit(rules, parts, on=_DAY))
    for cause, rates in _RATES.items():
        for rate in rates:
            shares = settlement.settle(rules, parts, cause, rate, on=_DAY)
            yield f"{_NAMES[cause]}, {rate} %", closed(Event.SETTLED, shares)


_NAMES = {
    Cause.COMPLETE: "followed to the end",
    Cause.LEARNER_FAULT: "given up without force majeure",
    Cause.FORCE_MAJEURE: "force majeure of the learner",
    Cause.INTERRUPTED_RESCHEDULED: "interrupted by the organisation, another date offered",
    Cause.INTERRUPTED: "interrupted by the organisation, no other date",
}
_RATES = {
    Cause.COMPLETE: (100,),
    Cause.LEARNER_FAULT: (10, 40, 80),
    Cause.FORCE_MAJEURE: (40,),
    Cause.INTERRUPTED_RESCHEDULED: (40,),
    Cause.INTERRUPTED: (40,),
}
_COLUMNS: dict[str, Callable[[entries.Line], bool]] = {
    "organisation": lambda line: line.account.kind is AccountKind.PAYABLE,
    "back to rights": lambda line: line.account.kind is AccountKind.RIGHTS,
    "card refunded": lambda line: _is(line, AccountKind.REFUND_DUE, Nature.LEARNER),
    "credit note": lambda line: line.account.kind is AccountKind.CREDIT_NOTE,
    "back to funders": lambda line: _is(line, AccountKind.REFUND_DUE, Nature.VOLUNTARY),
    "mutual fund": lambda line: _is(line, AccountKind.FUND, Nature.MUTUALISED),
    "voluntary fund": lambda line: _is(line, AccountKind.FUND, Nature.VOLUNTARY),
    "card lost": lambda line: _is(line, AccountKind.FUND, Nature.LEARNER),
}


def _is(line: entries.Line, kind: AccountKind, nature: Nature) -> bool:
    return line.account.kind is kind and line.account.nature is nature


def outcomes_table(order: Order) -> str:
    lines = [f"**{order.title}**: " + "; ".join(_line(line) for line in order.plan.lines) + ".", ""]
    lines += [f"| outcome | {' | '.join(_COLUMNS)} |", f"|---|{'---|' * len(_COLUMNS)}"]
    for name, entry in outcomes(order):
        if entry.event is Event.HELD:
            continue
        sums = [sum(line.cents for line in entry.lines if column(line)) for column in _COLUMNS.values()]
        lines.append(f"| {name} | {' | '.join(euros(cents) if cents else '' for cents in sums)} |")
    return "\n".join(lines)


def _line(line: Any) -> str:
    return f"{euros(line.cents)} {line.source.value.replace('_', ' ')}"
