"""Places as people type them, on the built-in table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes.facets import PlacePrecision
from geo.distance import distance_km, round_coordinate
from geo.found import PlaceKind
from geo.gazetteer import Gazetteer
from geo.names import fold_name

TOWNS = {
    "St Etienne": "42218",
    "Saint-Étienne": "42218",
    "SAINT ETIENNE": "42218",
    "saint–étienne": "42218",
    "st. etienne": "42218",
    "lyon": "69123",
    "lyon, france": "69123",
    "Paris France": "75056",
    "Lyon 3": "69383",
    "Lyon 03": "69383",
    "Lyon 3e": "69383",
    "Lyon III": "69383",
    "Lyon 7e": "69387",
    "Lyon, 7ème": "69387",
    "Paris 13ème": "75113",
    "Paris 1er": "75101",
    "Paris 2nd": "75102",
    "Paris 16e arrondissement": "75116",
    "Marseille 13": "13213",
    "13e arrondissement de Marseille": "13213",
    "69003": "69383",
    "69 003": "69383",
    "F-69003": "69383",
    "75116": "75116",
    "69123": "69123",
    "2A004": "2A004",
    "Lyon 69003": "69383",
    "69003 Lyon": "69383",
    "Lyon (69003)": "69383",
    "69003 CEDEX": "69383",
    "69421 LYON CEDEX 03": "69383",
    "75231 Paris cedex 05": "75105",
    "31078 Toulouse Cedex 4": "31555",
    "92042 Paris La Défense Cedex": "92062",
    "12 rue de la Paix, 75002 Paris": "75102",
    "Lyon 69": "69123",
    "Lyon, Rhône": "69123",
    "Lyon Part-Dieu": "69123",
    "Paris 75": "75056",
    "Saint Denis 93": "93066",
    "93 Saint-Denis": "93066",
    "Saint-Denis (93)": "93066",
    "Saint-Denis, Seine-Saint-Denis": "93066",
    "Saint-Denis (974)": "97411",
    "Saint-Denis de la Réunion": "97411",
    "St Denis Réunion": "97411",
    "Saint-Louis (68)": "68297",
    "Valence (82)": "82186",
    "Valence": "26362",
    "Villefranche s/Saône": "69264",
    "Villefranche 69": "69264",
    "Le Mans": "72181",
    "mans": "72181",
    "Lamentin": "97115",
    "Saintes": "17415",
    "Château-Chinon (Campagne) (58)": "58063",
    "Château-Chinon Campagne": "58063",
    "L’Isle-d’Abeau": "38193",
    "Aix": "13001",
    "Boulogne": "92012",
    "Vienne": "38544",
    "Nouméa": "98818",
    "97133": "97701",
    "Roissy-en-France": "95527",
    "Cherbourg": "50129",
    "Annecy-le-Vieux": "74010",
    "Pierrefitte-sur-Seine": "93066",
    "Évry": "91228",
}

SLIPS = {
    "Marseile": "13055",
    "Marselle": "13055",
    "Toulose": "31555",
    "Grenble": "38185",
    "nnates": "44109",
    "Montpelier": "34172",
    "Strasboug": "67482",
    "ajacio": "2A004",
    "Trest": "13110",
    "Clermont-Ferand": "63113",
}

AREAS = {
    "idf": "reg:11",
    "Île-de-France": "reg:11",
    "PACA": "reg:93",
    "aura": "reg:84",
    "Bretagne": "reg:53",
    "région Bretagne": "reg:53",
    "Bretange": "reg:53",
    "Alsace": "reg:44",
    "Rhône": "dep:69",
    "département du Rhône": "dep:69",
    "93": "dep:93",
    "9-3": "dep:93",
    "2a": "dep:2A",
    "974": "dep:974",
    "La Réunion": "dep:974",
    "seine st denis": "dep:93",
    "Val d'Oise": "dep:95",
    "Corse": "reg:94",
    "Mayotte": "dep:976",
}

NOWHERE = [
    "", " ", "comptabilité", "boulanger", "aaaa", "99999", "00000", "Lile", "Saint", "les", "Lyon 75003", "Lyon 12",
    "Saint-Denis 75", "95,200", "-91,0", "Berlin", "�", "(((", ",", "1", "12345678",
]  # fmt: skip


@pytest.mark.parametrize(("text", "insee"), TOWNS.items())
def test_a_town_is_found_as_typed(gazetteer: Gazetteer, text: str, insee: str) -> None:
    found = gazetteer.understand(text)
    assert found
    assert found.insee == insee
    assert found == gazetteer.named(text) or text == "Lyon Part-Dieu"


@pytest.mark.parametrize(("text", "insee"), SLIPS.items())
def test_a_slip_of_the_pen_is_forgiven_but_not_taken_for_a_name(gazetteer: Gazetteer, text: str, insee: str) -> None:
    found = gazetteer.understand(text)
    assert found
    assert found.insee == insee
    assert gazetteer.named(text) is None


@pytest.mark.parametrize(("text", "area"), AREAS.items())
def test_an_area_is_found_by_code_name_or_nickname(gazetteer: Gazetteer, text: str, area: str) -> None:
    found = gazetteer.understand(text)
    assert found
    assert found.area == area
    kind, _, code = area.partition(":")
    assert found.area_codes == (code,)
    assert found.precision is {"dep": PlacePrecision.DEPARTEMENT, "reg": PlacePrecision.REGION}[kind]
    known = gazetteer.area(kind, code)
    assert known
    assert known.codes == {code}


@pytest.mark.parametrize("text", NOWHERE)
def test_what_is_no_place_is_not_made_one(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.understand(text) is None


@pytest.mark.parametrize("text", ["45.75,4.85", "45.75, 4.85", "45,75 ; 4,85", "45.75 4.85", "+45.750,4.850"])
def test_coordinates_are_a_point_with_what_is_near(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.understand(text)
    assert found
    assert (found.kind, found.lat, found.lon) == (PlaceKind.POINT, *round_coordinate(45.75, 4.85))
    assert (found.departement, found.region, found.precision) == ("69", "84", PlacePrecision.GIVEN)
    assert "Lyon" in found.label


def test_a_point_at_sea_lies_in_no_departement(gazetteer: Gazetteer) -> None:
    found = gazetteer.understand("46.0,-20.0")
    assert found
    assert (found.departement, found.region) == ("", "")


def test_a_whole_city_stands_for_its_arrondissements(gazetteer: Gazetteer) -> None:
    lyon = gazetteer.understand("Lyon")
    assert lyon
    assert lyon.kind is PlaceKind.COMMUNE
    assert lyon.area_codes == ("69123", *(f"6938{number}" for number in range(1, 10)))
    assert distance_km(lyon.lat, lyon.lon, 45.758, 4.835) < 3


def test_a_postcode_of_several_communes_is_their_middle(gazetteer: Gazetteer) -> None:
    found = gazetteer.understand("01400")
    assert found
    assert (found.kind, found.insee, found.precision) == (PlaceKind.POSTCODE, "", PlacePrecision.POSTCODE)
    assert "01093" in found.area_codes
    assert len(found.area_codes) > 5
    assert gazetteer.understand("01400 Châtillon sur Chalaronne").insee == "01093"  # type: ignore[union-attr]


def test_of_homonyms_the_most_populous_is_meant(gazetteer: Gazetteer) -> None:
    found = gazetteer.understand("Saint-Denis")
    assert found
    others = [place for place in gazetteer.suggest("Saint-Denis", 30) if place.label.startswith("Saint-Denis (")]
    assert len(others) > 1
    assert found.population == max(place.population for place in others)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_not_but_never_raises(text: str) -> None:
    found = GAZETTEER.understand(text)
    GAZETTEER.suggest(text, 3)
    if found:
        assert (found.lat, found.lon) == round_coordinate(found.lat, found.lon)


PIECES = [
    *("lyon", "paris", "rhone", "saint", "st", "réunion", "france", "arrondissement", "cedex", "de", "départ", "é"),
    *("93", "97", "99", "1", "7e", "2A", "69003", "01400", "45.7", ",", ";", "(", ")", "-"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_any_mix_of_what_people_type_never_raises(parts: list[str]) -> None:
    text = " ".join(parts)
    GAZETTEER.understand(text)
    GAZETTEER.suggest(text, 3)
    GAZETTEER.locate(insee=text, postcode=text, city=text)
    GAZETTEER.area("insee", text)
    GAZETTEER.area("dep", text)
    GAZETTEER.departement_of(text)


@given(st.text(max_size=40))
def test_folding_a_name_twice_changes_nothing(text: str) -> None:
    folded = fold_name(text)
    assert fold_name(folded) == folded
    assert folded.isascii()


def test_a_long_text_is_cut(gazetteer: Gazetteer) -> None:
    assert gazetteer.understand("x" * 1_000_000) is None
    assert gazetteer.suggest("é" * 1_000_000) == []


GAZETTEER = Gazetteer.open(None)  # Hypothesis calls a test many times: fixtures of a function are not for it
