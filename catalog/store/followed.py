"""How far the catalogue was followed by its index. An index carries the same stamp (``search.engines.contract.Stamp``):
where it is behind, it was away while another was kept up (restored from a copy, rolled back, swapped for another).

A position is issued before a batch goes into an index and confirmed after, in the transaction that clears its marks:
the index in use is never behind what is confirmed, nor ahead of what is issued.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from catalog.tables import FOLLOWED


@dataclass(frozen=True, slots=True)
class Followed:
    catalogue: str  # this database, whatever machine it is on
    issued: int
    confirmed: int


def followed(conn: Connection) -> Followed:
    row = conn.execute(select(FOLLOWED.c.catalogue, FOLLOWED.c.issued, FOLLOWED.c.confirmed)).one()
    return Followed(*row)


def in_turn(conn: Connection) -> None:
    """The first statement of a transaction that groups cards: one at a time does, whichever process it is of. On
    PostgreSQL no state has been read before the lock is held (SQLite's units of work are like that by themselves)."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f'LOCK TABLE "{FOLLOWED.name}" IN SHARE ROW EXCLUSIVE MODE')


def issue(conn: Connection) -> int:
    issued = update(FOLLOWED).values(issued=FOLLOWED.c.issued + 1).returning(FOLLOWED.c.issued)
    return int(conn.execute(issued).scalar_one())


def confirm(conn: Connection, position: int) -> None:
    conn.execute(update(FOLLOWED).where(FOLLOWED.c.confirmed < position).values(confirmed=position))
