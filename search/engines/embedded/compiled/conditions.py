"""Conditions of one row, as ``embedded.reach`` and ``embedded.conditions`` mean them."""

from __future__ import annotations

import math
from typing import Any

from geo.distance import EARTH_RADIUS_KM
from search.engines.embedded.columns import INF_DAY
from search.engines.embedded.compiled.compiling import (
    bytes_at,
    compiled,
    doubles_at,
    ints_at,
    longs_at,
    shorts_at,
)


@compiled
def number_at(address: int, size: int, row: int) -> int:
    """Of a column of signed integers of ``size`` bytes."""
    if size == 4:
        return ints_at(address)[row]
    if size == 2:
        return shorts_at(address)[row]
    return longs_at(address)[row]


@compiled
def more_chord(part: Any, question: Any, row: int, chord: float) -> float:
    """``chord``, or a smaller one of the row's second and later places."""
    x, y, z, at = doubles_at(part.more_x), doubles_at(part.more_y), doubles_at(part.more_z), ints_at(part.more_at)
    for index in range(at[row], at[row + 1]):
        dx, dy, dz = x[index] - question.x1, y[index] - question.y1, z[index] - question.z1
        chord = min(chord, dx * dx + dy * dy + dz * dz)
        if question.points > 1:
            dx, dy, dz = x[index] - question.x2, y[index] - question.y2, z[index] - question.z2
            chord = min(chord, dx * dx + dy * dy + dz * dz)
    return chord


@compiled
def _distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


@compiled
def exactly_within(part: Any, question: Any, row: int) -> bool:
    """From degrees, for rows at the very edge of the radius."""
    lat, lon, at = doubles_at(part.place_lat), doubles_at(part.place_lon), ints_at(part.more_at)
    for place in range(row + at[row], row + 1 + at[row + 1]):
        if _distance_km(question.lat1, question.lon1, lat[place], lon[place]) <= question.radius_km:
            return True
        if question.points < 2:
            continue
        if _distance_km(question.lat2, question.lon2, lat[place], lon[place]) <= question.radius_km:
            return True
    return False


@compiled
def met_by_sessions(part: Any, question: Any, row: int) -> bool:
    """Whether a session meets the start window, from the sessions themselves."""
    at, starts, untils = ints_at(part.session_at), ints_at(part.session_start), ints_at(part.session_until)
    for index in range(at[row], at[row + 1]):
        if starts[index] <= question.start_to and untils[index] >= question.start_from:
            return True
    return False


@compiled
def in_bounds(part: Any, question: Any, row: int) -> bool:
    """Unknown never passes a bound."""
    if question.price_max >= 0:
        price = number_at(part.price, part.price_size, row)
        if price < 0 or price > question.price_max:
            return False
    if question.hours_max >= 0:
        hours = number_at(part.hours, part.hours_size, row)
        if hours < 0 or hours > question.hours_max:
            return False
    if question.rated != 0 and not doubles_at(part.rating)[row] >= question.rating_min:
        return False
    if question.seats_min >= 0:
        seats = number_at(part.seats, part.seats_size, row)
        if seats < 0 or seats < question.seats_min:
            return False
    return not ints_at(part.bookable_until)[row] < question.bookable_from


@compiled
def next_start(part: Any, day: int, row: int) -> int:
    """Day of the next start; ``INF_DAY`` when there is none."""
    if ints_at(part.open_until)[row] < day:  # also when the certification has ended
        return INF_DAY
    earliest = ints_at(part.earliest)[row]
    found = max(earliest, day) if earliest < INF_DAY else INF_DAY
    at, starts, untils = ints_at(part.session_at), ints_at(part.session_start), ints_at(part.session_until)
    opened = bytes_at(part.session_open)
    for index in range(at[row], at[row + 1]):
        if opened[index] == 1 and untils[index] >= day:
            found = min(found, max(starts[index], day))
    return found
