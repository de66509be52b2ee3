"""The offers of a page with the parts of their scores, computed from what made the ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.distance import unit_vectors
from search.engines.contract import Described
from search.engines.embedded.columns import Floats, Ints
from search.engines.embedded.rank import score_parts
from search.engines.embedded.reach import Reach, card_place, kilometres
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
    shown = _shown_places(segment, rows, plan)
    numbers = np.column_stack([parts.score, text, parts.near, parts.open, parts.turn]).tolist()
    described = []
    for index, (offer, payload) in enumerate(
        zip(segment.offer_id[rows].tolist(), segment.payloads_of(rows), strict=True)
    ):
        score, text_part, near, opened, turn = numbers[index]
        place = shown.get(index, (None, None, None))
        described.append(Described(offer, payload, score, text_part, near, opened, turn, words[index], *place))
    return described


def _shown_places(segment: Segment, rows: Ints, plan: Plan) -> dict[int, tuple[int, float | None, float | None]]:
    """By position of the located rows: the place of the card, its km from home and from work."""
    located = np.flatnonzero(rows < segment.located)
    inside = rows[located]
    starts = inside + segment.more_at[inside]
    chosen = starts.copy()
    for index in np.flatnonzero(segment.more_at[inside + 1] != segment.more_at[inside]).tolist():
        chosen[index] += card_place(segment, int(inside[index]), plan.home, plan.work)
    vectors = np.array(unit_vectors(segment.place_lat[chosen], segment.place_lon[chosen]))
    none: list[float | None] = [None] * len(located)
    home, work = (none if point is None else _kilometres(vectors, point) for point in (plan.home, plan.work))
    return dict(zip(located.tolist(), zip((chosen - starts).tolist(), home, work, strict=True), strict=True))


def _kilometres(vectors: Floats, origin: Point) -> list[float | None]:
    point = np.array(unit_vectors(np.array([origin.lat]), np.array([origin.lon])))
    km: list[float | None] = kilometres(((vectors - point) ** 2).sum(axis=0)).tolist()
    return km


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
