"""Seats of a session: never one sold twice where the capacity is known, held from the proposal.

The session's row is locked by whoever wants a seat (SQLite's units of work are alone anyway). A hold that has run out
counts no more, swept or not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from base.errors import Conflict
from catalog.tables import SESSION
from enrollment.files.file import File
from enrollment.files.tables import SEAT_HOLD, SESSION_SEATS

NO_SESSION = 0  # permanent entry without a session: nothing to count


class SessionFull(Conflict):
    code = "session-full"
    title = "Session complète"

    def __init__(self) -> None:
        super().__init__("Il ne reste aucune place à cette session : proposez une autre date ou refusez la demande.")


def hold(conn: Connection, file: File, until: datetime | None, now: datetime) -> None:
    """A seat until an instant or, without one, for as long as the file lives; ``SessionFull`` when none is left.

    Asked again when the proposal is accepted: had the clock run ahead and back, another could have had the seat since.
    """
    if file.session_id == NO_SESSION:
        return
    free = _free(conn, file.session_id, now, without=file.id)
    if free is not None and free < 1:
        raise SessionFull
    _put(conn, file, until)


def free(conn: Connection, file: File) -> None:
    conn.execute(delete(SEAT_HOLD).where(SEAT_HOLD.c.file_id == file.id))


def _free(conn: Connection, session_id: int, now: datetime, *, without: int) -> int | None:
    known = _locked(conn, session_id)
    stated = _stated(conn, session_id)
    held = _held(conn, session_id, now, without=without)
    total, left, base = known.total, known.left, known.base
    if stated is not None and (total, left) != stated:  # stated anew: it has counted what is held here
        (total, left), base = stated, held
        conn.execute(
            update(SESSION_SEATS)
            .where(SESSION_SEATS.c.session_id == session_id)
            .values(total=total, left=left, base=base)
        )
    return _left(total, left, base, held)


def _left(total: int | None, left: int | None, base: int, held: int) -> int | None:
    """A total counts every seat held here; what was said to be left, those held since."""
    bounds = (None if total is None else total - held, None if left is None else left - held + base)
    known = [bound for bound in bounds if bound is not None]
    return max(0, min(known)) if known else None


def _locked(conn: Connection, session_id: int) -> Row[Any]:
    insert = postgresql.insert(SESSION_SEATS) if conn.dialect.name == "postgresql" else sqlite.insert(SESSION_SEATS)
    conn.execute(insert.values(session_id=session_id, base=0).on_conflict_do_nothing())
    return conn.execute(select(SESSION_SEATS).where(SESSION_SEATS.c.session_id == session_id).with_for_update()).one()


def _stated(conn: Connection, session_id: int) -> tuple[int | None, int | None] | None:
    row = conn.execute(select(SESSION.c.seats_total, SESSION.c.seats_left).where(SESSION.c.id == session_id)).first()
    return None if row is None else (row.seats_total, row.seats_left)


def _held(conn: Connection, session_id: int, now: datetime, *, without: int = 0) -> int:
    live = or_(SEAT_HOLD.c.until.is_(None), SEAT_HOLD.c.until > now)
    query = select(func.count()).where(SEAT_HOLD.c.session_id == session_id, live, SEAT_HOLD.c.file_id != without)
    return int(conn.execute(query).scalar_one())


def _put(conn: Connection, file: File, until: datetime | None) -> None:
    insert = postgresql.insert(SEAT_HOLD) if conn.dialect.name == "postgresql" else sqlite.insert(SEAT_HOLD)
    held = insert.values(file_id=file.id, session_id=file.session_id, until=until)
    conn.execute(held.on_conflict_do_update(index_elements=[SEAT_HOLD.c.file_id], set_={"until": until}))
