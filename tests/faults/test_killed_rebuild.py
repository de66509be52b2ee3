"""A rebuild killed at any step leaves the old index served or the new one, and the next one is hindered by nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from base import leases
from base.database import reading
from base.leases import LeaseHeld
from catalog.store import marks
from indexer.follow import catch_up
from indexer.journal import subject
from indexer.rebuild import rebuild
from search.engines.embedded import EmbeddedEngine
from tests.indexer.catalogue import offer, put, sources, training, withdraw
from tests.search.engines.conftest import MovedClock

ROOT = Path(__file__).parents[2]

# Dies where the n-th of some calls would begin: what a kill -9 between two steps leaves behind.
REBUILDS = """
import os, signal, sys
from pathlib import Path
from base.clock import system_clock
from base.database import open_database
from indexer.rebuild import rebuild
from search.engines.embedded import EmbeddedEngine, writer

url, folder, where = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
database, engine = open_database(url), EmbeddedEngine(folder, system_clock)

def die(*_given, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(what, done, total):
    if what.startswith(where):
        die()

if where == "before the swap":
    writer.StagedFiles.swap = die
elif where == "in the swap":  # new files are there, the manifest is not replaced yet
    writer.publish = die
elif where == "after the swap":
    swap = writer.StagedFiles.swap
    writer.StagedFiles.swap = lambda self: (swap(self), die())
rebuild(database, engine, clock=system_clock, progress=progress)
"""
STEPS = ("Regroupement", "Analyse", "Indexation", "Contrôle", "before the swap", "in the swap", "after the swap")


def killed(database: Database, folder: Path, where: str) -> int:
    url = database.url.render_as_string(hide_password=False)
    return subprocess.run([sys.executable, "-c", REBUILDS, url, str(folder), where], cwd=ROOT, timeout=120).returncode


@pytest.mark.parametrize("where", STEPS)
def test_a_killed_rebuild_leaves_a_whole_index_and_the_next_one_mends_all(
    database: Database, tmp_path: Path, where: str
) -> None:
    folder = tmp_path / "index"
    clock = MovedClock(datetime.now(UTC))
    engine = EmbeddedEngine(folder, clock)
    put(database, training("A", offer("a")), training("B", offer("b")))
    rebuild(database, engine, clock=clock)
    put(database, training("C", offer("c")))
    withdraw(database, "A")
    before = {"source-a", "source-b"}

    assert killed(database, folder, where) == -9
    assert sources(engine) == ({"source-b", "source-c"} if where == "after the swap" else before)
    engine.verify()

    with reading(database) as conn:
        left = leases.holder(conn, subject(engine))
    assert left is not None
    with pytest.raises(LeaseHeld):
        rebuild(database, engine, clock=clock)
    assert catch_up(database, engine, clock=clock) == 2  # changes wait for no lock
    assert sources(engine) == {"source-b", "source-c"}
    with reading(database) as conn:
        assert marks.pending(conn) == 0

    clock.now = left.until + timedelta(seconds=1)
    rebuild(database, engine, clock=clock)
    assert sources(engine) == {"source-b", "source-c"}
    assert len(engine.builds()) == 2
    clock.pass_by(minutes=6)
    put(database, training("D", offer("d")))
    catch_up(database, engine, clock=clock)
    assert not list(folder.glob("*.building"))
    assert len(list(folder.glob("*-base.seg"))) == 2  # the served one and the one before: no remains


def test_half_built_files_of_a_living_build_are_nobodys_remains(database: Database, tmp_path: Path) -> None:
    clock = MovedClock()
    engine = EmbeddedEngine(tmp_path / "index", clock)
    put(database, training("A", offer("a")))
    rebuild(database, engine, clock=clock)
    done: list[str] = []

    def meanwhile(what: str, _done: int, _total: int) -> None:
        if what.startswith("Contrôle") and not done:
            done.append(what)
            for number in range(3):
                clock.pass_by(minutes=6)
                put(database, training(f"N{number}", offer(f"n{number}")))
                catch_up(database, EmbeddedEngine(tmp_path / "index", clock), clock=clock)

    report = rebuild(database, engine, clock=clock, progress=meanwhile)
    assert report.caught_up == 3
    assert sources(engine) == {"source-a", "source-n0", "source-n1", "source-n2"}
    engine.verify()
