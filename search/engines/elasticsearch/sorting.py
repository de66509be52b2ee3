"""The total order of a plan. Pure: docs/search.md, "Order".

After the keys of the order come facts that it never reaches (an id is unique): they are read from columns like the
keys, so that ranking two hundred cards fetches no document.
"""

from __future__ import annotations

from typing import Any

from search.engines.elasticsearch.conditions import coordinates
from search.plan import Plan, Sort

TRAILING = ("_score", "id", "siren", "card")  # of every answer's sort values, after those of the sort asked for


def order(plan: Plan) -> list[Any]:
    return [*_first(plan), {"_score": "desc"}, *[{name: "asc"} for name in TRAILING[1:]]]


def keys_of(plan: Plan) -> int:
    """How many sort values stand before the score."""
    return len(_first(plan))


def _first(plan: Plan) -> list[Any]:
    if plan.sort is Sort.DISTANCE:
        origins = [coordinates(each) for each in (plan.home, plan.work) if each is not None]
        return [{"_geo_distance": {"place": origins, "order": "asc", "mode": "min", "unit": "km"}}] if origins else []
    if plan.sort is Sort.START:
        return _next_start(plan.day)
    field = {Sort.PRICE: "price_cents", Sort.DURATION: "hours", Sort.RATING: "rating"}.get(plan.sort)
    if field is None:
        return []
    return [{field: {"order": "desc" if plan.sort is Sort.RATING else "asc", "missing": "_last"}}]


def _next_start(day: int) -> list[Any]:
    """First what may start on the day itself, all alike; then by the first start after it; then the rest.

    Of an offer's starts one at most passes the second filter: its first after the day, and only when no session that
    begins earlier can still be joined on the day. None passes once the certification has ended: no ``until`` is later.
    """
    open_still = {"range": {"starts.until": {"gte": day}}}
    now = {"bool": {"filter": [{"range": {"starts.start": {"lte": day}}}, open_still]}}
    later = {
        "bool": {
            "filter": [{"range": {"starts.start": {"gt": day}}}, {"range": {"starts.after": {"lt": day}}}, open_still]
        }
    }
    return [
        {"starts.zero": {"order": "asc", "missing": "_last", "nested": {"path": "starts", "filter": now}}},
        {"starts.start": {"order": "asc", "missing": "_last", "nested": {"path": "starts", "filter": later}}},
    ]
