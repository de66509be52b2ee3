"""The answers of the cluster -> what the contract promises. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.distance import distance_km
from search.engines.contract import Described, Ranked
from search.engines.elasticsearch.facets import Counts, read_facets
from search.engines.elasticsearch.query import VALUES
from search.engines.elasticsearch.questions import WINDOW
from search.engines.elasticsearch.sorting import TRAILING
from search.plan import Plan, Point, Word
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS

_TRAILING = len(TRAILING)
Matched = tuple[str, int, float]


@dataclass(frozen=True, slots=True)
class RankedCards(Ranked):
    """With the card of each handle (a handle is the id of an offer)."""

    keys: Sequence[int]


@dataclass(frozen=True, slots=True)
class Places:
    """Some places of the order: what trails every sort (``sorting.TRAILING``)."""

    scores: list[float]
    offers: list[int]
    sirens: list[int]
    cards: list[int]

    def __add__(self, after: Places) -> Places:
        return Places(
            self.scores + after.scores,
            self.offers + after.offers,
            self.sirens + after.sirens,
            self.cards + after.cards,
        )

    def slice(self, start: int, end: int) -> Places:
        return Places(self.scores[start:end], self.offers[start:end], self.sirens[start:end], self.cards[start:end])


NO_PLACES = Places([], [], [], [])


def read_places(hits: Sequence[Mapping[str, Any]], keys: int) -> Places:
    """``keys``: how many sort values stand before the score."""
    if not hits:
        return NO_PLACES
    rows = [hit["sort"][keys : keys + _TRAILING] for hit in hits]
    scores, offers, sirens, cards = map(list, zip(*rows, strict=True))
    return Places(scores, offers, sirens, cards)


def first_of_each_card(places: Places, seen: set[int]) -> Places:
    """Of each card not seen before its first offer; what is new is added to ``seen``."""
    kept = []
    for at, card in enumerate(places.cards):
        if card not in seen:
            seen.add(card)
            kept.append(at)
    lists = (places.scores, places.offers, places.sirens, places.cards)
    return Places(*[[values[at] for at in kept] for values in lists])  # type: ignore[arg-type]


def hits_of(answered: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = answered.get("hits", {}).get("hits", [])
    return found


def total_of(answered: Mapping[str, Any]) -> int:
    return int(answered["hits"]["total"]["value"])


def card_count(aggregations: Mapping[str, Any], total: int, shards: int) -> int | None:
    """``None`` past what is counted."""
    shared = aggregations.get("met", aggregations)["shared"]
    counted = shared["count"] if shards == 1 else total
    return None if counted > WINDOW else total - int(shared["sum"]) + int(shared["count"])


def facet_counts(aggregations: Mapping[str, Any], plan: Plan) -> Counts:
    return read_facets(aggregations) if plan.facets else {}


def ranked(plan: Plan, total: int, cards: int | None, places: Places, counts: Counts) -> RankedCards:
    similar = None if plan.group else [0] * len(places.offers)
    return RankedCards(total, cards, places.offers, places.scores, places.sirens, similar, counts, keys=places.cards)


def read_described(plan: Plan, answered: Mapping[str, Any], offers: Sequence[int]) -> list[Described]:
    aggregations = answered.get("aggregations", {})
    members = {
        each["key"]: each["doc_count"] for each in aggregations.get("met", {}).get("members", {}).get("buckets", ())
    }
    held = {hit["_source"]["id"]: hit for hit in hits_of(answered)}
    return [_described(plan, held[offer]["_source"], _draw(held[offer]["_score"]), members) for offer in offers]


def _draw(written: float) -> float:
    """A draw has 24 bits and is written with eight digits: the nearest one is it."""
    return round(written * 2**24) / 2**24


def _described(plan: Plan, held: Mapping[str, Any], turn: float, members: Mapping[int, int]) -> Described:
    words = tuple(_matched(word, f" {held['terms']}") for word in plan.words)
    text = 0.0
    for word, (_, _, value) in zip(plan.words, words, strict=True):
        text += word.share * value
    place, home_km, work_km = _card_place(plan, held.get("place", ()))
    near = _near(plan, held, home_km, work_km)
    opened = 1.0 if held.get("open_until", 0) >= plan.day else 0.0
    score = WEIGHTS["text"] * text + WEIGHTS["near"] * near + WEIGHTS["open"] * opened + WEIGHTS["turn"] * turn
    return Described(
        held["id"],
        held["payload"].encode(),
        score,
        text,
        near,
        opened,
        turn,
        words,
        place,
        home_km,
        work_km,
        members.get(held["card"], 1) - 1,
    )


def _matched(word: Word, terms: str) -> Matched:
    """The alternative that matched best: ``terms`` holds ``term|mask``, each after a space."""
    best: Matched = ("", 0, 0.0)
    for alternative in word.alternatives:
        at = terms.find(f" {alternative.term}|")
        if at >= 0:
            at += len(alternative.term) + 2
            end = terms.find(" ", at)
            mask = int(terms[at:] if end < 0 else terms[at:end])
            value = alternative.weight * VALUES[mask]
            if value > best[2]:
                best = (alternative.term, mask, value)
    return best


def _near(plan: Plan, held: Mapping[str, Any], home_km: float | None, work_km: float | None) -> float:
    if plan.home is None and plan.work is None:
        return 0.0
    known = [km for km in (home_km, work_km) if km is not None]
    if known:
        return NEAR_PIVOT_KM / (NEAR_PIVOT_KM + min(known))
    return REMOTE_NEAR if "modality:remote" in held["facets"] else 0.0


def _card_place(plan: Plan, places: Sequence[tuple[float, float]]) -> tuple[int | None, float | None, float | None]:
    """Of (lon, lat) places, the one nearest to either origin, the first on a tie; its km from home and from work."""
    if not places:
        return None, None, None
    home, work = _kilometres(plan.home, places), _kilometres(plan.work, places)
    asked = [each for each in (home, work) if each is not None]
    nearest = [min(each) for each in zip(*asked, strict=True)] or [0.0]
    chosen = nearest.index(min(nearest))
    return chosen, None if home is None else home[chosen], None if work is None else work[chosen]


def _kilometres(origin: Point | None, places: Sequence[tuple[float, float]]) -> list[float] | None:
    return None if origin is None else [distance_km(origin.lat, origin.lon, lat, lon) for lon, lat in places]
