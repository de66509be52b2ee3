"""A worker reads the whole index once before it follows anything."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from base import audit
from base.database import reading
from base.errors import IndexDamaged
from parcours.settings import Settings
from parcours.wiring import House
from parcours.working import work
from tests.parcours.prepared import sample_house


@pytest.mark.parametrize("kind", ["seg", "payload"])
def test_an_altered_index_is_built_anew_when_a_worker_starts(tmp_path: Path, kind: str) -> None:
    before, _ = sample_house(tmp_path)
    offers = before.engine.health().offers
    path = max(before.settings.index_dir.glob(f"*.{kind}"), key=lambda one: one.stat().st_size)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(byte ^ 1 for byte in data[middle : middle + 200])
    path.write_bytes(bytes(data))
    house = House(Settings(data_dir=before.settings.data_dir, today=before.settings.today))
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        house.engine.verify()
    stop = threading.Event()
    stop.set()
    work(house, stop, "worker")
    house.engine.verify()
    assert house.engine.health().offers == offers
    with reading(house.database) as conn:
        told = [entry.action for entry in audit.entries(conn) if entry.action != "pruned"]
    assert told[:4] == ["damage-mended", "rebuild-swapped", "rebuild-begun", "damage-found"]
