"""An index that was away (rolled back, put back from a copy, unused) is brought level; another database's stays."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import update

from base import audit
from base.clock import Clock
from base.database import reading, unit_of_work
from base.errors import Conflict, IndexDamaged, NotFound
from catalog.store import marks
from catalog.store.followed import followed
from catalog.tables import FOLLOWED
from indexer.builds import prune, roll_back
from indexer.follow import catch_up, follow_once, keep_up, mend, rebuild_due
from indexer.rebuild import rebuild
from indexer.standing import OtherCatalogue, Standing, standing
from search.analysis.lexicon import EMPTY
from search.document import Removal, TrainingDocument
from search.engines.contract import Engine
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import word
from tests.indexer.catalogue import offer, put, sources, training, withdraw


def change(database: Database) -> None:
    """One changed, one gone, one new."""
    put(database, training("A", offer("a"), title="Cuisine"), training("C", offer("c"), title="Couture"))
    withdraw(database, "B")


@pytest.fixture
def catalogue(database: Database, engine: Engine, clock: Clock) -> Database:
    put(database, training("A", offer("a"), title="Soudure"), training("B", offer("b")), training("D", offer("d")))
    rebuild(database, engine, clock=clock)
    return database


def assert_level(database: Database, engine: Engine) -> None:
    assert sources(engine) == {"source-a", "source-c", "source-d"}
    assert sources(engine, words=(word("soudure"),)) == {"source-d"}
    assert sources(engine, words=(word("couture"),)) == {"source-c"}
    assert standing(database, engine.health()) is Standing.LEVEL
    with reading(database) as conn:
        assert marks.pending(conn) == 0
        versions = marks.versions(conn)
    assert all(versions[key] == version for key, version in engine.snapshot().versions().items())


def test_an_index_rolled_back_to_has_what_changed_since(catalogue: Database, engine: Engine, clock: Clock) -> None:
    first = engine.builds()[0].name
    rebuild(catalogue, engine, clock=clock)
    change(catalogue)
    catch_up(catalogue, engine, clock=clock)
    rolled = roll_back(catalogue, engine, clock=clock, actor="ada")
    assert rolled.build.name == first
    assert rolled.levelled == 3
    assert_level(catalogue, engine)
    with reading(catalogue) as conn:
        levelled, back, *_ = audit.entries(conn)
    assert (back.action, back.actor, back.detail["build"]) == ("rolled-back", "ada", first)
    assert (levelled.action, levelled.detail) == ("levelled", {"trainings": 3})
    put(catalogue, training("E", offer("e")))
    assert catch_up(catalogue, engine, clock=clock) == 1
    assert sources(engine) >= {"source-e"}


def test_a_rollback_that_was_killed_before_it_had_levelled_is_finished_by_following(
    catalogue: Database, engine: Engine, clock: Clock
) -> None:
    rebuild(catalogue, engine, clock=clock)
    change(catalogue)
    catch_up(catalogue, engine, clock=clock)
    engine.rollback()
    assert sources(engine) == {"source-a", "source-b", "source-d"}
    assert standing(catalogue, engine.health()) is Standing.BEHIND
    put(catalogue, training("D", offer("d"), title="Soudure"))  # waits under its mark while the index is behind
    assert catch_up(catalogue, engine, clock=clock) >= 3
    assert_level(catalogue, engine)
    assert catch_up(catalogue, engine, clock=clock) == 0


def test_a_copy_put_back_is_brought_level(catalogue: Database, engine: Engine, clock: Clock, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    change(catalogue)
    catch_up(catalogue, engine, clock=clock)
    shutil.rmtree(tmp_path / "index")
    shutil.copytree(tmp_path / "copy", tmp_path / "index")
    restored = EmbeddedEngine(tmp_path / "index", clock)
    assert sources(restored) == {"source-a", "source-b", "source-d"}
    assert not rebuild_due(catalogue, restored.health())
    catch_up(catalogue, restored, clock=clock)
    assert_level(catalogue, restored)


def test_two_engines_that_take_turns_miss_nothing(
    catalogue: Database, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    other = EmbeddedEngine(tmp_path / "other", clock)
    rebuild(catalogue, other, clock=clock)
    change(catalogue)
    catch_up(catalogue, other, clock=clock)
    assert sources(engine) == {"source-a", "source-b", "source-d"}
    for each in (engine, other, engine):
        catch_up(catalogue, each, clock=clock)
        assert_level(catalogue, each)
    assert catch_up(catalogue, other, clock=clock) == 0


def test_an_index_of_another_database_is_left_alone(catalogue: Database, engine: Engine, clock: Clock) -> None:
    rebuild(catalogue, engine, clock=clock)  # so that one is kept, which a pruning would delete
    before, held = engine.builds(), sources(engine)
    with unit_of_work(catalogue) as conn:
        conn.execute(update(FOLLOWED).values(catalogue="another"))
    put(catalogue, training("E", offer("e")))
    for work in (catch_up, keep_up):
        with pytest.raises(OtherCatalogue, match="autre base"):
            work(catalogue, engine, clock=clock)
    with pytest.raises(OtherCatalogue):
        prune(catalogue, engine, 0, clock=clock)
    assert (engine.builds(), sources(engine)) == (before, held)


def test_a_damaged_index_of_another_database_is_left_alone(
    catalogue: Database, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    with unit_of_work(catalogue) as conn:
        conn.execute(update(FOLLOWED).values(catalogue="another"))
    for path in (tmp_path / "index").glob("*.seg"):
        path.write_bytes(path.read_bytes()[:64])
    damaged = EmbeddedEngine(tmp_path / "index", clock)
    assert not damaged.health().ready
    with pytest.raises(OtherCatalogue):
        catch_up(catalogue, damaged, clock=clock)
    with pytest.raises(OtherCatalogue):
        mend(catalogue, damaged, IndexDamaged("altéré"), clock=clock)
    assert not damaged.health().ready


def test_who_wants_it_replaces_an_index_of_another_database_and_cannot_go_back_to_it_from_here(
    catalogue: Database, engine: Engine, clock: Clock
) -> None:
    with unit_of_work(catalogue) as conn:
        conn.execute(update(FOLLOWED).values(catalogue="another"))
    rebuild(catalogue, engine, clock=clock)
    assert standing(catalogue, engine.health()) is Standing.LEVEL
    with pytest.raises(Conflict, match="autre base"):
        roll_back(catalogue, engine, clock=clock)
    assert standing(catalogue, engine.health()) is Standing.LEVEL


def test_an_index_that_tells_no_database_is_adopted(catalogue: Database, engine: Engine, clock: Clock) -> None:
    engine.rebuild([], EMPTY)
    assert engine.health().stamp.catalogue == ""
    put(catalogue, training("E", offer("e")))
    assert rebuild_due(catalogue, engine.health())
    catch_up(catalogue, engine, clock=clock)
    assert sources(engine) == {"source-a", "source-b", "source-d", "source-e"}
    assert standing(catalogue, engine.health()) is Standing.LEVEL


def test_an_index_that_knows_more_than_the_database_is_built_anew(
    catalogue: Database, engine: Engine, clock: Clock
) -> None:
    change(catalogue)
    catch_up(catalogue, engine, clock=clock)
    with unit_of_work(catalogue) as conn:  # what a database put back from an older copy says
        conn.execute(update(FOLLOWED).values(issued=0, confirmed=0))
    assert rebuild_due(catalogue, engine.health())


def test_two_workers_that_follow_at_once_index_everything_once_or_twice_and_right(
    catalogue: Database, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    change(catalogue)
    put(catalogue, *(training(f"T{n}", offer(f"t{n}"), title="Taille", certification=f"RS{n}") for n in range(30)))
    failed: list[BaseException] = []

    def work() -> None:
        mine = EmbeddedEngine(tmp_path / "index", clock)
        try:
            while follow_once(catalogue, mine, limit=5):
                pass
        except BaseException as error:
            failed.append(error)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert failed == []
    assert len(sources(engine, words=(word("taille"),))) == 30
    withdraw(catalogue, *(f"T{n}" for n in range(30)))
    catch_up(catalogue, engine, clock=clock)
    assert_level(catalogue, engine)
    with reading(catalogue) as conn:
        now = followed(conn)
    assert now.confirmed == now.issued == engine.health().stamp.position


def test_pruning_keeps_the_served_index_and_those_asked_for(catalogue: Database, engine: Engine, clock: Clock) -> None:
    rebuild(catalogue, engine, clock=clock)
    served, kept = (each.name for each in engine.builds())
    assert prune(catalogue, engine, 1, clock=clock) == []
    assert prune(catalogue, engine, 0, clock=clock) == [kept]
    assert [each.name for each in engine.builds()] == [served]
    with pytest.raises(NotFound):
        roll_back(catalogue, engine, clock=clock)
    assert sources(engine) == {"source-a", "source-b", "source-d"}


class SwappedMeanwhile:
    """The engine itself, going back to an older index just before a batch is applied, by a command that then dies."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._swapped = engine, False

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        if not self._swapped:
            self._swapped = True
            self._engine.rollback()
        self._engine.apply(batch, position, after)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def test_a_batch_that_lands_on_an_index_put_back_meanwhile_does_not_hide_what_it_lacks(
    catalogue: Database, engine: Engine, clock: Clock
) -> None:
    rebuild(catalogue, engine, clock=clock)
    put(catalogue, training("N", offer("n")))
    catch_up(catalogue, engine, clock=clock)
    put(catalogue, training("O", offer("o")))
    assert follow_once(catalogue, SwappedMeanwhile(engine)) > 0
    catch_up(catalogue, engine, clock=clock)
    assert sources(engine) == {f"source-{each}" for each in "abdno"}
