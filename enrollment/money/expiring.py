"""Rights past their last day go back to whoever gave them, some at a time: for a sweep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from base.clock import PARIS
from enrollment.money import feeding
from enrollment.money.accounts import AccountKind
from enrollment.money.ledger import account_of, post
from enrollment.money.tables import ACCOUNT


def expire(conn: Connection, at: datetime, most: int = 500) -> int:
    """How many pots were emptied; fewer than ``most`` means that none is left. Two workers share the work."""
    today = at.astimezone(PARIS).date()
    query = (
        select(ACCOUNT)
        .where(ACCOUNT.c.kind == AccountKind.RIGHTS.value, ACCOUNT.c.expires_on < today, ACCOUNT.c.balance_cents > 0)
        .order_by(ACCOUNT.c.id)
        .limit(most)
    )
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        post(conn, feeding.expired(account_of(row), row.balance_cents, at))
    return len(rows)
