"""One at a time, across processes and machines: a lock with an owner and an expiry, as a row of the database.

A lease that is not extended ends by itself, so a killed owner blocks nobody for longer than ``LASTING``. Each taking
has a greater number than the one before (fencing): whoever comes back late learns that the lease is another's. The
clock is a parameter; those of several machines must agree to well within ``LASTING``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Connection, Engine, Row, Table, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Field, SQLModel

from base.clock import PARIS, Clock
from base.database import KEY, Instant, unit_of_work
from base.errors import Conflict

LASTING = timedelta(minutes=10)
FREE = ""  # owner of a lease that nobody holds
_log = logging.getLogger(__name__)


class LeaseRow(SQLModel, table=True):
    """Stays when the lease is given back: its number must go on growing."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    number: int = Field(sa_column=Column(KEY, nullable=False))
    taken_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    until: datetime = Field(sa_column=Column(Instant, nullable=False))


LEASE = cast(Table, LeaseRow.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Lease:
    name: str
    owner: str
    number: int
    taken_at: datetime
    until: datetime

    def expired(self, now: datetime) -> bool:
        return self.until <= now


class LeaseHeld(Conflict):
    """Somebody else is at it: no failure, and not to be tried again at once."""

    code = "lease-held"
    title = "Déjà en cours"

    def __init__(self, lease: Lease) -> None:
        super().__init__(
            f"Ce travail est déjà en cours depuis le {_told(lease.taken_at)}, par {lease.owner} ; s'il s'arrêtait, son "
            f"verrou tomberait le {_told(lease.until)}.",
            owner=lease.owner,
            since=lease.taken_at.isoformat(),
            until=lease.until.isoformat(),
        )
        self.lease = lease


class LeaseLost(Conflict):
    """Ours ended and another took it, or an operator broke it: what was under way must stop."""

    code = "lease-lost"
    title = "Verrou perdu"

    def __init__(self, lease: Lease) -> None:
        super().__init__("Le verrou de ce travail a été repris ou levé : il s'arrête et ne remplace rien.")
        self.lease = lease


def take(
    conn: Connection, name: str, owner: str, now: datetime, *, lasting: timedelta = LASTING
) -> tuple[Lease, Lease | None]:
    """The lease, and the expired one of another that was taken over. ``LeaseHeld`` while another's runs."""
    insert = postgresql.insert(LEASE) if conn.dialect.name == "postgresql" else sqlite.insert(LEASE)
    conn.execute(insert.values(name=name, owner=FREE, number=0, taken_at=now, until=now).on_conflict_do_nothing())
    before = _lease(conn.execute(select(LEASE).where(LEASE.c.name == name).with_for_update()).one())
    if before.owner != FREE and not before.expired(now):
        raise LeaseHeld(before)
    taken = Lease(name, owner, before.number + 1, now, now + lasting)
    conn.execute(
        update(LEASE)
        .where(LEASE.c.name == name)
        .values(owner=owner, number=taken.number, taken_at=now, until=taken.until)
    )
    return taken, before if before.owner != FREE else None


def extend(conn: Connection, lease: Lease, now: datetime, *, lasting: timedelta = LASTING) -> Lease:
    """``LeaseLost`` when another has taken it since. An expired one that nobody took is still ours."""
    longer = replace(lease, until=now + lasting)
    changed = conn.execute(update(LEASE).where(_ours(lease)).values(until=longer.until))
    if changed.rowcount != 1:
        raise LeaseLost(lease)
    return longer


def release(conn: Connection, lease: Lease) -> bool:
    """False when it was not ours any more."""
    return conn.execute(update(LEASE).where(_ours(lease)).values(owner=FREE)).rowcount == 1


def holder(conn: Connection, name: str) -> Lease | None:
    """Who has it, expired or not."""
    row = conn.execute(select(LEASE).where(LEASE.c.name == name, LEASE.c.owner != FREE)).first()
    return None if row is None else _lease(row)


class Keeper:
    """A lease kept while long work goes on: ``beat`` as often as one likes, ``confirm`` before what counts."""

    def __init__(self, database: Engine, lease: Lease, clock: Clock, lasting: timedelta) -> None:
        self.lease = lease
        self._database, self._clock, self._lasting = database, clock, lasting

    def beat(self) -> None:
        now = self._clock()
        if self.lease.until - now > self._lasting * 0.75:
            return
        try:
            self.confirm()
        except OperationalError:  # a busy database ends nothing while the lease runs
            if self.lease.expired(now):
                raise

    def confirm(self) -> None:
        """It is ours, for the whole of its time again; ``LeaseLost`` otherwise."""
        with unit_of_work(self._database) as conn:
            self.lease = extend(conn, self.lease, self._clock(), lasting=self._lasting)


@contextmanager
def keeping(database: Engine, lease: Lease, clock: Clock, *, lasting: timedelta = LASTING) -> Iterator[Keeper]:
    """Given back when the block ends, however it ends; one that cannot be given back ends by itself."""
    keeper = Keeper(database, lease, clock, lasting)
    try:
        yield keeper
    finally:
        try:
            with unit_of_work(database) as conn:
                release(conn, keeper.lease)
        except SQLAlchemyError:  # must not hide what ended the block
            _log.warning("Le verrou « %s » n'a pas pu être rendu ; il tombera de lui-même.", lease.name, exc_info=True)


def _ours(lease: Lease) -> ColumnElement[bool]:
    return and_(LEASE.c.name == lease.name, LEASE.c.owner == lease.owner, LEASE.c.number == lease.number)


def _lease(row: Row[Any]) -> Lease:
    return Lease(*tuple(row))


def _told(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"
