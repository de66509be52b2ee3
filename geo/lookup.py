"""Rows of communes by name: exact, by a former name, by the beginning of a name, by a name with a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np

from geo.places import Places

Within = Callable[[int], bool]  # rows that the département or région typed beside the name allows

# Why a bare beginning or a former name counts less than a name: "Clermont" is a town of 10,000 (60), "Aix" a village of
# 400 beside Aix-en-Provence, "Évry" a village of 400 beside what is now Évry-Courcouronnes; "Lamentin" (971) is not
# "Le Lamentin" (972). Weights on the population.
NAME, BARE_NAME, FORMER_NAME, BEGINNING = 1.0, 0.25, 0.05, 0.02
DOMINANT = 2.0  # times the next town with that beginning, else it is anybody's guess ("Villeneuve", "Saint")
NO_NAME = frozenset({"le", "la", "les", "saint", "sainte", "de", "en", "sur"})  # alone

# Places that everybody names and that are no commune: the commune that holds them (or most of their training venues).
NAMED_PLACES = {
    "la defense": "92062",
    "paris la defense": "92062",
    "sophia antipolis": "06152",
    "marne la vallee": "77258",
    "cergy pontoise": "95127",
    "saint quentin en yvelines": "78423",
    "roissy charles de gaulle": "95527",
}
ARTICLES = frozenset({"le", "la", "les", "l"})

# A slip: one letter for a name of 5 to 8, two beyond (domain 4: never on short words). Only towns that people look for,
# and only when any other that is as near is far smaller.
SHORTEST_CORRECTED, LONG = 5, 9
SMALLEST_CORRECTED = 3_000  # inhabitants
CLEARLY_LARGER = 5.0
CITY = 100_000  # inhabitants: people name its quarters
LINKING = frozenset({"d", "de", "du", "des", "en", "et", "l", "la", "le", "les", "sous", "sur"})


class Lookup:
    def __init__(self, places: Places) -> None:
        self._places = places
        self.keys = places.keys  # folded names by row

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, key in enumerate(self.keys):
            rows.setdefault(key, []).append(row)
        for name, insee in NAMED_PLACES.items():
            if insee in self._places.row_of and name not in rows:
                rows[name] = [self._places.row_of[insee]]
        return rows

    @cached_property
    def _by_bare_name(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, key in enumerate(self.keys):
            if bare := without_article(key):
                rows.setdefault(bare, []).append(row)
        return rows

    @cached_property
    def _by_former_name(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for key, present in zip(self._places.old_keys, self._places.old_present, strict=True):
            if key and present in self._places.row_of:
                rows.setdefault(key, []).append(self._places.row_of[present])
        return rows

    @cached_property
    def _text(self) -> str:
        return "\n" + "\n".join(self.keys) + "\n"

    @cached_property
    def _starts(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        lengths = np.fromiter((len(key) + 1 for key in self.keys), np.int64, len(self.keys))
        return np.concatenate(([0], np.cumsum(lengths)[:-1]))

    def exact(self, name: str) -> list[int]:
        """Rows of that very name, most populous first."""
        return self._by_name.get(name, [])

    def containing(self, needle: str) -> Iterable[int]:
        """Rows whose folded name, a space before it, holds the needle; most populous first."""
        return (row for row, key in enumerate(self.keys) if needle in " " + key)

    def beginning(self, name: str) -> Iterable[int]:
        """Rows whose name goes on after these words; most populous first."""
        needle, at = f"\n{name} ", -1
        while (at := self._text.find(needle, at + 1)) >= 0:
            yield int(np.searchsorted(self._starts, at))

    def best(self, name: str, within: Within) -> int | None:
        """The row meant by a folded name as it is, the most populous of its homonyms."""
        if name in NO_NAME:
            return None
        weighed: list[tuple[float, int]] = []
        for weight, rows in (
            (NAME, self.exact(name)),
            (BARE_NAME, self._by_bare_name.get(name, [])),
            (FORMER_NAME, self._by_former_name.get(name, [])),
        ):
            weighed += [(weight * (1 + int(self._places.population[row])), -row) for row in rows if within(row)]
        if len(name) >= 3:
            longer = (row for row in self.beginning(name) if within(row) and not self._places.parents[row])
            first, second = next(longer, None), next(longer, None)
            if first is not None and (second is None or self._larger(first, second, DOMINANT)):
                weighed.append((BEGINNING * (1 + int(self._places.population[first])), -first))
        return -max(weighed)[1] if weighed else None

    def corrected(self, name: str, within: Within) -> int | None:
        """The row whose name differs by a slip, or ``None`` when in doubt."""
        from rapidfuzz import process  # 15 ms to import, and most places are typed right
        from rapidfuzz.distance import OSA

        if len(name) < SHORTEST_CORRECTED or any(letter.isdigit() for letter in name):
            return None
        slips = 1 if len(name) < LONG else 2
        close = process.extract(name, self.keys, scorer=OSA.distance, score_cutoff=slips, limit=50)
        # The first letter is seldom the wrong one: "Trest" is Trets, not Brest.
        rows = [(distance + (key[0] != name[0]) / 2, row) for key, distance, row in close if within(row)]
        nearest = sorted(row for distance, row in rows if distance == min(rows)[0] and not self._places.parents[row])
        if not nearest or (len(nearest) > 1 and not self._larger(nearest[0], nearest[1], CLEARLY_LARGER)):
            return None
        return nearest[0] if self._places.population[nearest[0]] >= SMALLEST_CORRECTED else None

    def large_town_first(self, name: str) -> int | None:
        """``"lyon part dieu"`` -> Lyon: a city, and the name of a part of it rather than of another commune."""
        words = name.split()
        for cut in range(len(words) - 1, 0, -1):
            rows = self.exact(" ".join(words[:cut]))
            if rows and words[cut] not in LINKING and self._places.population[rows[0]] >= CITY:
                return rows[0]
        return None

    def closest(self, name: str, rows: Iterable[int]) -> int | None:
        """Of few rows (a postcode's), the one a written town name means: exact, part of it, or alike."""
        from rapidfuzz import process
        from rapidfuzz.distance import JaroWinkler

        if not name:
            return None
        few = list(rows)
        for row in few:
            if name in (self.keys[row], without_article(self.keys[row])):
                return row
        former = [row for row in self._by_former_name.get(name, []) if row in few]
        if former:
            return former[0]
        for holds in (str.startswith, str.__contains__):  # "Bourg" is Bourg-en-Bresse before Saint-Denis-lès-Bourg
            if parts := [row for row in few if holds(f" {self.keys[row]} ", f" {name} ")]:
                return parts[0]
        if parts := [row for row in few if f" {self.keys[row]} " in f" {name} "]:
            return max(parts, key=lambda row: len(self.keys[row]))
        best = process.extractOne(
            name, {row: self.keys[row] for row in few}, scorer=JaroWinkler.similarity, score_cutoff=0.9
        )
        return best[2] if best else None

    def _larger(self, row: int, other: int, times: float) -> bool:
        return bool(self._places.population[row] >= times * self._places.population[other])


def without_article(key: str) -> str:
    """``"le mans"`` -> ``"mans"``; ``""`` when there is no article."""
    first, _, rest = key.partition(" ")
    return rest if first in ARTICLES else ""
