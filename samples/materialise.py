"""Writes the sample files into a folder, dated from a given day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from samples.edof import write_edof
from samples.lheo import write_lheo
from samples.readable import write_json
from samples.story import Organisation, courses, organisations


def materialise(folder: Path, today: date) -> list[Path]:
    """Files to import, in order. ``folder/reference`` gets what to load first: certifications, organisations."""
    folder.mkdir(parents=True, exist_ok=True)
    write_certifications(folder / "reference" / "certifications.csv", today)
    bodies = organisations(today)
    write_organisations(folder / "reference" / "organismes.csv", bodies)
    paths = []
    for body in bodies:
        if body.source == "edof":
            paths.append(folder / f"edof-{body.key}.xml")
            write_edof(body, paths[-1], today)
    paths.append(folder / "lheo-financeurs.xml")
    write_lheo([body for body in bodies if body.source == "lheo"], paths[-1])
    paths.append(folder / "catalogue.json")
    write_json([body for body in bodies if body.source == "json"], paths[-1])
    return paths


def write_certifications(path: Path, today: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["code", "kind", "title", "level", "valid_until", "rome", "formacode", "nsf"])
        seen = set()
        for course in courses().values():
            code = course["certification"]
            if code in seen:
                continue
            seen.add(code)
            kind = "rncp" if code.startswith("RNCP") else "rs" if code.startswith("RS") else "cpf"
            until = today + timedelta(course["valid_days"])
            rome, nsf = "|".join(course["rome"]), "|".join(course["nsf"])
            writer.writerow([code, kind, course["certification_title"], course["level"], until, rome, "", nsf])


def write_organisations(path: Path, bodies: list[Organisation]) -> None:
    """An EDOF file does not say what its organisation is called: the public list does."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["siret", "nda", "raison_sociale", "enseigne", "qualiopi_info"])
        for body in bodies:
            qualiopi = "NON" if body.key == "flou-formation" else "OUI"
            writer.writerow([body.siret, body.activity_number, body.name, "", qualiopi])
