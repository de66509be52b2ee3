"""A demonstration empties what earlier ones made, and never what runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.demo import database_of
from parcours.in_use import emptied
from parcours.wiring import House
from tests.parcours.conftest import Run
from tests.parcours.prepared import sample_house
from tests.parcours.test_service import Service, gone, until
from tests.servers.fixtures import Postgresql


def files(folder: Path) -> dict[str, int]:
    """Not the log and the memory that SQLite keeps beside a database while it is open."""
    kept = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal")))
    return {str(path.relative_to(folder)): path.stat().st_ino for path in kept}


def test_a_second_demonstration_does_not_empty_the_one_that_runs(parcours: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    house, _ = sample_house(folder)
    offers, pages = house.engine.health().offers, files(folder)
    refused = parcours("demo", "--no-serve")
    assert refused.status == 1
    assert str(folder) in refused.err
    assert "rien n'est effacé" in refused.err
    assert len(refused.err.strip().splitlines()) == 1
    assert files(folder) == pages
    assert House(house.settings).engine.health().offers == offers


def test_a_service_by_hand_on_the_data_of_a_demonstration_keeps_them_too(parcours: Run, tmp_path: Path) -> None:
    assert parcours("demo", "--no-serve").status == 0
    service = Service(tmp_path / "data" / "demo")
    try:
        until(service.ready, "ready")
        worker = service.worker()
        assert worker is not None
        total = service.total("anglais")
        assert parcours("demo", "--no-serve").status == 1
        assert service.total("anglais") == total > 0
    finally:
        service.process.kill()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()
    until(lambda: gone(worker), "worker gone")
    assert parcours("demo", "--no-serve").status == 0


def test_a_running_demonstration_is_told_with_its_address_before_the_port_is(parcours: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    with emptied(folder, "http://127.0.0.1:8123"):
        refused = parcours("demo", "--json")
    assert refused.json["error"]["code"] == "conflict"
    assert "http://127.0.0.1:8123" in refused.json["error"]["detail"]
    assert parcours("demo", "--no-serve").status == 0


def test_a_schema_that_a_demonstration_uses_is_not_dropped_by_another(
    parcours: Run, postgresql: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARCOURS_DATABASE_URL", postgresql.url)
    with database_of(postgresql.url):
        refused = parcours("demo", "--no-serve", data=tmp_path / "another clone")
        assert refused.status == 1
        assert "parcours_demo" in refused.err
    assert parcours("demo", "--no-serve", data=tmp_path / "another clone").status == 0
