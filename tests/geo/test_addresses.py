"""Addresses of offers, however their codes and towns contradict each other."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from catalog.codes.facets import PlacePrecision
from geo.coordinates import Kind, check
from geo.found import LocatedBy
from geo.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("insee", "postcode", "city", "expected", "by"),
    [
        ("69123", "", "", "69123", LocatedBy.INSEE),
        ("75056", "75013", "", "75113", LocatedBy.INSEE),  # the postcode tells the arrondissement
        ("69123", "69421", "LYON CEDEX 03", "69383", LocatedBy.INSEE),
        ("01340", "", "", "01015", LocatedBy.INSEE),  # a former code
        ("1004", "", "", "01004", LocatedBy.INSEE),  # a spreadsheet dropped the zero
        ("42218", "69003", "LYON", "42218", LocatedBy.INSEE),
        ("99999", "69003", "LYON", "69383", LocatedBy.POSTCODE_AND_CITY),
        ("", "69003", "LYON 3EME", "69383", LocatedBy.POSTCODE_AND_CITY),
        ("", "69003", "", "69383", LocatedBy.POSTCODE),
        ("", "1400", "CHATILLON S/ CHALARONNE", "01093", LocatedBy.POSTCODE_AND_CITY),
        ("", "01400", "Chatilon sur Chalaronne", "01093", LocatedBy.POSTCODE_AND_CITY),
        ("", "01000", "Bourg", "01053", LocatedBy.POSTCODE_AND_CITY),
        ("", "42000", "ST ETIENNE", "42218", LocatedBy.POSTCODE_AND_CITY),
        ("", "75013", "Lyon", "75113", LocatedBy.POSTCODE),
        ("", "75347", "PARIS CEDEX 07", "75107", LocatedBy.CITY),
        ("", "31078", "TOULOUSE CEDEX 4", "31555", LocatedBy.CITY),
        ("", "69421", "", "", LocatedBy.DEPARTEMENT),
        ("", "01400", "", "", LocatedBy.POSTCODE),
        ("", "", "Toulouse", "31555", LocatedBy.CITY),
        ("", "", "Paris 13", "75113", LocatedBy.CITY),
        ("", "", "Saint-Denis (93)", "93066", LocatedBy.CITY),
    ],
)
def test_an_address_is_located_by_the_best_it_has(
    gazetteer: Gazetteer, insee: str, postcode: str, city: str, expected: str, by: LocatedBy
) -> None:
    located = gazetteer.locate(insee=insee, postcode=postcode, city=city)
    assert located
    assert (located.insee, located.by) == (expected, by)
    assert located.region
    if by is LocatedBy.DEPARTEMENT:
        assert located.precision is PlacePrecision.DEPARTEMENT


@pytest.mark.parametrize(
    ("insee", "postcode", "city"),
    [
        ("", "", ""),
        ("", "", "Saint-Denis"),
        ("", "", "Genève"),
        ("99999", "99999", "x"),
        ("", "00000", ""),
        ("", "", "9"),
    ],
)
def test_an_address_that_says_nothing_sure_is_not_located(
    gazetteer: Gazetteer, insee: str, postcode: str, city: str
) -> None:
    assert gazetteer.locate(insee=insee, postcode=postcode, city=city) is None


@pytest.mark.shared
def test_every_real_offer_is_located_and_its_few_false_coordinates_are_seen(gazetteer: Gazetteer, shared: Path) -> None:
    file = shared / "offers" / "rco_catalogue_apprentissage_2020-11.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        venues = {
            (row["insee"], row["code_postal"], row["commune"], row["lat"], row["lon"]) for row in csv.DictReader(stream)
        }
    false = []
    for insee, postcode, city, lat, lon in sorted(venues):
        assert gazetteer.locate(insee=insee, postcode=postcode, city=city)
        if lat:
            verdict = check(float(lat), float(lon), postcode=postcode, insee=insee, gazetteer=gazetteer)
            if verdict.kind is not Kind.OK:
                false.append((verdict.kind, city))
    # Looked at one by one: a "Troyes" 74 km away, "Saint-Benoît" of La Réunion placed in the one of Poitou...
    assert {kind for kind, _ in false} == {Kind.FAR}
    assert len(false) == 14
