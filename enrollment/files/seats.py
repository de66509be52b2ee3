"""Seats of a session: never one sold twice where the capacity is known, held from the proposal.

The session's row is locked by whoever wants a seat or gives one back (SQLite's units of work are alone anyway). A hold
that has run out counts no more, swept or not. Who has a seat keeps it, whatever capacity is stated afterwards. The
catalogue is told when the last seat goes and when one comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from base.database import Instant
from base.errors import Conflict
from base.prepared import Prepared
from catalog.store.full import tell_free, tell_full
from catalog.tables import OFFER, SESSION
from enrollment.files.file import File
from enrollment.files.tables import SEAT_HOLD, SESSION_SEATS

NO_SESSION = 0  # permanent entry without a session: nothing to count


def _insert(dialect: str, table: Any) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


_LIVE = or_(SEAT_HOLD.c.until.is_(None), SEAT_HOLD.c.until > bindparam("now", type_=Instant))
_MEET = Prepared(lambda dialect: _insert(dialect, SESSION_SEATS).on_conflict_do_nothing(), ("session_id", "base"))
_LOCK = Prepared(
    lambda _: select(SESSION_SEATS).where(SESSION_SEATS.c.session_id == bindparam("session")).with_for_update()
)
_STATED = Prepared(
    lambda _: (
        select(SESSION.c.seats_total, SESSION.c.seats_left, OFFER.c.training_id)
        .join(OFFER, OFFER.c.id == SESSION.c.offer_id)
        .where(SESSION.c.id == bindparam("session"))
    )
)
_OWN = SEAT_HOLD.c.file_id == bindparam("file")
_HELD = Prepared(
    lambda _: select(
        func.count().filter(_LIVE, ~_OWN).label("others"),
        func.count().filter(_LIVE, _OWN).label("own"),
        func.count().filter(~_LIVE).label("over"),
    ).where(SEAT_HOLD.c.session_id == bindparam("session"))
)
_END = Prepared(lambda _: delete(SEAT_HOLD).where(SEAT_HOLD.c.session_id == bindparam("session"), ~_LIVE))
_FREE = Prepared(lambda _: delete(SEAT_HOLD).where(SEAT_HOLD.c.file_id == bindparam("file")))


def _put(dialect: str) -> Any:
    held = _insert(dialect, SEAT_HOLD)
    return held.on_conflict_do_update(index_elements=[SEAT_HOLD.c.file_id], set_={"until": held.excluded.until})


_PUT = Prepared(_put, ("file_id", "session_id", "until"))


class SessionFull(Conflict):
    code = "session-full"
    title = "Session complète"

    def __init__(self) -> None:
        super().__init__("Il ne reste aucune place à cette session : proposez une autre date ou refusez la demande.")


@dataclass(frozen=True, slots=True)
class Seats:
    """Of a session whose row is locked."""

    training_id: int | None  # of the catalogue, where it still has the session
    total: int | None
    left: int | None  # as stated ...
    base: int  # ... when so many were held here
    held: int  # by others
    own: bool  # it holds one already
    over: int  # holds that have run out and were not swept

    @property
    def free(self) -> int | None:
        """A total counts every seat held here; what was said to be left, those held since. ``None`` = not known."""
        bounds = (
            None if self.total is None else self.total - self.held,
            None if self.left is None else self.left - self.held + self.base,
        )
        known = [bound for bound in bounds if bound is not None]
        return max(0, min(known)) if known else None


def hold(conn: Connection, file: File, until: datetime | None, now: datetime) -> None:
    """A seat until an instant or, without one, for as long as the file lives; ``SessionFull`` when none is left.

    Whoever takes a seat ends the holds that have run out: had the clock run ahead and back, they would count again.
    """
    if file.session_id == NO_SESSION:
        return
    seats = _locked(conn, file, now)
    if not seats.own and seats.free is not None and seats.free < 1:
        raise SessionFull
    if not seats.own and seats.over:
        _END.run(conn, {"session": file.session_id, "now": now})
    _PUT.run(conn, {"file_id": file.id, "session_id": file.session_id, "until": until})
    if seats.own or seats.training_id is None:
        return
    if seats.free == 1:
        tell_full(conn, file.session_id, seats.training_id, seats.total, seats.left)
    elif seats.over:  # it may have been full by those
        tell_free(conn, file.session_id, seats.training_id)


def free(conn: Connection, file: File, now: datetime) -> None:
    if file.session_id == NO_SESSION:
        return
    seats = _locked(conn, file, now)
    if not _FREE.run(conn, {"file": file.id}):
        return
    if seats.free != 0 and seats.training_id is not None:
        tell_free(conn, file.session_id, seats.training_id)


def _locked(conn: Connection, file: File, now: datetime) -> Seats:
    """As they are for a file."""
    session = {"session": file.session_id}
    _MEET.run(conn, {"session_id": file.session_id, "base": 0})
    known, stated = _LOCK.first(conn, session), _STATED.first(conn, session)
    held = _HELD.first(conn, {**session, "now": now, "file": file.id})
    others, own = held.others, bool(held.own)
    training = None if stated is None else stated.training_id
    if stated is None or (known.total, known.left) == (stated.seats_total, stated.seats_left):
        return Seats(training, known.total, known.left, known.base, others, own, held.over)
    base = others + own  # it has counted what is held here
    anew = {"total": stated.seats_total, "left": stated.seats_left, "base": base}
    conn.execute(update(SESSION_SEATS).where(SESSION_SEATS.c.session_id == file.session_id).values(**anew))
    return Seats(training, stated.seats_total, stated.seats_left, base, others, own, held.over)
