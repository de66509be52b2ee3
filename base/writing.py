"""Many who write at once: each hands in a unit of work and is answered when it is on disk.

SQLite has one writer and a flush to the disk for each commit, so units that come together share one (group commit,
decision 10). PostgreSQL does that by itself for connections that commit together, so there each has its own.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from base.database import stored, unit_of_work

OPEN_SECONDS = 0.010  # a commit takes in what comes until then; a flush lasts some 3 ms
CONNECTIONS = 4  # of PostgreSQL, that write at once: more only wait for the interpreter

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class Writer(Protocol):
    """``work`` may run several times and must only matter once, as for ``base.database.stored``. What it raises is
    raised by the future, and what it had begun is undone."""

    def submit(self, work: Work[Result]) -> Future[Result]: ...


def writer(database: Engine) -> Writer:
    return GroupCommit(database) if database.dialect.name == "sqlite" else EachOwn(database)


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    future: Future[Any] = field(default_factory=Future)
    context: Context = field(default_factory=copy_context)  # of who asks: which request it is for
    result: Any = None
    error: BaseException | None = None

    def run(self, conn: Connection) -> None:
        """In a savepoint, so that what fails here undoes nothing of the others."""
        self.result, self.error = None, None
        try:
            with savepoint(conn):
                self.result = self.context.run(self.work, conn)
        except Exception as error:
            self.error = error
            if not _goes_on(conn):
                raise

    def answer(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class GroupCommit:
    """One thread that writes. What a unit says, a refusal too, is told after the commit: it may rest on another's."""

    def __init__(self, database: Engine, open_seconds: float = OPEN_SECONDS) -> None:
        self._database = database
        self._open_seconds = open_seconds
        self._waiting: deque[_Unit] = deque()
        self._called = False  # the thread, and it has not looked yet
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    def submit(self, work: Work[Result]) -> Future[Result]:
        unit = _Unit(work)
        self._waiting.append(unit)
        self._call()
        return unit.future

    def _call(self) -> None:
        if not self._called:  # set and unset by whoever holds the interpreter: at worst the thread looks in vain
            self._called = True
            self._thread.submit(self._write)

    def _write(self) -> None:
        self._called = False  # before it looks: who comes later calls again
        first = self._next()
        if first is not None:
            self._commit(first)
        if self._waiting:
            self._call()

    def _commit(self, first: _Unit) -> None:
        units, ran = list[_Unit](), False
        try:
            with unit_of_work(self._database) as conn:
                for unit in self._coming(first):
                    units.append(unit)
                    unit.run(conn)
                ran = True
        except BaseException as error:
            if units and (not ran or isinstance(error, IntegrityError)):
                self._apart(units)
                return
            for unit in units or [first]:  # not begun, or not flushed: none of them is done, as far as anybody knows
                unit.result, unit.error = None, error
        for unit in units or [first]:
            unit.answer()

    def _coming(self, first: _Unit) -> Iterator[_Unit]:
        ends = time.monotonic() + self._open_seconds
        unit: _Unit | None = first
        while unit is not None:
            yield unit
            unit = self._next() if time.monotonic() < ends else None

    def _next(self) -> _Unit | None:
        """``None`` when none waits; those whose caller has gone are dropped."""
        while self._waiting:
            unit = self._waiting.popleft()
            if unit.future.set_running_or_notify_cancel():
                return unit
        return None

    def _apart(self, units: list[_Unit]) -> None:
        """The database ended the transaction of all for what one of them did: each is tried by itself."""
        for unit in units:
            try:
                with unit_of_work(self._database) as conn:
                    unit.run(conn)
                    if unit.error is not None:
                        raise unit.error
            except BaseException as error:
                unit.result, unit.error = None, error
            unit.answer()


class EachOwn:
    """A few threads, each with a transaction of its own, begun again where it met another's."""

    def __init__(self, database: Engine, connections: int = CONNECTIONS) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="writer")

    def submit(self, work: Work[Result]) -> Future[Result]:
        return self._threads.submit(copy_context().run, stored, self._database, work)


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """What fails inside is undone, and nothing else. ``Connection.begin_nested`` does it in ten times the time."""
    run = conn.connection.cursor().execute
    run("SAVEPOINT unit")
    try:
        yield
    except BaseException:
        run("ROLLBACK TO SAVEPOINT unit")
        run("RELEASE SAVEPOINT unit")
        raise
    run("RELEASE SAVEPOINT unit")


def _goes_on(conn: Connection) -> bool:
    """SQLite ends a transaction by itself when its disk is full or fails."""
    return bool(conn.connection.driver_connection.in_transaction)  # type: ignore[union-attr]
