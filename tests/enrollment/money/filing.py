"""Learners with rights, files with money, in a line each, on a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, func, select

from base.clock import PARIS
from enrollment.dated import Rules
from enrollment.money import hold
from enrollment.money.accounts import CONTRIBUTIONS, Account, AccountKind, endower
from enrollment.money.entries import Event, entry
from enrollment.money.kinds import Nature
from enrollment.money.ledger import post
from enrollment.money.plan import Plan
from enrollment.money.tables import ACCOUNT, LINE

FILE = 12


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS).astimezone(UTC)


def give(conn: Connection, account: Account, cents: int, at: datetime, key: str = "") -> None:
    """Rights of any pot, as if they had been fed."""
    source = CONTRIBUTIONS if account.nature is Nature.MUTUALISED else endower(account.funder, account.nature)
    post(conn, entry(key or f"given:{account.text}", Event.FED, at, [(source, account, cents)]))


def filed(conn: Connection, made: Plan, file_id: int = FILE) -> None:
    """The rights that the plan uses exist, and are held."""
    at = noon(made.on)
    for line in made.lines:
        if line.pot is not None:
            give(conn, line.pot, line.cents, at)
    hold(conn, file_id, made, at)


def total(conn: Connection, kind: AccountKind, nature: Nature | None = None) -> int:
    """Of all accounts of a kind."""
    query = select(func.coalesce(func.sum(LINE.c.cents), 0)).join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
    query = query.where(ACCOUNT.c.kind == kind.value)
    return int(conn.scalar(query if nature is None else query.where(ACCOUNT.c.nature == nature.value)) or 0)


DEFAULT = Rules()
