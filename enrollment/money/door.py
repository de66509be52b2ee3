"""What files ask of the money, each in the caller's transaction.

A second call for the same file is ``AlreadyPosted``: files tell by their states what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Connection

from enrollment.dated import Rules
from enrollment.money import entries, settlement
from enrollment.money.agreements import agreed_by, agreements_on
from enrollment.money.contracts import held_for, owing
from enrollment.money.entries import Contract, Event
from enrollment.money.kinds import Cause
from enrollment.money.ledger import owned, post
from enrollment.money.parties import Agreed, Buyer, Priced
from enrollment.money.plan import Plan, plan
from enrollment.money.settlement import Share


def plan_for(
    conn: Connection,
    rules: Rules,
    buyer: Buyer,
    priced: Priced,
    requested_on: date,
    on: date,
    *,
    agreed: Sequence[Agreed] = (),
    ask_france_travail: bool = False,
) -> Plan:
    """With the rights and credit note that the buyer has now; ``agreed`` comes before what funders agreed to give."""
    pots, credit_note_cents = ([], 0) if buyer.learner_id is None else owned(conn, buyer.learner_id)
    return plan(
        rules,
        buyer,
        priced,
        pots=pots,
        agreed=(*agreed, *agreed_by(agreements_on(conn, on), buyer, priced, on)),
        credit_note_cents=credit_note_cents,
        requested_on=requested_on,
        on=on,
        ask_france_travail=ask_france_travail,
    )


def hold(conn: Connection, file_id: int, plan: Plan, at: datetime) -> None:
    """Confirmed: rights kept, the card's money come, pledges taken. ``NotEnough`` when rights went meanwhile."""
    facts = {
        "learner": plan.learner_id,
        "siret": plan.siret,
        "price_cents": plan.price_cents,
        "on": plan.on.isoformat(),
        "vat": [asdict(part) for part in plan.vat],
        "rules": {name: str(value) for name, value in plan.rules.overrides.items()},
    }
    post(conn, entries.hold(file_id, plan, at, **facts))


def release(conn: Connection, file_id: int, at: datetime) -> None:
    """Withdrawal, free cancellation, the organisation's or a funder's, force majeure before the start."""
    contract, parts = held_for(conn, file_id)
    _close(conn, Event.RELEASED, contract, settlement.give_back(parts), Rules(), at)


def forfeit(conn: Connection, file_id: int, rules: Rules, at: datetime) -> int:
    """Late cancellation or no-show; cents of the indemnity."""
    contract, parts = held_for(conn, file_id)
    return _close(conn, Event.FORFEITED, contract, settlement.forfeit(rules, parts, on=contract.on), rules, at)


def settle(conn: Connection, file_id: int, rules: Rules, rate: int, cause: Cause, at: datetime) -> int:
    """The service done is validated; cents that the organisation gets in all, a deposit included."""
    contract, parts = held_for(conn, file_id)
    shares = settlement.settle(rules, parts, cause, rate, on=contract.on)
    return _close(conn, Event.SETTLED, contract, shares, rules, at, rate=rate, cause=cause.value)


def _close(
    conn: Connection,
    event: Event,
    contract: Contract,
    shares: Sequence[Share],
    rules: Rules,
    at: datetime,
    **facts: int | str,
) -> int:
    due = sum(share.paid_cents for share in shares)
    unpaid = owing(conn, contract.file_id)
    post(conn, entries.close(event, contract, shares, rules, at, unpaid, due_cents=due, **facts))
    return due
