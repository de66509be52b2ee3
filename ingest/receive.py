"""A submission is kept as it came, byte for byte and on disk, before anything is read of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, Engine

from base.clock import Clock
from base.database import unit_of_work
from catalog.store import submissions
from ingest.report import Mode

CHUNK_BYTES = 1 << 20
JOB = "import"  # kind of the job that does a submission


@dataclass(frozen=True, slots=True)
class Kept:
    path: Path
    sha256: str
    size: int


def keep_bytes(path: Path, folder: Path) -> Kept:
    """Copy into ``folder/<first two>/<hash>``, synced to disk; the same bytes are kept once."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as source, NamedTemporaryFile(dir=folder, prefix=".receiving-", delete=False) as copy:
        try:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        except BaseException:
            Path(copy.name).unlink(missing_ok=True)
            raise
    sha256 = digest.hexdigest()
    target = folder / sha256[:2] / sha256
    target.parent.mkdir(exist_ok=True)
    if target.is_file() and target.stat().st_size == size:
        target.touch()  # a sweep at this moment leaves it
        Path(copy.name).unlink()
    else:
        Path(copy.name).replace(target)
        _sync_folder(target.parent)
        _sync_folder(folder)
    return Kept(target, sha256, size)


def receive(
    path: Path,
    *,
    database: Engine,
    submissions_dir: Path,
    clock: Clock,
    mode: Mode = Mode.UPDATE,
    dry_run: bool = False,
    sender: str | None = None,
    who: str = "",
    file_name: str = "",
    mapping: str = "",
) -> int:
    """Keep the bytes and open a submission for them; ``run_submission`` does the rest, now or in a worker.

    ``mapping``: the text of one, for a CSV.
    """
    kept = keep_bytes(path, submissions_dir)
    with unit_of_work(database) as conn:
        return open_submission(
            conn,
            kept,
            submissions_dir=submissions_dir,
            now=clock(),
            mode=mode,
            dry_run=dry_run,
            sender=sender,
            who=who,
            file_name=file_name or path.name,
            mapping=mapping,
        )


def open_submission(
    conn: Connection,
    kept: Kept,
    *,
    submissions_dir: Path,
    now: datetime,
    mode: Mode,
    file_name: str,
    dry_run: bool = False,
    sender: str | None = None,
    who: str = "",
    mapping: str = "",
) -> int:
    """For bytes that are kept; as ``receive``, in the caller's transaction."""
    return submissions.create(
        conn,
        source="",
        mode=mode.value,
        owner=who,
        siret=sender or "",
        file_name=file_name,
        path=kept.path.relative_to(submissions_dir).as_posix(),  # the folder may move
        sha256=kept.sha256,
        size=kept.size,
        now=now,
        dry_run=dry_run,
        mapping=mapping,
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
