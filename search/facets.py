"""Counts of an engine -> facets as a page shows them: French labels, a stable order, selected values always there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import orjson

from catalog.codes.facets import Answer, Audience, CertificationKind, Entry, Funder, Labelled, Level, Modality, Rhythm
from catalog.codes.languages import LANGUAGES
from search.places import Places
from search.plan import AreaKind, Plan

_CODES: dict[str, type[Labelled]] = {
    "modality": Modality,
    "entry": Entry,
    "level": Level,
    "certification_kind": CertificationKind,
    "rhythm": Rhythm,
    "funder": Funder,
    "audience": Audience,
    "prerequisites": Answer,
    "guaranteed": Answer,
}
_LABELS: dict[str, dict[str, str]] = {
    name: {str(member): member.label for member in kind} | {"unknown": Answer.UNKNOWN.label}
    for name, kind in _CODES.items()
}
_LABELS["guaranteed"] |= {"yes": "au moins une session garantie", "no": "aucune session garantie"}
_ANSWER_LABELS = {str(answer): answer.label for answer in Answer}
_LANGUAGES = LANGUAGES | {"unknown": Answer.UNKNOWN.label}


@lru_cache(maxsize=1 << 12)
def _opening(value: str, label: str) -> str:
    """A counted value as JSON, up to its count."""
    return f'{{"value":{orjson.dumps(value).decode()},"label":{orjson.dumps(label).decode()},"count":'


_OPENINGS = {name: {code: _opening(code, label) for code, label in labels.items()} for name, labels in _LABELS.items()}
_ANSWER_OPENINGS = {code: _opening(code, label) for code, label in _ANSWER_LABELS.items()}


def present_facets(counts: Mapping[str, Mapping[str, int]], plan: Plan, labels: Places) -> str:
    """``{"modality": [{"value", "label", "count"}]}`` as JSON; code lists in their own order, the rest most frequent
    first."""
    facets = [f'"{dimension}":[{",".join(_facet(dimension, counts[dimension], plan, labels))}]' for dimension in counts]
    return f"{{{','.join(facets)}}}"


def _facet(dimension: str, counts: Mapping[str, int], plan: Plan, labels: Places) -> list[str]:
    if selected := _selected(dimension, plan):
        counts = {**dict.fromkeys(selected, 0), **counts}
    known = _ANSWER_OPENINGS if dimension.startswith("accessibility.") else _OPENINGS.get(dimension)
    if known is not None:
        return [f"{opening}{counts[code]}}}" for code, opening in known.items() if code in counts]
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    label_of = _label_of(dimension, labels)
    return [f"{_opening(code, label_of(code) or code)}{count}}}" for code, count in ordered]


def _label_of(dimension: str, labels: Places) -> Callable[[str], str | None]:
    if dimension == "region":
        return labels.region_label
    return labels.departement_label if dimension == "departement" else _LANGUAGES.get


def _selected(dimension: str, plan: Plan) -> list[str]:
    filters = plan.filters
    if dimension in ("region", "departement"):
        kind = AreaKind.REGION if dimension == "region" else AreaKind.DEPARTEMENT
        return [code for area in plan.areas if area.kind is kind for code in sorted(area.codes)]
    if dimension.startswith("accessibility."):
        need = dimension.partition(".")[2]
        return [str(answer) for key, answers in filters.accessibility.items() if key == need for answer in answers]
    if dimension == "audience":
        return [str(filters.audience)]
    held = getattr(filters, dimension)
    return [str(value) for value in held] if held else []
