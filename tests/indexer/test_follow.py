"""A change in the catalogue reaches the index; none is lost, whatever happens in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from base import audit
from base.clock import Clock
from base.database import reading
from base.errors import Unavailable
from base.ids import training_id
from catalog.records import TrainingRecord
from catalog.store import marks
from catalog.store.families import family_offers
from indexer.changes import documents_of
from indexer.follow import catch_up, follow, follow_once, rebuild_due
from indexer.rebuild import rebuild
from search.document import Removal, TrainingDocument
from search.engines.contract import Build, Engine, Health, Snapshot
from tests.contract.builders import word
from tests.indexer.catalogue import SIRET, offer, oid, put, similar, sources, training, withdraw


def pending(database: Database) -> int:
    with reading(database) as conn:
        return marks.pending(conn)


def document(database: Database, training: int) -> TrainingDocument | Removal:
    with reading(database) as conn:
        (found,) = documents_of(conn, [training])
    return found


class Interrupted:
    """The engine itself, with something happening just before a batch is applied or after."""

    def __init__(self, engine: Engine, before: Callable[[], None] | None = None, after: Event | None = None) -> None:
        self._engine, self._before, self._after = engine, before, after

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        before, self._before = self._before, None
        if before:
            before()
        self._engine.apply(batch, position, after)
        if self._after:
            self._after.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_a_new_training_is_searchable_after_one_step(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b"), title="Cuisine"))
    assert follow_once(database, engine) == 1
    assert sources(engine) == {"source-a", "source-b"}
    assert sources(engine, words=(word("cuisine"),)) == {"source-b"}
    assert pending(database) == 0
    assert follow_once(database, engine) == 0


def test_a_changed_training_is_found_by_its_new_words_only(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a"), title="Soudure"))
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("a"), title="Cuisine"))
    follow_once(database, engine)
    assert sources(engine, words=(word("soudure"),)) == set()
    assert sources(engine, words=(word("cuisine"),)) == {"source-a"}


def test_a_withdrawn_training_disappears_and_may_come_back(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a")), training("B", offer("b")))
    rebuild(database, engine, clock=clock)
    withdraw(database, "A")
    follow_once(database, engine)
    assert sources(engine) == {"source-b"}
    put(database, training("A", offer("a")))
    follow_once(database, engine)
    assert sources(engine) == {"source-a", "source-b"}


def test_an_offer_that_is_no_longer_sent_disappears(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("1"), offer("2")))
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("2")))
    follow_once(database, engine)
    assert sources(engine) == {"source-2"}


def test_documents_name_the_offers_that_left_so_that_an_index_can_forget_them(database: Database) -> None:
    put(database, training("A", offer("1"), offer("2"), offer("3")), training("B", offer("b")))
    put(database, training("A", offer("2")))
    key = training_id(SIRET, "A")
    assert document(database, key).gone == tuple(sorted((oid("1", "A"), oid("3", "A"))))
    put(database, training("A", offer("1"), offer("2")))
    assert document(database, key).gone == (oid("3", "A"),)
    withdraw(database, "A")
    removal = document(database, key)
    assert isinstance(removal, Removal)
    assert removal.gone == tuple(sorted(oid(each, "A") for each in "123"))
    assert document(database, training_id(SIRET, "B")).gone == ()


def test_a_change_during_indexing_keeps_its_mark(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a"), title="Soudure"))
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("a"), title="Cuisine"))
    again = training("A", offer("a"), title="Couture")
    follow_once(database, Interrupted(engine, before=lambda: put(database, again)))
    assert pending(database) == 1
    assert follow_once(database, engine) == 1
    assert sources(engine, words=(word("couture"),)) == {"source-a"}
    assert pending(database) == 0


def test_a_change_that_another_process_indexed_during_a_rebuild_is_not_lost(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(database, training("A", offer("a"), title="Soudure"))
    rebuild(database, engine, clock=clock)
    done: list[str] = []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what.startswith("Analyse") and not done:
            done.append(what)
            put(database, training("A", offer("a"), title="Cuisine"), training("B", offer("b")))
            follow_once(database, engine)

    report = rebuild(database, engine, clock=clock, progress=meanwhile)
    assert done
    assert report.caught_up == 2
    assert sources(engine) == {"source-a", "source-b"}
    assert sources(engine, words=(word("cuisine"),)) == {"source-a"}
    assert pending(database) == 0


def test_grouping_changes_reach_the_other_trainings_of_the_family(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(database, training("A", offer("a", hours=30)), training("B", offer("b", hours=39)))
    put(database, training("C", offer("c", hours=45)))
    rebuild(database, engine, clock=clock)
    assert sorted(similar(engine).values()) == [0, 1]
    withdraw(database, "A")  # 39 and 45 are now of one group, though neither changed
    while follow_once(database, engine):
        pass
    assert list(similar(engine).values()) == [1]
    put(database, training("A", offer("a", hours=30)))
    while follow_once(database, engine):
        pass
    assert sorted(similar(engine).values()) == [0, 1]


def test_a_training_that_changes_its_certification_leaves_its_old_card(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(
        database,
        training("A", offer("a", hours=30)),
        training("B", offer("b", hours=39)),
        training("C", offer("c", hours=45)),
    )
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("z", hours=30), certification="RS9", certification_codes=("RS9",)))
    while follow_once(database, engine):
        pass
    assert sorted(similar(engine).values()) == [0, 1]
    with reading(database) as conn:
        (first, second) = family_offers(conn, (SIRET[:9], "RNCP1"))
    assert first.card_key == second.card_key


def test_the_cards_of_a_family_are_indexed_in_the_same_step(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("B", offer("b", hours=39)), training("C", offer("c", hours=45)))
    rebuild(database, engine, clock=clock)
    put(database, training("A", offer("a", hours=30)))
    assert follow_once(database, engine) == 3  # B joins A, C stays behind with a key of its own
    assert pending(database) == 0


def test_many_marks_are_worked_off_in_batches(database: Database, engine: Engine, clock: Clock) -> None:

    def priced(price_cents: int) -> list[TrainingRecord]:
        return [training(f"T{n}", offer(f"{n}", price_cents=price_cents), certification=f"RNCP{n}") for n in range(40)]

    put(database, *priced(100))
    rebuild(database, engine, clock=clock)
    put(database, *priced(1_000))
    assert [follow_once(database, engine, limit=15) for _ in range(4)] == [15, 15, 10, 0]
    assert len(sources(engine, price_max_cents=999)) == 0


def test_an_empty_index_or_a_flood_of_changes_calls_for_a_rebuild(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(database, training("A", offer("a")))
    assert rebuild_due(database, engine.health())
    assert catch_up(database, engine, clock=clock) == 1
    assert sources(engine) == {"source-a"}
    assert not rebuild_due(database, engine.health())
    put(database, training("B", offer("b")))
    assert not rebuild_due(database, engine.health())
    assert catch_up(database, engine, clock=clock) == 1
    assert pending(database) == 0


def test_a_catalogue_without_anything_is_indexed_too(database: Database, engine: Engine, clock: Clock) -> None:
    assert rebuild(database, engine, clock=clock).offers == 0
    assert sources(engine) == set()
    put(database, training("A", offer("a")))
    catch_up(database, engine, clock=clock)
    assert sources(engine) == {"source-a"}


def test_following_indexes_changes_until_it_is_stopped(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    stop, applied = Event(), Event()
    watched = Interrupted(engine, after=applied)
    thread = Thread(target=follow, args=(database, watched, stop), kwargs={"clock": clock})
    thread.start()
    try:
        put(database, training("B", offer("b")))
        assert applied.wait(60)
        assert sources(engine) == {"source-a", "source-b"}
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


def test_an_index_that_is_lost_is_built_anew_while_nothing_is_written(
    database: Database, engine: Engine, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    monkeypatch.setattr("indexer.follow.LOOK_EVERY", 1)
    stop = Event()
    thread = Thread(target=follow, args=(database, engine, stop), kwargs={"clock": clock})
    thread.start()
    try:
        shutil.rmtree(tmp_path / "index")
        while not engine.health().ready and thread.is_alive():
            stop.wait(0.01)
    finally:
        stop.set()
        thread.join(60)
    assert sources(engine) == {"source-a"}


class Silent:
    """The engine itself behind a network that is down until it is mended; says so when it is first asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.down, self.asked = engine, True, Event()

    def _reach(self) -> None:
        self.asked.set()
        if self.down:
            raise Unavailable("Le moteur ne répond pas.")

    def snapshot(self, generation: str | None = None) -> Snapshot:
        self._reach()
        return self._engine.snapshot(generation)

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        self._reach()
        self._engine.apply(batch, position, after)

    def builds(self) -> list[Build]:
        self._reach()
        return self._engine.builds()

    def health(self) -> Health:
        return Health(False, "", 0, 0, "Le moteur ne répond pas.") if self.down else self._engine.health()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class Unwell:
    """The engine itself, whose health alone does not answer: a queue that is full for a moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def health(self) -> Health:
        return Health(False, "", 0, 0, "La file est pleine.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_an_index_that_does_not_answer_for_a_moment_is_not_built_anew(
    database: Database, engine: Engine, clock: Clock
) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    with pytest.raises(Unavailable, match="La file est pleine"):
        catch_up(database, Unwell(engine), clock=clock)
    assert [build.served for build in engine.builds()] == [True]


def test_an_engine_that_does_not_answer_is_waited_for_and_not_rebuilt(
    database: Database, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b")))
    monkeypatch.setattr("indexer.follow.PAUSE_SECONDS", 0.01)
    away, stop = Silent(engine), Event()
    with pytest.raises(Unavailable):
        catch_up(database, away, clock=clock)
    away.asked.clear()
    thread = Thread(target=follow, args=(database, away, stop), kwargs={"clock": clock})
    thread.start()
    try:
        assert away.asked.wait(60)
        assert pending(database) == 1
        away.down = False
        while pending(database) and thread.is_alive():
            stop.wait(0.01)
    finally:
        stop.set()
        thread.join(60)
    assert sources(engine) == {"source-a", "source-b"}
    with reading(database) as conn:
        told = [entry.action for entry in audit.entries(conn)]
    assert told == ["rebuild-swapped", "rebuild-begun"]
