"""What time does, done by workers: each file at the instant of its own deadline, however late they come.

Several may sweep at once: each claims files that no other holds. A file that fails is left for the next sweep and does
not keep the others waiting. Most deadlines move neither seats nor money (a reminder, a lapse, a file for the operator):
those of a batch are written together.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine

from base.database import reading, stored
from base.writing import savepoint
from enrollment.files import store
from enrollment.files.acts import Desk, Moved, catch_up, keep_moved, moved_by_time
from enrollment.files.file import File

BATCH = 250  # files a transaction: requests wait for it on SQLite, some 30 ms
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    files: int = 0
    events: int = 0
    failed: tuple[int, ...] = ()  # their ids


def sweep(database: Engine, desk: Desk, now: datetime) -> Swept:
    """Everything that is due at ``now`` and that no other sweep is at."""
    with reading(database) as conn:
        if not store.due(conn, now):
            return Swept()
    files, events, failed = 0, 0, list[int]()
    while True:
        claimed, done, lost = stored(database, partial(_batch, desk=desk, now=now, without=tuple(failed)))
        files, events = files + claimed - len(lost), events + done
        failed += lost
        if not claimed:
            return Swept(files, events, tuple(failed))


def _batch(conn: Connection, *, desk: Desk, now: datetime, without: tuple[int, ...]) -> tuple[int, int, list[int]]:
    claimed = store.claim_due(conn, now, BATCH, without)
    moved, others = _apart(desk, claimed, now)
    try:
        with savepoint(conn):
            keep_moved(conn, desk, moved, now)
    except Exception:  # one of them; which one is found by doing them one by one
        _log.warning("Un lot d'échéances est repris dossier par dossier.", exc_info=True)
        moved, others = [], claimed
    events, lost = sum(len(each.steps) for each in moved), []
    for file in others:
        try:
            with savepoint(conn):
                whole = store.locked(conn, file.id)
                events += catch_up(conn, desk, whole, now).version - whole.version
        except Exception:  # whatever is wrong with one file, the others have their deadlines too
            _log.exception("Les échéances du dossier %d n'ont pas pu être appliquées.", file.id)
            lost.append(file.id)
    return len(claimed), events, lost


def _apart(desk: Desk, claimed: list[File], now: datetime) -> tuple[list[Moved], list[File]]:
    """Those that time alone moves, and those that take more or break."""
    moved, others = list[Moved](), list[File]()
    for file in claimed:
        try:
            found = moved_by_time(desk, file, now)
        except Exception:  # told when its own turn comes
            found = None
        if found is None:
            others.append(file)
        else:
            moved.append(found)
    return moved, others
