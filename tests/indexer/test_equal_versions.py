"""Documents of equal version are equal: of two who index one training, neither can put an older state of it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from base.clock import Clock
from base.database import reading
from base.ids import training_id
from catalog.rows import FamilyOffer
from catalog.store import families, marks
from indexer.changes import documents_of, index_trainings
from indexer.follow import catch_up
from indexer.rebuild import rebuild
from search.document import Removal, TrainingDocument
from search.engines.contract import Engine
from tests.indexer.catalogue import SIRET, offer, put, similar, training

A, B = training_id(SIRET, "A"), training_id(SIRET, "B")


def read(database: Database, *trainings: int) -> Iterable[TrainingDocument | Removal]:
    with reading(database) as conn:
        return documents_of(conn, list(trainings))


def test_a_late_batch_brings_no_older_card_back(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a", hours=38)), training("B", offer("b", hours=60)))
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("a", hours=40)), training("B", offer("b", hours=35)))
    late = list(read(database, A, B))  # as another process reads them, and is slow to write
    index_trainings(database, engine, [A, B])
    assert similar(engine) in ({"source-a": 1}, {"source-b": 1})
    engine.apply(late)
    assert similar(engine) in ({"source-a": 1}, {"source-b": 1})


class Killed(BaseException):
    pass


def test_a_killed_rebuild_leaves_no_card_that_the_served_index_lacks(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(database, training("A", offer("a", hours=38)), training("B", offer("b", hours=60)))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b", hours=35)))  # A's card gets another key

    def dies(what: str, _done: int, _total: int) -> None:
        if what.startswith("Analyse"):
            raise Killed

    with pytest.raises(Killed):
        rebuild(database, engine, clock=clock, progress=dies)
    catch_up(database, engine, clock=clock)
    assert similar(engine) in ({"source-a": 1}, {"source-b": 1})
    with reading(database) as conn:
        assert marks.pending(conn) == 0
        cards = {each.id: [one.card for one in each.offers] for each in read(database, A, B)}  # type: ignore[union-attr]
    assert cards[A] == cards[B]


def test_cards_that_a_rebuild_changes_are_not_indexed_twice(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a", hours=38)), training("B", offer("b", hours=60)))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b", hours=35)))
    report = rebuild(database, engine, clock=clock)
    assert (report.regrouped, report.caught_up) == (2, 0)
    assert catch_up(database, engine, clock=clock) == 0


def test_a_rebuild_puts_no_older_card_over_one_grouped_meanwhile(
    database: Database, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart, together = training("B", offer("b", hours=60)), training("B", offer("b", hours=35))
    put(database, training("A", offer("a", hours=38)), apart)
    rebuild(database, engine, clock=clock)
    put(database, together)
    every = families.all_family_offers

    def then_changed_back(conn: Connection) -> Iterator[tuple[tuple[str, str], FamilyOffer]]:
        yield from list(every(conn))
        put(database, apart)
        index_trainings(database, engine, [B])

    monkeypatch.setattr("indexer.grouping.families.all_family_offers", then_changed_back)
    rebuild(database, engine, clock=clock)
    monkeypatch.undo()
    catch_up(database, engine, clock=clock)
    assert similar(engine) == {"source-a": 0, "source-b": 0}
    with reading(database) as conn:
        assert marks.pending(conn) == 0
        assert len({key for _, key, _ in families.stored_keys(conn, [A, B])}) == 2
