"""A mistyped address of the database never replaces what is served by what another one holds, and makes no new one."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from parcours.application import application
from parcours.settings import Settings
from parcours.wiring import House
from samples import materialise
from tests.api.client import Client
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY


@pytest.fixture
def files(tmp_path: Path) -> Path:
    materialise(tmp_path / "files", DAY)
    return tmp_path / "files"


@pytest.fixture
def served(parcours: Run, files: Path) -> int:
    """Offers of an index that was made of the data folder's own database."""
    told = parcours("import", str(catalogues(files)[0]), "--json")
    assert told.status == 0
    return int(told.json["counts"]["offers_taken"])


def catalogues(files: Path) -> list[Path]:
    return sorted(path for path in files.iterdir() if path.suffix == ".xml")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as other:
        return str(other.getsockname()[1])


def writing(files: Path) -> list[tuple[str, ...]]:
    second = str(catalogues(files)[1])
    return [
        ("import", second),
        ("import", second, "--dry-run"),
        ("import", second, "--no-index"),
        ("reference", "load", str(files / "reference")),
        ("reindex",),
        ("index", "prune", "--keep", "0"),
        ("index", "rollback"),
        ("admin", "key", "--role", "operator"),
        ("admin", "migrate"),
        ("worker",),
        ("serve", "--port", free_port()),
    ]


def test_no_command_makes_a_new_database_beside_an_index_of_another(
    parcours: Run, files: Path, served: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistyped = tmp_path / "mistyped.db"
    monkeypatch.setenv("PARCOURS_DATABASE_URL", f"sqlite:///{mistyped}")
    for arguments in writing(files):
        told = parcours(*arguments)
        assert told.status == 1, arguments
        assert told.err.startswith("Index d'une autre base : Il n'y a pas encore de base à cette adresse"), arguments
        assert "PARCOURS_DATABASE_URL" in told.err
        assert "--replace-index" in told.err
        assert len(told.err.strip().splitlines()) == 1
    assert not mistyped.exists()
    assert parcours("search", "--json").json["total"] == served


def test_a_database_that_exists_does_not_take_the_index_of_another(
    parcours: Run, files: Path, served: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parcours("import", str(catalogues(files)[1]), data=tmp_path / "elsewhere").status == 0
    monkeypatch.setenv("PARCOURS_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere' / 'parcours.db'}")
    third = str(catalogues(files)[2])
    for arguments in (
        ("import", third),
        ("import", third, "--no-index"),
        ("reference", "load", str(files / "reference")),
        ("reindex",),
        ("index", "prune", "--keep", "0"),
        ("worker",),
        ("serve", "--port", free_port()),
    ):
        told = parcours(*arguments, "--json") if arguments != ("worker",) else parcours(*arguments)
        assert told.status == 1, arguments
        assert "L'index a été fait d'une autre base" in told.err, arguments
    assert parcours("search", "--json").json["total"] == served
    monkeypatch.delenv("PARCOURS_DATABASE_URL")
    created = parcours("import", third, "--json", data=tmp_path / "elsewhere").json["counts"]["created"]
    assert created > 0  # nothing of it had been stored


def test_a_service_on_the_index_of_another_database_is_not_ready(
    parcours: Run, files: Path, served: int, tmp_path: Path
) -> None:
    assert parcours("import", str(catalogues(files)[1]), data=tmp_path / "elsewhere").status == 0
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'parcours.db'}"
    house = House(Settings(data_dir=tmp_path / "data", today=DAY, database_url=url, worker=False))
    with Client(application(house)) as client:
        told = client.get("/readyz")
    assert told.status_code == 503
    assert not told.json()["ready"]
    assert "autre base" in told.json()["index"]["detail"]
    assert "--replace-index" in told.json()["index"]["detail"]


def test_who_wants_it_serves_the_other_database_and_the_first_one_goes_back(
    parcours: Run, files: Path, served: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARCOURS_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert parcours("reindex", "--replace-index", "--json").json["offers"] == 0
    taken = parcours("import", str(catalogues(files)[1]), "--json").json["counts"]["offers_taken"]
    assert parcours("search", "--json").json["total"] == taken > 0
    monkeypatch.delenv("PARCOURS_DATABASE_URL")
    assert parcours("reindex").status == 1
    assert parcours("reindex", "--replace-index", "--json").json["offers"] == served
    assert parcours("import", str(catalogues(files)[0])).status == 0
