"""Laws of distances and of rounded coordinates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.distance import EARTH_RADIUS_KM, distance_km, round_coordinate

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
POINTS = st.tuples(LATITUDES, LONGITUDES)


@given(POINTS, POINTS)
def test_the_way_back_is_as_long(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert distance_km(*one, *other) == pytest.approx(distance_km(*other, *one), abs=1e-9)
    assert 0 <= distance_km(*one, *other) <= EARTH_RADIUS_KM * 3.1415927


@given(POINTS, POINTS, POINTS)
def test_a_detour_is_never_shorter(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    # Near the antipodes the haversine loses digits: sqrt(2**-53) of the Earth's radius is 0.07 m, twice.
    assert distance_km(*a, *c) <= distance_km(*a, *b) + distance_km(*b, *c) + 2e-4


@given(POINTS)
def test_rounding_twice_changes_nothing_and_moves_a_centimetre_at_most(point: tuple[float, float]) -> None:
    rounded = round_coordinate(*point)
    assert round_coordinate(*rounded) == rounded
    assert distance_km(*point, *rounded) < 2e-5


def test_paris_is_392_km_from_lyon() -> None:
    assert distance_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(391.5, abs=0.1)
