"""The official commune file: compiled, refused, and every commune of France found in it."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from base.errors import FileRefused, IndexDamaged
from catalog.codes.facets import PlacePrecision
from geo.compile import FEWEST, compile_places
from geo.distance import distance_km
from geo.gazetteer import BUILTIN, COMPILED, Gazetteer
from geo.names import fold_name
from geo.places import Places

Rows = list[dict[str, str]]


@pytest.mark.shared
def test_every_commune_with_its_postcode_is_found_as_itself(official: Gazetteer, official_rows: Rows) -> None:
    wrong = []
    for row in official_rows:
        for postcode in row["codes_postaux"].split("|")[:1]:
            if postcode and row["insee"] not in ("75056", "69123", "13055"):
                found = official.understand(f"{row['nom']} {postcode}")
                located = official.locate(postcode=postcode, city=row["nom"].upper())
                if not found or not located or {found.insee, located.insee} != {row["insee"]}:
                    wrong.append((row["nom"], postcode, found and found.label, located and located.label))
    assert not wrong


@pytest.mark.shared
def test_every_commune_is_found_by_its_code_where_the_file_says(official: Gazetteer, official_rows: Rows) -> None:
    for row in official_rows:
        located = official.locate(insee=row["insee"])
        assert located
        assert (located.insee, located.departement, located.region) == (row["insee"], row["dept"], row["region"])
        assert located.precision is PlacePrecision.COMMUNE
        assert distance_km(located.lat, located.lon, float(row["lat"]), float(row["lon"])) < 0.002


@pytest.mark.shared
def test_a_name_without_homonym_is_enough(official: Gazetteer, official_rows: Rows) -> None:
    names = Counter(fold_name(row["nom"]) for row in official_rows)
    for row in official_rows[::7]:
        if names[fold_name(row["nom"])] == 1 and int(row["population"] or 0) >= 10_000:
            found = official.understand(row["nom"])
            assert found, row["nom"]
            assert found.insee == row["insee"], row["nom"]


@pytest.mark.shared
def test_built_in_points_are_near_the_official_ones(gazetteer: Gazetteer, official_rows: Rows) -> None:
    near = {1: 0, 5: 0, 10: 0}
    people = lost = 0
    for row in official_rows:
        if row["type"] != "commune-actuelle":
            continue
        located = gazetteer.locate(insee=row["insee"])
        assert located
        assert located.insee == row["insee"]
        distance = distance_km(located.lat, located.lon, float(row["lat"]), float(row["lon"]))
        people += int(row["population"] or 0)
        for km in near:
            near[km] += int(row["population"] or 0) if distance <= km else 0
        on_the_mainland = len(row["dept"]) == 2
        lost += located.precision is PlacePrecision.COMMUNE and on_the_mainland and distance > 25
    assert near[1] / people >= 0.45
    assert near[5] / people >= 0.90
    assert near[10] / people >= 0.97
    assert lost < 10  # points of a homonym; of 14,600


@pytest.mark.shared
def test_old_communes_lead_to_the_present_ones_with_the_official_file_too(official: Gazetteer) -> None:
    found = official.understand("Annecy-le-Vieux")
    assert found
    assert found.insee == "74010"


def test_the_built_in_file_is_small_and_folded_by_the_code_that_reads_it() -> None:
    assert BUILTIN.stat().st_size <= 1_000_000
    places = Places.read(BUILTIN)
    assert places.keys == [fold_name(name) for name in places.names]
    assert places.old_keys == [fold_name(name) for name in places.old_names]
    assert len(set(places.insee)) == len(places.insee) > 34_900
    assert all(parent in places.row_of for parent in places.parents if parent)


def test_a_borrowed_point_says_so(gazetteer: Gazetteer) -> None:
    precisions = {gazetteer.locate(insee=code).precision for code in Places.read(BUILTIN).insee[::50]}  # type: ignore[union-attr]
    assert PlacePrecision.COMMUNE in precisions
    assert PlacePrecision.POSTCODE in precisions


# --- compiling


@pytest.fixture
def written(tmp_path: Path) -> Callable[[list[list[str]]], Path]:
    """A folder with a commune file of the built-in communes (Lyon stands still), as a test changed it."""

    def write(rows: list[list[str]]) -> Path:
        folder = tmp_path / "official" / "some" / "where"
        folder.mkdir(parents=True)
        (folder / "aaa.csv").write_text("code;label\n1;x\n", "utf-8")
        with gzip.open(folder / "places.csv.gz", "wt", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return tmp_path / "official"

    return write


@pytest.fixture
def rows() -> list[list[str]]:
    places = Places.read(BUILTIN).rows()[: FEWEST + 10]
    header = ["INSEE", "nom", "codes_postaux", "lat", "lon", "population", "commune_parent"]
    body = [
        [p.insee, p.name, "|".join(p.postcodes), f"{p.lat:.5f}", f"{p.lon:.5f}", str(p.population), p.parent]
        for p in places
    ]
    return [header, *body]


def test_a_file_is_found_by_its_header_and_completed_by_what_it_lacks(
    tmp_path: Path, rows: list[list[str]], written: Callable[[list[list[str]]], Path]
) -> None:
    lyon = next(row for row in rows if row[0] == "69123")
    lyon[3:5] = ["45.75000", "4.85000"]
    without = next(row for row in rows if row[0] == "42218")
    without[3:5] = ["", ""]
    report = compile_places(written(rows), tmp_path / "out")
    assert (report.rows, report.without_point) == (len(rows) - 1, 1)
    assert report.kept_from_builtin > 4_000
    gazetteer = Gazetteer.open(tmp_path / "out")
    found = gazetteer.understand("Lyon")
    assert found
    assert distance_km(found.lat, found.lon, 45.75, 4.85) < 0.001
    assert gazetteer.understand("Saint-Étienne")
    assert [file.name for file in (tmp_path / "out").iterdir()] == [COMPILED]


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, "6912"), (0, "99123"), (0, "75056"), (1, " "), (2, "690"), (2, "69001|x"), (3, "91"), (3, "nan"), (4, "200"),
     (4, "est"), (5, "-3"), (5, "beaucoup")],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_line_and_column(
    tmp_path: Path, rows: list[list[str]], written: Callable[[list[list[str]]], Path], column: int, value: str
) -> None:
    rows[100][column] = value
    with pytest.raises(FileRefused) as refused:
        compile_places(written(rows), tmp_path / "out")
    assert refused.value.extra["line"] == 101
    assert refused.value.extra["column"] == rows[0][column].lower()
    assert "places.csv.gz" in refused.value.detail
    assert not (tmp_path / "out").exists()


def test_a_part_of_france_is_refused(
    tmp_path: Path, rows: list[list[str]], written: Callable[[list[list[str]]], Path]
) -> None:
    with pytest.raises(FileRefused, match="incomplet"):
        compile_places(written(rows[:1000]), tmp_path / "out")


def test_a_truncated_file_is_refused_and_the_former_one_stays(
    tmp_path: Path, rows: list[list[str]], written: Callable[[list[list[str]]], Path]
) -> None:
    folder = written(rows)
    compile_places(folder, tmp_path / "out")
    before = (tmp_path / "out" / COMPILED).read_bytes()
    file = next(folder.rglob("*.gz"))
    file.write_bytes(file.read_bytes()[:-5000])
    with pytest.raises(FileRefused):
        compile_places(folder, tmp_path / "out")
    assert (tmp_path / "out" / COMPILED).read_bytes() == before


def test_a_folder_without_such_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="codes_postaux"):
        compile_places(tmp_path, tmp_path / "out")


@pytest.mark.parametrize("keep", [0, 10, 5_000, -200])
def test_a_damaged_compiled_file_names_the_command_that_mends_it(tmp_path: Path, keep: int) -> None:
    (tmp_path / COMPILED).write_bytes(BUILTIN.read_bytes()[:keep])
    with pytest.raises(IndexDamaged, match="reference load"):
        Gazetteer.open(tmp_path)
