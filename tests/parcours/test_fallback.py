"""The program where an older index stands in: what it says, and which settings make it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.demo import Prepared
from parcours.settings import Settings
from parcours.wiring import House
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY, sample_house


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[House, Prepared]:
    """The sample, its index standing in for a cluster that is not there."""
    house, prepared = sample_house(tmp_path / "data")
    for name, value in (("ENGINE", "elasticsearch"), ("ELASTICSEARCH_URL", "http://127.0.0.1:9")):
        monkeypatch.setenv(f"PARCOURS_{name}", value)
    return house, prepared


def test_search_and_explain_are_answered_and_say_so(
    away: tuple[House, Prepared], parcours: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parcours("search", "anglais").status == 1
    monkeypatch.setenv("PARCOURS_FALLBACK", "embedded")
    assert parcours("search", "anglais").status == 1  # nobody has kept it yet
    house = House(Settings(data_dir=away[0].settings.data_dir, today=DAY, database_url=""))
    assert house.standby is not None
    house.standby.up_to_date(house.wall())
    told = parcours("search", "anglais", "--json").json
    assert told["fallback"]["engine"] == "embedded"
    shown = parcours("search", "anglais")
    assert shown.status == 0
    assert shown.out.count("index de secours, à jour le") == 1
    explained = parcours("explain", told["hits"][0]["id"], "anglais")
    assert explained.status == 0
    assert "index de secours, à jour le" in explained.out
    assert "fallback" in parcours("explain", told["hits"][0]["id"], "anglais", "--json").json
    assert "vide" not in parcours("search", "qwxzqwxz").out


def test_only_a_cluster_has_a_standby(tmp_path: Path) -> None:
    assert House(Settings(data_dir=tmp_path, fallback="embedded")).standby is None
    assert House(Settings(data_dir=tmp_path, engine="elasticsearch", elasticsearch_url="http://x")).standby is None
