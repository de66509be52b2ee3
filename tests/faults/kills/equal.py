"""Does an index hold the catalogue exactly? Every offer, its version and all that is indexed of it, against what the
indexer would build from the database now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import Engine as Database

from base.database import reading
from catalog.store import marks
from indexer.changes import documents_of
from parcours.settings import Settings
from search.document import TrainingDocument
from search.engines.elasticsearch.documents import offer_lines
from search.engines.elasticsearch.names import Names
from search.engines.embedded.flat import Collector, Flat, merged
from search.engines.embedded.manifest import CURRENT, read_manifest
from search.engines.embedded.opened import open_generation

Held = dict[str, Any]  # offer id -> its version and all that is indexed of it
_MOST = 10_000  # of one search
_NAMED = 5


def wanted(database: Database) -> list[TrainingDocument]:
    """One document per training that shows an offer."""
    with reading(database) as conn:
        found = documents_of(conn, list(marks.versions(conn)))
    return [each for each in found if isinstance(each, TrainingDocument) and each.offers]


def differences(held: Held, expected: Held) -> Iterator[str]:
    for what, ids in (
        ("missing", expected.keys() - held.keys()),
        ("surplus", held.keys() - expected.keys()),
        ("different", {key for key in held.keys() & expected.keys() if held[key] != expected[key]}),
    ):
        if ids:
            yield f"{len(ids)} offers {what}: {', '.join(sorted(ids)[:_NAMED])}"
        if what == "different":
            for key in sorted(ids)[:1]:
                yield f"offer {key}: held {_short(held[key])}, expected {_short(expected[key])}"


def of_elasticsearch(settings: Settings) -> Held:
    """Read from the index itself; what was deleted or not refreshed is not found."""
    names = Names(settings.elasticsearch_prefix)
    body = {"size": _MOST, "version": True, "query": {"match_all": {}}, "track_total_hits": True}
    told = asked(settings, f"/{names.offers_alias}/_search", body)
    if told["hits"]["total"]["value"] > len(told["hits"]["hits"]):
        raise ValueError(f"more than {_MOST} offers: the catalogue of this test is small")
    return {hit["_id"]: (hit["_version"], hit["_source"]) for hit in told["hits"]["hits"]}


def for_elasticsearch(documents: list[TrainingDocument]) -> Held:
    held: Held = {}
    for document in documents:
        for lines in offer_lines("index", document):
            action, source = lines.splitlines()
            told = json.loads(action)["index"]
            held[told["_id"]] = (told["version"], json.loads(source))
    return held


def of_embedded(settings: Settings) -> Held:
    """Everything that its segments hold and no tombstone covers."""
    folder = settings.index_dir
    opened = open_generation(folder, read_manifest(folder / CURRENT), {})
    sink = BytesIO()
    flat = merged([segment.flat(dead) for segment, dead in zip(opened.segments, opened.dead, strict=True)], sink)
    return _told(flat, sink.getvalue())


def for_embedded(documents: list[TrainingDocument]) -> Held:
    sink = BytesIO()
    collector = Collector(sink)
    for document in documents:
        collector.add(document)
    return _told(collector.finish(), sink.getvalue())


def _told(flat: Flat, payload: bytes) -> Held:
    """By offer, free of the numbers that a segment gives to trainings, sets, labels and terms."""
    terms, labels, places, sessions = (defaultdict(list) for _ in range(4))
    for term, training, mask in zip(flat.posting_term, flat.posting_training, flat.posting_mask, strict=True):
        terms[int(training)].append((flat.terms[term], int(mask)))
    for label, offer in zip(flat.label, flat.label_offer, strict=True):
        labels[int(offer)].append(flat.labels[label])
    for place in flat.places:
        places[int(place["offer"])].append((float(place["lat"]), float(place["lon"])))
    for session in flat.sessions:
        sessions[int(session["offer"])].append(session.tolist()[1:])
    said = {training: sorted(found) for training, found in terms.items()}
    found: Held = {}
    for number, offer in enumerate(flat.offers):
        row = dict(zip(offer.dtype.names, offer.tolist(), strict=True))
        training, start = row.pop("training"), row.pop("payload_at")
        key = str(row.pop("id"))
        if key in found:
            raise ValueError(f"offer {key} is in the index twice")
        row |= {"set": flat.sets[row["set"]], "rating": repr(row["rating"])}  # NaN is not equal to itself
        found[key] = (
            *flat.trainings[training].tolist(),
            row,
            said.get(training, []),
            sorted(labels[number]),
            sorted(places[number]),
            sorted(sessions[number]),
            payload[start : start + row["payload_size"]],
        )
    return found


def asked(settings: Settings, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Of the node itself, past our own client."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{settings.elasticsearch_url}{path}", data, {"content-type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 1_500 else f"{text[:1_500]}..."
