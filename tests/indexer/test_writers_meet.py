"""On PostgreSQL writers work at the same time; what an index is told must still be of one state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

from base.clock import Clock
from base.database import open_database
from indexer.follow import catch_up, follow_once
from indexer.rebuild import rebuild
from search.engines.contract import Engine
from tests.indexer.catalogue import offer, put, similar, training
from tests.servers.fixtures import Postgresql


def once_after(database: Database, statement_of: str, happens: Callable[[], None]) -> None:
    """Right after the first statement that names a table."""
    left = [happens]

    def look(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if left and statement_of in statement:
            left.pop()()

    event.listen(database, "after_cursor_execute", look)


def test_a_change_that_lands_while_cards_are_grouped_is_grouped_in_its_turn(
    postgresql: Postgresql, engine: Engine, clock: Clock
) -> None:
    database, elsewhere = open_database(postgresql.url), open_database(postgresql.url)
    put(elsewhere, training("A", offer("a")), training("B", offer("b")))
    rebuild(database, engine, clock=clock)
    assert similar(engine) in ({"source-a": 1}, {"source-b": 1})
    put(elsewhere, training("A", offer("a"), objective="Souder."))
    # The family has been read; now its price parts A from B.
    once_after(
        database, "organisation.siren = ", lambda: put(elsewhere, training("A", offer("a", price_cents=900_000)))
    )
    follow_once(database, engine)
    catch_up(database, engine, clock=clock)
    assert similar(engine) == {"source-a": 0, "source-b": 0}
    database.dispose()
    elsewhere.dispose()
