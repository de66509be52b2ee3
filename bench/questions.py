"""Questions of each class (design 7), as the parameters a client would send. Seeded.

Words are drawn by Zipf's law over the words of the catalogue that at most a third of its trainings hold, most frequent
first; the frequent word of *everywhere* is one that 10 to 30 % of the trainings hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from bench.synthetic import Town
from search.analysis import fold
from search.analysis.lexicon import Lexicon

Pairs = list[tuple[str, str]]
CLASSES = ("full", "browse", "everywhere", "match-all")
MOST_SHARE = 1 / 3
FREQUENT = (0.10, 0.30)


def askable_words(words: Sequence[str], lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """Words a question may have by falling frequency, and the frequent ones."""
    shares = {word: lexicon.frequencies.get(fold(word), 0) / max(1, lexicon.trainings) for word in words}
    asked = sorted((word for word in words if 0 < shares[word] <= MOST_SHARE), key=lambda word: -shares[word])
    return asked, [word for word in asked if FREQUENT[0] <= shares[word] <= FREQUENT[1]]


def questions(
    kind: str,
    count: int,
    towns: Sequence[Town],
    words: tuple[Sequence[str], Sequence[str]],
    today: date,
    seed: int,
) -> list[Pairs]:
    """``words``: what ``askable_words`` gives."""
    asked_words, frequent_words = words
    rng = np.random.default_rng(seed)
    weights = np.array([town.population for town in towns], float)
    weights /= weights.sum()
    ranks = np.arange(1, len(asked_words) + 1, dtype=float) ** -1.0
    ranks /= ranks.sum()
    dense = next(town for town in towns if town.departement == "75")  # nowhere are more offers
    made: list[Pairs] = []
    for _ in range(count):
        town = towns[int(rng.choice(len(towns), p=weights))]
        if kind == "full":
            asked = rng.choice(len(asked_words), int(rng.integers(1, 4)), replace=False, p=ranks)
            start = today + timedelta(int(rng.integers(0, 60)))
            made.append(
                [
                    ("q", " ".join(asked_words[int(index)] for index in asked)),
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
            frequent = frequent_words[int(rng.integers(len(frequent_words)))]
            made.append([("q", frequent), ("facets", "1"), ("reasons", "1")])
        else:
            made.append([("home", _near(town, rng, 0.05)), ("radius_km", "100"), ("sort", "distance")])
    return made


def _near(town: Town, rng: np.random.Generator, degrees: float) -> str:
    north, east = rng.normal(0, degrees / 2, 2)
    return f"{town.lat + north:.4f},{town.lon + east:.4f}"
