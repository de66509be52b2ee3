"""A training's document -> lines of a bulk request, as bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import orjson

from catalog.codes.facets import (
    Answer,
    CertificationKind,
    Entry,
    Level,
    Modality,
    Need,
)
from search.document import OfferDocument, TrainingDocument, guarantee
from search.engines.elasticsearch.names import writing
from search.turn import turn_key

FAR = 2**31 - 1  # a day after every other
UNKNOWN = "unknown"
_NEEDS = tuple(f"accessibility.{need.value}:" for need in Need)


def offer_lines(index: str, document: TrainingDocument, terms: orjson.Fragment | None = None) -> Iterator[bytes]:
    """Two lines per offer. A late write never replaces a newer one: ``external_gte``, for equal versions win.

    ``terms``: those of the document as ``shown_terms`` gives them, where they are known already.
    """
    shown = shown_terms(document.terms) if terms is None else terms
    for position, offer in enumerate(document.offers):
        held = offer_fields(offer)
        held["training"], held["version"], held["terms"] = document.id, document.version, shown
        if not position:
            held["lead"] = True
        yield action("index", index, str(offer.id), document.version) + orjson.dumps(held) + b"\n"


def shown_terms(terms: Iterable[tuple[str, int]]) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(" ".join([f"{term}|{mask}" for term, mask in terms])))


def gone_line(index: str, offer: int, version: int) -> bytes:
    return action("delete", index, str(offer), version)


def action(name: str, index: str, key: str, version: int) -> bytes:
    return (
        f'{{"{name}":{{"_index":"{writing(index)}","_id":"{key}","version":{version},"version_type":"external_gte"}}}}\n'
    ).encode()


def offer_fields(offer: OfferDocument) -> dict[str, Any]:
    """Members that nothing is known about are left out."""
    remote = offer.modality is Modality.REMOTE
    permanent = offer.entry is Entry.PERMANENT
    held: dict[str, Any] = {
        "id": offer.id,
        "card": offer.card,
        "siren": int(offer.siren),
        "turn": turn_key(offer.id),
        "facets": _facets(offer),
        "labels": _labels(offer),
        "payload": offer.payload.decode(),
    }
    if offer.places and not remote:
        held["place"] = [(place.lon, place.lat) for place in offer.places]
    if offer.sessions:
        held["sessions"] = [{"gte": session.start, "lte": session.until} for session in offer.sessions]
        seats = [session.seats_left for session in offer.sessions if session.seats_left is not None]
        if seats:
            held["seats"] = max(seats)
    if permanent:
        held["earliest"] = offer.earliest_start or 0
    last = FAR if permanent else max([session.until for session in offer.sessions if session.open], default=None)
    ended = FAR if offer.valid_until is None else offer.valid_until
    if last is not None:
        held["bookable_until"] = min(last, ended)
    if offer.open_undated:
        held["open_until"] = ended
    elif last is not None:
        held["open_until"] = min(last, ended)
    if starts := open_starts(offer):
        held["starts"] = starts
    for name in ("price_cents", "hours", "rating"):
        value = getattr(offer, name)
        if value is not None:
            held[name] = value
    return held


def open_starts(offer: OfferDocument) -> list[dict[str, int]]:
    """Per different first day of an open session: the last day one may start (of those that begin on it), and the last
    such day of all that begin before (``after``). A permanent entry is a session without end. No
    ``until`` is after the certification's last day, so one may be before its ``start``."""
    untils: dict[int, int] = {}
    for session in offer.sessions:
        if session.open:
            untils[session.start] = max(session.until, untils.get(session.start, 0))
    if offer.entry is Entry.PERMANENT:
        untils[offer.earliest_start or 0] = FAR
    ended = FAR if offer.valid_until is None else offer.valid_until
    found, after = [], -1
    for start in sorted(untils):
        until = min(untils[start], ended)
        found.append({"start": start, "until": until, "after": after, "zero": 0})
        after = max(after, until)
    return found


def _facets(offer: OfferDocument) -> tuple[str, ...]:
    guaranteed = guarantee(offer.sessions)
    held = (
        *_one_each(offer.modality, offer.entry, offer.level, offer.certification_kind, offer.prerequisites, guaranteed),
        *_several("rhythm:", offer.rhythms),
        *_several("language:", offer.languages),
        *_several("funder:", offer.funders),
        *_several("audience:", offer.audiences),
        *_by_need(offer.accessibility),
    )
    if offer.modality is Modality.REMOTE:
        return held
    return held + tuple(
        [facet for place in offer.places for facet in _facets_of_place(place.region, place.departement)]
    )


@lru_cache(maxsize=1 << 12)
def _one_each(
    modality: Modality,
    entry: Entry,
    level: Level,
    certification_kind: CertificationKind,
    prerequisites: Answer,
    guaranteed: Answer,
) -> tuple[str, ...]:
    return (
        f"modality:{modality.value}",
        f"entry:{entry.value}",
        f"level:{level.value}",
        f"certification_kind:{certification_kind.value}",
        f"prerequisites:{prerequisites.value}",
        f"guaranteed:{guaranteed.value}",
    )


@lru_cache(maxsize=1 << 12)
def _by_need(accessibility: tuple[Answer, ...]) -> tuple[str, ...]:
    return tuple(need + answer.value for need, answer in zip(_NEEDS, accessibility, strict=True))


@lru_cache(maxsize=1 << 10)
def _facets_of_place(region: str, departement: str) -> tuple[str, ...]:
    named = (("region", region), ("departement", departement))
    return tuple(f"{name}:{code}" for name, code in named if code)


@lru_cache(maxsize=1 << 12)
def _several(prefix: str, values: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{prefix}{value}" for value in sorted(values)) or (f"{prefix}{UNKNOWN}",)


def _labels(offer: OfferDocument) -> tuple[str, ...]:
    held = _labels_of_training(offer.siret, offer.certifications, offer.rome, offer.formacodes, offer.nsf)
    if offer.modality is Modality.REMOTE:
        return held
    return held + tuple([f"insee:{place.insee}" for place in offer.places if place.insee])


@lru_cache(maxsize=1 << 7)  # offers of a training follow each other
def _labels_of_training(
    siret: str,
    certifications: tuple[str, ...],
    rome: tuple[str, ...],
    formacodes: tuple[str, ...],
    nsf: tuple[str, ...],
) -> tuple[str, ...]:
    named = (("certification", certifications), ("rome", rome), ("formacode", formacodes), ("nsf", nsf))
    return (f"organisation:{siret}", *[f"{name}:{code}" for name, codes in named for code in codes])
