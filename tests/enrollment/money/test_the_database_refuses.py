"""What keeps the ledger true stands in the database: whoever writes past the code is refused, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from base.database import open_database, unit_of_work
from enrollment.money.accounts import CONTRIBUTIONS, Account, endower, fund, rights
from enrollment.money.entries import Event, entry
from enrollment.money.kinds import Nature, PotKind
from enrollment.money.ledger import post
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from tests.enrollment.money.buying import LEARNER, TODAY
from tests.enrollment.money.filing import give, noon
from tests.servers.fixtures import Postgresql

AT = noon(TODAY)
RIGHTS = rights(LEARNER, PotKind.ANNUAL)
GIFTS, MUTUAL, VOLUNTARY = endower("x", Nature.VOLUNTARY), fund(Nature.MUTUALISED), fund(Nature.VOLUNTARY)


@pytest.fixture
def fed(database: Engine) -> Engine:
    """100 euros of annual rights, and every account of these tests open."""
    with unit_of_work(database) as conn:
        give(conn, RIGHTS, 100_00, AT)
        post(conn, entry("open", Event.FED, AT, [(CONTRIBUTIONS, MUTUAL, 1), (GIFTS, VOLUNTARY, 1)]))
    return database


def line(conn: Connection, account: Account, cents: int, number: int = 1, nature: Nature | None = None) -> None:
    values = {"entry_id": number, "account_id": account.id, "position": 0, "cents": cents}
    conn.execute(insert(LINE).values(**values, nature=(nature or account.nature).value))


def seal(conn: Connection, number: int = 1) -> None:
    values = {"id": number, "key": f"by-hand-{number}", "event": "fed", "at": AT, "facts": {}, "digest": ""}
    conn.execute(insert(ENTRY).values(values))


def unbalanced(conn: Connection) -> None:
    line(conn, CONTRIBUTIONS, -100)
    line(conn, RIGHTS, 101)
    seal(conn)


def natures_mixed(conn: Connection) -> None:
    line(conn, CONTRIBUTIONS, -100)
    line(conn, VOLUNTARY, 100)
    seal(conn)


def nature_of_the_line_not_the_accounts(conn: Connection) -> None:
    line(conn, CONTRIBUTIONS, -100)
    line(conn, VOLUNTARY, 100, nature=Nature.MUTUALISED)
    seal(conn)


def without_lines(conn: Connection) -> None:
    seal(conn)


def never_sealed(conn: Connection) -> None:
    line(conn, CONTRIBUTIONS, -100)
    line(conn, RIGHTS, 100)


def line_after_the_entry(conn: Connection) -> None:
    line(conn, CONTRIBUTIONS, -100)
    line(conn, RIGHTS, 100)
    seal(conn)
    line(conn, MUTUAL, 1)


def below_zero(conn: Connection) -> None:
    line(conn, RIGHTS, -100_01)
    line(conn, MUTUAL, 100_01)
    seal(conn)


def line_of_nothing(conn: Connection) -> None:
    line(conn, RIGHTS, 0)


def line_changed(conn: Connection) -> None:
    conn.execute(update(LINE).where(LINE.c.account_id == RIGHTS.id).values(cents=100_01))


def line_deleted(conn: Connection) -> None:
    conn.execute(delete(LINE).where(LINE.c.account_id == RIGHTS.id))


def entry_changed(conn: Connection) -> None:
    conn.execute(update(ENTRY).values(event="refunded"))


def entry_deleted(conn: Connection) -> None:
    conn.execute(delete(ENTRY))


def balance_changed(conn: Connection) -> None:
    conn.execute(update(ACCOUNT).where(ACCOUNT.c.id == RIGHTS.id).values(balance_cents=100_01))


def account_given_to_another(conn: Connection) -> None:
    conn.execute(update(ACCOUNT).where(ACCOUNT.c.id == RIGHTS.id).values(learner_id=LEARNER + 1))


def account_no_longer_guarded(conn: Connection) -> None:
    conn.execute(update(ACCOUNT).where(ACCOUNT.c.id == RIGHTS.id).values(guarded=0, balance_cents=0))


def account_deleted(conn: Connection) -> None:
    conn.execute(delete(ACCOUNT))


def account_opened_with_money(conn: Connection) -> None:
    columns = dict.fromkeys(("siret", "funder", "funder_kind", "pot", "certification"), "")
    values = {"id": 1, "text": "x", "kind": "rights", "nature": "mutualised", "guarded": 1, "balance_cents": 5}
    conn.execute(insert(ACCOUNT).values(**values, **columns))


@pytest.mark.parametrize(
    "crime",
    [
        unbalanced,
        natures_mixed,
        nature_of_the_line_not_the_accounts,
        without_lines,
        never_sealed,
        line_after_the_entry,
        below_zero,
        line_of_nothing,
        line_changed,
        line_deleted,
        entry_changed,
        entry_deleted,
        balance_changed,
        account_given_to_another,
        account_no_longer_guarded,
        account_deleted,
        account_opened_with_money,
    ],
    ids=lambda crime: crime.__name__,
)
def test_the_database_refuses(fed: Engine, crime: Callable[[Connection], None]) -> None:
    with pytest.raises(IntegrityError):
        _commit(fed, crime)


def test_what_is_balanced_and_covered_is_taken(fed: Engine) -> None:
    def honest(conn: Connection) -> None:
        line(conn, RIGHTS, -100_00)
        line(conn, MUTUAL, 100_00)
        seal(conn)

    _commit(fed, honest)


@pytest.mark.parametrize("table", ["ledger_line", "ledger_entry", "ledger_account"])
def test_no_table_of_the_ledger_can_be_emptied_at_once(postgresql: Postgresql, table: str) -> None:
    engine = open_database(postgresql.url)
    with pytest.raises(IntegrityError, match="append-only"):
        _commit(engine, lambda conn: conn.exec_driver_sql(f"TRUNCATE {table} CASCADE"))
    engine.dispose()


def _commit(database: Engine, work: Callable[[Connection], object]) -> None:
    with unit_of_work(database) as conn:
        work(conn)
