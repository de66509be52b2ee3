"""The companion of a build: one line per training (version, offers), its state, how far it has followed, its lexicon.

Lines are read by key, which sees every write at once; nothing here is searched.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from search.engines.contract import Stamp
from search.engines.elasticsearch.client import THROUGH_ALIAS, Client
from search.engines.elasticsearch.documents import action
from search.engines.elasticsearch.names import writing
from search.engines.elasticsearch.refusals import Overloaded, Refused, of_item

_READ_AT_ONCE = 1_000
_NOT_THERE = "index_not_found_exception"


@dataclass(frozen=True, slots=True)
class TrainingLine:
    version: int  # -1 = never heard of
    offers: frozenset[int]  # all that it ever had here


UNHEARD = TrainingLine(-1, frozenset())


def training_line(index: str, training: int, version: int, offers: Iterable[int]) -> bytes:
    held = orjson.dumps({"kind": "training", "held": sorted(offers)})
    return action("index", index, f"t{training}", version) + held + b"\n"


def read_lines(client: Client, index: str, trainings: Sequence[int]) -> dict[int, TrainingLine]:
    found = {}
    for start in range(0, len(trainings), _READ_AT_ONCE):
        ids = [f"t{training}" for training in trainings[start : start + _READ_AT_ONCE]]
        for each in _documents(client, index, ids):
            if "_version" in each:
                found[int(each["_id"][1:])] = TrainingLine(each["_version"], frozenset(each["_source"]["held"]))
    return found


def read(client: Client, index: str, *keys: str) -> list[Any]:
    """What lines of its own hold, ``None`` for one that is not there."""
    return [each.get("_source", {}).get("held") for each in _documents(client, index, keys)]


def _documents(client: Client, index: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """``Unavailable`` while the index is not open, as after a restart: that is not the same as having no such line."""
    wanted = {"filter_path": "docs._id,docs._version,docs._source.held,docs.error.type"}
    found: list[dict[str, Any]] = client.write("POST", f"/{index}/_mget", {"ids": keys}, wanted)["docs"]
    if any(each.get("error", {}).get("type", _NOT_THERE) != _NOT_THERE for each in found):
        raise Overloaded(503)
    return found


def put(client: Client, index: str, key: str, held: Any) -> None:
    client.write("PUT", f"/{writing(index)}/_doc/{key}", {"kind": "state", "held": held}, THROUGH_ALIAS)


def create(client: Client, index: str, key: str, line: dict[str, Any]) -> bool:
    """False when it is there already."""
    try:
        client.write("PUT", f"/{writing(index)}/_create/{key}", line, THROUGH_ALIAS)
    except Refused as error:
        if error.http_status != 409:
            raise
        return False
    return True


def touch(client: Client, index: str) -> None:
    """Tell readers that the build has changed."""
    put(client, index, "token", secrets.token_hex(8))


def move_stamp(client: Client, index: str, stamp: Stamp) -> None:
    """To a position, unless it is further: an older version of the line is refused, which is no error."""
    line = orjson.dumps({"kind": "state", "held": {"catalogue": stamp.catalogue}})
    failed = client.bulk(action("index", index, "stamp", stamp.position) + line + b"\n")
    raise_failures(each for each in failed if each["status"] != 409)


def read_stamp(client: Client, index: str) -> Stamp:
    found = client.read(f"/{index}/_doc/stamp", {"filter_path": "_version,_source.held"})
    return Stamp() if found is None else Stamp(found["_source"]["held"]["catalogue"], found["_version"])


def raise_failures(failed: Iterable[Mapping[str, Any]]) -> None:
    for each in failed:
        raise of_item(each)
