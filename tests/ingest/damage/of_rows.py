"""Wounds of a row of a CSV or of a member of a JSON file."""

from __future__ import annotations

import re
from random import Random

from tests.ingest.damage.bases import Base
from tests.ingest.damage.outcome import (
    Damaged,
    Outcome,
    column_of,
    json_value,
    line_of,
    refused,
    row,
    row_added,
    with_cell,
)


def row_short(base: Base, rng: Random) -> Damaged | None:
    return row(base, rng, lambda cells: cells[:-2], "csv-row-width", lost=1)


def row_twice(base: Base, rng: Random) -> Damaged | None:
    return row_added(base, rng, lambda cells: None, "copy-dropped")


def row_other_months(base: Base, rng: Random) -> Damaged | None:
    return row_added(base, rng, lambda cells: with_cell(base, cells, "periode", "2031-05"), "rows-merged")


def row_other_publie(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> None:
        at = column_of(base, "publie")
        cells[at] = "False" if cells[at] == "True" else "True"

    return row_added(base, rng, change, "rows-merged")


def row_other_place(base: Base, rng: Random) -> Damaged | None:
    return row_added(
        base, rng, lambda cells: with_cell(base, cells, "lieu_adresse", "ailleurs"), "last-one-kept", first=True
    )


def row_siret(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> list[str]:
        return with_cell(base, cells, "siret_formateur", "12345") or cells

    return row(base, rng, change, "siret-invalid", lost=1)


def row_swapped(base: Base, rng: Random) -> Damaged | None:
    def change(cells: list[str]) -> list[str]:
        lat, lon = column_of(base, "lat"), column_of(base, "lon")
        cells[lat], cells[lon] = cells[lon], cells[lat]
        return cells

    return row(base, rng, change, "coordinates-swapped")


def row_rome(base: Base, rng: Random) -> Damaged | None:
    return row(base, rng, lambda cells: with_cell(base, cells, "rome", "M120") or cells, "code-unreadable")


def json_siret(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "json":
        return None
    text = re.sub(r'"siret": "\d+"', '"siret": "12"', base.text)
    at = text.index('"siret"')
    return Damaged(text.encode(), Outcome(False, 0, "siret-invalid", line_of(text, at)))


def json_modality(base: Base, rng: Random) -> Damaged | None:
    return json_value(base, rng, "modality", '"hybride"', "code-impossible", lost=1)


def json_end(base: Base, rng: Random) -> Damaged | None:
    return json_value(
        base, rng, "end", '"2001-01-01"', "session-dates-reversed", sessions=1, above=r"\{\s*\"id\": \"s1\""
    )


def json_start(base: Base, rng: Random) -> Damaged | None:
    return json_value(base, rng, "start", '"2027-02-31"', "date-unreadable")


def json_comma(base: Base, rng: Random) -> Damaged | None:
    if base.kind != "json":
        return None
    found = rng.choice(list(re.finditer(r'"title": "[^"]*"(,)\n', base.text)))
    text = base.text[: found.start(1)] + base.text[found.end(1) :]
    return refused(text.encode(), "json-malformed", line_of(text, found.end(1)))
