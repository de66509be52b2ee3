"""Sessions that are full by what enrollment has promised, whatever their organisation says is left.

Told by who keeps the seats, only when it changes: a document is made anew for it (design 3). It holds for what the
organisation stated then: whatever it states anew has counted what was promised.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, select

from catalog.store import marks
from catalog.store.ranges import Scope
from catalog.store.statements import insert_into
from catalog.tables import FULL_SESSION, SESSION


def tell_full(conn: Connection, session_id: int, training_id: int, total: int | None, left: int | None) -> None:
    """``total`` and ``left`` as stated of the session."""
    stated = {"total": total, "left": left}
    added = insert_into(conn, FULL_SESSION).values(session_id=session_id, training_id=training_id, **stated)
    conn.execute(added.on_conflict_do_update(index_elements=["session_id"], set_=stated))
    marks.mark(conn, [training_id])


def tell_free(conn: Connection, session_id: int, training_id: int) -> None:
    if conn.execute(delete(FULL_SESSION).where(FULL_SESSION.c.session_id == session_id)).rowcount:
        marks.mark(conn, [training_id])


def full_sessions(conn: Connection, scope: Scope) -> set[int]:
    same = and_(
        FULL_SESSION.c.total.is_not_distinct_from(SESSION.c.seats_total),
        FULL_SESSION.c.left.is_not_distinct_from(SESSION.c.seats_left),
    )
    query = select(FULL_SESSION.c.session_id).join(SESSION, SESSION.c.id == FULL_SESSION.c.session_id)
    return set(conn.scalars(query.where(scope.full, same)))
