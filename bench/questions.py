"""Questions of each class (design 7), as the parameters a client would send. Seeded; words by their frequency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from bench.synthetic import Town

Pairs = list[tuple[str, str]]
CLASSES = ("full", "browse", "everywhere", "match-all")


def questions(
    kind: str, count: int, towns: Sequence[Town], words: Sequence[str], today: date, seed: int
) -> list[Pairs]:
    rng = np.random.default_rng(seed)
    weights = np.array([town.population for town in towns], float)
    weights /= weights.sum()
    ranks = np.arange(1, len(words) + 1, dtype=float) ** -1.0
    ranks /= ranks.sum()
    dense = next(town for town in towns if town.departement == "75")  # nowhere are more offers
    made: list[Pairs] = []
    for _ in range(count):
        town = towns[int(rng.choice(len(towns), p=weights))]
        if kind == "full":
            asked = rng.choice(len(words), int(rng.integers(1, 4)), replace=False, p=ranks)
            start = today + timedelta(int(rng.integers(0, 60)))
            made.append(
                [
                    ("q", " ".join(words[int(index)] for index in asked)),
                    ("home", _near(town, rng, 0.05)),
                    ("work", _near(town, rng, 0.25)),
                    ("start_from", start.isoformat()),
                    ("start_to", (start + timedelta(90)).isoformat()),
                    ("facets", "1"),
                    ("reasons", "1"),
                ]
            )
        elif kind == "browse":
            made.append([("home", _near(dense, rng, 0.1)), ("facets", "1"), ("reasons", "1")])
        elif kind == "everywhere":
            frequent = words[int(rng.integers(0, 12))]
            made.append([("q", frequent), ("facets", "1"), ("reasons", "1")])
        else:
            made.append([("home", _near(town, rng, 0.05)), ("radius_km", "100"), ("sort", "distance")])
    return made


def _near(town: Town, rng: np.random.Generator, degrees: float) -> str:
    north, east = rng.normal(0, degrees / 2, 2)
    return f"{town.lat + north:.4f},{town.lon + east:.4f}"
