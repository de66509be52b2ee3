"""Every command with PostgreSQL under the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from base.database import open_database, reading
from samples import materialise
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY
from tests.parcours.test_service import Service, until
from tests.servers.fixtures import Postgresql


@pytest.fixture
def program(parcours: Run, postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PARCOURS_DATABASE_URL", postgresql.url)
    return parcours


def test_a_catalogue_is_imported_searched_and_indexed_anew(program: Run, tmp_path: Path) -> None:
    catalogue, *_ = materialise(tmp_path / "files", DAY)
    loaded = program("reference", "load", str(tmp_path / "files" / "reference"), "--json")
    assert loaded.status == 0, loaded.err
    imported = program("import", str(catalogue), "--json").json
    assert imported["indexed_trainings"] == imported["counts"]["created"] > 0
    total = program("search", "--json").json["total"]
    assert total > 0
    rebuilt = program("reindex", "--json").json
    assert rebuilt["offers"] == total
    assert program("import", str(catalogue), "--json").json["counts"]["unchanged"] == imported["counts"]["created"]
    assert not (tmp_path / "data" / "parcours.db").exists()


def test_a_demonstration_has_a_schema_of_its_own_which_a_service_and_its_worker_use(
    program: Run, postgresql: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = program("demo", "--no-serve", "--json")
    assert first.status == 0, first.err
    prepared = json.loads(program("demo", "--no-serve", "--json").out)
    database = open_database(postgresql.url)
    with reading(database) as conn:
        assert conn.scalar(text("SELECT count(*) FROM public.training")) == 0
        assert conn.scalar(text("SELECT count(*) FROM parcours_demo.training")) > 0
    database.dispose()
    monkeypatch.setenv("PARCOURS_DATABASE_URL", f"{postgresql.url}?options=-csearch_path%3Dparcours_demo")
    service = Service(Path(prepared["data_dir"]))
    try:
        until(service.ready, "ready")
        changed = Path(prepared["example"]).read_bytes()
        changed = changed.replace(b"</intitule-formation>", b" zorglub</intitule-formation>", 1)
        httpx.post(
            f"{service.address}/api/v1/organisations/{prepared['siret']}/catalogue",
            content=changed,
            headers={"Authorization": f"Bearer {prepared['key']}"},
        ).raise_for_status()
        until(lambda: service.total("zorglub") > 0, "searchable")
    finally:
        service.process.kill()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()
