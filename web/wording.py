"""What the page says of a question: its heading, what was understood, what can be undone, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.errors import InvalidParameter
from catalog.codes.facets import PlacePrecision
from search.standby import StoodIn
from web.cards import ROUGH
from web.filters import FIELDS, LEGENDS
from web.french import NBSP, counted, decimal
from web.labels import label as label_of
from web.question import Question

_QUOTED = re.compile(r"(«[^»]*»)")
_NAMES = {**LEGENDS, **FIELDS}
_NAME = re.compile(r"(?<![\w-])(" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")(?![\w-])")


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on how the question was read, with the address of the other reading."""

    text: str
    link: str = ""
    link_text: str = ""
    quiet: bool = False  # said for the record: nothing was changed


@dataclass(frozen=True, slots=True)
class Fault:
    parameter: str
    field: str  # id of the input it stands beside, "" when the page has none
    label: str
    text: str


def heading(answer: Mapping[str, Any], question: Question) -> str:
    """``12 offres pour « compta » à moins de 30 km de Lyon``."""
    total = answer["total"]
    said = counted(total, "offre") if total else "Aucune offre"
    if question.request.q:
        said += f" pour «{NBSP}{question.request.q}{NBSP}»"
    return said + _around(answer["understood"], question)


def _around(understood: Mapping[str, Any], question: Question) -> str:
    labels = [place["label"] for name in ("home", "work") if (place := understood[name])]
    around = ""
    if labels:
        radius = question.request.radius_km
        km = decimal(radius, 0 if radius == int(radius) else 1)
        around = f" à moins de {km} km de " + " ou de ".join(dict.fromkeys(labels))
    if areas := [area["label"] for area in understood["areas"]]:
        around += " – " + ", ".join(areas[:3]) + (" …" if len(areas) > 3 else "")
    return around


def of_fallback(stood_in: StoodIn | None) -> list[Note]:
    return [] if stood_in is None else [Note(stood_in.text)]


def notes(understood: Mapping[str, Any], question: Question) -> list[Note]:
    found = []
    if relaxed := understood["relaxed"]:
        undo = Question.of_link(relaxed["undo"]).first_page if relaxed["undo"] else ""
        link_text = "Chercher sans " + ("ces mots" if len(relaxed["words"]) > 1 else "ce mot")
        found.append(Note(relaxed["text"], undo, link_text))
    if proposed := understood["proposed"]:
        found.append(_proposal(proposed))
    for name, label in (("home", "Domicile"), ("work", "Lieu de travail")):
        place = understood[name]
        if place:
            found.append(_understood_place(label, place, question.without(name)))
    for code in understood["certification"]:
        found.append(Note(f"« {code} » est lu comme un code de certification."))
    for code in understood["rome"]:
        found.append(Note(f"« {code} » est lu comme un code métier (ROME)."))
    if understood["ignored"]:
        words = ", ".join(f"« {word} »" for word in understood["ignored"])
        found.append(Note(f"Mots laissés de côté : {words}."))
    return found


def _proposal(proposed: Mapping[str, Any]) -> Note:
    link = Question.of_link(proposed["link"]).first_page
    if proposed["parameter"] == "area":
        text = f"« {proposed['label']} » est un territoire : la distance est comptée depuis son centre."
        return Note(text, link, f"Chercher partout dans {proposed['label']}")
    return Note(f"« {proposed['value']} » est aussi un lieu.", link, f"Chercher autour de {proposed['label']}")


def _understood_place(label: str, place: Mapping[str, Any], undo: str) -> Note:
    precision = place["precision"]
    rough = f" ({label_of(PlacePrecision, precision)})" if precision in ROUGH else ""
    return Note(f"{label} compris : {place['label']}{rough}.", undo, "L'oublier", quiet=True)


def fault_of(error: InvalidParameter) -> Fault:
    """The message with the names of the page instead of the API's; what the visitor typed is left as typed."""
    text = error.detail.removeprefix(f"{error.parameter} : ")
    parts = _QUOTED.split(text)
    said = "".join(
        part if part.startswith("«") else _NAME.sub(lambda name: f"« {_NAMES[name.group(1)]} »", part) for part in parts
    )
    field = error.parameter if error.parameter in FIELDS else ""
    return Fault(error.parameter, field, FIELDS.get(field, ""), said)
