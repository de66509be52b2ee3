"""The compact table of places: columns in one compressed file, read in some 10 ms.

One row is a present commune or an arrondissement of Paris, Lyon or Marseille; old communes are names and codes that
lead to a row. Coordinates are kept as 1e-5 degree (1.1 m).
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from base.errors import IndexDamaged
from catalog.codes.facets import PlacePrecision
from geo.names import fold_name

FORMAT = 1
SCALE = 100_000
PRECISIONS = tuple(PlacePrecision)  # a column holds positions in this tuple, of communes: none past DEPARTEMENT


TEXTS = ("insee", "names", "keys", "postcodes", "departements", "parents", "old_names", "old_keys", "old_insee",
         "old_present")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What a builder knows of one commune or arrondissement."""

    insee: str
    name: str
    postcodes: tuple[str, ...]
    departement: str
    lat: float
    lon: float
    precision: PlacePrecision
    population: int
    parent: str = ""  # INSEE code of the commune of an arrondissement


@dataclass(frozen=True, slots=True)
class OldCommune:
    name: str  # "" when only the code is known
    insee: str
    present: str  # INSEE code of the commune it is part of


@dataclass(frozen=True)
class Places:
    """Columns, most populous first; ``old_*`` are parallel lists of another length."""

    insee: list[str]
    names: list[str]
    keys: list[str]  # names folded by geo.names.fold_name
    postcodes: list[str]  # separated by "|"
    departements: list[str]
    parents: list[str]
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    population: npt.NDArray[np.int32]
    precision: npt.NDArray[np.uint8]
    old_names: list[str]
    old_keys: list[str]
    old_insee: list[str]
    old_present: list[str]
    about: dict[str, str]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """INSEE code -> row."""
        return {code: row for row, code in enumerate(self.insee)}

    @staticmethod
    def of(rows: Iterable[PlaceRow], old: Sequence[OldCommune], about: dict[str, str]) -> Places:
        ordered = sorted(rows, key=lambda row: (-row.population, row.insee))
        return Places(
            insee=[row.insee for row in ordered],
            names=[row.name for row in ordered],
            keys=fold_name("\n".join(row.name for row in ordered)).split("\n"),
            postcodes=["|".join(row.postcodes) for row in ordered],
            departements=[row.departement for row in ordered],
            parents=[row.parent for row in ordered],
            lat=np.array([row.lat for row in ordered]),
            lon=np.array([row.lon for row in ordered]),
            population=np.array([row.population for row in ordered], np.int32),
            precision=np.array([PRECISIONS.index(row.precision) for row in ordered], np.uint8),
            old_names=[commune.name for commune in old],
            old_keys=fold_name("\n".join(commune.name for commune in old)).split("\n"),
            old_insee=[commune.insee for commune in old],
            old_present=[commune.present for commune in old],
            about=about,
        )

    def rows(self) -> list[PlaceRow]:
        return [
            PlaceRow(
                self.insee[row],
                self.names[row],
                tuple(filter(None, self.postcodes[row].split("|"))),
                self.departements[row],
                float(self.lat[row]),
                float(self.lon[row]),
                PRECISIONS[self.precision[row]],
                int(self.population[row]),
                self.parents[row],
            )
            for row in range(len(self.insee))
        ]

    def write(self, file: Path) -> None:
        """Whole or not at all: written beside, synced, then renamed."""
        columns: dict[str, npt.NDArray[Any]] = {name: _packed(getattr(self, name)) for name in TEXTS}
        columns |= {
            "about": np.frombuffer(json.dumps({"format": FORMAT} | self.about).encode(), np.uint8),
            "lat": np.rint(self.lat * SCALE).astype(np.int32),
            "lon": np.rint(self.lon * SCALE).astype(np.int32),
            "population": self.population,
            "precision": self.precision,
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with beside.open("wb") as stream:
                np.savez_compressed(stream, allow_pickle=False, **columns)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)

    @staticmethod
    def read(file: Path) -> Places:
        """``IndexDamaged`` when it is no such file, or of another format."""
        try:
            with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as columns:
                loaded = {name: columns[name] for name in columns.files}
            about = json.loads(loaded["about"].tobytes())
            if about.pop("format") != FORMAT:
                raise ValueError("format of another version")
            return Places(
                **{name: _unpacked(loaded[name]) for name in TEXTS},
                lat=loaded["lat"] / SCALE,
                lon=loaded["lon"] / SCALE,
                population=loaded["population"],
                precision=loaded["precision"],
                about={str(key): str(value) for key, value in about.items()},
            )
        except (KeyError, ValueError, IndexError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise IndexDamaged(
                f"Le fichier des lieux {file} est illisible ({error}) : relancez « parcours reference load DOSSIER »."
            ) from error


def _packed(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(column: npt.NDArray[np.uint8]) -> list[str]:
    return column.tobytes().decode().split("\n")
