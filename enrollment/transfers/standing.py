"""Who waits for what: due, late, paid and rejected, by organisation, from the ledger and the files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from enrollment.dated import Rules
from enrollment.files.deadlines import PAYMENT, day_of, ends
from enrollment.files.states import Billing, Control
from enrollment.files.tables import FILE
from enrollment.money.accounts import AccountKind
from enrollment.money.tables import ACCOUNT
from enrollment.transfers import accounts, incidents
from enrollment.transfers.accounts import BankAccount
from enrollment.transfers.incidents import Incident
from enrollment.transfers.run import TransferState
from enrollment.transfers.tables import TRANSFER


@dataclass(slots=True)
class Owed:
    cents: int = 0
    files: int = 0

    def add(self, cents: int) -> None:
        self.cents, self.files = self.cents + cents, self.files + 1


@dataclass(slots=True)
class Standing:
    """Of one organisation; the first three are what the ledger owes it."""

    siret: str
    to_bill: Owed = field(default_factory=Owed)  # it has not billed yet
    blocked: Owed = field(default_factory=Owed)  # by a control
    due: Owed = field(default_factory=Owed)  # the next run pays it
    late: Owed = field(default_factory=Owed)  # of what is due or blocked: the delay of payment has run out
    paid_cents: int = 0
    rejected_cents: int = 0  # of transfers, whatever became of them since
    account: BankAccount | None = None  # in force
    incidents: list[Incident] = field(default_factory=list)


_CENTS = func.sum(ACCOUNT.c.balance_cents)
_PAYABLE = (Billing.BILLED.value, Billing.DEPOSIT_WAIT.value)


def standings(conn: Connection, rules: Rules, now: datetime, siret: str = "") -> list[Standing]:
    """Of one organisation or of all that have to do with money, by SIRET."""
    told: dict[str, Standing] = {}

    def of(number: str) -> Standing:
        return told.setdefault(number, Standing(number))

    owed = (
        select(ACCOUNT.c.siret, FILE.c.billing, FILE.c.control, FILE.c.billing_since_at, _CENTS)
        .join(FILE, FILE.c.id == ACCOUNT.c.file_id)
        .where(ACCOUNT.c.kind == AccountKind.PAYABLE.value, ACCOUNT.c.balance_cents > 0)
        .group_by(ACCOUNT.c.siret, FILE.c.id, FILE.c.billing, FILE.c.control, FILE.c.billing_since_at)
    )
    for number, billing, control, since, cents in conn.execute(_only(owed, ACCOUNT.c.siret, siret)):
        standing, cents = of(number), int(cents)
        if billing not in _PAYABLE:
            standing.to_bill.add(cents)
            continue
        (standing.blocked if control == Control.IN_CONTROL.value else standing.due).add(cents)
        if now >= ends(PAYMENT, day_of(since), rules):
            standing.late.add(cents)
    paid = select(ACCOUNT.c.siret, _CENTS).where(ACCOUNT.c.kind == AccountKind.PAID.value)
    for number, cents in conn.execute(_only(paid.group_by(ACCOUNT.c.siret), ACCOUNT.c.siret, siret)):
        of(number).paid_cents = int(cents)
    back = select(TRANSFER.c.siret, func.sum(TRANSFER.c.cents)).where(TRANSFER.c.state == TransferState.REJECTED.value)
    for number, cents in conn.execute(_only(back.group_by(TRANSFER.c.siret), TRANSFER.c.siret, siret)):
        of(number).rejected_cents = int(cents)
    if siret:
        of(siret)
    live = defaultdict(list)
    for incident in incidents.opened(conn, siret):
        live[incident.siret].append(incident)
    for number, standing in told.items():
        standing.account = accounts.effective(accounts.of(conn, number), now)
        standing.incidents = live[number]
    return [told[number] for number in sorted(told)]


def _only(query: Select[Any], column: ColumnElement[str], siret: str) -> Select[Any]:
    return query.where(column == siret) if siret else query
