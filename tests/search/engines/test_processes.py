"""Real processes: one writes while another reads, two write at once, one dies at any moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import found, offer, training
from tests.contract.lexicons import lexicon_of
from tests.search.engines.conftest import MovedClock

ROOT = Path(__file__).parents[3]

WRITES = """
import os, sys
from pathlib import Path
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import offer, training
from tests.search.engines.conftest import EARLY, MovedClock

folder, first, count, syncs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
real = os.fsync

def fsync(handle):
    global syncs
    syncs -= 1
    if syncs == 0:
        os._exit(9)
    real(handle)

os.fsync = fsync
engine = EmbeddedEngine(folder, MovedClock(), EARLY)
for number in range(first, first + count):
    engine.apply([training(number, offer(number), version=1)])
"""


def _writer(folder: Path, first: int, count: int, syncs: int = 0) -> subprocess.Popen[bytes]:
    """Applies trainings one by one; with ``syncs`` it dies at that call of fsync."""
    arguments = [str(folder), str(first), str(count), str(syncs)]
    return subprocess.Popen([sys.executable, "-c", WRITES, *arguments], cwd=ROOT)


def test_a_reader_sees_what_another_process_writes(engine: EmbeddedEngine, folder: Path) -> None:
    engine.rebuild([training(1, offer(1))], lexicon_of([]))
    assert found(engine) == {1}
    writer = _writer(folder, 100, 12)
    seen = 1
    while writer.poll() is None:
        count = engine.snapshot().count()
        assert seen <= count <= 13
        seen = count
    assert writer.wait() == 0
    assert found(engine) == {1, *range(100, 112)}


def test_two_writers_lose_nothing(engine: EmbeddedEngine, folder: Path) -> None:
    engine.rebuild([training(1, offer(1))], lexicon_of([]))
    writers = [_writer(folder, first, 15) for first in (100, 200)]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert found(engine) == {1, *range(100, 115), *range(200, 215)}


@pytest.mark.parametrize("syncs", [1, 2, 3, 4, 5, 6, 7, 11, 23, 31, 36, 40])
def test_a_writer_that_dies_leaves_all_it_had_finished(folder: Path, clock: MovedClock, syncs: int) -> None:
    EmbeddedEngine(folder, clock).rebuild([training(number, offer(number)) for number in range(1, 4)], lexicon_of([]))
    assert _writer(folder, 100, 12, syncs).wait() in (0, 9)
    reader = EmbeddedEngine(folder, clock)
    after = found(reader)
    written = sorted(after - {1, 2, 3})
    assert after >= {1, 2, 3}
    assert written == list(range(100, 100 + len(written)))  # a whole number of changes, in order
    reader.snapshot().verify()
    assert _writer(folder, 100, 12).wait() == 0
    assert found(reader) == {1, 2, 3, *range(100, 112)}
