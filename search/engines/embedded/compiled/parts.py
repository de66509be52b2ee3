"""A state -> the records of its parts, made once for all questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.embedded.compiled.layout import PART, Record
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import Part, State

Array = npt.NDArray[Any]
Span = tuple[int, int, int, int]  # see layout.SPAN_DENSE
NOT_HELD: Span = (-1, 0, 0, 0)


@dataclass(slots=True)
class Parts:
    records: Record
    kept: list[Array]  # what the addresses point to
    most_offers: int
    most_trainings: int
    most_blocks: int
    offers: int
    cards: int
    sets: int
    values: int
    spans: list[dict[str, Span]] = field(default_factory=list)  # by part and term


def address(array: Array) -> int:
    found: int = array.__array_interface__["data"][0]
    return found


def parts_of(state: State) -> Parts:
    records = np.zeros(len(state.parts), PART)
    kept: list[Array] = []
    for record, part in zip(records, state.parts, strict=True):
        columns = _columns(part)
        kept += columns.values()
        for name, column in columns.items():
            record[name] = address(column)
        for name in ("price", "hours", "seats"):
            record[f"{name}_size"] = columns[name].itemsize
        segment = part.segment
        for name in ("offers", "trainings", "located", "remote_from", "session_base"):
            record[name] = getattr(segment, name)
        record["offset"] = part.offset
        record["blocks"] = segment.box_low.shape[1]
        record["more"] = segment.more_xyz.shape[1]
    segments = [part.segment for part in state.parts]
    return Parts(
        records,
        kept,
        max([each.offers for each in segments], default=0),
        max([each.trainings for each in segments], default=0),
        max([each.box_low.shape[1] for each in segments], default=0),
        sum(each.offers for each in segments),
        state.cards,
        len(state.sets.names),
        len(state.sets.values),
        [{} for _ in segments],
    )


def _columns(part: Part) -> dict[str, Array]:
    """Contiguous and of the type that the compiled functions read: as they lie on disk, so nothing is copied."""
    segment = part.segment
    found: dict[str, tuple[str, Array]] = {
        "training": ("i4", segment.training),
        "sets": ("i4", part.sets),
        "cards": ("i4", part.cards),
        "lanes": ("u8", segment.lanes),
        "offer_id": ("i8", segment.offer_id),
        "siren": ("i8", segment.siren),
        "rating": ("f8", segment.rating),
        "session_first": ("u8", segment.session_first),
        "session_open": ("u1", segment.session_open),
        "posting_mask": ("u1", segment.posting_mask),
        "dense_mask": ("u1", segment.dense_mask),
        "box_low": ("f8", segment.box_low),
        "box_high": ("f8", segment.box_high),
        "place_lat": ("f8", segment.place_lat),
        "place_lon": ("f8", segment.place_lon),
    }
    days = ("open_until", "earliest", "bookable_until", "session_at", "session_start", "session_until", "more_at")
    for name in (*days, "training_at", "training_rows", "posting_training"):
        found[name] = ("i4", getattr(segment, name))
    for axis, name in enumerate("xyz"):
        found[name] = ("f8", segment.flat_xyz[axis])
        found[f"more_{name}"] = ("f8", segment.more_xyz[axis])
    if part.dead_rows is not None:
        found["dead"] = ("?", part.dead_rows)
    columns = {name: np.ascontiguousarray(array, f"<{kind}") for name, (kind, array) in found.items()}
    return columns | {name: np.ascontiguousarray(getattr(segment, name)) for name in ("price", "hours", "seats")}


def span_of(segment: Segment, term: str) -> Span:
    """Where a segment has the postings of a term."""
    index = segment.term_index(term)
    if index is None:
        return NOT_HELD
    dense = int(segment.term_dense[index])
    if dense >= 0:
        return dense, 0, 0, int(segment.dense_count[dense])
    start, end = int(segment.posting_at[index]), int(segment.posting_at[index + 1])
    return -1, start, end, end - start
