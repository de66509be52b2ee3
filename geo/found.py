"""What the gazetteer answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog.codes.facets import PlacePrecision


class PlaceKind(StrEnum):
    COMMUNE = "commune"
    ARRONDISSEMENT = "arrondissement"  # of Paris, Lyon or Marseille
    POSTCODE = "postcode"  # of several communes
    DEPARTEMENT = "departement"
    REGION = "region"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Found:
    """A place as a person meant it. Codes are ``""`` where there is none; the point is rounded as engines store it.

    The point of a département or région is where its people live on average. ``area_codes`` are the codes that offers
    of the place may carry: INSEE codes (a commune with its arrondissements, all communes of a postcode), a département
    or a région code; empty for a point.
    """

    kind: PlaceKind
    label: str
    insee: str
    postcode: str
    lat: float
    lon: float
    precision: PlacePrecision
    departement: str
    region: str
    population: int
    area_codes: tuple[str, ...]

    @property
    def area(self) -> str:
        """As the API's ``area`` parameter takes it: ``insee:69123``, ``dep:69``, ``reg:84``; ``""`` for the others."""
        if self.kind in (PlaceKind.COMMUNE, PlaceKind.ARRONDISSEMENT):
            return f"insee:{self.insee}"
        if self.kind is PlaceKind.DEPARTEMENT:
            return f"dep:{self.departement}"
        return f"reg:{self.region}" if self.kind is PlaceKind.REGION else ""


class LocatedBy(StrEnum):
    """What an address was located by, best first."""

    INSEE = "insee"
    POSTCODE_AND_CITY = "postcode_and_city"
    POSTCODE = "postcode"
    CITY = "city"
    DEPARTEMENT = "departement"  # only the first characters of a code are known


@dataclass(frozen=True, slots=True)
class Located:
    """Where the address of an offer is. ``insee`` is ``""`` when a postcode of several communes is all we know."""

    insee: str
    label: str
    lat: float
    lon: float
    precision: PlacePrecision
    departement: str
    region: str
    by: LocatedBy
