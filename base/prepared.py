"""Statements that are compiled once and handed to the driver, for paths that run thousands of times a second.

SQLAlchemy's own way costs 50 to 100 microseconds a statement, whatever it does; this one some 5. Values go in and come
out through the types of their columns, so what is stored and read is the same.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Process = Callable[[Any], Any]


def without_row(error: BaseException) -> bool:
    """PostgreSQL adds the row or the key that was refused to what it says; those are of people and their accounts, and
    what it says goes to logs. Leaves its first sentence; false where there was no more."""
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said:
        error.args = (said,)
    return bool(said)


@contextmanager
def together(conn: Connection) -> Iterator[None]:
    """What is written inside goes to PostgreSQL at once and is waited for at the end: neither rows nor how many were
    touched are known before."""
    if conn.dialect.name != "postgresql":
        yield
        return
    failures = conn.dialect.loaded_dbapi.Error
    connection: Any = conn.connection.driver_connection
    try:
        with connection.pipeline():
            yield
    except failures as error:
        without_row(error)
        raise DBAPIError.instance("", None, error, failures, dialect=conn.dialect) from error


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    cells: Callable[[Mapping[str, Any]], tuple[Any, ...]]  # values by name -> in the statement's order
    own: dict[str, Any]  # what the statement itself says
    bound: tuple[tuple[int, Process], ...]
    positional: bool
    told: Callable[..., Any] | None  # a named row
    read: tuple[tuple[int, Process], ...]


class Prepared:
    """``make`` builds the statement for a kind of database (``"sqlite"``, ``"postgresql"``), once each; ``columns`` are
    those that an INSERT is given."""

    def __init__(self, make: Callable[[str], ClauseElement], columns: Sequence[str] = ()) -> None:
        self._make = make
        self._columns = list(columns) or None
        self._of: dict[str, _Compiled] = {}

    def run(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it touched."""
        compiled = self._compiled(conn.dialect)
        return int(_executed(conn, compiled, _bound(compiled, values)).rowcount)

    def run_each(self, conn: Connection, many: Sequence[Mapping[str, Any]]) -> int:
        """How many rows all of them touched."""
        compiled = self._compiled(conn.dialect)
        bound = [_bound(compiled, values) for values in many]
        return int(_executed(conn, compiled, bound, many=True).rowcount) if bound else 0

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Named tuples, of the names of the columns."""
        compiled = self._compiled(conn.dialect)
        told = compiled.told
        assert told is not None
        found = _executed(conn, compiled, _bound(compiled, values)).fetchall()
        if not compiled.read:
            return [told(*row) for row in found]
        rows = []
        for row in found:
            cells = list(row)
            for place, process in compiled.read:
                cells[place] = process(cells[place])
            rows.append(told(*cells))
        return rows

    def first(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        """The first row, or ``None``."""
        found = self.rows(conn, values)
        return found[0] if found else None

    def _compiled(self, dialect: Dialect) -> _Compiled:
        found = self._of.get(dialect.name)
        if found is None:
            found = self._of[dialect.name] = _compile(self._make(dialect.name), dialect, self._columns)
        return found


def _compile(statement: ClauseElement, dialect: Dialect, columns: list[str] | None) -> _Compiled:
    made: Any = statement.compile(dialect=dialect, column_keys=columns)
    positional = made.positiontup is not None
    names = tuple(made.positiontup if positional else dict.fromkeys(made.bind_names.values()))
    constants, processors = made.construct_params(_check=False), made._bind_processors
    results = made._result_columns
    processes = [(place, each.type._cached_result_processor(dialect, None)) for place, each in enumerate(results)]
    return _Compiled(
        sql=str(made),
        names=names,
        cells=itemgetter(*names) if len(names) > 1 else lambda values: tuple(values[name] for name in names),
        own={name: value for name, value in constants.items() if value is not None},
        bound=tuple((place, processors[name]) for place, name in enumerate(names) if name in processors),
        positional=positional,
        told=namedtuple("Row", [each.keyname for each in results], rename=True) if results else None,
        read=tuple((place, process) for place, process in processes if process is not None),
    )


def _bound(compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    cells = list(compiled.cells({**compiled.own, **values} if compiled.own else values))
    for place, process in compiled.bound:
        cells[place] = process(cells[place])
    return cells if compiled.positional else dict(zip(compiled.names, cells, strict=True))


def _executed(conn: Connection, compiled: _Compiled, values: Any, *, many: bool = False) -> Any:
    cursor = conn.connection.cursor()
    failures = conn.dialect.loaded_dbapi.Error
    try:
        (cursor.executemany if many else cursor.execute)(compiled.sql, values)
    except failures as error:  # told as SQLAlchemy tells its own, to those who wait for one
        without_row(error)
        raise DBAPIError.instance(
            compiled.sql, values, error, failures, hide_parameters=True, dialect=conn.dialect
        ) from error
    return cursor
