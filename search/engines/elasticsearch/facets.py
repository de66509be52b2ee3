"""Disjunctive counts: docs/search.md, "Counting". Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.codes.facets import Need
from search.engines.elasticsearch.conditions import Clause

DIMENSIONS = (
    *("modality", "entry", "level", "certification_kind", "rhythm", "language", "funder", "audience", "prerequisites"),
    "guaranteed",
    *(f"accessibility.{need.value}" for need in Need),
    *("region", "departement"),
)
_OF_AREA = ("region", "departement")
# Far above what exists (500 languages, 120 départements and régions, 80 other codes): no code is ever cut off.
_MOST_CODES = 5_000

Counts = dict[str, dict[str, int]]


def dimensions_of(condition: str) -> tuple[str, ...]:
    return _OF_AREA if condition == "area" else (condition,)


def facet_aggregations(conditions: Mapping[str, Clause]) -> dict[str, Any]:
    """``met``: every dimension over what passes all conditions. One more for each dimension with a condition, over what
    passes the others; its name is the condition's."""
    asked: dict[str, Any] = {"met": _under(list(conditions.values()), {"facets": _counted()})}
    for name in conditions:
        others = [clause for other, clause in conditions.items() if other != name]
        wanted = "|".join(dimension.replace(".", "[.]") + ":.*" for dimension in dimensions_of(name))
        asked[f"without:{name}"] = _under(others, {"facets": _counted(include=wanted)})
    return asked


def _counted(**members: Any) -> Any:
    return {"terms": {"field": "facets", "size": _MOST_CODES, **members}}


def _under(clauses: list[Clause], aggregations: dict[str, Any]) -> dict[str, Any]:
    return {"filter": {"bool": {"filter": clauses}}, "aggs": aggregations}


def read_facets(answered: Mapping[str, Any]) -> Counts:
    counts: Counts = {dimension: {} for dimension in DIMENSIONS}
    lifted = {name.partition(":")[2]: each for name, each in answered.items() if name.startswith("without:")}
    own = {dimension for name in lifted for dimension in dimensions_of(name)}
    for each, skipped in ((answered["met"], own), *((each, set[str]()) for each in lifted.values())):
        for bucket in each["facets"]["buckets"]:
            dimension, _, code = bucket["key"].partition(":")
            if dimension not in skipped:
                counts[dimension][code] = bucket["doc_count"]
    return counts
