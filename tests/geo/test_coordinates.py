"""Given coordinates against the postcode or INSEE code beside them."""

from __future__ import annotations

import math

import pytest

from geo.coordinates import Kind, check
from geo.distance import round_coordinate
from geo.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("lat", "lon", "postcode", "insee", "kind"),
    [
        (45.76, 4.85, "69003", "", Kind.OK),
        (45.76, 4.85, "", "69383", Kind.OK),
        (45.76, 4.85, "", "", Kind.OK),
        (45.90, 4.85, "69003", "", Kind.OK),  # 16 km off: within what the widest communes measure
        (4.85, 45.76, "69003", "", Kind.SWAPPED),
        (4.85, 45.76, "", "", Kind.SWAPPED),
        (55.45, -20.88, "97400", "", Kind.SWAPPED),
        (-149.55, -17.55, "98714", "", Kind.SWAPPED),
        (48.85, 2.35, "69003", "", Kind.FAR),
        (47.2184, 1.5536, "44000", "", Kind.FAR),  # a lost sign: Berry instead of Nantes
        (52.52, 13.40, "69003", "", Kind.FOREIGN),
        (52.52, 13.40, "", "", Kind.FOREIGN),
        (3.05, -53.83, "97370", "", Kind.OK),  # Maripasoula, the widest commune, 70 km from its town hall
        (0.0, 0.0, "69003", "", Kind.IMPOSSIBLE),
        (95.0, 200.0, "69003", "", Kind.IMPOSSIBLE),
        (math.nan, 4.85, "69003", "", Kind.IMPOSSIBLE),
        (math.inf, 4.85, "", "", Kind.IMPOSSIBLE),
    ],
)
def test_coordinates_are_judged(
    gazetteer: Gazetteer, lat: float, lon: float, postcode: str, insee: str, kind: Kind
) -> None:
    assert check(lat, lon, postcode=postcode, insee=insee, gazetteer=gazetteer).kind is kind


def test_exchanged_coordinates_are_offered_in_order(gazetteer: Gazetteer) -> None:
    verdict = check(4.85, 45.76, postcode="69003", insee="", gazetteer=gazetteer)
    assert verdict.suggestion == round_coordinate(45.76, 4.85)
    assert verdict.distance_km
    assert verdict.distance_km > 5_000


def test_a_far_point_is_offered_where_its_code_says(gazetteer: Gazetteer) -> None:
    verdict = check(48.85, 2.35, postcode="69003", insee="", gazetteer=gazetteer)
    expected = gazetteer.locate(postcode="69003")
    assert expected
    assert verdict.suggestion == (expected.lat, expected.lon)
    assert verdict.distance_km == pytest.approx(391, abs=5)
