"""The official commune file, checked and compiled to what ``Gazetteer.open`` reads."""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from base.errors import FileRefused
from catalog.codes.facets import PlacePrecision
from geo.addresses import PARIS_LYON_MARSEILLE
from geo.areas import departement_of
from geo.gazetteer import BUILTIN, COMPILED
from geo.places import OldCommune, PlaceRow, Places

NEEDED = ("insee", "nom", "codes_postaux", "lat", "lon", "population")
FORMER = ("commune-deleguee", "commune-associee")  # of the optional column "type": names that lead to "commune_parent"
FEWEST = 30_000  # communes: fewer is a part of France, and half the country would be unknown


@dataclass(frozen=True, slots=True)
class Report:
    file: Path
    rows: int
    kept_from_builtin: int  # communes that the file lacks and the built-in places know
    without_point: int  # took the built-in point, with its precision
    out: Path


def find_commune_file(folder: Path) -> Path | None:
    """The first ``.csv`` or ``.csv.gz`` under the folder whose header names the needed columns."""
    for file in sorted(folder.rglob("*.csv*")):
        if file.name.endswith((".csv", ".csv.gz")) and file.is_file():
            try:
                header = next(csv.reader(io.StringIO(_first_line(file))), [])
            except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error):
                continue
            if set(NEEDED) <= {name.strip().lower() for name in header}:
                return file
    return None


def compile_places(folder: Path, out: Path) -> Report:
    """Writes ``out/places.npz`` whole or not at all. ``FileRefused`` names file, line and column."""
    file = find_commune_file(folder)
    if file is None:
        raise FileRefused(f"Aucun fichier de communes dans {folder} : il faut les colonnes {', '.join(NEEDED)}.")
    builtin = Places.read(BUILTIN)
    known = {row.insee: row for row in builtin.rows()}
    official: dict[str, PlaceRow] = {}
    lines: dict[str, int] = {}
    without_point = 0
    former: list[OldCommune] = []
    for line, record in _records(file):
        if record.get("type", "").strip() in FORMER:
            former.append(OldCommune(*(record[name].strip() for name in ("nom", "insee", "commune_parent"))))
            continue
        row = _row(file, line, record, known)
        if row.insee in official:
            raise _refused(file, line, "insee", f"« {row.insee} » est déjà à la ligne {lines[row.insee]}")
        official[row.insee], lines[row.insee] = row, line
        without_point += not record["lat"].strip()
    if len(official) < FEWEST:
        raise FileRefused(f"{file} : {len(official)} communes, il en faut au moins {FEWEST} (fichier incomplet ?).")
    for row in official.values():
        if row.parent and row.parent not in official:
            raise _refused(file, lines[row.insee], "commune_parent", f"« {row.parent} » n'est pas dans le fichier")
    gone = {commune.insee for commune in former}
    kept = [row for code, row in known.items() if code not in official and code not in gone]
    present = official.keys() | {row.insee for row in kept}
    old = {(commune.insee, commune.name): commune for commune in [*_old(builtin), *former]}
    leading = [commune for commune in old.values() if commune.present in present]
    places = Places.of([*official.values(), *kept], leading, {"source": file.name})
    places.write(out / COMPILED)
    return Report(file, len(official), len(kept), without_point, out / COMPILED)


def _old(places: Places) -> list[OldCommune]:
    return list(map(OldCommune, places.old_names, places.old_insee, places.old_present))


def _open(file: Path) -> io.TextIOWrapper:
    stream = gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # noqa: SIM115 - the wrapper owns it
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")


def _first_line(file: Path) -> str:
    with _open(file) as stream:
        return stream.readline(10_000)


def _records(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with _open(file) as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader)]
            for values in reader:
                if not values:
                    continue
                if len(values) != len(header):
                    detail = f"{len(values)} valeurs au lieu de {len(header)}"
                    raise _refused(file, reader.line_num, "insee", detail)
                yield reader.line_num, dict(zip(header, values, strict=True))
        except (csv.Error, UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
            raise FileRefused(
                f"{file}, ligne {reader.line_num} : fichier illisible ou tronqué ({error}).", line=reader.line_num
            ) from error


def _row(file: Path, line: int, record: dict[str, str], known: dict[str, PlaceRow]) -> PlaceRow:
    insee = record["insee"].strip().upper()
    departement = departement_of(insee)
    if not departement:
        raise _refused(file, line, "insee", f"« {insee} » n'est pas un code INSEE de commune")
    name = " ".join(record["nom"].split())
    if not name:
        raise _refused(file, line, "nom", "le nom manque")
    postcodes = tuple(sorted(filter(None, (code.strip() for code in record["codes_postaux"].split("|")))))
    if wrong := [code for code in postcodes if len(code) != 5 or not (code.isascii() and code.isdigit())]:
        raise _refused(file, line, "codes_postaux", f"« {wrong[0]} » n'est pas un code postal")
    builtin = known.get(insee)
    if record["lat"].strip() or record["lon"].strip():
        lat, lon = _degrees(file, line, record, "lat", 90), _degrees(file, line, record, "lon", 180)
        precision = PlacePrecision.COMMUNE
    elif builtin:
        lat, lon, precision = builtin.lat, builtin.lon, builtin.precision
    else:
        raise _refused(file, line, "lat", "les coordonnées manquent et la commune n'est pas connue")
    population = record["population"].strip() or "0"
    if not (population.isascii() and population.isdigit() and len(population) < 9):
        raise _refused(file, line, "population", f"« {population} » n'est pas un nombre d'habitants")
    parent = record.get("commune_parent", "").strip()
    if parent not in PARIS_LYON_MARSEILLE.values():
        parent = ""
    return PlaceRow(insee, name, postcodes, departement, lat, lon, precision, int(population), parent)


def _degrees(file: Path, line: int, record: dict[str, str], column: str, most: int) -> float:
    try:
        degrees = float(record[column])
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise _refused(file, line, column, f"« {record[column]} » n'est pas entre -{most} et {most}")
    return degrees


def _refused(file: Path, line: int, column: str, detail: str) -> FileRefused:
    return FileRefused(f"{file}, ligne {line}, colonne {column} : {detail}.", line=line, column=column)
