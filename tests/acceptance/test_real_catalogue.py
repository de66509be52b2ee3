"""What the product promises on the real catalogue of November 2020, through its own command line."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from geo.distance import distance_km
from tests.acceptance.conftest import Program

pytestmark = [pytest.mark.slow, pytest.mark.shared]

CATALOGUE = "offers/rco_catalogue_apprentissage_2020-11.csv.gz"


@pytest.fixture(scope="session")
def rows(shared: Path) -> dict[str, dict[str, str]]:
    """Rows by the identifier that hits carry."""
    with gzip.open(shared / CATALOGUE, "rt", encoding="utf-8", newline="") as stream:
        return {f"{row['id_action']}:{row['code_certifinfo']}": row for row in csv.DictReader(stream)}


def test_every_row_is_an_offer_or_explained_by_a_finding(imported: dict[str, Any]) -> None:
    counts, findings = imported["counts"], imported["findings_by_code"]
    assert counts["rows"] == 39_510
    assert counts["offers_taken"] == 39_388
    assert findings["copy-dropped"] == 104
    assert findings["rows-merged"] == 18
    assert counts["rows"] - counts["offers_taken"] == findings["copy-dropped"] + findings["rows-merged"]


def test_a_second_run_changes_nothing(program: Program, imported: dict[str, Any], shared: Path) -> None:
    counts = program("import", str(shared / CATALOGUE))["counts"]
    assert (counts["created"], counts["changed"], counts["withdrawn"]) == (0, 0, 0)
    assert counts["unchanged"] == imported["counts"]["created"]


def test_accounting_around_lyon_comes_first_and_near(
    program: Program, imported: dict[str, Any], rows: dict[str, dict[str, str]]
) -> None:
    page = program("search", "comptabilité", "--home", "Lyon", "--radius", "30", "--limit", "10")
    home = page["understood"]["home"]
    assert home["insee"] == "69123"
    assert page["total"] >= 25
    assert len(page["hits"]) == 10
    for hit in page["hits"]:
        row = rows[hit["source_id"]]
        place = hit["place"]
        assert hit["distance_km"]["home"] <= 30
        assert "compta" in hit["training"]["title"].lower() or "M1203" in row["rome"].split("|")
        exact = distance_km(home["lat"], home["lon"], place["lat"], place["lon"])
        assert hit["distance_km"]["home"] == pytest.approx(exact, abs=0.1)
        assert sum(reason["value"] for reason in hit["reasons"]) == pytest.approx(hit["score"], abs=1e-9)
    assert page["facets"]["departement"][0]["value"] == "69"


def test_the_eight_bakers_of_lyon_stand_before_any_other(
    program: Program, imported: dict[str, Any], rows: dict[str, dict[str, str]]
) -> None:
    page = program("search", "boulanger", "--home", "Lyon", "--radius", "30")
    trades = ["D1102" in rows[hit["source_id"]]["rome"].split("|") for hit in page["hits"]]
    assert trades[:8] == [True] * 8


@pytest.mark.parametrize("typed", ["COMPTABILITE", "comptabilité", "la comptabilité", "Comptabilité"])
def test_spelling_does_not_change_the_list(program: Program, imported: dict[str, Any], typed: str) -> None:
    page = program("search", typed, "--home", "Lyon", "--no-group")
    plain = program("search", "comptabilite", "--home", "69123", "--no-group")
    assert page["total"] == plain["total"]
    assert {hit["id"] for hit in page["hits"]} == {hit["id"] for hit in plain["hits"]}


def test_the_other_file_keeps_its_7424_offers(program: Program, shared: Path, imported: dict[str, Any]) -> None:
    report = program("import", str(shared / "offers" / "rco_offre_info_2020-06-25.csv.gz"))
    assert report["counts"]["rows"] == 7_470
    assert report["counts"]["offers_taken"] == 7_424
