"""Great-circle distance, one definition for every engine, test and page."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.00877  # mean radius, as Lucene's haversine

_LAT_STEP = 180.0 / 2**32
_LON_STEP = 360.0 / 2**32


def round_coordinate(lat: float, lon: float) -> tuple[float, float]:
    """Coordinates as a Lucene ``geo_point`` stores them (32 bits each, floored), so that both engines agree."""
    lat_code = min(math.floor(lat / _LAT_STEP), 2**31 - 1)
    lon_code = min(math.floor(lon / _LON_STEP), 2**31 - 1)
    return lat_code * _LAT_STEP, lon_code * _LON_STEP


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Haversine, degrees in, km out."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def unit_vectors(
    lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(n,) degrees -> three (n,) coordinates on the unit sphere; chord = 2 sin(angle / 2), km = 2 R asin(chord / 2)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)
