"""Submissions: files as they were received, how far each has come, and what was found in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection, func, insert, select, update

from base.errors import NotFound
from base.ids import id_text
from catalog.rows import FindingRow, SubmissionRow
from catalog.store.statements import insert_missing
from catalog.tables import FINDING, SUBMISSION

FINDING_COLUMNS = (
    "submission_id",
    "number",
    "code",
    "severity",
    "message",
    "line",
    "column",
    "path",
    "value",
    "suggestion",
    "level",
    "key",
    "edof_code",
    "training",
    "offer",
)


class SubmissionState(StrEnum):
    RECEIVED = "received"  # bytes kept, nothing read yet
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # no catalogue, or damaged: nothing was taken
    FAILED = "failed"  # our fault: it can be taken up again from ``position``


class FindingLike(Protocol):
    """What ``ingest.findings.Finding`` looks like; this room does not know that one."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def path(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def suggestion(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def edof_code(self) -> str: ...
    @property
    def training(self) -> str: ...
    @property
    def offer(self) -> str: ...


def create(
    conn: Connection,
    *,
    source: str,
    mode: str,
    owner: str,
    siret: str,
    file_name: str,
    path: str,
    sha256: str,
    size: int,
    now: datetime,
    dry_run: bool = False,
    mapping: str = "",
) -> int:
    """A submission as received; ``path`` is where its bytes are kept. Returns its id."""
    # Drawn, not derived: the same file may come twice under a clock that stands still, and ids are not to be guessed.
    submission = secrets.randbits(63)
    conn.execute(
        insert(SUBMISSION).values(
            id=submission,
            source=source,
            mode=mode,
            dry_run=dry_run,
            owner=owner,
            siret=siret,
            file_name=file_name,
            mapping=mapping,
            path=path,
            sha256=sha256,
            size=size,
            state=SubmissionState.RECEIVED.value,
            position=0,
            counts={},
            error="",
            received_at=now,
            updated_at=now,
        )
    )
    return submission


def submission(conn: Connection, submission_id: int) -> SubmissionRow:
    row = conn.execute(select(*_COLUMNS).where(SUBMISSION.c.id == submission_id)).first()
    if row is None:
        raise NotFound("Ce dépôt n'existe pas.", submission=id_text(submission_id))
    return SubmissionRow(*row)


def overtaken(conn: Connection, row: SubmissionRow) -> bool:
    """Whether a later one from the same sender has begun to store: to go on with this one would put older facts over
    newer. Where no organisation was named, the same sender is one file, by its name or its bytes."""
    same = (SUBMISSION.c.siret == row.siret) & (SUBMISSION.c.owner == row.owner)
    if not row.siret:
        same &= (SUBMISSION.c.file_name == row.file_name) | (SUBMISSION.c.sha256 == row.sha256)
    later = select(SUBMISSION.c.id).where(
        same,
        SUBMISSION.c.received_at > row.received_at,
        SUBMISSION.c.state.in_((SubmissionState.RUNNING.value, SubmissionState.DONE.value)),
        SUBMISSION.c.dry_run.is_(False),
    )
    return conn.execute(later.limit(1)).first() is not None


def receive_alone(conn: Connection) -> None:
    """Nobody else asks what room is left until this transaction ends; on SQLite a unit of work is alone by itself."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_RECEIVING)))


def kept_bytes(conn: Connection, siret: str = "", *, without: str = "") -> int:
    """Size of the files that are kept, each content once; of one organisation's when ``siret`` is given.

    ``without``: the hash of a content to leave out.
    """
    files = (
        select(SUBMISSION.c.sha256, SUBMISSION.c.size)
        .where(SUBMISSION.c.path != "", SUBMISSION.c.sha256 != without)
        .distinct()
    )
    if siret:
        files = files.where(SUBMISSION.c.siret == siret)
    return int(conn.scalar(select(func.coalesce(func.sum(files.subquery().c.size), 0))) or 0)


def forget_files(conn: Connection, before: datetime) -> None:
    """Submissions finished before an instant name their file no more."""
    past = (SUBMISSION.c.path != "") & SUBMISSION.c.finished_at.is_not(None) & (SUBMISSION.c.finished_at < before)
    conn.execute(update(SUBMISSION).where(past).values(path=""))


def named_files(conn: Connection) -> set[str]:
    return set(conn.scalars(select(SUBMISSION.c.path).where(SUBMISSION.c.path != "")))


def advance(
    conn: Connection, submission_id: int, *, position: int, counts: dict[str, int], now: datetime, source: str = ""
) -> None:
    """Note, in the transaction that stores them, that ``position`` trainings of the file are settled.

    ``counts`` are totals so far, not additions. ``source`` names the format once it is known.
    """
    values = {"state": SubmissionState.RUNNING.value, "position": position, "counts": counts, "updated_at": now}
    conn.execute(
        update(SUBMISSION)
        .where(SUBMISSION.c.id == submission_id)
        .values(**values, **({"source": source} if source else {}))
    )


def finish(
    conn: Connection,
    submission_id: int,
    state: SubmissionState,
    *,
    counts: dict[str, int],
    now: datetime,
    error: str = "",
) -> None:
    conn.execute(
        update(SUBMISSION)
        .where(SUBMISSION.c.id == submission_id)
        .values(state=state.value, counts=counts, error=error, updated_at=now, finished_at=now)
    )


def add_findings(conn: Connection, submission_id: int, findings: Iterable[FindingLike]) -> int:
    """Append findings in their order; how many."""
    last = conn.scalar(select(func.max(FINDING.c.number)).where(FINDING.c.submission_id == submission_id)) or 0
    rows = [
        (
            submission_id,
            number,
            found.code,
            str(found.severity),
            found.message,
            found.line,
            found.column,
            found.path,
            found.value,
            found.suggestion,
            found.level,
            found.key,
            found.edof_code,
            found.training,
            found.offer,
        )
        for number, found in enumerate(findings, last + 1)
    ]
    insert_missing(conn, FINDING, FINDING_COLUMNS, rows)
    return len(rows)


def findings_page(conn: Connection, submission_id: int, after: int, limit: int) -> list[FindingRow]:
    """Findings whose number is above ``after`` (0 = from the start), at most ``limit``."""
    query = select(*_FINDING_FIELDS).where(FINDING.c.submission_id == submission_id, FINDING.c.number > after)
    return [FindingRow(*row) for row in conn.execute(query.order_by(FINDING.c.number).limit(limit))]


def counts_by_code(conn: Connection, submission_id: int) -> dict[str, int]:
    query = select(FINDING.c.code, func.count()).where(FINDING.c.submission_id == submission_id)
    return {row[0]: row[1] for row in conn.execute(query.group_by(FINDING.c.code).order_by(FINDING.c.code))}


def counts_of_findings(conn: Connection) -> list[tuple[str, str, int]]:
    """(code, severity, how many) over all submissions."""
    query = select(FINDING.c.code, FINDING.c.severity, func.count()).group_by(FINDING.c.code, FINDING.c.severity)
    return [(code, severity, count) for code, severity, count in conn.execute(query)]


_RECEIVING = 6_323_001  # number of a PostgreSQL lock, of no other meaning
_COLUMNS = tuple(SUBMISSION.c[field.name] for field in fields(SubmissionRow))
_FINDING_FIELDS = tuple(FINDING.c[field.name] for field in fields(FindingRow))
