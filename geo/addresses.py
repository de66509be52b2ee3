"""Postcodes, INSEE codes and towns of addresses -> rows, however they contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from catalog.codes.facets import PlacePrecision
from geo.areas import departement_label, departement_of, region_of
from geo.distance import round_coordinate
from geo.found import Located, LocatedBy
from geo.lookup import Lookup
from geo.places import PRECISIONS, Places
from geo.typed import Typed, take_apart

PARIS_LYON_MARSEILLE = {"paris": "75056", "lyon": "69123", "marseille": "13055"}


class Addresses:
    def __init__(self, places: Places, lookup: Lookup) -> None:
        self._places = places
        self._lookup = lookup

    @cached_property
    def rows_of_postcode(self) -> dict[str, list[int]]:
        """Most populous first. An arrondissement stands before its commune, which is left out."""
        rows: dict[str, list[int]] = {}
        for row, postcodes in enumerate(self._places.postcodes):
            if postcodes and row not in self._parts:
                for postcode in postcodes.split("|"):
                    rows.setdefault(postcode, []).append(row)
        for whole in self._parts:
            for postcode in self._places.postcodes[whole].split("|"):
                if postcode not in rows:
                    rows[postcode] = [whole]
        return rows

    @cached_property
    def _parts(self) -> dict[int, list[int]]:
        """Rows of arrondissements by the row of their commune, in the order of their numbers."""
        parts: dict[int, list[int]] = {}
        for row, parent in enumerate(self._places.parents):
            if parent:
                parts.setdefault(self._places.row_of[parent], []).append(row)
        return {whole: sorted(rows, key=lambda row: self._places.insee[row]) for whole, rows in parts.items()}

    @cached_property
    def _row_of_old(self) -> dict[str, int]:
        places = self._places
        pairs = zip(places.old_insee, places.old_present, strict=True)
        return {old: places.row_of[present] for old, present in pairs if present in places.row_of}

    @cached_property
    def _rows_of_departement(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, departement in enumerate(self._places.departements):
            if not self._places.parents[row]:
                rows.setdefault(departement, []).append(row)
        return rows

    def rows_of_departements(self, codes: Iterable[str]) -> list[int]:
        return [row for code in codes for row in self._rows_of_departement.get(code, [])]

    def row_of_insee(self, code: str) -> int | None:
        row = self._places.row_of.get(code)
        return self._row_of_old.get(code) if row is None else row

    def parts_of(self, row: int) -> list[int]:
        return self._parts.get(row, [])

    def arrondissement(self, city: str, number: int) -> int | None:
        parts = self._parts.get(self._places.row_of.get(PARIS_LYON_MARSEILLE.get(city, ""), -1), [])
        return parts[number - 1] if 1 <= number <= len(parts) else None

    def middle(self, rows: Sequence[int]) -> tuple[float, float]:
        """Where the people of these communes live on average, rounded as engines store it."""
        weights = self._places.population[list(rows)].astype(np.float64) + 1
        lat = float(np.average(self._places.lat[list(rows)], weights=weights))
        lon = float(np.average(self._places.lon[list(rows)], weights=weights))
        return round_coordinate(lat, lon)

    def coded(self, typed: Typed) -> int | list[int] | None:
        """Of a text with a postcode or INSEE code: one row, the rows of a postcode, or ``None`` (unknown, or the town
        typed beside the code lies elsewhere)."""
        rows = self.rows_of_postcode.get(typed.code)
        if rows is None:
            row = self.row_of_insee(typed.code)
            if row is not None and self._agrees(typed, row):
                return row
            return self._in_departement(typed, departement_of(typed.code)) if typed.name or typed.cedex else None
        if typed.arrondissement:
            part = self.arrondissement(typed.name, typed.arrondissement)
            if part in rows:
                return part
        # "Château-Chinon (Campagne)" is not "Château-Chinon (Ville)"; "12 rue de la Paix, Paris" is Paris.
        names = [name for name in (f"{typed.name} {typed.hint}".strip(), typed.name, typed.hint) if name]
        for name in names:
            row = self._lookup.closest(name, rows)
            if row is not None:
                return row
        for name in names:
            if rows[0] in self.parts_of(self._places.row_of.get(PARIS_LYON_MARSEILLE.get(name, ""), -1)):
                break
            if (row := self._in_departement(Typed(name), self._places.departements[rows[0]])) is not None:
                return row
            if self._lookup.exact(name):
                return None
        return rows[0] if len(rows) == 1 else rows

    def _agrees(self, typed: Typed, row: int) -> bool:
        return not typed.name or self._lookup.closest(typed.name, [row, *self.parts_of(row)]) is not None

    def _in_departement(self, typed: Typed, departement: str) -> int | None:
        """A town by its name among those of a département (CEDEX and slightly wrong postcodes)."""
        if typed.arrondissement and (row := self.arrondissement(typed.name, typed.arrondissement)) is not None:
            return row if self._places.departements[row] == departement else None
        if not typed.name:
            rows = self._rows_of_departement.get(departement, [])
            return rows[0] if len(rows) == 1 else None
        return self._lookup.best(typed.name, lambda row: self._places.departements[row] == departement)

    # --- addresses of offers

    def locate(self, insee: str, postcode: str, city: str) -> Located | None:
        insee, postcode = _five(insee), _five(postcode)
        typed = take_apart(city) if city else Typed("")
        row = self.row_of_insee(insee) if insee else None
        if row is not None:
            return self._located(self._part_by(row, postcode, typed), LocatedBy.INSEE)
        rows = self.rows_of_postcode.get(postcode, [])
        if rows:
            return self._by_postcode(postcode, rows, typed)
        departement = departement_of(postcode) or departement_of(insee)
        if departement:
            row = self._in_departement(typed, departement)
            if row is not None:
                return self._located(row, LocatedBy.CITY)
            return self._by_departement(departement)
        return self._by_city(typed)

    def _part_by(self, row: int, postcode: str, typed: Typed) -> int:
        """The arrondissement of a whole Paris, Lyon or Marseille that the postcode or the town's number tells."""
        for part in self.parts_of(row):
            if postcode and postcode in self._places.postcodes[part].split("|"):
                return part
        if typed.arrondissement:
            part_row = self.arrondissement(typed.name, typed.arrondissement)
            if part_row in self.parts_of(row):
                return part_row
        return row

    def _by_postcode(self, postcode: str, rows: list[int], typed: Typed) -> Located | None:
        row = self.coded(Typed(typed.name, typed.hint, postcode, typed.arrondissement)) if typed.name else None
        if isinstance(row, int):
            inside = row in rows
            if not inside or len(rows) > 1 or self._agrees(typed, row):
                return self._located(row, LocatedBy.POSTCODE_AND_CITY if inside else LocatedBy.CITY)
        if len(rows) == 1:
            return self._located(rows[0], LocatedBy.POSTCODE)
        lat, lon = self.middle(rows)
        departement = self._places.departements[rows[0]]
        region = region_of(departement)
        return Located("", postcode, lat, lon, PlacePrecision.POSTCODE, departement, region, LocatedBy.POSTCODE)

    def _by_departement(self, departement: str) -> Located | None:
        rows = self._rows_of_departement.get(departement)
        if not rows:
            return None
        lat, lon = self.middle(rows)
        label, region = departement_label(departement), region_of(departement)
        return Located("", label, lat, lon, PlacePrecision.DEPARTEMENT, departement, region, LocatedBy.DEPARTEMENT)

    def _by_city(self, typed: Typed) -> Located | None:
        if typed.arrondissement:
            row = self.arrondissement(typed.name, typed.arrondissement)
        elif typed.departement:
            row = self._in_departement(typed, typed.departement)
        else:
            homonyms = self._lookup.exact(typed.name)
            row = homonyms[0] if len(homonyms) == 1 else None
        return self._located(row, LocatedBy.CITY) if row is not None else None

    def _located(self, row: int, by: LocatedBy) -> Located:
        places = self._places
        lat, lon = round_coordinate(float(places.lat[row]), float(places.lon[row]))
        return Located(
            insee=places.insee[row],
            label=places.names[row],
            lat=lat,
            lon=lon,
            precision=PRECISIONS[places.precision[row]],
            departement=places.departements[row],
            region=region_of(places.departements[row]),
            by=by,
        )


def _five(code: str) -> str:
    """``"1000"`` -> ``"01000"``: spreadsheets drop the leading zero."""
    code = code.replace(" ", "").upper()
    return code.zfill(5) if len(code) == 4 and code.isascii() and code.isdigit() else code
