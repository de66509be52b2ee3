"""The bytes of submissions do not grow for ever: what killed uploads left goes after a day, files after their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from base.database import unit_of_work
from catalog.store import submissions

UPLOADS = "uploads"  # folder of the files that are being received, beside those that are kept
_LEFTOVERS = (".receiving-*", f"{UPLOADS}/.upload-*")
_KEPT = "[0-9a-f][0-9a-f]/*"
LEFT_FOR = timedelta(days=1)  # no upload takes as long


@dataclass(frozen=True, slots=True)
class Swept:
    leftovers: int
    files: int  # past their time, or that no submission ever named

    def __bool__(self) -> bool:
        return bool(self.leftovers or self.files)


def sweep(database: Engine, folder: Path, *, now: datetime, files_now: datetime, kept_for: timedelta) -> Swept:
    """``now`` is the clock's, ``files_now`` the machine's: what it wrote on files, whatever day is told to questions.

    What was said of a submission stays; only its bytes go, and it says so.
    """
    left = [path for pattern in _LEFTOVERS for path in folder.glob(pattern) if _age(path, files_now) > LEFT_FOR]
    with unit_of_work(database) as conn:
        submissions.forget_files(conn, now - kept_for)
        named = submissions.named_files(conn)
    # A file that is kept again is touched first, so one that a new submission is about to name stays.
    past = [
        path
        for path in folder.glob(_KEPT)
        if path.relative_to(folder).as_posix() not in named and _age(path, files_now) > LEFT_FOR
    ]
    for path in (*left, *past):
        path.unlink(missing_ok=True)
    return Swept(len(left), len(past))


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
    except FileNotFoundError:
        return timedelta(0)
