"""How the facts of an offer are packed. Each facet is declared once, as a ``Dimension``: counting and filtering follow.

Small closed facets share four 16-bit *lanes* of one 64-bit word, so that one gather reads twenty facets of an offer and
one ``bincount`` per lane counts them. What is open (languages, départements, regions) is one code of a dictionary of
the *sets* that occur, since few different sets do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    Rhythm,
)

UNKNOWN = Answer.UNKNOWN.value

MODALITIES, ENTRIES, LEVELS, KINDS = tuple(Modality), tuple(Entry), tuple(Level), tuple(CertificationKind)
ANSWERS, RHYTHMS, FUNDERS, AUDIENCES, NEEDS = tuple(Answer), tuple(Rhythm), tuple(Funder), tuple(Audience), tuple(Need)

# 0: modality x entry x level x kind; 1: seven answers; 2: rhythms, audiences; 3: funders, prerequisites, guaranteed
LANE_SIZES = (4 * 3 * 8 * 4, 3**7, 1 << 10, (1 << 7) * 9)

INF_DAY = 2**31 - 1
NEVER = -1

TRAINING = np.dtype([("id", "<i8"), ("version", "<i8")])
OFFER = np.dtype(
    [
        ("id", "<i8"),
        ("training", "<i4"),
        ("card", "<i8"),
        ("siren", "<i8"),
        ("lanes", "<u8"),
        ("set", "<i4"),
        ("price", "<i8"),  # cents, -1 unknown
        ("hours", "<i8"),  # -1 unknown
        ("rating", "<f8"),  # NaN unknown
        ("earliest", "<i4"),  # first day of a permanent entry, INF_DAY when not permanent
        # Last day on which an open dated session starts; INF_DAY permanent; NEVER; not after its certification's last.
        ("bookable_until", "<i4"),
        ("open_until", "<i4"),  # the same, without end also with an open undated session
        ("seats", "<i4"),  # greatest known number of seats left of a session, -1
        ("payload_at", "<i8"),
        ("payload_size", "<i4"),
    ],
    align=False,
)
PLACE = np.dtype([("offer", "<i4"), ("lat", "<f8"), ("lon", "<f8")])
SESSION = np.dtype([("offer", "<i4"), ("start", "<i4"), ("until", "<i4"), ("open", "u1")])

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dimension:
    name: str
    lane: int
    values: tuple[str, ...]
    holds: Bools  # (values, lane size): does a code of the lane hold the value


def _coded(name: str, lane: int, values: tuple[str, ...], position: Callable[[Ints], Ints]) -> Dimension:
    at = position(np.arange(LANE_SIZES[lane]))
    return Dimension(name, lane, values, at[None, :] == np.arange(len(values))[:, None])


def _several(name: str, lane: int, values: tuple[str, ...], bits: Callable[[Ints], Ints]) -> Dimension:
    held = bits(np.arange(LANE_SIZES[lane]))
    rows = [held >> bit & 1 == 1 for bit in range(len(values))]
    return Dimension(name, lane, (*values, UNKNOWN), np.array([*rows, held == 0]))


DIMENSIONS: tuple[Dimension, ...] = (
    _coded("modality", 0, tuple(v.value for v in MODALITIES), lambda c: c // 96),
    _coded("entry", 0, tuple(v.value for v in ENTRIES), lambda c: c // 32 % 3),
    _coded("level", 0, tuple(v.value for v in LEVELS), lambda c: c // 4 % 8),
    _coded("certification_kind", 0, tuple(v.value for v in KINDS), lambda c: c % 4),
    *(
        _coded(f"accessibility.{need.value}", 1, tuple(v.value for v in ANSWERS), lambda c, n=n: c // 3**n % 3)  # type: ignore[misc]
        for n, need in enumerate(NEEDS)
    ),
    _several("rhythm", 2, tuple(v.value for v in RHYTHMS), lambda c: c & 127),
    _several("audience", 2, tuple(v.value for v in AUDIENCES), lambda c: c >> 7),
    _several("funder", 3, tuple(v.value for v in FUNDERS), lambda c: c & 127),
    _coded("prerequisites", 3, tuple(v.value for v in ANSWERS), lambda c: (c >> 7) // 3),
    _coded("guaranteed", 3, tuple(v.value for v in ANSWERS), lambda c: (c >> 7) % 3),
)
BY_NAME = {dimension.name: dimension for dimension in DIMENSIONS}
LANE_DIMENSIONS = tuple(tuple(d for d in DIMENSIONS if d.lane == lane) for lane in range(len(LANE_SIZES)))
# A code is high * LOW_SIZES[lane] + low, and each dimension depends on one of both: counts of codes are summed over the
# other half, then all sums @ one matrix = counts of all values (in float64, which is exact and has a fast product).
LOW_SIZES = (32, 27, 128, 128)


def _values_of_halves() -> tuple[tuple[tuple[str, tuple[str, ...], int], ...], Floats]:
    """(dimension, values, column of the first), and the matrix: its rows are the low, then the high half of a lane."""
    columns: list[Floats] = []
    at: list[tuple[str, tuple[str, ...], int]] = []
    rows = sum(LOW_SIZES) + sum(size // low for size, low in zip(LANE_SIZES, LOW_SIZES, strict=True))
    start = 0
    for lane, low_size in enumerate(LOW_SIZES):
        grids = [(one, one.holds.reshape(len(one.values), -1, low_size)) for one in LANE_DIMENSIONS[lane]]
        halves = [(bool((grid == grid[:, :1]).all()), dimension, grid) for dimension, grid in grids]
        for low, dimension, grid in sorted(halves, key=lambda half: not half[0]):
            held = grid[:, 0, :] if low else grid[:, :, 0]
            first = start if low else start + low_size
            at.append((dimension.name, dimension.values, len(columns)))
            for value in held:
                column = np.zeros(rows)
                column[first : first + len(value)] = value
                columns.append(column)
        start += low_size + LANE_SIZES[lane] // low_size
    return tuple(at), np.column_stack(columns)


VALUES_AT, VALUES_OF_HALVES = _values_of_halves()


def lane0(modality: Modality, entry: Entry, level: Level, kind: CertificationKind) -> int:
    code = MODALITIES.index(modality) * 3 + ENTRIES.index(entry)
    return (code * 8 + LEVELS.index(level)) * 4 + KINDS.index(kind)


def lane1(answers: tuple[Answer, ...]) -> int:
    return sum(ANSWERS.index(answer) * 3**n for n, answer in enumerate(answers))


def lane2(rhythms: frozenset[Rhythm], audiences: frozenset[Audience]) -> int:
    bits = sum(1 << RHYTHMS.index(rhythm) for rhythm in rhythms)
    return bits | sum(1 << 7 + AUDIENCES.index(audience) for audience in audiences)


def lane3(funders: frozenset[Funder], prerequisites: Answer, guaranteed: Answer) -> int:
    bits = sum(1 << FUNDERS.index(funder) for funder in funders)
    return bits | (ANSWERS.index(prerequisites) * 3 + ANSWERS.index(guaranteed)) << 7


def is_remote(lanes: npt.NDArray[np.uint64]) -> Bools:
    found: Bools = (lanes & np.uint64(0xFFFF)) // np.uint64(96) == MODALITIES.index(Modality.REMOTE)
    return found
