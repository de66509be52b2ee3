"""Every movement of a file's money, from where to where, as the ledger has it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from enrollment.money.accounts import Account, AccountKind
from enrollment.money.entries import Event
from enrollment.money.ledger import account_of
from enrollment.money.tables import ACCOUNT, ENTRY, LINE


@dataclass(frozen=True, slots=True)
class Moved:
    account: str  # in French
    kind: AccountKind
    cents: int  # above nothing: it went there


@dataclass(frozen=True, slots=True)
class Movement:
    key: str
    event: Event
    at: datetime
    moved: tuple[Moved, ...]  # together nothing; where it came from first


def movements_of(conn: Connection, file_id: int) -> list[Movement]:
    """The oldest first."""
    entries = conn.execute(select(ENTRY).where(ENTRY.c.file_id == file_id).order_by(ENTRY.c.at, ENTRY.c.id)).all()
    query = (
        select(LINE.c.entry_id, LINE.c.cents.label("moved_cents"), ACCOUNT)
        .join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
        .where(LINE.c.entry_id.in_([entry.id for entry in entries]))
        .order_by(LINE.c.cents, LINE.c.account_id)
    )
    moved = defaultdict(list)
    for row in conn.execute(query):
        account = account_of(row)
        moved[row.entry_id].append(Moved(_named(account), account.kind, row.moved_cents))
    return [Movement(row.key, Event.of(row.event), row.at, tuple(moved[row.id])) for row in entries]


def _named(account: Account) -> str:
    """Which pot or whose money, then what it is kept as."""
    if account.kind in (AccountKind.RIGHTS, AccountKind.HELD) and account.pot is not None:
        which = account.pot.label
    elif account.funder_kind is not None:
        which = account.funder_kind.label
    else:
        which = ""
    return f"{account.kind.label} ({which})" if which else account.kind.label
