from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

import enrollment.files.tables
import enrollment.money.tables  # noqa: F401
from base.database import data_version, open_database, reading, unit_of_work
from base.jobs import JOB, enqueue
from base.migrate import is_current, upgrade
from catalog.tables import OFFER
from tests.servers.fixtures import Postgresql

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Engine) -> None:
    with database.connect() as conn:
        made = MigrationContext.configure(conn, opts={"compare_type": True})
        known = SQLModel.metadata.tables
        differences = [
            step
            for step in compare_metadata(made, SQLModel.metadata)
            # Tables of rooms that this test does not import are no difference.
            if not (isinstance(step, tuple) and step[0] == "remove_table" and step[1].name not in known)
            and not (isinstance(step, tuple) and step[0] == "remove_index" and step[1].table.name not in known)
        ]
    assert differences == []


def test_migrating_twice_changes_nothing(database: Engine) -> None:
    assert is_current(database)
    upgrade(database)
    assert is_current(database)


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    assert not is_current(engine)
    engine.dispose()


def test_a_failed_unit_of_work_stores_nothing(database: Engine) -> None:
    with pytest.raises(RuntimeError):
        _enqueue_and_fail(database)
    with reading(database) as conn:
        assert conn.execute(select(JOB)).first() is None


def test_reading_shows_one_state_while_others_write(database: Engine) -> None:
    with reading(database) as reader:
        assert reader.execute(select(JOB)).first() is None
        with unit_of_work(database) as writer:
            enqueue(writer, "import", {}, now=NOON)
        assert reader.execute(select(JOB)).first() is None
    with reading(database) as reader:
        assert reader.execute(select(JOB)).first() is not None


def test_writers_wait_for_each_other_instead_of_failing(database: Engine) -> None:
    """A transaction that reads first and writes later is refused by SQLite unless it took the lock at once."""
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(20):
                with unit_of_work(database) as conn:
                    conn.execute(select(JOB)).first()
                    enqueue(conn, "import", {}, now=NOON)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with reading(database) as conn:
        assert len(conn.execute(select(JOB.c.id)).all()) == 80


def test_a_commit_elsewhere_is_noticed(database: Engine) -> None:
    with data_version(database) as version:
        assert version.changed()
        # PostgreSQL's position is of the whole server: another database's writes, a parallel test's, move it too.
        assert database.dialect.name != "sqlite" or not version.changed()
        with unit_of_work(database) as conn:
            enqueue(conn, "import", {}, now=NOON)
        assert version.changed()
        # PostgreSQL's position is of the whole server: another database's writes, a parallel test's, move it too.
        assert database.dialect.name != "sqlite" or not version.changed()
    with pytest.raises(RuntimeError):  # the watch's connection goes back to the others and behaves as they do
        _enqueue_and_fail(database)
    with reading(database) as conn:
        assert len(conn.execute(select(JOB)).all()) == 1


def test_an_instant_comes_back_as_the_same_moment_in_utc(database: Engine) -> None:
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    with unit_of_work(database) as conn:
        enqueue(conn, "import", {}, now=paris)
        stored = conn.execute(select(JOB.c.run_at)).scalar_one()
    assert stored == NOON
    assert stored.tzinfo is UTC


def test_a_row_without_its_parent_is_refused(database: Engine) -> None:
    row = {"id": 1, "training_id": 2, "numero": "1", "source_id": "1", "modality": "unknown", "entry": "unknown"}
    lists = {name: [] for name in ("rhythms", "languages", "funders", "audiences", "contacts")}
    objects: dict[str, object] = {name: {} for name in ("accessibility", "texts", "details")}
    answers = {"eligible_cpf": "unknown", "prerequisites": "unknown", "url": ""}
    with pytest.raises(Exception, match=r"(?i)foreign key"), unit_of_work(database) as conn:
        conn.execute(insert(OFFER).values(**row, **lists, **objects, **answers))


def _enqueue_and_fail(database: Engine) -> None:
    with unit_of_work(database) as conn:
        enqueue(conn, "import", {}, now=NOON)
        raise RuntimeError


def test_a_watch_goes_on_when_its_server_was_away(postgresql: Postgresql) -> None:
    database, elsewhere = open_database(postgresql.url), open_database(postgresql.url)
    with data_version(database) as version:
        assert version.changed()
        with elsewhere.connect() as conn:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            conn.exec_driver_sql(f"{cut} AND pid <> pg_backend_pid()")
        with pytest.raises(OperationalError):
            version.changed()
        with unit_of_work(elsewhere) as conn:
            enqueue(conn, "import", {}, now=NOON)
        assert version.changed()
    database.dispose()
    elsewhere.dispose()
