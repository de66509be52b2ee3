"""Jobs are done at least once, by one worker at a time, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from base import jobs
from base.database import reading, unit_of_work
from base.jobs import Job

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def enqueue(database: Engine, kind: str = "import", run_at: datetime | None = None) -> int:
    with unit_of_work(database) as conn:
        return jobs.enqueue(conn, kind, {"submission": "é1"}, now=NOON, run_at=run_at)


def claim(
    database: Engine, worker: str = "w1", now: datetime = NOON, kinds: tuple[str, ...] = ("import",)
) -> Job | None:
    with unit_of_work(database) as conn:
        return jobs.claim(conn, worker, now, kinds=kinds)


def test_a_job_is_claimed_by_one_worker_only(database: Engine) -> None:
    number = enqueue(database)
    job = claim(database)
    assert job is not None
    assert (job.id, job.kind, job.payload, job.attempts) == (number, "import", {"submission": "é1"}, 1)
    assert claim(database, "w2") is None


def test_a_job_enqueued_in_a_transaction_that_fails_does_not_exist(database: Engine) -> None:
    try:
        with unit_of_work(database) as conn:
            jobs.enqueue(conn, "import", {}, now=NOON)
            raise RuntimeError("the cause failed")
    except RuntimeError:
        pass
    assert claim(database) is None


def test_a_job_for_later_waits_for_its_time(database: Engine) -> None:
    enqueue(database, run_at=NOON + MINUTE)
    assert claim(database) is None
    assert claim(database, now=NOON + MINUTE) is not None


def test_whether_a_job_is_due_can_be_asked_without_the_write_lock(database: Engine) -> None:
    enqueue(database, run_at=NOON + MINUTE)
    with reading(database) as conn:
        assert not jobs.due(conn, NOON, kinds=["import"])
        assert jobs.due(conn, NOON + MINUTE, kinds=["import"])
        assert not jobs.due(conn, NOON + MINUTE, kinds=["reindex"])


def test_a_worker_takes_only_the_kinds_it_knows(database: Engine) -> None:
    enqueue(database, "reindex")
    assert claim(database) is None
    assert claim(database, kinds=("import", "reindex")) is not None


def test_the_oldest_job_goes_first(database: Engine) -> None:
    enqueue(database, run_at=NOON - MINUTE)
    oldest = enqueue(database, run_at=NOON - 2 * MINUTE)
    job = claim(database)
    assert job is not None
    assert job.id == oldest


def test_the_claim_of_a_killed_worker_expires_and_its_late_result_is_refused(database: Engine) -> None:
    enqueue(database)
    first = claim(database)
    later = NOON + jobs.CLAIM
    second = claim(database, "w2", later)
    assert first is not None
    assert second is not None
    assert second.attempts == 2
    with unit_of_work(database) as conn:
        assert not jobs.finish(conn, first, later)
        assert not jobs.extend(conn, first, later + MINUTE)
        assert jobs.finish(conn, second, later)
    assert claim(database, now=later + timedelta(days=1)) is None


def test_an_extended_claim_is_kept(database: Engine) -> None:
    enqueue(database)
    job = claim(database)
    assert job is not None
    with unit_of_work(database) as conn:
        assert jobs.extend(conn, job, NOON + timedelta(hours=1))
    assert claim(database, "w2", NOON + 2 * jobs.CLAIM) is None


def test_a_failing_job_is_tried_again_later_and_later_then_given_up(database: Engine) -> None:
    enqueue(database)
    now, waits = NOON, []
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        job = claim(database, now=now)
        assert job is not None
        assert job.attempts == attempt
        with unit_of_work(database) as conn:
            assert jobs.fail(conn, job, "disque plein", now)
        wait = jobs.FIRST_RETRY * 2 ** (attempt - 1)
        assert claim(database, now=now + wait - timedelta(seconds=1)) is None
        waits.append(wait)
        now += wait
    assert waits == sorted(set(waits))
    assert claim(database, now=now + timedelta(days=30)) is None
    with reading(database) as conn:
        assert jobs.waiting(conn) == {}


def test_a_job_that_kills_its_workers_is_given_up_too(database: Engine) -> None:
    enqueue(database)
    now = NOON
    for _ in range(jobs.MAX_ATTEMPTS):
        assert claim(database, now=now) is not None
        now += jobs.CLAIM
    assert claim(database, now=now) is None
    with reading(database) as conn:
        assert jobs.due(conn, now, kinds=["import"])
    with unit_of_work(database) as conn:
        assert jobs.lost(conn, now, kinds=["import"]) == [{"submission": "é1"}]
    with reading(database) as conn:
        assert jobs.waiting(conn) == {}
        assert not jobs.due(conn, now, kinds=["import"])


def test_waiting_jobs_are_counted_by_kind(database: Engine) -> None:
    enqueue(database)
    enqueue(database)
    enqueue(database, "reindex")
    with reading(database) as conn:
        assert jobs.waiting(conn) == {"import": 2, "reindex": 1}
