"""Several workers, one table of jobs: each job is done by one of them, and none waits for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Engine

from base import jobs
from base.database import open_database, reading, unit_of_work
from base.jobs import JOB, JobState
from tests.servers.fixtures import Postgresql

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORKERS, JOBS = 4, 60


def enqueue(database: Engine, count: int) -> set[int]:
    with unit_of_work(database) as conn:
        return {jobs.enqueue(conn, "import", {}, now=NOON) for _ in range(count)}


def work_off(database: Engine, worker: str) -> list[int]:
    done: list[int] = []
    while True:
        with unit_of_work(database) as conn:
            job = jobs.claim(conn, worker, NOON, kinds=["import"])
        if job is None:
            return done
        with unit_of_work(database) as conn:
            assert jobs.finish(conn, job, NOON)
        done.append(job.id)


def test_each_job_is_done_by_exactly_one_of_many_workers(database: Engine) -> None:
    queued = enqueue(database, JOBS)
    with ThreadPoolExecutor(WORKERS) as pool:
        shares = list(pool.map(lambda number: work_off(database, f"w{number}"), range(WORKERS)))
    done = [job for share in shares for job in share]
    assert len(done) == JOBS
    assert set(done) == queued
    with reading(database) as conn:
        assert {row.state for row in conn.execute(JOB.select())} == {JobState.DONE.value}


def test_a_worker_takes_the_next_job_while_another_is_still_claiming(postgresql: Postgresql) -> None:
    database = open_database(postgresql.url)
    queued = enqueue(database, 2)
    with unit_of_work(database) as slow, unit_of_work(database) as quick:
        quick.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")  # waiting for a lock is an error here
        first, second = (jobs.claim(conn, "w", NOON, kinds=["import"]) for conn in (slow, quick))
        assert first is not None
        assert second is not None
        assert {first.id, second.id} == queued
        assert jobs.claim(quick, "w", NOON, kinds=["import"]) is None
    database.dispose()
