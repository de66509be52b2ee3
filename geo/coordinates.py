"""Are the coordinates of an address believable, given its postcode or INSEE code?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from catalog.codes.facets import PlacePrecision
from geo.distance import distance_km, round_coordinate
from geo.found import Found, Located

# How far a right point may lie from the one we know, by what we know. Twice the error measured for 99 % of communes
# (built-in points against the official ones: 5.4 km for a commune, 17 by postcode, 50 by EPCI), plus half the width of
# the widest communes of the mainland (Arles, 759 km2). A venue 25 km away from its commune is an error of entry.
FAR_KM: dict[PlacePrecision, float] = {
    PlacePrecision.COMMUNE: 25.0,
    PlacePrecision.POSTCODE: 35.0,
    PlacePrecision.EPCI: 60.0,
    PlacePrecision.DEPARTEMENT: 120.0,
}
# Communes of Guyane measure up to 200 km (Maripasoula, 18,360 km2), archipelagos of the Pacific up to 1,500.
FAR_KM_WIDE: dict[str, float] = {"973": 250.0, "984": 2_000.0, "986": 300.0, "987": 1_800.0, "988": 450.0}
# Farther than this from every commune is not France: the emptiest part of the mainland is some 25 km from a known
# commune. Within it, a border town of a neighbour cannot be told apart without outlines.
FOREIGN_KM = 40.0
FOREIGN_KM_WIDE = 250.0  # inland Guyane


class Kind(StrEnum):
    OK = "ok"
    SWAPPED = "swapped"  # latitude and longitude exchanged
    FOREIGN = "foreign"  # outside France
    FAR = "far"  # in France, not where the postcode says
    IMPOSSIBLE = "impossible"  # not on the globe, or 0,0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``distance_km``: to where the codes say, ``None`` when they say nothing. ``suggestion``: the point to take
    instead (rounded), ``None`` when there is none."""

    kind: Kind
    distance_km: float | None = None
    suggestion: tuple[float, float] | None = None


class KnowsPlaces(Protocol):
    """``Gazetteer``, as far as this check needs it."""

    def locate(self, *, insee: str = "", postcode: str = "", city: str = "") -> Located | None: ...

    def nearest(self, lat: float, lon: float) -> Found: ...


def check(lat: float, lon: float, *, postcode: str, insee: str, gazetteer: KnowsPlaces) -> Verdict:
    """Exchanged coordinates are offered exchanged; otherwise what the codes say is offered, if they say anything."""
    expected = gazetteer.locate(insee=insee, postcode=postcode)
    instead = (expected.lat, expected.lon) if expected else None
    swapped = _possible(lon, lat)
    if not _possible(lat, lon):
        if swapped and _believable(lon, lat, expected, gazetteer):  # a longitude beyond 90 (Tahiti, Nouméa)
            return Verdict(Kind.SWAPPED, _distance(lat, lon, expected), round_coordinate(lon, lat))
        return Verdict(Kind.IMPOSSIBLE, None, instead)
    if _believable(lat, lon, expected, gazetteer):
        return Verdict(Kind.OK, _distance(lat, lon, expected))
    distance = _distance(lat, lon, expected)
    if swapped and _believable(lon, lat, expected, gazetteer):
        return Verdict(Kind.SWAPPED, distance, round_coordinate(lon, lat))
    kind = Kind.FAR if _in_france(lat, lon, gazetteer) else Kind.FOREIGN
    return Verdict(kind, distance, instead)


def _possible(lat: float, lon: float) -> bool:
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return False
    return abs(lat) <= 90 and abs(lon) <= 180 and (abs(lat) > 0.01 or abs(lon) > 0.01)


def _believable(lat: float, lon: float, expected: Located | None, gazetteer: KnowsPlaces) -> bool:
    if expected is None:
        return _in_france(lat, lon, gazetteer)
    far = FAR_KM_WIDE.get(expected.departement) or FAR_KM[expected.precision]
    return distance_km(lat, lon, expected.lat, expected.lon) <= far


def _in_france(lat: float, lon: float, gazetteer: KnowsPlaces) -> bool:
    near = gazetteer.nearest(lat, lon)
    limit = FOREIGN_KM_WIDE if near.departement == "973" else FOREIGN_KM
    return distance_km(lat, lon, near.lat, near.lon) <= limit


def _distance(lat: float, lon: float, expected: Located | None) -> float | None:
    if expected is None or not _possible(lat, lon):
        return None
    return round(distance_km(lat, lon, expected.lat, expected.lon), 3)
