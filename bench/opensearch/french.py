"""An index and a query over the same offers as a good engineer would write them for OpenSearch. Pure.

Its own French analysis, one field per facet, filters in filter context over doc values and points, the start window on
a range field, no scripts, one shard, the request cache off. Facts are the same as those of our engines, so questions
without words have the same totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson

from base.ids import id_text
from catalog.codes.facets import Modality, Need
from catalog.rows import TrainingTexts
from search.document import OfferDocument, TrainingDocument
from search.engines.elasticsearch.documents import offer_fields

NEEDS = tuple(f"accessibility_{need.value}" for need in Need)
FACETS = (
    *("modality", "entry", "level", "certification_kind", "rhythm", "language", "funder", "audience", "prerequisites"),
    *("guaranteed", *NEEDS, "region", "departement"),
)
HIDDEN_BUT = ["everyone", "unknown"]  # audiences whose offers are shown when no other is asked for
FIELDS = ["title^3", "certification_title^4", "objective^1.5", "content"]
PIVOT = "10km"
RADIUS_KM = 30
ALL, ALL_BUT_ONE = "100%", "-1"  # words that must match
_MOST_CODES = 200
_text = {"type": "text", "analyzer": "french"}
_label = {"type": "keyword", "doc_values": False}
_integer = {"type": "integer"}


def index_body() -> dict[str, Any]:
    return {
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "translog.durability": "async",
            "requests.cache.enable": False,
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"excludes": ["title", "certification_title", "objective", "content"]},  # the payload is shown
            "properties": {
                "id": {"type": "long"},
                "card": {"type": "long"},
                **dict.fromkeys(("title", "certification_title", "objective", "content"), _text),
                **{name: {"type": "keyword", "eager_global_ordinals": True} for name in FACETS},
                **dict.fromkeys(("certification", "rome", "formacode", "nsf", "organisation", "insee"), _label),
                "place": {"type": "geo_point"},
                "sessions": {"type": "integer_range", "doc_values": False},
                **dict.fromkeys(("earliest", "open_until", "bookable_until", "seats", "hours"), _integer),
                "price_cents": {"type": "long"},
                "rating": {"type": "double"},
                "payload": {"type": "object", "enabled": False},
            },
        },
    }


def offer_lines(index: str, document: TrainingDocument, said: TrainingTexts) -> Iterator[bytes]:
    texts = {
        "title": said.title,
        "certification_title": said.certification.title,
        "objective": f"{said.objective} {said.results}",
        "content": f"{said.content} {said.highlights}",
    }
    for offer in document.offers:
        yield f'{{"index":{{"_index":"{index}","_id":"{id_text(offer.id)}"}}}}\n'.encode()
        yield orjson.dumps({**texts, **_facts(offer)}) + b"\n"


def _facts(offer: OfferDocument) -> dict[str, Any]:
    ours = offer_fields(offer)  # the very same facts, one field each
    kept = ("id", "card", "place", "sessions", "earliest", "open_until", "bookable_until", "seats", "price_cents")
    held = {name: ours[name] for name in (*kept, "hours", "rating", "payload") if name in ours}
    for name in ("facets", "labels"):
        for told in ours[name]:
            field, _, code = told.partition(":")
            held.setdefault(field.replace(".", "_"), []).append(code)
    return held


def query(pairs: list[tuple[str, str]], day: date, least: str = ALL) -> dict[str, Any]:
    """The body of ``_search`` for the parameters of a question of the benchmark."""
    asked = dict(pairs)
    origins = [_point(asked[name]) for name in ("home", "work") if name in asked]
    filters: list[Any] = []
    if origins:
        reach = f"{asked.get('radius_km', RADIUS_KM)}km"
        near = [{"geo_distance": {"distance": reach, "place": origin}} for origin in origins]
        filters.append({"bool": {"should": [*near, {"term": {"modality": Modality.REMOTE.value}}]}})
    if "start_from" in asked:
        first, last = (date.fromisoformat(asked[name]).toordinal() for name in ("start_from", "start_to"))
        window = {"range": {"sessions": {"gte": first, "lte": last, "relation": "intersects"}}}
        filters.append({"bool": {"should": [window, {"range": {"earliest": {"lte": last}}}]}})
    audience = {"terms": {"audience": HIDDEN_BUT}}
    faceted = "facets" in asked
    body: dict[str, Any] = {
        "size": 20,
        "track_total_hits": True,
        "_source": ["payload"],
        "collapse": {"field": "card"},
        "query": _scored(asked, origins, filters if faceted else [*filters, audience], day, least),
        "sort": [{"_score": "desc"}, {"id": "asc"}],
    }
    if asked.get("sort") == "distance":
        distance = {"place": origins, "order": "asc", "mode": "min", "unit": "km"}
        body["sort"] = [{"_geo_distance": distance}, {"id": "asc"}]
    cards = {"cards": {"cardinality": {"field": "card"}}}
    if not faceted:
        return {**body, "aggs": cards}
    counted = {name: {"terms": {"field": name, "size": _MOST_CODES}} for name in FACETS}
    lifted = counted.pop("audience")  # the condition of a facet does not narrow its own counts
    met = {"filter": audience, "aggs": {**counted, **cards}}
    return {**body, "post_filter": audience, "aggs": {"met": met, "audience": lifted}}


def counting(body: dict[str, Any], cards: list[int]) -> dict[str, Any]:
    """How many matching offers each card of a page holds: one request, where ``inner_hits`` makes one for each."""
    matching = [body["query"], {"terms": {"card": cards}}, *([body["post_filter"]] if "post_filter" in body else [])]
    members = {"members": {"terms": {"field": "card", "size": len(cards)}}}
    return {"size": 0, "track_total_hits": False, "query": {"bool": {"filter": matching}}, "aggs": members}


def _scored(asked: dict[str, str], origins: list[Any], filters: list[Any], day: date, least: str) -> dict[str, Any]:
    should: list[Any] = [{"constant_score": {"filter": {"range": {"open_until": {"gte": day.toordinal()}}}}}]
    if origins and "sort" not in asked:
        near = [{"distance_feature": {"field": "place", "origin": origin, "pivot": PIVOT}} for origin in origins]
        should.append({"dis_max": {"queries": near}})
    words: list[Any] = []
    if "q" in asked:
        fields = {"type": "cross_fields", "minimum_should_match": least, "fields": FIELDS}
        words.append({"multi_match": {"query": asked["q"], **fields}})
    everything: list[Any] = [] if words or filters else [{"match_all": {}}]
    return {"bool": {"must": [*words, *everything], "filter": filters, "should": should}}


def _point(text: str) -> dict[str, float]:
    lat, lon = text.split(",")
    return {"lat": float(lat), "lon": float(lon)}
