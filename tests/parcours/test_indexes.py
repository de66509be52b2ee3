"""What an operator does with indexes: see them, go back, delete, read the log, lift a lock."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from base import leases
from base.clock import system_clock
from base.database import unit_of_work
from indexer.journal import subject
from parcours.settings import Settings
from parcours.wiring import House
from samples import materialise
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY


@pytest.fixture
def indexed(parcours: Run, tmp_path: Path) -> Run:
    """One file of the sample, indexed twice."""
    assert parcours("import", str(materialise(tmp_path / "files", DAY)[0])).status == 0
    assert parcours("reindex").status == 0
    return parcours


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Settings(data_dir=tmp_path / "data", today=DAY, database_url="", worker=False))


def test_help_teaches_each_command(parcours: Run) -> None:
    for command in ("list", "rollback", "prune", "log", "unlock"):
        assert command in parcours("index", "--help").out
        told = parcours("index", command, "--help")
        assert told.status == 0
        assert f"parcours index {command}" in told.out
        assert "--json" in told.out


def test_indexes_are_listed_rolled_back_to_and_pruned(indexed: Run) -> None:
    served, kept = indexed("index", "list", "--json").json
    assert (served["served"], kept["served"]) == (True, False)
    assert served["offers"] == kept["offers"] > 0
    shown = indexed("index", "list").out
    assert served["name"] in shown
    assert "servi" in shown
    assert "gardé" in shown
    back = indexed("index", "rollback", "--json").json
    assert (back["build"]["name"], back["levelled"]) == (kept["name"], 0)
    assert served["name"] in indexed("index", "rollback", served["name"]).out
    assert indexed("index", "prune").out.startswith("Rien")
    assert indexed("index", "prune", "--keep", "0", "--json").json == {"pruned": [kept["name"]]}
    assert [each["name"] for each in indexed("index", "list", "--json").json] == [served["name"]]
    refused = indexed("index", "rollback")
    assert refused.status == 1
    assert "Aucun index antérieur n'est gardé" in refused.err
    assert indexed("reindex", "--verify").status == 0


def test_the_log_tells_what_was_done_newest_first(indexed: Run) -> None:
    indexed("index", "rollback")
    told = [entry["action"] for entry in indexed("index", "log", "--json").json]
    assert told == ["rolled-back", "rebuild-swapped", "rebuild-begun", "rebuild-swapped", "rebuild-begun"]
    (last,) = indexed("index", "log", "--limit", "1").out.splitlines()
    assert "retour à un index antérieur" in last
    assert "index rollback, processus" in last


def test_a_rebuild_under_way_is_told_and_its_lock_lifted_only_by_force(indexed: Run, house: House) -> None:
    with unit_of_work(house.database) as conn:
        leases.take(conn, subject(house.engine), "reindex, processus 1 sur ailleurs", system_clock())
    for command in (("reindex",), ("index", "rollback"), ("index", "prune"), ("index", "unlock")):
        refused = indexed(*command, "--json")
        assert refused.status == 1
        assert refused.json["error"]["code"] == "lease-held"
        assert "processus 1 sur ailleurs" in refused.err
    lifted = indexed("index", "unlock", "--force")
    assert lifted.status == 0
    assert "s'arrêtera sans rien remplacer" in lifted.err
    assert indexed("index", "unlock").out.startswith("Aucun verrou")
    assert indexed("reindex").status == 0


def test_an_expired_lock_stands_in_nobodys_way(indexed: Run, house: House) -> None:
    with unit_of_work(house.database) as conn:
        leases.take(conn, subject(house.engine), "a killed one", system_clock() - timedelta(hours=1))
    assert indexed("reindex").status == 0
    assert indexed("index", "log", "--limit", "4", "--json").json[3]["action"] == "lock-taken-over"


def test_an_engine_that_does_not_exist_is_refused(parcours: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parcours("reindex", "--engine", "sphinx").status == 2
    monkeypatch.setenv("PARCOURS_ENGINE", "sphinx")
    refused = parcours("index", "list")
    assert refused.status == 2
    assert "embedded ou elasticsearch" in refused.err
