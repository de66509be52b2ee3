"""Completion of a place, the nearest commune, areas."""

from __future__ import annotations

import pytest

from geo import areas
from geo.departements import DEPARTEMENTS
from geo.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("st et", "Saint-Étienne (42)"),
        ("lyo", "Lyon (69)"),
        ("lyon 3", "Lyon 3e Arrondissement (69003)"),
        ("aix", "Aix-en-Provence (13)"),
        ("69003", "Lyon 3e Arrondissement (69003)"),
        ("paris", "Paris (75)"),
        ("93", "Seine-Saint-Denis (93)"),
        ("idf", "Île-de-France"),
        ("bretagne", "Bretagne"),
    ],
)
def test_the_most_populous_place_with_such_a_word_comes_first(gazetteer: Gazetteer, text: str, first: str) -> None:
    assert gazetteer.suggest(text, 5)[0].label == first


def test_a_word_inside_the_name_counts(gazetteer: Gazetteer) -> None:
    labels = [place.label for place in gazetteer.suggest("étienne", 20)]
    assert "Saint-Étienne (42)" in labels


def test_suggestions_come_by_population_each_once_and_no_more_than_asked(gazetteer: Gazetteer) -> None:
    found = gazetteer.suggest("saint", 8)
    assert len(found) == 8
    assert [place.population for place in found] == sorted((place.population for place in found), reverse=True)
    assert len({place.label for place in found}) == 8
    assert gazetteer.suggest("lyon", 0) == []


def test_every_suggestion_of_a_town_is_understood_as_itself(gazetteer: Gazetteer) -> None:
    for text in ("saint", "villef", "mar", "la roch", "69", "974"):
        for place in gazetteer.suggest(text, 10):
            assert gazetteer.understand(place.label) == place, place.label


@pytest.mark.parametrize(
    ("lat", "lon", "insee"),
    [(45.7640, 4.8357, "69382"), (48.1113, -1.6800, "35238"), (-20.8823, 55.4504, "97411"), (41.9192, 8.7386, "2A004")],
)
def test_the_nearest_commune_is_an_arrondissement_where_there_are_some(
    gazetteer: Gazetteer, lat: float, lon: float, insee: str
) -> None:
    found = gazetteer.nearest(lat, lon)
    assert found.departement == gazetteer.departement_of(insee)
    assert found.insee == insee or insee == "69382"
    assert found.insee != "69123"


def test_a_commune_area_holds_its_arrondissements(gazetteer: Gazetteer) -> None:
    area = gazetteer.area("insee", "69123")
    assert area
    assert area.label == "Lyon"
    assert area.codes == {"69123"} | {f"6938{number}" for number in range(1, 10)}
    assert gazetteer.area("insee", "69383").codes == {"69383"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "code", "label"),
    [("dep", "69", "Rhône"), ("dep", "2a", "Corse-du-Sud"), ("dep", "1", "Ain"), ("dep", "976", "Mayotte"),
     ("reg", "84", "Auvergne-Rhône-Alpes"), ("reg", "01", "Guadeloupe"), ("reg", "94", "Corse")],
)  # fmt: skip
def test_an_area_has_its_label(gazetteer: Gazetteer, kind: str, code: str, label: str) -> None:
    area = gazetteer.area(kind, code)
    assert area
    assert area.label == label


def test_a_region_of_before_2016_is_the_one_it_became(gazetteer: Gazetteer) -> None:
    area = gazetteer.area("reg", "82")
    assert area
    assert area.codes == {"84"}
    assert "Rhône-Alpes" in area.label
    assert gazetteer.region_label("42") == "Alsace"
    for code, old in areas.OLD_REGIONS.items():
        assert areas.current_region(code) == old.region
        assert {areas.region_of(dep) for dep in old.departements} == {old.region}


@pytest.mark.parametrize(
    ("kind", "code"), [("dep", "99"), ("dep", "20"), ("reg", "00"), ("insee", "00000"), ("x", "69"), ("dep", "")]
)
def test_an_unknown_area_is_none(gazetteer: Gazetteer, kind: str, code: str) -> None:
    assert gazetteer.area(kind, code) is None


def test_old_regions_and_present_ones_hold_every_mainland_departement_once() -> None:
    split = {region.region for region in areas.OLD_REGIONS.values()}
    held = [dep for region in areas.OLD_REGIONS.values() for dep in region.departements]
    assert sorted(held) == sorted(dep for dep, (_, region) in DEPARTEMENTS.items() if region in split)
    assert len(DEPARTEMENTS) == 109


@pytest.mark.parametrize(
    ("code", "departement"),
    [("69003", "69"), ("97411", "974"), ("2A004", "2A"), ("20000", "2A"), ("20200", "2B"), ("97133", "977"),
     ("98800", "988"), ("75999", "75"), ("00100", ""), ("", ""), ("999", ""), ("２３４５６", "")],
)  # fmt: skip
def test_the_departement_of_a_code(gazetteer: Gazetteer, code: str, departement: str) -> None:
    assert gazetteer.departement_of(code) == departement
