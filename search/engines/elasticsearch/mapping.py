"""What an index holds per offer. A change here is a new ``SCHEMA``: the old one is served while a new one builds."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

from search.engines.elasticsearch.names import writing
from search.engines.elasticsearch.options import Options

SCHEMA = 2

# A document that was deleted must be remembered as long as a late write may come: the default of one minute would let
# a change that waited in a queue bring an offer back. Writes wait as marks in the database, at worst over a weekend.
_DELETES_REMEMBERED = "3d"

_day: dict[str, Any] = {"type": "integer"}
_shown_only: dict[str, Any] = {"index": False}

PROPERTIES: dict[str, Any] = {
    "id": {"type": "long"},
    "training": {"type": "long"},
    "version": {"type": "long", "index": False},
    "lead": {"type": "boolean"},  # the first offer of its training: counts trainings
    "card": {"type": "long"},
    "siren": {"type": "long", **_shown_only},
    "turn": {"type": "long", **_shown_only},  # search.turn.turn_key
    # ``term|mask``. Neither length, nor repetition, nor position of a word counts (search/ranking.py).
    "terms": {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"},
    # ``dimension:code`` of every facet: one field counts them all in one pass, and holds their conditions.
    "facets": {"type": "keyword", "eager_global_ordinals": True},
    "labels": {"type": "keyword", "doc_values": False},  # ``rome:M1203``, ``organisation:...``, ``insee:...``
    "place": {"type": "geo_point"},  # none when remote
    "sessions": {"type": "integer_range", "doc_values": False},  # [start, until] of dated ones
    "earliest": _day,  # permanent entry only; 0 = at once
    "open_until": _day,  # last day on which it is open, not after its certification's last
    "bookable_until": _day,
    "seats": {"type": "integer"},  # the most that one session has left
    "price_cents": {"type": "long"},
    "hours": {"type": "integer"},
    "rating": {"type": "double"},
    # The starts that may be joined, for ``sort=start`` alone (search/engines/elasticsearch/sorting.py).
    "starts": {
        "type": "nested",
        "properties": {
            "start": _day,
            "until": {"type": "integer"},
            "after": {"type": "integer"},
            "zero": {"type": "byte", **_shown_only},
        },
    },
    "payload": {"type": "object", "enabled": False},
}

COMPANION: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "kind": {"type": "keyword"},
        "held": {"type": "object", "enabled": False},
    },
}


def schema_hash() -> str:
    return blake2b(orjson.dumps(PROPERTIES, option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()


def offers_index(name: str, options: Options, meta: dict[str, Any]) -> dict[str, Any]:
    """Body of its creation: built without refresh and replicas, written to disk by the operating system's leave."""
    return {
        "aliases": {writing(name): {}},
        "settings": {
            "number_of_shards": options.shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "translog.durability": "async",
            "gc_deletes": _DELETES_REMEMBERED,
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema": SCHEMA, "schema_hash": schema_hash(), **meta},
            "properties": PROPERTIES,
        },
    }


def companion_index(name: str, meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "aliases": {writing(name): {}},
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "gc_deletes": _DELETES_REMEMBERED,
        },
        "mappings": {**COMPANION, "_meta": {"schema": SCHEMA, **meta}},
    }


def replicated(options: Options) -> dict[str, Any]:
    """Of the companion too: without it the offers answer nothing."""
    return {"index": {"number_of_replicas": options.replicas}}


def serving_settings(options: Options) -> dict[str, Any]:
    """When a build is complete. Refreshed by the writer, so that a change is seen when it is told."""
    return {
        "index": {
            "number_of_replicas": options.replicas,
            "refresh_interval": "-1",
            "translog.durability": "request",
        }
    }
