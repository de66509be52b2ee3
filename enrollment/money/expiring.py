"""Rights past their last day go back to whoever gave them, some at a time: for a sweep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from base.clock import PARIS
from enrollment.money import feeding
from enrollment.money.accounts import AccountKind
from enrollment.money.ledger import account_of, post
from enrollment.money.tables import ACCOUNT


def overdue(conn: Connection, at: datetime) -> bool:
    """Whether ``expire`` is worth its write lock; a reading connection will do."""
    return conn.execute(select(ACCOUNT.c.id).where(*_past(at)).limit(1)).first() is not None


def expire(conn: Connection, at: datetime, most: int = 500) -> int:
    """How many pots were emptied; fewer than ``most`` means that none is left. Two workers share the work."""
    query = select(ACCOUNT).where(*_past(at)).order_by(ACCOUNT.c.id).limit(most)
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        post(conn, feeding.expired(account_of(row), row.balance_cents, at))
    return len(rows)


def _past(at: datetime) -> tuple[ColumnElement[bool], ...]:
    today = at.astimezone(PARIS).date()
    return ACCOUNT.c.kind == AccountKind.RIGHTS.value, ACCOUNT.c.expires_on < today, ACCOUNT.c.balance_cents > 0
