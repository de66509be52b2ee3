"""Conditions of a plan as filters. Pure: docs/search.md, "Matching"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.codes.facets import Audience, Modality
from search.plan import AreaKind, Filters, Plan, Point, Remote

Clause = dict[str, Any]

REMOTE: Clause = {"term": {"facets": f"modality:{Modality.REMOTE.value}"}}
NOTHING: Clause = {"match_none": {}}
_SETS = (
    *("modality", "entry", "level", "certification_kind", "rhythm", "language", "funder", "prerequisites"),
    "guaranteed",
)
_LABELS = ("certification", "rome", "formacode", "nsf", "organisation")
_LEAST_METRES = 1e-6  # Elasticsearch refuses a radius of 0


def any_of(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def coordinates(point: Point) -> dict[str, float]:
    return {"lat": point.lat, "lon": point.lon}


def facet_conditions(plan: Plan) -> dict[str, Clause]:
    """Conditions that a facet of their own name lifts; ``area`` stands for region and departement."""
    filters = plan.filters
    found = {}
    for dimension in _SETS:
        values = getattr(filters, dimension)
        if values:
            found[dimension] = _facet(dimension, [str(value) for value in values])
    for need, answers in filters.accessibility.items():
        if answers:
            name = f"accessibility.{need.value}"
            found[name] = _facet(name, [answer.value for answer in answers])
    audiences = {Audience.EVERYONE.value, "unknown", filters.audience.value}
    found["audience"] = _facet("audience", audiences)
    if plan.areas:
        found["area"] = _in_areas(plan)
    return found


def _facet(dimension: str, values: Iterable[str]) -> Clause:
    return {"terms": {"facets": [f"{dimension}:{value}" for value in sorted(values)]}}


def _in_areas(plan: Plan) -> Clause:
    codes: dict[str, list[str]] = {"facets": [], "labels": []}
    for area in plan.areas:
        field, name = {
            AreaKind.DEPARTEMENT: ("facets", "departement"),
            AreaKind.REGION: ("facets", "region"),
            AreaKind.INSEE: ("labels", "insee"),
        }[area.kind]
        codes[field] += [f"{name}:{code}" for code in sorted(area.codes)]
    return any_of([{"terms": {field: values}} for field, values in codes.items() if values])


def other_conditions(plan: Plan) -> list[Clause]:
    """Conditions that belong to no facet."""
    filters = plan.filters
    found: list[Clause] = []
    for name in _LABELS:
        codes = getattr(filters, name)
        if codes:
            found.append({"terms": {"labels": [f"{name}:{code}" for code in sorted(codes)]}})
    if filters.ids:
        found.append({"terms": {"id": sorted(filters.ids)}})
    return [*found, *_where(plan), *_bounds(filters), *_dates(plan)]


def _where(plan: Plan) -> list[Clause]:
    origins = [origin for origin in (plan.home, plan.work) if origin is not None]
    if plan.remote is Remote.ONLY:
        return [REMOTE]
    found: list[Clause] = [{"bool": {"must_not": [REMOTE]}}] if plan.remote is Remote.EXCLUDE else []
    if origins and plan.radius_km is not None:
        metres = max(plan.radius_km * 1000.0, _LEAST_METRES)
        near: list[Clause] = [{"geo_distance": {"distance": f"{metres!r}m", "place": coordinates(o)}} for o in origins]
        found.append(any_of(near if plan.remote is Remote.EXCLUDE else [*near, REMOTE]))
    return found


def _bounds(filters: Filters) -> list[Clause]:
    found: list[Clause] = []
    for field, bound, value in (
        ("price_cents", "lte", filters.price_max_cents),
        ("hours", "lte", filters.hours_max),
        ("rating", "gte", filters.rating_min),
        ("seats", "gte", filters.seats_min),
        ("bookable_until", "gte", filters.bookable_from),
    ):
        if value is not None:
            found.append({"range": {field: {bound: value}}})
    return found


def _dates(plan: Plan) -> list[Clause]:
    first, last = plan.filters.start_from, plan.filters.start_to
    if first is None and last is None:
        return []
    ends = {name: day for name, day in (("gte", first), ("lte", last)) if day is not None}
    met: list[Clause] = [{"range": {"sessions": {**ends, "relation": "intersects"}}}]
    if last is None:
        met.append({"exists": {"field": "earliest"}})
    elif plan.day <= last:
        met.append({"range": {"earliest": {"lte": last}}})
    return [any_of(met)]
