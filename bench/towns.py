"""Where the synthetic market and its questions are: the most populous communes of the built-in gazetteer."""

from __future__ import annotations

from bench.synthetic import Town
from geo.areas import region_of
from geo.gazetteer import BUILTIN
from geo.places import Places

MOST = 3000


def towns() -> list[Town]:
    rows = sorted(Places.read(BUILTIN).rows(), key=lambda row: -row.population)
    parents = {row.parent for row in rows}
    return [
        Town(
            row.name,
            row.postcodes[0] if row.postcodes else "",
            row.insee,
            row.departement,
            region_of(row.departement),
            row.lat,
            row.lon,
            row.population,
        )
        for row in rows
        if row.insee not in parents
    ][:MOST]
