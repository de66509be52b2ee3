"""The offers of a page with the parts of their scores, computed from what made the ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.distance import distance_km
from search.engines.contract import Described
from search.engines.embedded.columns import Ints
from search.engines.embedded.rank import score_parts
from search.engines.embedded.reach import Reach, card_place, places_of
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import Part, State
from search.engines.embedded.text import MASK_VALUES, masks_of
from search.plan import Plan, Point, Word

Matched = tuple[str, int, float]


def describe(state: State, plan: Plan, handles: Sequence[int]) -> list[Described]:
    found: dict[int, Described] = {}
    for part in state.parts:
        own = [handle for handle in handles if part.offset <= handle < part.offset + part.segment.offers]
        if own:
            found.update(zip(own, _of_part(part, plan, np.array(own) - part.offset), strict=True))
    return [found[handle] for handle in handles]


def _of_part(part: Part, plan: Plan, rows: Ints) -> list[Described]:
    segment = part.segment
    by_word = [_matched(segment, word, segment.training[rows]) for word in plan.words]
    words = list(zip(*by_word, strict=True)) if by_word else [()] * len(rows)
    text = np.zeros(len(rows))
    for word, matched in zip(plan.words, by_word, strict=True):
        text += word.share * np.array([value for _, _, value in matched])
    reach = Reach(plan)
    chords = reach.of_rows(segment, rows) if reach.points else None
    parts = score_parts(segment, rows, text, chords, plan)
    described = []
    for index, row in enumerate(rows.tolist()):
        place = card_place(segment, row, plan.home, plan.work)
        at = None if place is None else places_of(segment, row)[0] + place
        described.append(
            Described(
                offer=int(segment.offer_id[row]),
                payload=segment.payload_of(row),
                score=float(parts.score[index]),
                text=float(text[index]),
                near=float(parts.near[index]),
                open=float(parts.open[index]),
                turn=float(parts.turn[index]),
                words=words[index],
                place=place,
                home_km=_km(segment, at, plan.home),
                work_km=_km(segment, at, plan.work),
            )
        )
    return described


def _km(segment: Segment, place: int | None, origin: Point | None) -> float | None:
    if place is None or origin is None:
        return None
    return distance_km(origin.lat, origin.lon, float(segment.place_lat[place]), float(segment.place_lon[place]))


def _matched(segment: Segment, word: Word, trainings: Ints) -> list[Matched]:
    """Per training the alternative that matched best, its mask and value."""
    best: list[Matched] = [("", 0, 0.0)] * len(trainings)
    for alternative in word.alternatives:
        postings = segment.postings(alternative.term)
        if postings is None:
            continue
        masks = masks_of(postings, trainings)
        values = (alternative.weight * MASK_VALUES)[masks].tolist()
        for index, (mask, value) in enumerate(zip(masks.tolist(), values, strict=True)):
            if value > best[index][2]:
                best[index] = (alternative.term, mask, value)
    return best
