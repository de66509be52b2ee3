"""Writers of the same trainings at the same time: all of them end, and the catalogue is what one of them says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Barrier

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from base.database import open_database, reading, stored, unit_of_work
from catalog.store import marks
from catalog.store.copying import copy_in
from catalog.store.read import read_catalogue
from catalog.store.write import put_trainings
from catalog.tables import CHANGE_MARK
from tests.catalog.records import OFFER, SIRET, bare
from tests.servers.fixtures import Postgresql

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OTHER = "13000285000027"


def test_imports_of_the_same_trainings_in_any_order_all_succeed(database: Engine) -> None:
    records = [bare(f"f{number}", siret, offers=(OFFER,)) for number in range(40) for siret in (SIRET, OTHER)]

    def put(writer: int) -> None:
        mine = [replace(record, title=f"{record.title} {writer}") for record in records]
        for start in range(0, len(mine), 20):
            batch = mine[start : start + 20] if writer % 2 else mine[len(mine) - start - 20 : len(mine) - start][::-1]
            stored(database, lambda conn, batch=batch: put_trainings(conn, batch, submission=None, now=NOW))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(4)))
    with reading(database) as conn:
        assert len(marks.marked(conn, 1000)) == len(records)
        assert len({training.id for training in read_catalogue(conn) if training.title[-1] in "0123"}) == len(records)


def meeting(database: Engine) -> tuple[int, list[BaseException]]:
    """How often two writers worked who take two marks in opposite order, and what they failed with."""
    both_hold_one, runs, failures = Barrier(2), count(), []

    def work(conn: Connection, order: tuple[int, int]) -> None:
        meets = next(runs) < 2
        marks.mark(conn, order[:1])
        if meets:
            both_hold_one.wait()
        marks.mark(conn, order[1:])

    def write(order: tuple[int, int]) -> None:
        try:
            stored(database, lambda conn: work(conn, order))
        except BaseException as error:
            failures.append(error)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ((1, 2), (2, 1))))
    return next(runs), failures


def test_the_writer_that_a_deadlock_ended_works_again(postgresql: Postgresql) -> None:
    database = open_database(postgresql.url)
    runs, failures = meeting(database)
    assert failures == []
    assert runs >= 3
    with reading(database) as conn:
        assert marks.versions(conn) == {1: 2, 2: 2}
    database.dispose()


def test_other_failures_are_not_tried_again(database: Engine) -> None:
    runs = count(1)

    def work(_conn: Connection) -> None:
        next(runs)
        raise OperationalError("SELECT 1", {}, RuntimeError("disk full"))

    with pytest.raises(OperationalError):
        stored(database, work)
    assert next(runs) == 2


def test_a_writer_that_never_gets_through_says_why_and_leaves_nothing(database: Engine) -> None:
    runs = count()

    def work(conn: Connection) -> None:
        marks.mark(conn, [next(runs)])
        raise OperationalError("SELECT 1", {}, DeadlockDetected())

    with pytest.raises(OperationalError) as failed:
        stored(database, work)
    assert isinstance(failed.value.orig, DeadlockDetected)
    assert next(runs) > 2
    with reading(database) as conn:
        assert marks.versions(conn) == {}


def test_what_a_copy_meets_has_the_names_that_writers_know(postgresql: Postgresql) -> None:
    database = open_database(postgresql.url)
    with pytest.raises(DBAPIError) as met, unit_of_work(database) as conn:
        copy_in(conn, CHANGE_MARK, ["training_id", "version"], [("no number", 1)], "")
    assert met.value.orig is not None
    database.dispose()
