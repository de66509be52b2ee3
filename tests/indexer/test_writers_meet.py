"""On PostgreSQL writers work at the same time; what an index is told must still be of one state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

from base.clock import Clock
from base.database import open_database, reading
from catalog.store import marks
from indexer.follow import catch_up, follow_once
from indexer.rebuild import rebuild
from search.engines.contract import Engine
from tests.indexer.catalogue import offer, put, similar, sources, training
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


def test_a_batch_that_goes_on_meeting_a_writer_is_done_by_halves(
    postgresql: Postgresql, engine: Engine, clock: Clock
) -> None:
    database, elsewhere = open_database(postgresql.url), open_database(postgresql.url)
    put(elsewhere, training("A", offer("a")), training("B", offer("b"), certification="", certification_codes=()))
    rebuild(database, engine, clock=clock)
    put(elsewhere, training("A", offer("a", hours=36)), training("B", offer("b", hours=36), certification="RS2"))
    tries_of_both = 6 * 2  # a look at the family of each
    objectives = iter([f"Souder {each} fois." for each in range(tries_of_both)])

    def writes(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "organisation.siren = " in statement and (objective := next(objectives, "")):
            put(elsewhere, training("A", offer("a", hours=36, price_cents=100_001), objective=objective))

    event.listen(database, "after_cursor_execute", writes)
    while follow_once(database, engine):
        pass
    assert next(objectives, None) is None
    assert sources(engine) == {"source-a", "source-b"}
    with reading(database) as conn:
        assert marks.pending(conn) == 0
    database.dispose()
    elsewhere.dispose()
