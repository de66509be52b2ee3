"""Files with every outcome, and whoever takes a cent from them with the database in hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from enrollment.money import Cause, forfeit, hold, pay, release, settle
from enrollment.money.accounts import AccountKind
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from tests.enrollment.money.buying import TODAY, planned
from tests.enrollment.money.filing import DEFAULT, give, noon

LATER = noon(TODAY) + timedelta(days=120)


def stories(conn: Connection) -> None:
    """Four files: kept, released, forfeited, paid."""
    for number, price in ((1, 100_00), (2, 200_00), (3, 300_00), (4, 400_00)):
        filed_as(conn, number, price)
    release(conn, 2, LATER)
    forfeit(conn, 3, DEFAULT, LATER)
    settle(conn, 4, DEFAULT, 40, Cause.LEARNER_FAULT, LATER)
    pay(conn, 4, "run-1", LATER)


def filed_as(conn: Connection, number: int, price: int) -> None:
    made = planned(price, 2_000_00)
    for line in made.lines:
        if line.pot is not None:
            give(conn, line.pot, line.cents, noon(TODAY), f"given:{number}")
    hold(conn, number, made, noon(TODAY))


def rob(database: Engine, theft: Callable[[Connection], None]) -> None:
    """As an operator could who has the database in hand: without triggers and keys."""
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if conn.dialect.name == "postgresql":
            for table in ("ledger_account", "ledger_entry", "ledger_line"):
                conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            conn.exec_driver_sql("ALTER TABLE ledger_line DROP CONSTRAINT fk_ledger_line_account")
        else:
            conn.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for name in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                conn.exec_driver_sql(f"DROP TRIGGER {name}")
        theft(conn)


def one_cent_more(conn: Connection) -> None:
    number = conn.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.kind == AccountKind.RIGHTS.value))
    conn.execute(update(LINE).where(LINE.c.account_id == number, LINE.c.cents > 0).values(cents=LINE.c.cents + 1))


def one_cent_moved(conn: Connection) -> None:
    """From the fund to the organisation: balanced, and the balances agree."""
    entry = conn.scalar(select(ENTRY.c.id).where(ENTRY.c.key == "closed:3"))
    for kind, cents in ((AccountKind.FUND, -1), (AccountKind.PAYABLE, 1)):
        number = conn.scalar(
            select(LINE.c.account_id)
            .join(ACCOUNT, ACCOUNT.c.id == LINE.c.account_id)
            .where(LINE.c.entry_id == entry, ACCOUNT.c.kind == kind.value, ACCOUNT.c.nature == "mutualised")
        )
        row = (LINE.c.entry_id == entry, LINE.c.account_id == number)
        conn.execute(update(LINE).where(*row).values(cents=LINE.c.cents + cents))
        conn.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.id == number, ACCOUNT.c.guarded == 1)
            .values(balance_cents=ACCOUNT.c.balance_cents + cents)
        )


def balance_alone(conn: Connection) -> None:
    rights = ACCOUNT.c.kind == AccountKind.RIGHTS.value
    conn.execute(update(ACCOUNT).where(rights).values(balance_cents=ACCOUNT.c.balance_cents + 1))


def entry_gone(conn: Connection) -> None:
    conn.execute(delete(LINE).where(LINE.c.entry_id.in_(select(ENTRY.c.id).where(ENTRY.c.key == "closed:3"))))


def account_of_another(conn: Connection) -> None:
    conn.execute(update(ACCOUNT).where(ACCOUNT.c.kind == AccountKind.CREDIT_NOTE.value).values(learner_id=1))


def nature_changed(conn: Connection) -> None:
    row = conn.execute(select(LINE).where(LINE.c.nature == "learner")).first()
    assert row is not None
    conn.execute(delete(LINE).where(LINE.c.entry_id == row.entry_id, LINE.c.account_id == row.account_id))
    conn.execute(insert(LINE).values({**row._mapping, "nature": "voluntary"}))
