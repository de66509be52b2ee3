"""The program on a real cluster: the same commands, the same answers."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from indexer.follow import catch_up
from parcours.settings import Settings
from parcours.wiring import House
from samples import materialise
from search.engines.elasticsearch import ElasticsearchEngine
from tests.indexer.catalogue import put, training, withdraw
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY
from tests.servers.fixtures import Elasticsearch


@pytest.fixture
def house(elasticsearch: Elasticsearch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    monkeypatch.setenv("PARCOURS_ENGINE", "elasticsearch")
    monkeypatch.setenv("PARCOURS_ELASTICSEARCH_URL", elasticsearch.address)
    monkeypatch.setenv("PARCOURS_ELASTICSEARCH_PREFIX", f"{elasticsearch.prefix}{uuid4().hex[:8]}")
    return House(Settings(data_dir=tmp_path / "data", today=DAY, database_url="", worker=False))


def test_indexes_are_built_swapped_listed_and_gone_back_to(house: House, parcours: Run, tmp_path: Path) -> None:
    taken = parcours("import", str(materialise(tmp_path / "files", DAY)[0]), "--json").json["counts"]["offers_taken"]
    assert isinstance(house.engine, ElasticsearchEngine)
    first = parcours("index", "list", "--json").json
    assert [(each["served"], each["offers"]) for each in first] == [(True, taken)]
    embedded = parcours("reindex", "--engine", "embedded", "--json").json
    done = parcours("reindex", "--json").json
    assert (done["offers"], done["lexicon"]) == (embedded["offers"], embedded["lexicon"])
    put(house.database, training("N", title="Soudure au plafond"))

    assert catch_up(house.database, house.engine, clock=house.wall) == 1
    assert house.engine.health().offers == taken + 1
    back = parcours("index", "rollback", "--json").json
    assert (back["build"]["name"], back["levelled"]) == (first[0]["name"], 1)
    assert house.engine.health().offers == taken + 1
    withdraw(house.database, "N")
    assert catch_up(house.database, house.engine, clock=house.wall) == 1
    assert house.engine.health().offers == taken
    assert parcours("index", "prune", "--keep", "0", "--json").json["pruned"] == [done["build"]]
    assert parcours("reindex", "--verify").status == 0
    told = [entry["action"] for entry in parcours("index", "log", "--json").json]
    assert told[:3] == ["pruned", "levelled", "rolled-back"]


def test_an_index_of_another_database_is_left_alone(
    house: House, parcours: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = (str(path) for path in materialise(tmp_path / "files", DAY))
    taken = parcours("import", first, "--json").json["counts"]["offers_taken"]
    monkeypatch.setenv("PARCOURS_DATABASE_URL", f"sqlite:///{tmp_path / 'mistyped.db'}")
    for arguments in (("import", second), ("reindex",), ("worker",)):
        refused = parcours(*arguments)
        assert refused.status == 1
        assert "--replace-index" in refused.err
    assert not (tmp_path / "mistyped.db").exists()
    assert house.engine.health().offers == taken
    assert parcours("reindex", "--replace-index", "--json").json["offers"] == 0
    monkeypatch.delenv("PARCOURS_DATABASE_URL")
    refused = parcours("import", first, "--json")
    assert refused.json["error"]["code"] == "index-of-another-database"
    assert parcours("index", "rollback", "--json").json["build"]["offers"] == taken


def test_a_cluster_that_is_not_named_or_does_not_answer_is_told(parcours: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    unnamed = parcours("reindex", "--engine", "elasticsearch")
    assert unnamed.status == 2
    assert "PARCOURS_ELASTICSEARCH_URL" in unnamed.err
    monkeypatch.setenv("PARCOURS_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    silent = parcours("reindex", "--engine", "elasticsearch", "--json")
    assert silent.status == 1
    assert silent.json["error"]["code"] == "unavailable"
    assert parcours("index", "log", "--engine", "elasticsearch", "--json").json == []
    monkeypatch.setenv("PARCOURS_ELASTICSEARCH_PREFIX", "*")
    assert parcours("index", "prune", "--engine", "elasticsearch").status == 2
