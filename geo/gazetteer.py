"""The door of the room: places as people type them, addresses of offers, areas, the nearest commune."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.codes.facets import PlacePrecision
from geo import areas
from geo.addresses import Addresses
from geo.areas import AreaCodes
from geo.distance import distance_km, round_coordinate, unit_vectors
from geo.found import Found, Located, PlaceKind
from geo.lookup import Lookup, Within
from geo.names import fold_name
from geo.places import PRECISIONS, Places
from geo.typed import LONGEST, Typed, looks_like_point, take_apart, typed_point

COMPILED = "places.npz"
BUILTIN = Path(__file__).parent / "builtin" / COMPILED

# A town as large as this is meant before the département or région of the same name: "Vienne" and "Mayenne" are towns,
# "La Réunion" (500 inhabitants, 47) and "Bretagne" (90, 36) are not.
TOWN_BEFORE_AREA = 10_000
NEAR_KM = 30.0  # a typed point farther from any commune lies in no département
KEPT_ADDRESSES = 65_536


class Gazetteer:
    """Opens in some 40 ms; every index beyond the columns is made when first needed."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lookup = Lookup(places)
        self.locate_address = lru_cache(KEPT_ADDRESSES)(self._addresses_locate)

    @staticmethod
    def open(folder: Path | None) -> Gazetteer:
        """The official places compiled in the folder (``parcours reference load``), else the built-in ones."""
        compiled = folder / COMPILED if folder else None
        return Gazetteer(Places.read(compiled if compiled and compiled.is_file() else BUILTIN))

    @property
    def about(self) -> dict[str, str]:
        """Source and licence of the places in use."""
        return self._places.about

    # --- places as people type them

    def understand(self, text: str) -> Found | None:
        """What was meant, a slip of the pen allowed; ``None`` when unknown or in doubt. Never raises.

        Five digits are a postcode if there is such a postcode, else an INSEE code; two (or 971...) a département. Of
        homonyms the most populous, unless a département, région or postcode stands beside the name.
        """
        return self.named(text) or self._corrected(text)

    def named(self, text: str) -> Found | None:
        """As ``understand``, for what is spelled right only: what a place among other words must be."""
        if looks_like_point(text):
            point = typed_point(text)
            return self._point(*point) if point else None
        typed = take_apart(text)
        if typed.code:
            return self._coded(typed)
        if typed.arrondissement:
            return self._numbered(typed)
        return self._worded(typed)

    def suggest(self, text: str, limit: int = 10) -> list[Found]:
        """Places with a word that begins as typed (or a postcode that does), most populous first."""
        text = text.strip()[:LONGEST]
        wanted = fold_name(text)
        if not wanted or limit <= 0:
            return []
        if wanted.replace(" ", "").isdigit() and len(wanted) >= 2:
            return self._suggest_codes(wanted.replace(" ", ""), limit)
        rows = self._lookup.containing(f" {wanted}")
        found = [self._commune(row) for row, _ in zip(rows, range(limit), strict=False)]
        for area in map(self._area_found, areas.areas_beginning(wanted)):
            if area and not any(_same_place(area, commune) for commune in found):
                found.append(area)
        return sorted(found, key=lambda place: -place.population)[:limit]

    def nearest(self, lat: float, lon: float) -> Found:
        """The commune (arrondissement in Paris, Lyon, Marseille) whose own point is nearest."""
        rows, vectors = self._own_points
        x, y, z = unit_vectors(np.array([lat]), np.array([lon]))
        return self._commune(int(rows[np.argmax(vectors @ np.array([x[0], y[0], z[0]]))]))

    # --- addresses and areas

    def locate(self, *, insee: str = "", postcode: str = "", city: str = "") -> Located | None:
        """Where an address is: by INSEE code, else postcode and town, else postcode, else a town without homonym."""
        return self.locate_address(insee.strip(), postcode.strip(), city.strip())

    def area(self, kind: str, code: str) -> AreaCodes | None:
        """``("dep", "69")``, ``("reg", "84")``, ``("insee", "69123")``: its label and the codes offers there carry."""
        if kind != "insee":
            return areas.area_codes(kind, code)
        row = self._addresses.row_of_insee(code.strip().upper())
        return AreaCodes(self._places.names[row], frozenset(self._insee_codes(row))) if row is not None else None

    def departement_label(self, code: str) -> str:
        return areas.departement_label(code)

    def region_label(self, code: str) -> str:
        return areas.region_label(code)

    def departement_of(self, insee_or_postcode: str) -> str:
        """``""`` when unknown. A postcode across a border gives the département of most of its people."""
        code = insee_or_postcode.strip().upper()
        rows = self._addresses.rows_of_postcode.get(code)
        if rows:
            return self._places.departements[rows[0]]
        row = self._addresses.row_of_insee(code)
        return self._places.departements[row] if row is not None else areas.departement_of(code)

    # --- how it is done

    @cached_property
    def _addresses(self) -> Addresses:
        return Addresses(self._places, self._lookup)

    def _addresses_locate(self, insee: str, postcode: str, city: str) -> Located | None:
        return self._addresses.locate(insee, postcode, city)

    @cached_property
    def _own_points(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        own = self._places.precision == PRECISIONS.index(PlacePrecision.COMMUNE)
        parents = set(self._places.parents)
        own &= np.array([code not in parents for code in self._places.insee])
        rows = np.flatnonzero(own)
        return rows, np.stack(unit_vectors(self._places.lat[rows], self._places.lon[rows]), axis=1)

    def _coded(self, typed: Typed) -> Found | None:
        place = self._addresses.coded(typed)
        if isinstance(place, int):
            return self._commune(place, typed.code if typed.code in self._addresses.rows_of_postcode else "")
        if place:
            return self._postcode(typed.code, place)
        return self._area_found(f"dep:{areas.departement_of(typed.code)}") if typed.cedex and not typed.name else None

    def _numbered(self, typed: Typed) -> Found | None:
        row = self._addresses.arrondissement(typed.name, typed.arrondissement)
        if row is not None:
            return self._commune(row)
        departement = f"{typed.arrondissement:02}"  # "Lyon 12" is no arrondissement; "Paris 12" never comes here
        return self._best(typed.name, self._departements({departement}))

    def _worded(self, typed: Typed) -> Found | None:
        if not typed.name:
            return self._area_found(f"dep:{typed.departement}") if typed.departement else None
        if typed.departement:
            area = f"dep:{typed.departement}"
            within = self._departements({typed.departement})
            town = self._best(f"{typed.name} {typed.hint}".strip(), within) or self._best(typed.name, within)
            return town or (self._area_found(area) if areas.area_named(typed.name) == area else None)
        if typed.hint:
            area = areas.area_named(typed.hint)
            if area:
                return self._best(typed.name, self._inside(area))
            return self._plain(f"{typed.name} {typed.hint}") or self._plain(typed.hint)
        return self._plain(typed.name) or self._with_area_behind(typed.name)

    def _plain(self, name: str) -> Found | None:
        """A town or an area, no département beside it."""
        area = areas.area_named(name)
        if area:
            towns = [row for row in self._lookup.exact(name) if self._places.population[row] >= TOWN_BEFORE_AREA]
            return self._commune(towns[0]) if towns else self._area_found(area)
        return self._best(name, _anywhere)

    def _with_area_behind(self, name: str) -> Found | None:
        """``"saint denis reunion"``: the last words name the area of the town before them."""
        words = name.split()
        for cut in range(1, len(words)):
            area = areas.area_named(" ".join(words[cut:]))
            town = " ".join(words[:cut]).removesuffix(" de")  # "Saint-Denis de la Réunion"
            if area and (found := self._best(town, self._inside(area))):
                return found
        return None

    def _corrected(self, text: str) -> Found | None:
        if looks_like_point(text):
            return None
        typed = take_apart(text)
        if typed.code or typed.arrondissement:
            return None
        within: Within = _anywhere
        if typed.departement:
            within = self._departements({typed.departement})
        elif typed.hint:
            area = areas.area_named(typed.hint)
            if not area:
                return None
            within = self._inside(area)
        row = self._lookup.corrected(typed.name, within)
        if row is None and within is _anywhere:
            row = self._lookup.large_town_first(typed.name)
        if row is not None:
            return self._commune(row)
        area = "" if typed.departement or typed.hint else areas.area_alike(typed.name)
        return self._area_found(area) if area else None

    def _best(self, name: str, within: Within) -> Found | None:
        row = self._lookup.best(name, within)
        return self._commune(row) if row is not None else None

    def _inside(self, area: str) -> Within:
        kind, _, code = area.partition(":")
        return self._departements({code} if kind == "dep" else set(areas.departements_of_region(code)))

    def _departements(self, codes: set[str]) -> Within:
        return lambda row: self._places.departements[row] in codes

    def _insee_codes(self, row: int) -> tuple[str, ...]:
        return (self._places.insee[row], *(self._places.insee[part] for part in self._addresses.parts_of(row)))

    def _commune(self, row: int, postcode: str = "") -> Found:
        places = self._places
        departement = places.departements[row]
        postcodes = places.postcodes[row].split("|")
        postcode = postcode or (postcodes[0] if len(postcodes) == 1 else "")
        lat, lon = round_coordinate(float(places.lat[row]), float(places.lon[row]))
        return Found(
            kind=PlaceKind.ARRONDISSEMENT if places.parents[row] else PlaceKind.COMMUNE,
            label=f"{places.names[row]} ({postcode or departement})",
            insee=places.insee[row],
            postcode=postcode,
            lat=lat,
            lon=lon,
            precision=PRECISIONS[places.precision[row]],
            departement=departement,
            region=areas.region_of(departement),
            population=int(places.population[row]),
            area_codes=self._insee_codes(row),
        )

    def _postcode(self, code: str, rows: Sequence[int]) -> Found:
        places = self._places
        lat, lon = self._addresses.middle(rows)
        return Found(
            kind=PlaceKind.POSTCODE,
            label=f"{code} {places.names[rows[0]]} et {len(rows) - 1} autre{'s' if len(rows) > 2 else ''}",
            insee="",
            postcode=code,
            lat=lat,
            lon=lon,
            precision=PlacePrecision.POSTCODE,
            departement=places.departements[rows[0]],
            region=areas.region_of(places.departements[rows[0]]),
            population=int(places.population[list(rows)].sum()),
            area_codes=tuple(places.insee[row] for row in rows),
        )

    def _area_found(self, area: str) -> Found | None:
        kind, _, code = area.partition(":")
        departements = (code,) if kind == "dep" else areas.departements_of_region(code)
        rows = self._addresses.rows_of_departements(departements)
        if not rows:
            return None
        lat, lon = self._addresses.middle(rows)
        region = areas.region_of(code) if kind == "dep" else areas.current_region(code)
        return Found(
            kind=PlaceKind.DEPARTEMENT if kind == "dep" else PlaceKind.REGION,
            label=f"{areas.departement_label(code)} ({code})" if kind == "dep" else areas.region_label(code),
            insee="",
            postcode="",
            lat=lat,
            lon=lon,
            precision=PlacePrecision.DEPARTEMENT if kind == "dep" else PlacePrecision.REGION,
            departement=code if kind == "dep" else "",
            region=region,
            population=int(self._places.population[rows].sum()),
            area_codes=(code if kind == "dep" else region,),
        )

    def _point(self, lat: float, lon: float) -> Found:
        near = self.nearest(lat, lon)
        inside = distance_km(lat, lon, near.lat, near.lon) <= NEAR_KM
        rounded = round_coordinate(lat, lon)
        label = f"{lat:.5f}, {lon:.5f}"
        return Found(
            kind=PlaceKind.POINT,
            label=f"{label} (près de {near.label})" if inside else label,
            insee="",
            postcode="",
            lat=rounded[0],
            lon=rounded[1],
            precision=PlacePrecision.GIVEN,
            departement=near.departement if inside else "",
            region=near.region if inside else "",
            population=0,
            area_codes=(),
        )

    def _suggest_codes(self, digits: str, limit: int) -> list[Found]:
        """Towns of the postcodes that begin so, each once; the département of two digits first."""
        area = self._area_found(areas.area_named(digits))
        by_row: dict[int, str] = {}
        for code, rows in sorted(self._addresses.rows_of_postcode.items()):
            if code.startswith(digits):
                for row in rows if code == digits else rows[:1]:
                    by_row.setdefault(row, code)
        found = [self._commune(row, by_row[row]) for row in sorted(by_row)[:limit]]
        return ([area] if area else []) + found[: limit - bool(area)]


def _anywhere(row: int) -> bool:
    return True


def _same_place(area: Found, commune: Found) -> bool:
    """The département of Paris is the commune of Paris."""
    return area.population == commune.population and area.departement == commune.departement
