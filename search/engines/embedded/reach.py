"""Geography of a plan: which rows are in reach, and the squared chord to the nearest origin.

On the unit sphere chord = 2 sin(angle / 2) grows with the distance, so squares of chords are compared and an arcsine is
taken only of what is ranked. Differences of coordinates (not a dot product) keep 1e-9 km at small distances.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from geo.distance import EARTH_RADIUS_KM, distance_km, unit_vectors
from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.runs import spread
from search.engines.embedded.segment import Segment
from search.plan import Plan, Point

EDGE_KM = 1e-8  # nearer than this to the edge of a radius, the distance is computed again from degrees
_WHOLE = 5.0  # above every squared chord (4), below the infinite one of a row without place


@lru_cache(maxsize=256)
def _reach(home: Point | None, work: Point | None, radius_km: float | None) -> Reach:
    return Reach(home, work, radius_km)


def reach_of(plan: Plan) -> Reach:
    """Made once for all steps of a question."""
    return _reach(plan.home, plan.work, plan.radius_km)


class Reach:
    """Origins and radius of a plan, ready to be compared."""

    def __init__(self, home: Point | None, work: Point | None, radius_km: float | None) -> None:
        self.points = [point for point in (home, work) if point is not None]
        self.radius_km = radius_km
        lat, lon = (np.array([getattr(p, name) for p in self.points]) for name in ("lat", "lon"))
        self.origins = np.array(unit_vectors(lat, lon)).T.tolist() if self.points else []
        self.columns = [np.array(origin)[:, None] for origin in self.origins]
        self.bounded = self.radius_km is not None and bool(self.points)
        radius = self.radius_km if self.radius_km is not None else math.inf
        self.inner, self.outer = chord2(radius - EDGE_KM), chord2(radius + EDGE_KM)

    def blocks(self, segment: Segment) -> Ints:
        """Blocks of rows that may hold a place in reach."""
        near: Bools | None = None
        for origin in self.columns:
            outside = segment.box_low - origin
            np.maximum(outside, origin - segment.box_high, out=outside)
            np.maximum(outside, 0, out=outside)
            outside *= outside
            inside: Bools = np.add.reduce(outside, 0) <= self.outer
            near = inside if near is None else np.logical_or(near, inside, out=near)
        assert near is not None
        return near.nonzero()[0]

    def of_blocks(self, segment: Segment, blocks: Ints, rows: Ints) -> Floats:
        """The same for ``rows``, all located rows of the blocks: whole blocks are read."""
        x, y, z = (segment.xyz[axis].take(blocks, axis=0).reshape(-1)[: len(rows)] for axis in range(3))
        return self._with_more(segment, rows, self._nearest(x, y, z))

    def of_rows(self, segment: Segment, rows: Ints) -> Floats:
        """Squared chord of each row to its nearest origin; infinite when it has no place."""
        if not self.points:
            return np.full(len(rows), np.inf)
        here, count = located_rows(rows, segment.located)
        inside = rows if count == len(rows) else rows[here]
        x, y, z = segment.flat_xyz
        near = self._with_more(segment, inside, self._nearest(x.take(inside), y.take(inside), z.take(inside)))
        if inside is rows:
            return near
        found = np.full(len(rows), np.inf)
        found[here] = near
        return found

    def within(self, segment: Segment, rows: Ints, chords: Floats) -> Bools:
        """Which of the rows have a place within the radius (edge included)."""
        found: Bools = chords <= self.outer
        certain = chords <= self.inner
        if np.count_nonzero(found) != np.count_nonzero(certain):
            for index in (found & ~certain).nonzero()[0].tolist():
                found[index] = self._exactly_within(segment, int(rows[index]))
        return found

    def _exactly_within(self, segment: Segment, row: int) -> bool:
        start, end = places_of(segment, row)
        return any(
            distance_km(point.lat, point.lon, float(segment.place_lat[at]), float(segment.place_lon[at]))
            <= (self.radius_km or 0.0)
            for point in self.points
            for at in range(start, end)
        )

    def _nearest(self, x: Floats, y: Floats, z: Floats) -> Floats:
        found: Floats | None = None
        for ox, oy, oz in self.origins:
            total = x - ox
            total *= total
            for values, origin in ((y, oy), (z, oz)):
                part = values - origin
                part *= part
                total += part
            found = total if found is None else np.minimum(found, total, out=found)
        assert found is not None
        return found

    def _with_more(self, segment: Segment, rows: Ints, chords: Floats) -> Floats:
        """Second and later places of the rows that have some."""
        if not segment.more_xyz.shape[1]:
            return chords
        starts = segment.more_at[rows].astype(np.int64)
        counts = segment.more_at[rows + 1] - starts
        several = counts.nonzero()[0]
        if not len(several):
            return chords
        counts = counts[several]
        at = spread(starts[several], counts)
        near = self._nearest(*(segment.more_xyz[axis][at] for axis in range(3)))
        firsts = np.cumsum(counts) - counts
        chords[several] = np.minimum(chords[several], np.minimum.reduceat(near, firsts))
        return chords


def located_rows(rows: Ints, located: int) -> tuple[slice | Bools, int]:
    """Where the located rows are, and how many: a slice, which costs nothing, when they come first."""
    inside = rows < located
    count = int(np.count_nonzero(inside))
    return (slice(count), count) if inside[:count].all() else (inside, count)


def chord2(km: float) -> float:
    """Squared chord of a distance; beyond half the sphere everything is in reach."""
    if km < 0:
        return -1.0
    half = km / (2 * EARTH_RADIUS_KM)
    return _WHOLE if half >= math.pi / 2 else (2 * math.sin(half)) ** 2


def kilometres(chords: Floats) -> Floats:
    """Squared chords -> km; infinity stays."""
    km = angles(chords)
    km *= EARTH_RADIUS_KM
    km[chords > _WHOLE] = np.inf
    return km


def angles(chords: Floats) -> Floats:
    """Squared chords -> radians; what is above every chord counts as the other end of the sphere."""
    half = np.minimum(chords, 4.0)
    np.sqrt(half, out=half)
    half *= 0.5
    np.arcsin(half, out=half)
    half *= 2.0
    return half


def places_of(segment: Segment, row: int) -> tuple[int, int]:
    """Range of the row's places in ``place_lat`` and ``place_lon``."""
    if row >= segment.located:
        return 0, 0
    return row + int(segment.more_at[row]), row + 1 + int(segment.more_at[row + 1])


def card_place(segment: Segment, row: int, home: Point | None, work: Point | None) -> int:
    """Which place of a located row is nearest to either origin, the first one on a tie or without origin."""
    start, end = places_of(segment, row)
    points = [point for point in (home, work) if point is not None]
    if not points:
        return 0
    near = [
        min(distance_km(p.lat, p.lon, float(segment.place_lat[at]), float(segment.place_lon[at])) for p in points)
        for at in range(start, end)
    ]
    return near.index(min(near))
