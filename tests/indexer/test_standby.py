"""An index kept beside the one that is followed: level with the catalogue, without taking anything from the other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import update

from base import audit
from base.clock import Clock
from base.database import reading, unit_of_work
from base.errors import IndexDamaged
from base.leases import LASTING
from catalog.store import marks
from catalog.store.followed import Followed, followed
from catalog.tables import FOLLOWED
from indexer import rebuild as rebuilding
from indexer.follow import PAUSE_SECONDS, catch_up
from indexer.journal import Journal
from indexer.standby import bring_up, keep_standby
from indexer.standing import OtherCatalogue, Standing, standing
from search.engines.contract import Engine
from search.engines.embedded import EmbeddedEngine
from search.standby import Standby
from tests.indexer.catalogue import offer, put, sources, training, withdraw

EVERY = timedelta(hours=1)


@pytest.fixture
def beside(tmp_path: Path, clock: Clock) -> Standby:
    folder = tmp_path / "beside"
    return Standby(EmbeddedEngine(folder, clock), folder, clock)


@pytest.fixture
def catalogue(database: Database, engine: Engine, clock: Clock) -> Database:
    """Followed by ``engine``, with changes that wait for it."""
    put(database, training("A", offer("a")), training("B", offer("b")))
    catch_up(database, engine, clock=clock)
    put(database, training("C", offer("c")))
    withdraw(database, "B")
    return database


def waiting(database: Database) -> tuple[int, Followed]:
    with reading(database) as conn:
        return marks.pending(conn), followed(conn)


def test_it_has_what_waits_for_the_other_and_takes_nothing_from_it(
    catalogue: Database, engine: Engine, beside: Standby, clock: Clock
) -> None:
    before = waiting(catalogue)
    assert before[0] == 2
    bring_up(catalogue, beside.engine, clock=clock)
    assert sources(beside.engine) == {"source-a", "source-c"}
    put(catalogue, training("D", offer("d")), training("A", offer("a2")))
    bring_up(catalogue, beside.engine, clock=clock)
    assert sources(beside.engine) == {"source-a2", "source-c", "source-d"}
    assert waiting(catalogue) == (4, before[1])
    assert sources(engine) == {"source-a", "source-b"}
    assert catch_up(catalogue, engine, clock=clock) == 4
    assert sources(engine) == sources(beside.engine)
    assert standing(catalogue, engine.health()) is Standing.LEVEL


def test_it_is_brought_level_without_a_word_and_built_only_where_it_must(
    catalogue: Database, beside: Standby, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done() -> int:
        with reading(catalogue) as conn:
            return sum(each.action == "rebuild-swapped" for each in audit.entries(conn, subject="index embedded"))

    before = done()
    bring_up(catalogue, beside.engine, clock=clock)
    assert done() == before + 1
    put(catalogue, training("D", offer("d")))
    bring_up(catalogue, beside.engine, clock=clock)
    assert done() == before + 1
    monkeypatch.setattr("indexer.standby.REBUILD_LEAST", 1)
    put(catalogue, training("E", offer("e")), training("F", offer("f")))
    bring_up(catalogue, beside.engine, clock=clock)
    assert done() == before + 2
    with unit_of_work(catalogue) as conn:  # what a database put back from an older copy says
        conn.execute(update(FOLLOWED).values(issued=0, confirmed=0))
    bring_up(catalogue, beside.engine, clock=clock)
    assert done() == before + 3
    next((tmp_path / "beside").glob("*.payload")).unlink()
    (tmp_path / "beside" / "manifest.json").write_bytes(b"00000000\n{}")
    bring_up(catalogue, EmbeddedEngine(tmp_path / "beside", clock), clock=clock)
    assert done() == before + 4
    assert sources(EmbeddedEngine(tmp_path / "beside", clock)) == {f"source-{each}" for each in "acdef"}


def test_an_index_of_another_database_is_left_alone_and_answers_nothing(
    catalogue: Database, beside: Standby, clock: Clock
) -> None:
    bring_up(catalogue, beside.engine, clock=clock)
    beside.up_to_date(clock())
    built = beside.engine.builds()
    with unit_of_work(catalogue) as conn:
        conn.execute(update(FOLLOWED).values(catalogue="another"))
    with pytest.raises(OtherCatalogue):
        bring_up(catalogue, beside.engine, clock=clock)
    with pytest.raises(OtherCatalogue):
        bring_up(catalogue, beside.engine, clock=clock, damage="?")
    keep_standby(catalogue, beside, Between(), every=EVERY, clock=clock)
    assert beside.engine.builds() == built
    assert beside.state() is None


def test_an_empty_catalogue_is_an_index_too(database: Database, beside: Standby, clock: Clock) -> None:
    bring_up(database, beside.engine, clock=clock)
    built = beside.engine.builds()
    bring_up(database, beside.engine, clock=clock)
    assert [each.name for each in beside.engine.builds()] == [each.name for each in built]
    assert beside.engine.health().ready


class Between(Event):
    """What happens between the rounds of a worker; it is stopped after the last."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = list(happens)
        self.paused: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.paused.append(timeout)
        if self._happens:
            self._happens.pop(0)()
        else:
            self.set()
        return self.is_set()


def test_its_age_is_that_of_the_state_it_holds(catalogue: Database, beside: Standby) -> None:
    ages: list[datetime | None] = []
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def tell() -> None:
        state = beside.state()
        ages.append(state and state.as_of)

    def later() -> None:
        nonlocal now
        tell()
        now += EVERY

    def and_a_change() -> None:
        later()
        put(catalogue, training("Z", offer("z")))

    tell()
    keep_standby(catalogue, beside, Between(later, and_a_change, tell), every=EVERY, clock=lambda: now)
    assert ages == [None, now - 2 * EVERY, now - EVERY, now]  # also where nothing had changed
    assert sources(beside.engine) == {"source-a", "source-c", "source-z"}


def test_an_older_copy_put_back_is_brought_level_though_nothing_is_written(
    catalogue: Database, beside: Standby, clock: Clock, tmp_path: Path
) -> None:
    bring_up(catalogue, beside.engine, clock=clock)
    shutil.copytree(tmp_path / "beside", tmp_path / "copy")
    put(catalogue, training("Z", offer("z")))

    def put_back() -> None:
        assert "source-z" in sources(beside.engine)
        shutil.rmtree(tmp_path / "beside")
        (tmp_path / "copy").rename(tmp_path / "beside")
        assert "source-z" not in sources(beside.engine)

    keep_standby(catalogue, beside, Between(put_back), every=EVERY, clock=clock)
    assert "source-z" in sources(beside.engine)


def test_one_byte_that_was_altered_is_found_before_it_is_needed(
    catalogue: Database, beside: Standby, clock: Clock, tmp_path: Path
) -> None:
    bring_up(catalogue, beside.engine, clock=clock)
    (segment,) = (tmp_path / "beside").glob("*.payload")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    again = Standby(EmbeddedEngine(tmp_path / "beside", clock), tmp_path / "beside", clock)
    with pytest.raises(IndexDamaged):
        again.engine.verify()
    keep_standby(catalogue, again, Between(), every=EVERY, clock=clock)
    again.engine.verify()
    assert sources(again.engine) == {"source-a", "source-c"}


def test_while_another_builds_the_older_one_stays_and_is_as_old_as_it_says(
    catalogue: Database, beside: Standby, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up(catalogue, beside.engine, clock=clock)
    beside.up_to_date(clock() - EVERY)
    monkeypatch.setattr("indexer.standby.REBUILD_LEAST", 0)
    put(catalogue, training("Y", offer("y")), training("Z", offer("z")))
    between = Between()
    with Journal(catalogue, beside.engine, clock, "other").alone():
        keep_standby(catalogue, beside, between, every=EVERY, clock=clock)
    assert between.paused == [PAUSE_SECONDS]
    state = beside.state()
    assert state is not None
    assert state.age_seconds == EVERY.total_seconds()
    assert sources(beside.engine) == {"source-a", "source-c"}


@pytest.mark.parametrize("at", ["Analyse des textes", "Indexation des offres", "Contrôle du nouvel index"])
def test_a_worker_that_ends_in_the_middle_of_a_build_leaves_the_older_index_and_no_lock(
    catalogue: Database, beside: Standby, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    bring_up(catalogue, beside.engine, clock=clock)
    beside.up_to_date(clock() - EVERY)
    monkeypatch.setattr("indexer.standby.REBUILD_LEAST", 0)
    put(catalogue, training("Y", offer("y")), training("Z", offer("z")))
    stop = Event()
    alone = rebuilding._alone

    def ending(*given: object) -> object:
        *before, progress, actor, damage = given

        def report(what: str, done: int, total: int) -> None:
            if what == at:
                stop.set()
            progress(what, done, total)  # type: ignore[operator]

        return alone(*before, report, actor, damage)  # type: ignore[arg-type]

    monkeypatch.setattr(rebuilding, "_alone", ending)
    keep_standby(catalogue, beside, stop, every=EVERY, clock=clock, actor="ada")
    monkeypatch.undo()
    assert sources(beside.engine) == {"source-a", "source-c"}
    state = beside.state()
    assert state is not None
    assert state.age_seconds == EVERY.total_seconds()
    with Journal(catalogue, beside.engine, lambda: clock() + LASTING / 2, "next").alone():
        pass  # the lock was given back
    bring_up(catalogue, beside.engine, clock=clock)
    assert sources(beside.engine) == {"source-a", "source-c", "source-y", "source-z"}
    assert not list((tmp_path / "beside").glob("*.tmp"))
