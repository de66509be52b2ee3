"""What PostgreSQL plans its queries by."""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.store.statements import quoted
from catalog.tables import CHANGE_MARK, OFFER, OFFER_PLACE, ORGANISATION, PLACE, SESSION, TRAINING

_WALKED = (ORGANISATION, TRAINING, OFFER, OFFER_PLACE, PLACE, SESSION, CHANGE_MARK)


def refresh(conn: Connection) -> None:
    """Before a walk over the whole catalogue: the server looks at its tables once a minute at best, and without a look
    it walked families of 30,000 offers, stored a moment ago, in 3.1 s instead of 0.1 s. SQLite needs nothing."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"ANALYZE {quoted(table.name for table in _WALKED)}")
