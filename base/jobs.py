"""Work for later, as rows claimed by ``parcours worker``: enqueued in the transaction of its cause, done at least once.

A claim expires, so that the work of a killed worker is taken up by another; a job must bear being done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import JSON, Column, Connection, Engine, Index, Table, Text, and_, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from base.clock import Clock
from base.correlation import carrying, current
from base.database import Instant, reading, unit_of_work
from base.prepared import Prepared

CLAIM = timedelta(minutes=5)  # long work extends it (``extend``)
MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=10)  # then twice as long each time


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # every attempt was used; a person must look


class JobRow(SQLModel, table=True):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str
    run_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    attempts: int = 0
    claimed_by: str = ""
    claimed_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


JOB = cast(Table, JobRow.__table__)  # type: ignore[attr-defined]
_NEW = ("kind", "payload", "state", "run_at", "attempts", "claimed_by", "error", "created_at")
_ADD = Prepared(lambda _: insert(JOB).returning(JOB.c.id), _NEW)
_ADD_EACH = Prepared(lambda _: insert(JOB), _NEW)


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int  # this one included
    worker: str


def enqueue(
    conn: Connection, kind: str, payload: dict[str, Any], *, now: datetime, run_at: datetime | None = None
) -> int:
    return int(_ADD.first(conn, _queued(kind, payload, now, run_at)).id)


def enqueue_each(conn: Connection, kind: str, payloads: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Many of a kind at once, done in any order."""
    if payloads:
        _ADD_EACH.run_each(conn, [_queued(kind, payload, now, None) for payload in payloads])


def _queued(kind: str, payload: dict[str, Any], now: datetime, run_at: datetime | None) -> dict[str, Any]:
    request = current()
    return {
        "kind": kind,
        "payload": {**payload, "request": request} if request else payload,  # whoever does it logs under the same id
        "state": JobState.QUEUED.value,
        "run_at": run_at or now,
        "attempts": 0,
        "claimed_by": "",
        "error": "",
        "created_at": now,
    }


def begin(conn: Connection, kind: str, payload: dict[str, Any], worker: str, now: datetime) -> Job:
    """Work that is done here and now, and by another worker if this one is killed."""
    number = enqueue(conn, kind, payload, now=now)
    claimed = {"state": JobState.RUNNING.value, "attempts": 1, "claimed_by": worker, "claimed_until": now + CLAIM}
    conn.execute(update(JOB).where(JOB.c.id == number).values(**claimed))
    return Job(number, kind, payload, 1, worker)


def due(conn: Connection, now: datetime, *, kinds: Sequence[str]) -> bool:
    """Whether ``lost`` and ``claim`` are worth their write lock; a reading connection will do."""
    return conn.execute(select(JOB.c.id).where(_due(now), JOB.c.kind.in_(kinds)).limit(1)).first() is not None


def claim(
    conn: Connection, worker: str, now: datetime, *, kinds: Sequence[str], lease: timedelta = CLAIM
) -> Job | None:
    """The oldest job that is due, or whose claim expired; ``None`` when there is none.

    Never one whose last attempt died with its worker, or it would kill workers for ever: ``lost`` fails those.
    """
    row = conn.execute(
        select(JOB.c.id, JOB.c.kind, JOB.c.payload, JOB.c.attempts)
        .where(_due(now), JOB.c.kind.in_(kinds), JOB.c.attempts < MAX_ATTEMPTS)
        .order_by(JOB.c.run_at, JOB.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    conn.execute(
        update(JOB)
        .where(JOB.c.id == row.id)
        .values(state=JobState.RUNNING.value, attempts=row.attempts + 1, claimed_by=worker, claimed_until=now + lease)
    )
    return Job(row.id, row.kind, row.payload, row.attempts + 1, worker)


def lost(conn: Connection, now: datetime, *, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Fail the jobs whose last attempt died with its worker; their payloads, for whoever waits for them."""
    dead = select(JOB.c.id, JOB.c.payload).where(
        JOB.c.kind.in_(kinds),
        JOB.c.state == JobState.RUNNING.value,
        JOB.c.claimed_until <= now,
        JOB.c.attempts >= MAX_ATTEMPTS,
    )
    rows = conn.execute(dead.with_for_update(skip_locked=True)).all()
    for row in rows:
        _close(conn, row.id, JobState.FAILED, now, "la dernière tentative n'a pas abouti")
    return [row.payload for row in rows]


def do_next(
    database: Engine,
    worker: str,
    wall: Clock,
    do: Callable[[Job], None],
    *,
    kinds: Sequence[str],
    failed: Callable[[Job, Exception], None],
    passed_on: tuple[type[Exception], ...] = (),
) -> bool:
    """Claim one job and ``do`` it, outside of any transaction; ``False`` when none waits. What ``do`` raises is told to
    ``failed``, and the job is tried again later; ``passed_on`` goes to the caller instead: the claim runs out, and the
    job is done then."""
    now = wall()
    with reading(database) as conn:
        if not due(conn, now, kinds=kinds):
            return False
    with unit_of_work(database) as conn:
        lost(conn, now, kinds=kinds)
        job = claim(conn, worker, now, kinds=kinds)
    if job is None:
        return False
    error = ""
    with carrying(str(job.payload.get("request", ""))):
        try:
            do(job)
        except passed_on:
            raise
        except Exception as problem:
            failed(job, problem)
            error = str(problem) or type(problem).__name__
    with unit_of_work(database) as conn:
        if error:
            fail(conn, job, error, now=wall())
        else:
            finish(conn, job, now=wall())
    return True


def extend(conn: Connection, job: Job, until: datetime) -> bool:
    """Keep a claim alive; false when it is no longer ours (it expired and another worker took it)."""
    return conn.execute(update(JOB).where(_ours(job)).values(claimed_until=until)).rowcount == 1


def finish(conn: Connection, job: Job, now: datetime) -> bool:
    if not _still_ours(conn, job):
        return False
    _close(conn, job.id, JobState.DONE, now, "")
    return True


def fail(conn: Connection, job: Job, error: str, now: datetime) -> bool:
    """Try again later, or give up after ``MAX_ATTEMPTS``; false when the claim is no longer ours."""
    if not _still_ours(conn, job):
        return False
    if job.attempts >= MAX_ATTEMPTS:
        _close(conn, job.id, JobState.FAILED, now, error)
        return True
    again = now + FIRST_RETRY * 2 ** (job.attempts - 1)
    conn.execute(
        update(JOB)
        .where(JOB.c.id == job.id)
        .values(state=JobState.QUEUED.value, run_at=again, claimed_by="", claimed_until=None, error=error)
    )
    return True


def revive(conn: Connection, now: datetime, *, kinds: Sequence[str], rested: timedelta, younger: timedelta) -> int:
    """Failed jobs are queued again once they have rested, until they are too old; how many. For work that an outside
    service may have refused for as long as it was away."""
    failed = (JOB.c.kind.in_(kinds), JOB.c.state == JobState.FAILED.value)
    again = update(JOB).where(*failed, JOB.c.finished_at <= now - rested, JOB.c.created_at > now - younger)
    return conn.execute(again.values(state=JobState.QUEUED.value, attempts=0, run_at=now, finished_at=None)).rowcount


def backlog(conn: Connection) -> list[tuple[str, str, int, datetime]]:
    """(kind, state, how many, since when the oldest) of all that is not done."""
    counted = select(JOB.c.kind, JOB.c.state, func.count(), func.min(JOB.c.created_at))
    rows = conn.execute(counted.where(JOB.c.state != JobState.DONE.value).group_by(JOB.c.kind, JOB.c.state))
    return [(kind, state, count, since) for kind, state, count, since in rows]


def waiting(conn: Connection) -> dict[str, int]:
    """Jobs not finished yet, by kind."""
    rows = conn.execute(
        select(JOB.c.kind, func.count())
        .where(JOB.c.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)))
        .group_by(JOB.c.kind)
    )
    return {row[0]: row[1] for row in rows}


def _due(now: datetime) -> Any:
    return or_(
        and_(JOB.c.state == JobState.QUEUED.value, JOB.c.run_at <= now),
        and_(JOB.c.state == JobState.RUNNING.value, JOB.c.claimed_until <= now),
    )


def _ours(job: Job) -> Any:
    return and_(
        JOB.c.id == job.id,
        JOB.c.state == JobState.RUNNING.value,
        JOB.c.claimed_by == job.worker,
        JOB.c.attempts == job.attempts,
    )


def _still_ours(conn: Connection, job: Job) -> bool:
    return conn.execute(select(JOB.c.id).where(_ours(job)).with_for_update()).first() is not None


def _close(conn: Connection, job: int, state: JobState, now: datetime, error: str) -> None:
    conn.execute(
        update(JOB)
        .where(JOB.c.id == job)
        .values(state=state.value, error=error, claimed_by="", claimed_until=None, finished_at=now)
    )
