"""What Python and the compiled functions both know: records of addresses and numbers, all eight bytes wide.

The compiled functions take addresses of columns rather than arrays: unpacking forty arrays a call would cost more
than most questions. Who fills a record keeps the arrays alive as long as the record is used. 0 instead of an address
says that there is no such column or condition.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import DIMENSIONS, LANE_SIZES, LOW_SIZES, VALUES_AT, VALUES_OF_HALVES
from search.engines.embedded.facets import BITS
from search.plan import Remote, Sort

Record = npt.NDArray[np.void]


def _numbers(*names: str) -> list[tuple[str, str]]:
    return [(name, "<i8") for name in names]


# A segment as a generation sees it. Columns are by row unless said otherwise.
PART = np.dtype(
    _numbers("offers", "trainings", "located", "remote_from", "blocks", "session_base")
    + _numbers("offset")  # of its handles
    + _numbers("training", "sets", "cards", "dead")  # i4, i4, i4, bool (0: all alive)
    + _numbers("lanes", "offer_id", "siren", "rating")  # u8, i8, i8, f8 (NaN unknown)
    + _numbers("open_until", "earliest", "bookable_until")  # i4, days
    + _numbers("price", "price_size", "hours", "hours_size", "seats", "seats_size")  # signed, of so many bytes
    + _numbers("session_first", "session_at", "session_start", "session_until", "session_open")  # u8, i4, i4, i4, bool
    + _numbers("x", "y", "z")  # f8, of the first place
    + _numbers("more", "more_at", "more_x", "more_y", "more_z")  # how many; i4; f8: later places, of all rows
    + _numbers("place_lat", "place_lon")  # f8, degrees of every place
    + _numbers("box_low", "box_high")  # f8 (3, blocks)
    + _numbers("training_at", "training_rows")  # i4 by training; i4
    + _numbers("posting_training", "posting_mask", "dense_mask")  # i4, u1; u1 (terms, trainings)
)

# A plan, but for its words and for what differs from part to part. Days are ordinals.
QUESTION = np.dtype(
    _numbers("day", "seed", "first", "wanted")  # places ``first`` to ``wanted - 1`` of the order are shown
    + _numbers("sort", "remote", "group", "facets", "points", "bounded")
    + _numbers("window", "start_from", "start_to", "bookable_from")  # window: whether a first or last start is asked
    + _numbers("bounds", "price_max", "hours_max", "seats_min", "rated")  # bounds: whether any is; -1: not this one
    + _numbers("fails0", "fails1", "fails2", "fails3", "fails_sets")  # u4 by code: bits of the failed conditions
    + _numbers("sets", "values", "pairs", "pair_set", "pair_value")  # of the state: how many; i8 by pair
    + _numbers("language_first", "language_end")  # which values are languages
    + [(name, "<f8") for name in ("x1", "y1", "z1", "lat1", "lon1", "x2", "y2", "z2", "lat2", "lon2")]
    + [(name, "<f8") for name in ("inner", "outer", "radius_km", "rating_min")]  # squared chords, km
)

# By part: whether it may hold anything; rows that pass the conditions on labels (i8, how many, -1: none is asked);
# whether a row is in one of the asked communes (bool).
ASKED_POSSIBLE, ASKED_LABELLED, ASKED_LABELLED_COUNT, ASKED_COMMUNES = range(4)
# By word: its alternatives ``first`` to ``end - 1``, and whether it is required.
WORD_FIRST, WORD_END, WORD_REQUIRED = range(3)
# By part and alternative: row of ``dense_mask`` or -1; else its postings ``start`` to ``end - 1``; how many hold it.
SPAN_DENSE, SPAN_START, SPAN_END, SPAN_COUNT = range(4)

# What a question knows of a card.
CARD = np.dtype(
    [("best", "<f8"), ("stamp", "<i4"), ("count", "<i4")]
)  # stamp: of the question that wrote the rest, negative once its best row is known, see ``selecting``

# Work arrays of a thread, as long as the state needs them.
MEMORY = np.dtype(
    _numbers("stamp", "seen_stamp")  # of the last question; of the last trainings looked at
    + _numbers("runs", "where")  # i8: first row and end of each run of rows; address of the masks of each alternative
    + _numbers("marks", "seen")  # u1 (alternatives, trainings), all zero between questions; i4 by training: a stamp
    + _numbers("marks_width")
    + _numbers("found", "of_word")  # u1 by training
    + _numbers("rows")  # i4: rows under consideration, then some of them at a time, with what is known of them, f8
    + _numbers("chunk_rows", "chunk_chords", "chunk_minus", "chunk_texts", "chunk_best")
    + _numbers("handles", "keys", "minus")  # i4, f8, f8 of what matches
    + _numbers("cards", "seen_cards")  # CARD; i4: the cards that were met
    + _numbers("places", "finals", "exact", "ids", "order", "bins")  # i4, f8, f8, i8, i4, i4: of what may be shown
    + _numbers(
        "codes", "by_set", "lifted", "lifted_width"
    )  # i4: counts by lane code, by set, by either of what fails one condition
    + _numbers("halves", "counts")  # i8: sums of ``codes``, see ``columns.VALUES_OF_HALVES``; offers by value
    + _numbers("shown", "scores", "sirens", "held")  # i8, f8, i8, i8: the answer
    + _numbers("total", "card_count", "shown_count", "lifted_some")  # lifted_some: bits of conditions that have counts
)

SORTS = tuple(Sort)
REMOTES = (Remote.INCLUDE, Remote.EXCLUDE, Remote.ONLY)
CODE_STARTS = tuple(sum(LANE_SIZES[:lane]) for lane in range(len(LANE_SIZES)))
CHUNK = 1024  # rows that go through the conditions together: their work arrays stay near the processor
LIMIT_BINS = 2048  # of the histogram that finds what may be shown
CODES = sum(LANE_SIZES)
HALVES = len(VALUES_OF_HALVES)
SETS_LANE = len(LANE_SIZES)
LANE_OF_BIT = (*[dimension.lane for dimension in DIMENSIONS], SETS_LANE, SETS_LANE)  # by the bit's number, see BITS
AREA_BIT, LANGUAGE_BIT = BITS["area"], BITS["language"]
# Which halves of lane codes hold which values, by value; and which of these pairs are of a bit's dimension.
_PAIRS = np.argwhere(VALUES_OF_HALVES.T)
PAIR_VALUE, PAIR_HALF = _PAIRS[:, 0].copy(), _PAIRS[:, 1].copy()
_VALUES = {name: (start, start + len(values)) for name, values, start in VALUES_AT}
PAIRS_OF_BIT = np.array(
    [PAIR_VALUE.searchsorted(_VALUES[each.name]) for each in DIMENSIONS] + [(0, 0)] * (len(BITS) - len(DIMENSIONS))
)
HALF_STARTS = tuple(
    sum(low + size // low for size, low in zip(LANE_SIZES[:lane], LOW_SIZES, strict=False)) for lane in range(SETS_LANE)
)
