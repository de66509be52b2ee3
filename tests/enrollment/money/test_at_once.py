"""Two writers at the same time, in real transactions: what one took is not there for the other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine

from base.database import reading, stored, unit_of_work
from base.errors import Conflict
from enrollment.money import Cause, hold, pay, release, settle
from enrollment.money.accounts import AccountKind, rights
from enrollment.money.check import prove
from enrollment.money.kinds import PotKind
from tests.enrollment.money.buying import LEARNER, TODAY, planned
from tests.enrollment.money.filing import DEFAULT, FILE, filed, give, noon, total

AT = noon(TODAY)
CASE = planned(1_500_00, 2_000_00)


def together(database: Engine, *works: Callable[[Connection], object]) -> int:
    """How many succeeded; the others were refused as conflicts, nothing else."""
    start = threading.Barrier(len(works))
    done: list[bool] = []
    failures: list[BaseException] = []

    def run(work: Callable[[Connection], object]) -> None:
        start.wait()
        try:
            stored(database, work)
            done.append(True)
        except Conflict:
            done.append(False)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(done) == len(works)
    return sum(done)


@pytest.fixture
def fed(database: Engine) -> Engine:
    with unit_of_work(database) as conn:
        give(conn, rights(LEARNER, PotKind.ANNUAL), 1_350_00, AT)
    return database


def proved(database: Engine) -> None:
    with reading(database) as conn:
        assert prove(conn).flaws == ()


def test_two_tabs_that_confirm_one_file_at_once_debit_once(fed: Engine) -> None:
    assert together(fed, *(lambda conn: hold(conn, FILE, CASE, AT) for _ in range(6))) == 1
    with reading(fed) as conn:
        assert (total(conn, AccountKind.HELD), total(conn, AccountKind.BANK)) == (1_350_00, -150_00)
    proved(fed)


def test_rights_are_given_to_one_of_several_files_that_want_them_at_once(fed: Engine) -> None:
    def confirming(number: int) -> Callable[[Connection], None]:
        return lambda conn: hold(conn, number, CASE, AT)

    assert together(fed, *(confirming(number) for number in range(1, 7))) == 1
    with reading(fed) as conn:
        assert total(conn, AccountKind.RIGHTS) == 0
    proved(fed)


def test_a_file_is_closed_by_one_of_those_who_try(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, CASE)
    tries = [
        lambda conn: release(conn, FILE, AT),
        lambda conn: settle(conn, FILE, DEFAULT, 100, Cause.COMPLETE, AT),
        lambda conn: settle(conn, FILE, DEFAULT, 40, Cause.LEARNER_FAULT, AT),
    ]
    assert together(database, *tries) == 1
    proved(database)


def test_two_runs_that_pay_one_file_at_once_pay_it_once(database: Engine) -> None:
    with unit_of_work(database) as conn:
        filed(conn, CASE)
        settle(conn, FILE, DEFAULT, 100, Cause.COMPLETE, AT)

    def paying(run: str) -> Callable[[Connection], int]:
        return lambda conn: pay(conn, FILE, run, AT)

    assert together(database, paying("run-1"), paying("run-2"), paying("run-3")) == 1
    with reading(database) as conn:
        assert total(conn, AccountKind.PAID) == 1_500_00
    proved(database)
