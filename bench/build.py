"""Build a synthetic catalogue as the program would: store, index, then change a little so that a delta lives."""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine as Database

from base.clock import fixed_clock
from base.database import open_database, unit_of_work
from base.migrate import upgrade
from bench.peak import peak_mb
from bench.synthetic import SIZES, generate
from bench.towns import towns
from catalog.records import TrainingRecord
from catalog.store import marks
from catalog.store.write import put_trainings
from indexer.follow import follow_once
from indexer.rebuild import rebuild
from search.document import Removal
from search.engines.contract import Engine
from search.engines.embedded.engine import EmbeddedEngine

Result = TypeVar("Result")

BATCH = 500
TOMBSTONES = 0.05
DELTA_TRAININGS = 170  # some 500 offers


@dataclass(slots=True)
class Built:
    folder: Path
    rows: list[dict[str, object]] = field(default_factory=list)


def build_size(size: str, folder: Path, today: date, seed: int, *, fresh: bool) -> Built:
    """``folder`` becomes a data folder that ``parcours serve`` can serve."""
    built = Built(folder)
    done = folder / "built"
    if done.exists() and not fresh:
        return built
    shutil.rmtree(folder, ignore_errors=True)
    built.rows.append(alone(store, size, folder, today, seed))
    built.rows += alone(index_embedded, size, folder, today)
    done.touch()
    return built


def alone(step: Callable[..., Result], *arguments: object) -> Result:
    """In a process of its own, as ``parcours import`` and ``serve`` are: no step is slowed by what another left behind,
    and its peak is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(step, *arguments).result()


def index_embedded(size: str, folder: Path, today: date) -> list[dict[str, object]]:
    index = folder / "index"
    engine = EmbeddedEngine(index, fixed_clock(today))
    row, *others = index_catalogue(size, open_database(f"sqlite:///{folder / 'parcours.db'}"), engine, today)
    row |= {
        "index_bytes_per_offer": folder_bytes(index) // SIZES[size][0],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return [row, *others]


def store(size: str, folder: Path, today: date, seed: int) -> dict[str, object]:
    """The catalogue's database, in a folder that becomes a data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'parcours.db'}")
    upgrade(database)
    start, clock = time.perf_counter(), fixed_clock(today)
    for batch in _batches(generate(size, towns(), today, seed)):
        with unit_of_work(database) as connection:
            put_trainings(connection, batch, submission=None, now=clock())
    return _rate(f"store {size}, SQLite", SIZES[size][0], time.perf_counter() - start)


def index_catalogue(size: str, database: Database, engine: Engine, today: date) -> list[dict[str, object]]:
    """Build its index on an engine, then take 5 % away and change a little: what it cost."""
    start, cpu = time.perf_counter(), time.process_time()
    rebuild(database, engine, clock=fixed_clock(today))
    row = _rate(f"build {size}, {engine.name}", SIZES[size][0], time.perf_counter() - start)
    row["cpu_s"] = round(time.process_time() - cpu, 1)
    with unit_of_work(database) as connection:
        keys = sorted(marks.versions(connection))
        marks.mark(connection, keys[:: len(keys) // DELTA_TRAININGS][:DELTA_TRAININGS])
    engine.apply([Removal(id=key, version=1 << 40) for key in gone(keys)])
    start = time.perf_counter()
    changed = follow_once(database, engine)
    seconds = round(time.perf_counter() - start, 3)
    return [row, {"label": f"delta {size}, {engine.name}", "trainings": changed, "s": seconds}]


def gone(keys: Sequence[int]) -> Sequence[int]:
    """Trainings that are taken away again, of all in order."""
    return keys[1 :: round(1 / TOMBSTONES)]


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def timed_import(path: Path, folder: Path) -> dict[str, object]:
    """``parcours import`` of a file into an empty data folder, indexed: wall time and peak memory of the process."""
    shutil.rmtree(folder, ignore_errors=True)
    program = str(Path(sys.executable).parent / "parcours")
    start = time.perf_counter()
    peak = peak_mb([program, "import", str(path), "--json"], PARCOURS_DATA_DIR=str(folder))
    return {"label": f"import {path.name}, indexed", "s": round(time.perf_counter() - start, 1), "peak_mb": peak}


def _batches(records: Iterable[TrainingRecord]) -> Iterator[list[TrainingRecord]]:
    batch: list[TrainingRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _rate(label: str, offers: int, seconds: float) -> dict[str, object]:
    return {"label": label, "s": round(seconds, 1), "offers_per_s": round(offers / seconds)}
