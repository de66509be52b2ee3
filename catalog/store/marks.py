"""Change marks: which trainings the index does not have as they are now.

A mark is bumped in the writer's transaction and cleared only for the version that was indexed, so a change that lands
while its training is being indexed is never lost. Never "ids greater than the last seen": PostgreSQL commits out of
order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, literal_column, select, type_coerce, update

from base.database import Instant
from base.ids import organisation_id
from catalog.store.statements import chunks, driver_rows, insert_into
from catalog.tables import CHANGE_MARK, PENDING, TRAINING


def marked(conn: Connection, limit: int) -> list[tuple[int, int]]:
    """(training id, version) of trainings to index, at most ``limit``."""
    query = select(CHANGE_MARK.c.training_id, CHANGE_MARK.c.version).where(PENDING).limit(limit)
    return [(training, version) for training, version in driver_rows(conn, query)]


def clear(conn: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """The index has these versions. A training that changed since keeps its mark."""
    values = [{"id": training, "seen": version} for training, version in sorted(pairs)]  # as they are marked
    if values:
        same = (CHANGE_MARK.c.training_id == bindparam("id")) & (CHANGE_MARK.c.version == bindparam("seen"))
        conn.execute(update(CHANGE_MARK).where(same).values(pending=0), values)


def mark(conn: Connection, training_ids: Iterable[int]) -> None:
    # In one order, whoever writes: two writers that meet wait for each other instead of deadlocking.
    values = [{"training_id": training, "version": 1, "pending": 1} for training in sorted(training_ids)]
    if values:
        conn.execute(_bumping(insert_into(conn, CHANGE_MARK).values(marked_at=_now(conn))), values)


def mark_by_organisation(conn: Connection, sirets: Collection[str]) -> int:
    found: list[int] = []
    for chunk in chunks([organisation_id(siret) for siret in sirets]):
        rows = conn.execute(select(TRAINING.c.id).where(TRAINING.c.organisation_id.in_(chunk)))
        found.extend(row[0] for row in rows)
    mark(conn, found)
    return len(found)


def mark_by_facts(
    conn: Connection,
    *,
    codes: Collection[str] = (),
    rome: Collection[str] = (),
    formacodes: Collection[str] = (),
    nsf: Collection[str] = (),
) -> int:
    """Trainings whose file names a changed certification or vocabulary code; how many there are.

    Reads the codes of every training (about 1 s for 200,000): references change a few times a year, so an index of
    every code of every training would cost each import more than it saves here.
    """
    wanted = [
        (TRAINING.c[column], frozenset(values))
        for column, values in (("certification_codes", codes), ("rome", rome), ("formacodes", formacodes), ("nsf", nsf))
        if values
    ]
    if not wanted:
        return 0
    # "certification_codes" always holds the main code too (store.write).
    named = select(TRAINING.c.id, *(column for column, _ in wanted)).where(TRAINING.c.withdrawn_at.is_(None))
    rows = conn.execute(named, execution_options={"stream_results": True})
    sets = [values for _, values in wanted]
    found = [row[0] for row in rows if any(not values.isdisjoint(row[i]) for i, values in enumerate(sets, 1))]
    mark(conn, found)
    return len(found)


def pending(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(CHANGE_MARK).where(PENDING)).scalar_one())


def pending_of(conn: Connection, training_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(training_ids):
        query = select(CHANGE_MARK.c.training_id).where(PENDING, CHANGE_MARK.c.training_id.in_(chunk))
        found.update(row[0] for row in conn.execute(query))
    return found


def oldest_pending(conn: Connection) -> timedelta | None:
    """How long the oldest change has waited for the index; ``None`` when none waits."""
    asked = select(func.min(CHANGE_MARK.c.marked_at), type_coerce(_now(conn), Instant))
    since, now = conn.execute(asked.where(PENDING)).one()
    return None if since is None else now - since


def _now(conn: Connection) -> ColumnElement[Any]:
    """By the database's clock, which all who mark share."""
    return func.now() if conn.dialect.name == "postgresql" else literal_column("strftime('%Y-%m-%d %H:%M:%f', 'now')")


def _bumping(insert: Any) -> Any:
    """A change that is still waiting has waited since it was first marked."""
    since = case((CHANGE_MARK.c.pending == 1, CHANGE_MARK.c.marked_at), else_=insert.excluded.marked_at)
    bumped = {"version": CHANGE_MARK.c.version + 1, "pending": literal_column("1"), "marked_at": since}
    return insert.on_conflict_do_update(index_elements=["training_id"], set_=bumped)


def versions(conn: Connection, training_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Version of the last change of each training, pending or not; ``None`` = of all."""
    query = select(CHANGE_MARK.c.training_id, CHANGE_MARK.c.version)
    if training_ids is None:  # a rebuild asks five times
        return dict(driver_rows(conn, query))
    found: dict[int, int] = {}
    for chunk in chunks(training_ids):
        found.update(driver_rows(conn, query.where(CHANGE_MARK.c.training_id.in_(chunk))))
    return found
