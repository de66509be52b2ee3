"""What has to leave or come back by a transfer outside of a run: to funders, from organisations after a control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from enrollment.money.accounts import AccountKind
from enrollment.money.kinds import Nature
from enrollment.money.ledger import account_of
from enrollment.money.paying import NothingDue, open_claims, recover, refund
from enrollment.money.tables import ACCOUNT

_TO_FUNDERS = (
    ACCOUNT.c.kind == AccountKind.REFUND_DUE.value,
    ACCOUNT.c.nature != Nature.LEARNER.value,
    ACCOUNT.c.balance_cents > 0,
)


@dataclass(frozen=True, slots=True)
class DueToFunder:
    funder: str
    cents: int
    accounts: int  # files and expired pots it comes from


@dataclass(frozen=True, slots=True)
class Claim:
    """What an organisation has to give back for a file."""

    file_id: int
    siret: str
    cents: int


def due_to_funders(conn: Connection) -> list[DueToFunder]:
    query = select(ACCOUNT.c.funder, func.sum(ACCOUNT.c.balance_cents), func.count()).where(*_TO_FUNDERS)
    rows = conn.execute(query.group_by(ACCOUNT.c.funder).order_by(ACCOUNT.c.funder))
    return [DueToFunder(funder, int(cents), count) for funder, cents, count in rows]


def repay(conn: Connection, funder: str, reference: str, at: datetime) -> int:
    """All that is due to a funder has left with one transfer; cents."""
    query = select(ACCOUNT).where(*_TO_FUNDERS, ACCOUNT.c.funder == funder).order_by(ACCOUNT.c.id)
    rows = conn.execute(query.with_for_update()).all()
    if not rows:
        raise NothingDue("Rien n'est à rendre à ce financeur.")
    for row in rows:
        refund(conn, account_of(row), row.balance_cents, reference, at)
    return sum(row.balance_cents for row in rows)


def claims(conn: Connection) -> list[Claim]:
    """Not given back yet, by file."""
    held = (ACCOUNT.c.kind == AccountKind.RECOVERY.value, ACCOUNT.c.balance_cents > 0)
    query = select(ACCOUNT.c.file_id, ACCOUNT.c.siret, func.sum(ACCOUNT.c.balance_cents)).where(*held)
    rows = conn.execute(query.group_by(ACCOUNT.c.file_id, ACCOUNT.c.siret).order_by(ACCOUNT.c.file_id))
    return [Claim(file_id, siret, int(cents)) for file_id, siret, cents in rows]


def recover_all(conn: Connection, file_id: int, at: datetime) -> int:
    """The organisation gave back all that was claimed for a file; cents, each to where it came from."""
    open_ = open_claims(conn, file_id)
    if not open_:
        raise NothingDue("Rien n'est à récupérer pour ce dossier.")
    return sum(recover(conn, file_id, reference, at) for reference in open_)
