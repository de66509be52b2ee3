"""The filters of the page: facets of the answer as groups of boxes, and the chips that take a filter away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.codes.facets import Answer, Need
from web.french import capital, day, euros, hours
from web.labels import label
from web.question import Pairs, Question

Facets = Mapping[str, Sequence[Mapping[str, Any]]]

# dimension of the answer -> what the group is called, in the order of the page
LEGENDS = {
    "modality": "Modalité",
    "accessibility": "Accessibilité",
    "entry": "Entrée en formation",
    "funder": "Financeur possible",
    "audience": "Public",
    "level": "Niveau de sortie",
    "certification_kind": "Certification",
    "rhythm": "Rythme",
    "language": "Langue",
    "prerequisites": "Prérequis",
    "guaranteed": "Session garantie",
    "region": "Région",
    "departement": "Département",
}
AREA_KINDS = {"region": "reg", "departement": "dep"}
_FIRST_OPEN = ("modality", "entry")
_AUDIENCES = {
    "everyone": "ouvertes à tous",
    "jobseeker": "et celles réservées aux demandeurs d'emploi",
    "esat": "et celles réservées aux travailleurs en ESAT",
}
PANEL = frozenset({"start_from", "start_to", "price_max", "hours_max"})  # inputs that stand among the filters
# Parameters with an input of their own on the page; the others travel as hidden inputs, and show as chips.
FIELDS = {
    "q": "Métier, compétence ou diplôme",
    "home": "Domicile",
    "work": "Lieu de travail",
    "radius_km": "Rayon",
    "remote": "Formations à distance",
    "sort": "Trier par",
    "bookable": "Places encore réservables",
    "start_from": "Début au plus tôt",
    "start_to": "Début au plus tard",
    "price_max": "Prix au plus",
    "hours_max": "Durée au plus",
}
_HIDDEN_LABELS = {
    "certification": "Certification",
    "rome": "Métier (ROME)",
    "formacode": "Formacode",
    "nsf": "Spécialité (NSF)",
    "organisation": "Organisme (SIRET)",
    "seats_min": "Places restantes au moins",
    "rating_min": "Note au moins",
    "ids": "Offre comparée",
    "area": "Commune (INSEE)",
}
_NOT_FILTERS = frozenset({"q", "home", "work", "radius_km", "sort", "limit"})
_VALUES = {
    ("remote", "exclude"): "Sans les offres à distance",
    ("remote", "only"): "Seulement à distance",
    ("bookable", "1"): "Places encore réservables",
    ("group", "0"): "Offres montrées une par une",
}


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    value: str
    label: str
    count: int
    checked: bool

    @property
    def id(self) -> str:
        return f"f-{self.name}-{self.value}".replace(":", "-")


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a group; the only one of accessibility that has several is by need."""

    legend: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    legend: str
    single: bool  # one value at a time
    parts: tuple[Part, ...]
    opened: bool

    @property
    def checked(self) -> int:
        return sum(option.checked for part in self.parts for option in part.options if option.value != "everyone")


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    remove: str  # address of the question without it


def groups(facets: Facets, question: Question) -> list[Group]:
    found = []
    for key, legend in LEGENDS.items():
        if key == "accessibility":
            parts = tuple(_need(need, facets, question) for need in Need)
        else:
            parts = (Part(legend, tuple(_option(key, counted, question) for counted in facets.get(key, ()))),)
        parts = tuple(part for part in parts if part.options)
        if not parts:
            continue
        group = Group(key, legend, key == "audience", parts, key in _FIRST_OPEN)
        found.append(Group(key, legend, group.single, parts, True) if group.checked else group)
    return found


def hidden(shown: list[Group], question: Question) -> Pairs:
    """What the form must send again though it has no box for it."""
    boxes = {(option.name, option.value) for group in shown for part in group.parts for option in part.options}
    return [pair for pair in question.written if pair[0] not in FIELDS and pair not in boxes]


def chips(shown: list[Group], question: Question) -> list[Chip]:
    labels = {
        (option.name, option.value): f"{part.legend} : {option.label}"
        for group in shown
        for part in group.parts
        for option in part.options
    }
    return [
        Chip(labels.get(pair) or _label(*pair), question.without(*pair))
        for pair in question.written
        if pair[0] not in _NOT_FILTERS
    ]


def _need(need: Need, facets: Facets, question: Question) -> Part:
    return Part(
        capital(need.label),
        tuple(
            _made("accessibility", f"{need.value}:{counted['value']}", counted, question)
            for counted in facets.get(f"accessibility.{need.value}", ())
        ),
    )


def _option(key: str, counted: Mapping[str, Any], question: Question) -> Option:
    if key == "audience":
        value = str(counted["value"])
        chosen = value == str(question.request.filters.audience)
        return Option(key, value, _AUDIENCES.get(value, counted["label"]), counted["count"], chosen)
    if kind := AREA_KINDS.get(key):
        return _made("area", f"{kind}:{counted['value']}", counted, question)
    return _made(key, str(counted["value"]), counted, question)


def _made(name: str, value: str, counted: Mapping[str, Any], question: Question) -> Option:
    return Option(name, value, counted["label"], counted["count"], question.has(name, value))


def _label(name: str, value: str) -> str:
    if said := _VALUES.get((name, value)):
        return said
    if name == "price_max":
        return f"Prix : {euros(round(float(value) * 100))} au plus"
    if name == "hours_max":
        return f"Durée : {hours(int(value))} au plus"
    if name in ("start_from", "start_to"):
        return f"{FIELDS[name]} : {day(value)}"
    if name == "accessibility":
        need, _, answer = value.partition(":")
        return f"{capital(label(Need, need))} : {label(Answer, answer)}"
    return f"{_HIDDEN_LABELS.get(name) or LEGENDS.get(name, name)} : {value.removeprefix('insee:')}"
