"""A lease is one owner's at a time, ends by itself, and tells whoever lost it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine

from base import leases
from base.database import reading, unit_of_work
from base.leases import LASTING, Lease, LeaseHeld, LeaseLost, keeping

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def take(database: Engine, owner: str, now: datetime = NOON) -> tuple[Lease, Lease | None]:
    with unit_of_work(database) as conn:
        return leases.take(conn, "rebuild", owner, now)


def holder(database: Engine) -> Lease | None:
    with reading(database) as conn:
        return leases.holder(conn, "rebuild")


def test_a_lease_is_held_by_one_and_says_by_whom_since_when_and_until_when(database: Engine) -> None:
    first, before = take(database, "ada")
    assert before is None
    assert holder(database) == first == Lease("rebuild", "ada", 1, NOON, NOON + LASTING)
    with pytest.raises(LeaseHeld, match=r"par ada.*23/11/2026 à 13:10:00") as refused:
        take(database, "bob", NOON + timedelta(minutes=3))
    assert refused.value.lease == first
    assert refused.value.extra["owner"] == "ada"
    assert refused.value.status == 409


def test_others_leases_are_others(database: Engine) -> None:
    take(database, "ada")
    with unit_of_work(database) as conn:
        leases.take(conn, "something else", "bob", NOON)


def test_a_lease_given_back_is_free_and_its_number_goes_on(database: Engine) -> None:
    first, _ = take(database, "ada")
    with unit_of_work(database) as conn:
        assert leases.release(conn, first)
    assert holder(database) is None
    second, before = take(database, "bob")
    assert (second.number, before) == (2, None)
    with unit_of_work(database) as conn:
        assert not leases.release(conn, first)
    assert holder(database) == second


def test_an_expired_lease_is_taken_over_and_its_owner_learns_it(database: Engine) -> None:
    first, _ = take(database, "ada")
    with pytest.raises(LeaseHeld):
        take(database, "bob", NOON + LASTING - timedelta(microseconds=1))
    second, before = take(database, "bob", NOON + LASTING)
    assert (before, second.number) == (first, 2)
    with unit_of_work(database) as conn, pytest.raises(LeaseLost):
        leases.extend(conn, first, NOON + LASTING)
    with unit_of_work(database) as conn:
        assert not leases.release(conn, first)
    assert holder(database) == second


def test_an_extended_lease_lasts_and_an_expired_one_that_nobody_took_is_still_ours(database: Engine) -> None:
    first, _ = take(database, "ada")
    later = NOON + LASTING * 2
    with unit_of_work(database) as conn:
        longer = leases.extend(conn, first, later)
    assert holder(database) == longer
    with pytest.raises(LeaseHeld):
        take(database, "bob", later + LASTING - timedelta(seconds=1))


def test_the_same_owner_does_not_take_it_twice(database: Engine) -> None:
    take(database, "ada")
    with pytest.raises(LeaseHeld):
        take(database, "ada")


def test_of_many_who_ask_at_once_one_gets_it(database: Engine) -> None:
    start = Barrier(6)
    got: list[str] = []

    def ask(owner: str) -> None:
        start.wait()
        with suppress(LeaseHeld):
            got.append(take(database, owner)[0].owner)

    threads = [Thread(target=ask, args=(f"worker {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = holder(database)
    assert held is not None
    assert got == [held.owner]


def test_a_keeper_extends_only_when_a_quarter_has_passed_and_gives_back(database: Engine) -> None:
    now = NOON
    lease, _ = take(database, "ada")
    with keeping(database, lease, lambda: now) as keeper:
        now = NOON + LASTING / 5
        keeper.beat()
        assert holder(database) == lease
        now = NOON + LASTING / 3
        keeper.beat()
        held = holder(database)
        assert held is not None
        assert held.until == now + LASTING
    assert holder(database) is None


def test_a_keeper_that_lost_its_lease_stops_and_leaves_it_to_the_other(database: Engine) -> None:
    now = NOON
    lease, _ = take(database, "ada")
    with keeping(database, lease, lambda: now) as keeper:
        now = NOON + LASTING * 2
        other, _ = take(database, "bob", now)
        with pytest.raises(LeaseLost):
            keeper.beat()
        with pytest.raises(LeaseLost):
            keeper.confirm()
    assert holder(database) == other


def test_what_ended_the_work_is_told_even_when_the_lease_cannot_be_given_back(
    database: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    lease, _ = take(database, "ada")

    def work() -> None:
        with keeping(database, lease, lambda: NOON):
            with unit_of_work(database) as conn:
                conn.exec_driver_sql("DROP TABLE lease")
            raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        work()
    assert "« rebuild » n'a pas pu être rendu" in caplog.text
