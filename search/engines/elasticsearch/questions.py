"""The bodies of the requests that a plan becomes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.engines.elasticsearch.conditions import Clause, facet_conditions, other_conditions
from search.engines.elasticsearch.facets import facet_aggregations
from search.engines.elasticsearch.query import MasksOf, matching, scored, turn
from search.engines.elasticsearch.sorting import order
from search.plan import Plan

WINDOW = 10_000  # index.max_result_window: the deepest that one request reaches
_BARE = {"_source": False, "stored_fields": "_none_"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What the bodies of one snapshot share."""

    pit: str
    keep_alive: str
    salt: int
    shards: int
    masks_of: MasksOf

    def body(self, **members: Any) -> dict[str, Any]:
        return {"pit": {"id": self.pit, "keep_alive": self.keep_alive}, **members}


def ranking(asking: Asking, plan: Plan, offset: int, size: int) -> dict[str, Any]:
    """A slice of the order, with counts. With facets, their conditions are put after the query, which then finds what
    one of them alone leaves out; else into it."""
    dimensions, others = facet_conditions(plan), other_conditions(plan)
    inside = list(dimensions.values())
    body = asking.body(**_BARE, size=size, track_total_hits=True, sort=order(plan))
    if offset:
        body["from"] = offset
    if plan.group:
        body["collapse"] = {"field": "card"}
    counting = _shared_cards(asking.shards)
    if not plan.facets:
        return {**body, "query": scored(plan, [*others, *inside], asking.salt, asking.masks_of), "aggs": counting}
    aggregations = facet_aggregations(dimensions)
    aggregations["met"]["aggs"].update(counting)
    return {
        **body,
        "query": scored(plan, others, asking.salt, asking.masks_of),
        "post_filter": {"bool": {"filter": inside}},
        "aggs": aggregations,
    }


def _shared_cards(shards: int) -> dict[str, Any]:
    """Cards that hold several of the offers found: how many, and how many offers they hold. Every other offer is a
    card of its own, so this counts them all, without a bucket for each (12 ms to less than 1 for 7,000 offers). With
    several shards the two offers of a card may lie apart: only the last step knows which are alone."""
    least = {"min_doc_count": 2, "shard_min_doc_count": 2 if shards == 1 else 1}
    return {
        "cards": {"terms": {"field": "card", "size": WINDOW + 1, **least}},
        "shared": {"stats_bucket": {"buckets_path": "cards._count"}},
    }


def finding_any(asking: Asking, plan: Plan) -> dict[str, Any]:
    """Whether a plan finds anything: the first offer met ends it."""
    query = matching(plan, all_conditions(plan), asking.masks_of)
    return asking.body(**_BARE, size=0, track_total_hits=1, terminate_after=1, query=query)


def all_conditions(plan: Plan) -> list[Clause]:
    return [*other_conditions(plan), *facet_conditions(plan).values()]


def walking(asking: Asking, plan: Plan, after: Sequence[Any] | None) -> dict[str, Any]:
    """The next offers of the whole order, ungrouped."""
    query = scored(plan, all_conditions(plan), asking.salt, asking.masks_of)
    body = asking.body(**_BARE, size=WINDOW, track_total_hits=False, sort=order(plan), query=query)
    return body if after is None else {**body, "search_after": list(after)}


def describing(asking: Asking, plan: Plan, offers: Sequence[int], cards: Sequence[int]) -> dict[str, Any]:
    """Some offers as they are held; the score of each is its draw. With ``cards``, how many matching offers each
    holds."""
    ids: Clause = {"terms": {"id": list(offers)}}
    drawn = {
        "query": {"bool": {"filter": [{"terms": {"card": list(cards)}} if cards else ids]}},
        "functions": [turn(plan.seed, asking.salt, 1.0)],
        "boost_mode": "replace",
    }
    body = asking.body(size=len(offers), track_total_hits=False, query={"function_score": drawn})
    if not cards:
        return body
    counted = {"members": {"terms": {"field": "card", "size": len(cards)}}}
    met = {"filter": matching(plan, all_conditions(plan), asking.masks_of), "aggs": counted}
    return {**body, "post_filter": ids, "aggs": {"met": met}}


def listing_versions(asking: Asking, after: Sequence[Any] | None) -> dict[str, Any]:
    """The first offer of every training: (training, version)."""
    body = asking.body(
        **_BARE,
        size=WINDOW,
        track_total_hits=False,
        query={"term": {"lead": True}},
        sort=[{"training": "asc"}, {"version": "asc"}],
    )
    return body if after is None else {**body, "search_after": list(after)}
