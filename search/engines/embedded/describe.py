"""The offers of a page with the parts of their scores, computed from what made the ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.distance import unit_vectors
from search.engines.contract import Described, Ranked
from search.engines.embedded.columns import Floats, Ints
from search.engines.embedded.rank import score_parts
from search.engines.embedded.reach import Reach, card_place, kilometres, reach_of
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import Part, State
from search.engines.embedded.text import masks_of, weighted_values
from search.plan import Plan, Word

Matched = tuple[str, int, float]


def describe(state: State, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
    found: dict[int, Described] = {}
    similar = ranked.similar or [0] * len(ranked.handles)
    asked = {ranked.handles[position]: similar[position] for position in positions}
    for part in state.parts:
        own = [handle for handle in asked if part.offset <= handle < part.offset + part.segment.offers]
        if own:
            held = [asked[handle] for handle in own]
            found.update(zip(own, _of_part(part, plan, np.array(own) - part.offset, held), strict=True))
    return [found[handle] for handle in asked]


def _of_part(part: Part, plan: Plan, rows: Ints, similar: Sequence[int]) -> list[Described]:
    segment = part.segment
    trainings = segment.training.take(rows)
    by_word = [_matched(segment, word, trainings) for word in plan.words]
    words = list(zip(*by_word, strict=True)) if by_word else [()] * len(rows)
    text = np.zeros(len(rows))
    for word, matched in zip(plan.words, by_word, strict=True):
        text += word.share * np.array([value for _, _, value in matched])
    reach = reach_of(plan)
    chords = reach.of_rows(segment, rows) if reach.points else None
    parts = score_parts(segment, rows, text, chords, plan)
    shown = _shown_places(segment, rows, plan, reach)
    numbers = np.column_stack([parts.score, text, parts.near, parts.open, parts.turn]).tolist()
    described = []
    for index, (offer, payload) in enumerate(
        zip(segment.offer_id[rows].tolist(), segment.payloads_of(rows), strict=True)
    ):
        score, text_part, near, opened, turn = numbers[index]
        place, home_km, work_km = shown.get(index, (None, None, None))
        described.append(
            Described(
                offer,
                payload,
                score,
                text_part,
                near,
                opened,
                turn,
                words[index],
                place,
                home_km,
                work_km,
                similar[index],
            )
        )
    return described


def _shown_places(
    segment: Segment, rows: Ints, plan: Plan, reach: Reach
) -> dict[int, tuple[int, float | None, float | None]]:
    """By position of the located rows: the place of the card, its km from home and from work."""
    located = (rows < segment.located).nonzero()[0]
    inside = rows.take(located)
    starts = inside + segment.more_at.take(inside)
    chosen = starts.copy()
    for index in (segment.more_at.take(inside + 1) != segment.more_at.take(inside)).nonzero()[0].tolist():
        chosen[index] += card_place(segment, int(inside[index]), plan.home, plan.work)
    km: list[list[float | None]] = [[None] * len(located)] * 2
    if reach.points:
        vectors = np.array(unit_vectors(segment.place_lat.take(chosen), segment.place_lon.take(chosen)))
        told = iter(reach.columns)
        km = [
            [None] * len(located) if point is None else _kilometres(vectors, next(told))
            for point in (plan.home, plan.work)
        ]
    return dict(zip(located.tolist(), zip((chosen - starts).tolist(), *km, strict=True), strict=True))


def _kilometres(vectors: Floats, origin: Floats) -> list[float | None]:
    apart = vectors - origin
    apart *= apart
    km: list[float | None] = kilometres(np.add.reduce(apart, 0)).tolist()
    return km


def _matched(segment: Segment, word: Word, trainings: Ints) -> list[Matched]:
    """Per training the alternative that matched best, its mask and value."""
    best: list[Matched] = [("", 0, 0.0)] * len(trainings)
    for alternative in word.alternatives:
        postings = segment.postings(alternative.term)
        if postings is None:
            continue
        masks = masks_of(postings, trainings)
        values = weighted_values(alternative.weight).take(masks).tolist()
        for index, (mask, value) in enumerate(zip(masks.tolist(), values, strict=True)):
            if value > best[index][2]:
                best[index] = (alternative.term, mask, value)
    return best
