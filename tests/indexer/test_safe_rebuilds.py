"""A rebuild is one at a time, checked before it is served, written down; a failed one leaves the old index served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from base import audit, leases
from base.clock import system_clock
from base.database import reading, unit_of_work
from base.leases import LASTING, LeaseHeld, LeaseLost
from indexer.builds import unlock
from indexer.checks import IndexRefused
from indexer.follow import catch_up, follow_once
from indexer.journal import subject
from indexer.rebuild import rebuild
from search.analysis.lexicon import Lexicon
from search.document import TrainingDocument
from search.engines.contract import Engine, Staged, Stamp
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import word
from tests.indexer.catalogue import offer, oid, put, sources, training, withdraw
from tests.search.engines.conftest import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


def log(database: Database, engine: Engine) -> list[str]:
    """Oldest first."""
    with reading(database) as conn:
        return [entry.action for entry in reversed(audit.entries(conn, subject=subject(engine)))]


def at(phase: str, then: Callable[[], object]) -> Callable[[str, int, int], None]:
    """Progress that does something once, when a phase is reached."""
    done: list[str] = []

    def progress(what: str, _done: int, _total: int) -> None:
        if what.startswith(phase) and not done:
            done.append(what)
            then()

    return progress


class Spoiled:
    """The engine itself, whose new indexes are made of other documents than they are given."""

    def __init__(self, engine: Engine, spoil: Callable[[TrainingDocument], TrainingDocument | None]) -> None:
        self._engine, self._spoil = engine, spoil

    @contextmanager
    def stage(self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp) -> Iterator[Staged]:
        spoiled = (other for each in documents if (other := self._spoil(each)))
        with self._engine.stage(spoiled, lexicon, stamp) as staged:
            yield staged

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def _lost(document: TrainingDocument) -> TrainingDocument | None:
    return None if any(each.id == oid("b", "B") for each in document.offers) else document


def _without_an_offer(document: TrainingDocument) -> TrainingDocument:
    return replace(document, offers=document.offers[:1])


def _older(document: TrainingDocument) -> TrainingDocument:
    return replace(document, version=document.version - 1)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_lost, "1 formation manque "),
        (_without_an_offer, "2 offres au lieu de 3"),
        (_older, "2 formations d'une autre version"),
    ],
)
def test_a_new_index_that_fails_its_checks_is_thrown_away_and_the_old_one_served(
    database: Database,
    engine: Engine,
    clock: MovedClock,
    spoil: Callable[[TrainingDocument], TrainingDocument | None],
    told: str,
) -> None:
    put(database, training("A", offer("a"), offer("a2")))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b"), title="Cuisine"))
    before = engine.builds()
    with pytest.raises(IndexRefused, match=told):
        rebuild(database, Spoiled(engine, spoil), clock=clock)
    assert sources(engine) == {"source-a", "source-a2"}
    assert engine.builds() == before
    assert log(database, engine)[-2:] == ["rebuild-begun", "rebuild-refused"]
    catch_up(database, engine, clock=clock)  # the lock is free again and no change was forgotten
    assert sources(engine) == {"source-a", "source-a2", "source-b"}
    rebuild(database, engine, clock=clock)


@pytest.mark.parametrize(("ask", "told"), [("words", "par les mots"), ("place", "à son lieu")])
def test_a_new_index_must_answer_questions_made_from_the_catalogue(
    database: Database, engine: Engine, clock: MovedClock, ask: str, told: str
) -> None:
    class Deaf:
        """A new index that does not answer one kind of question."""

        def __init__(self, snapshot: Any) -> None:
            self._snapshot = snapshot

        def execute(self, plan: Any) -> Any:
            answer = self._snapshot.execute(plan)
            return replace(answer, total=0) if (plan.words if ask == "words" else plan.home) else answer

        def __getattr__(self, name: str) -> Any:
            return getattr(self._snapshot, name)

    class DeafEngine(Spoiled):
        @contextmanager
        def stage(self, documents: Any, lexicon: Any, stamp: Any) -> Iterator[Any]:
            with super().stage(documents, lexicon, stamp) as staged:
                whole = staged.snapshot
                staged.snapshot = lambda: Deaf(whole())  # type: ignore[method-assign, assignment, return-value]
                yield staged

    put(database, training("A", offer("a")))
    with pytest.raises(IndexRefused, match=told):
        rebuild(database, DeafEngine(engine, lambda each: each), clock=clock)
    assert not engine.health().ready


def test_of_two_rebuilds_at_once_one_is_told_who_is_at_it(
    database: Database, engine: Engine, clock: MovedClock
) -> None:
    put(database, training("A", offer("a")))
    refused: list[LeaseHeld] = []

    def another() -> None:
        with pytest.raises(LeaseHeld, match="par the first") as held:
            rebuild(database, engine, clock=clock, actor="the second")
        refused.append(held.value)

    rebuild(database, engine, clock=clock, progress=at("Analyse", another), actor="the first")
    assert refused
    assert sources(engine) == {"source-a"}
    rebuild(database, engine, clock=clock, actor="the second")


def test_while_another_rebuilds_changes_are_followed_into_the_index_as_it_is(
    database: Database, engine: Engine, clock: MovedClock
) -> None:
    put(database, training("A", offer("a")))
    with unit_of_work(database) as conn:
        leases.take(conn, subject(engine), "another", clock())
    assert catch_up(database, engine, clock=clock) == 1
    assert sources(engine) == {"source-a"}


def test_a_rebuild_that_lost_its_lock_swaps_nothing(database: Database, engine: Engine, clock: MovedClock) -> None:
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    put(database, training("B", offer("b")))

    def another() -> None:
        """The first one stood still for so long that its lock ended, and a second one did its work meanwhile."""
        clock.now += LASTING
        rebuild(database, engine, clock=clock, actor="the second")

    with pytest.raises(LeaseLost):
        rebuild(database, engine, clock=clock, progress=at("Contrôle", another), actor="the first")
    assert sources(engine) == {"source-a", "source-b"}
    assert len(engine.builds()) == 2
    assert log(database, engine)[-5:] == [
        "rebuild-begun",
        "lock-taken-over",
        "rebuild-begun",
        "rebuild-swapped",
        "rebuild-failed",
    ]


def test_a_rebuild_whose_lock_was_lifted_swaps_nothing(database: Database, engine: Engine, clock: MovedClock) -> None:
    put(database, training("A", offer("a")))

    def lift() -> None:
        with pytest.raises(LeaseHeld):
            unlock(database, engine, clock=clock)
        assert unlock(database, engine, clock=clock, force=True)

    with pytest.raises(LeaseLost):
        rebuild(database, engine, clock=clock, progress=at("Contrôle", lift))
    assert not engine.health().ready
    assert log(database, engine) == ["rebuild-begun", "lock-broken", "rebuild-failed"]


def test_a_long_rebuild_keeps_its_lock(database: Database, engine: Engine, clock: MovedClock) -> None:
    put(database, *(training(f"T{number}", offer(f"{number}")) for number in range(5)))
    steps: list[str] = []

    def slow(what: str, _done: int, _total: int) -> None:
        steps.append(what)
        clock.now += LASTING / 2
        with unit_of_work(database) as conn, pytest.raises(LeaseHeld):
            leases.take(conn, subject(engine), "another", clock())

    rebuild(database, engine, clock=clock, progress=slow)
    assert len(steps) >= 4  # twice the time that a lock lasts by itself


def test_an_expired_lock_is_lifted_without_force(database: Database, engine: Engine, clock: MovedClock) -> None:
    with unit_of_work(database) as conn:
        taken, _ = leases.take(conn, subject(engine), "a killed one", clock())
    clock.now += LASTING
    assert unlock(database, engine, clock=clock) == taken
    assert unlock(database, engine, clock=clock) is None
    with reading(database) as conn:
        (entry,) = audit.entries(conn)
    assert (entry.action, entry.detail["owner"], entry.detail["expired"]) == ("lock-broken", "a killed one", True)


def test_what_changes_during_a_rebuild_is_in_the_new_index_when_it_is_first_served(
    database: Database, engine: Engine, clock: MovedClock
) -> None:
    put(database, training("A", offer("a"), title="Soudure"), training("C", offer("c")))
    rebuild(database, engine, clock=clock)

    def change() -> None:
        put(database, training("A", offer("a"), title="Cuisine"), training("B", offer("b")))
        withdraw(database, "C")
        follow_once(database, engine)  # a worker takes the changes into the index that is about to be replaced

    seen: list[set[str]] = []

    class Watched(Spoiled):
        @contextmanager
        def stage(self, documents: Any, lexicon: Any, stamp: Any) -> Iterator[Any]:
            with super().stage(documents, lexicon, stamp) as staged:
                swap = staged.swap

                def swapped() -> Any:
                    build = swap()
                    seen.append(sources(engine))
                    seen.append(sources(engine, words=(word("cuisine"),)))
                    return build

                staged.swap = swapped  # type: ignore[method-assign]
                yield staged

    report = rebuild(database, Watched(engine, lambda each: each), clock=clock, progress=at("Contrôle", change))
    assert seen == [{"source-a", "source-b"}, {"source-a"}]
    assert report.caught_up == 3
    assert catch_up(database, engine, clock=clock) == 0


def test_what_a_rebuild_did_is_written_down(database: Database, engine: Engine, clock: MovedClock) -> None:
    put(database, training("A", offer("a")))
    for _ in range(3):
        clock.now += timedelta(minutes=1)
        report = rebuild(database, engine, clock=clock, actor="ada")
    assert log(database, engine) == ["rebuild-begun", "rebuild-swapped"] * 3 + ["pruned"]
    with reading(database) as conn:
        _, swapped, *_ = audit.entries(conn)
    assert (swapped.at, swapped.actor) == (clock.now, "ada")
    assert (swapped.detail["build"], swapped.detail["offers"]) == (report.build, 1)
    assert [(each.name == report.build, each.served) for each in engine.builds()] == [(True, True), (False, False)]


def test_a_rebuild_that_fails_says_so_and_lets_go(database: Database, engine: Engine, clock: MovedClock) -> None:
    put(database, training("A", offer("a")))

    def fail() -> None:
        raise ConnectionError("the disk went away")

    with pytest.raises(ConnectionError):
        rebuild(database, engine, clock=clock, progress=at("Indexation", fail))
    assert log(database, engine) == ["rebuild-begun", "rebuild-failed"]
    with reading(database) as conn:
        assert audit.entries(conn)[0].detail == {"error": "the disk went away"}
    rebuild(database, engine, clock=clock)


def test_a_rebuild_of_another_index_takes_no_change_from_the_one_that_follows(
    database: Database, tmp_path: Path
) -> None:
    followed, beside = EmbeddedEngine(tmp_path / "1", system_clock), EmbeddedEngine(tmp_path / "2", system_clock)
    put(database, training("A", offer("a")))
    catch_up(database, followed, clock=system_clock)
    put(database, training("B", offer("b")))
    rebuild(database, beside, clock=system_clock)
    catch_up(database, followed, clock=system_clock)
    assert sources(followed) == sources(beside) == {"source-a", "source-b"}
