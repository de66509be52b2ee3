"""A generation opened for use: segments, dead trainings, lexicon. Open segments are shared between generations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from search.analysis.lexicon import EMPTY, Lexicon
from search.engines.embedded.arrayfile import damaged, open_arrays
from search.engines.embedded.columns import Bools
from search.engines.embedded.manifest import Manifest
from search.engines.embedded.segment import Segment


@dataclass(slots=True)
class Opened:
    segments: list[Segment]
    dead: list[Bools | None]

    def versions_of(self, trainings: Collection[int]) -> dict[int, int]:
        """Version in which each training is shown, was replaced or was removed, for those that are known."""
        found: dict[int, int] = {}
        for segment in self.segments:
            shown = {key: version for key, (_, version) in segment.trainings_of(trainings).items()}
            removed = {key: segment.removed[key] for key in trainings if key in segment.removed}
            for key, version in (*shown.items(), *removed.items()):
                found[key] = max(version, found.get(key, version))
        return found


def open_generation(folder: Path, manifest: Manifest, known: dict[str, Segment]) -> Opened:
    segments, dead = [], []
    for entry in manifest.segments:
        segment = known.get(entry.name) or Segment(folder, entry.name)
        segments.append(segment)
        dead.append(_read_dead(folder / entry.dead, segment) if entry.dead else None)
    return Opened(segments, dead)


def _read_dead(path: Path, segment: Segment) -> Bools:
    arrays, meta = open_arrays(path)
    if meta["trainings"] != segment.trainings:
        raise damaged(path, "ne va pas avec son segment")
    return np.unpackbits(arrays["dead"], count=segment.trainings).astype(bool)


def read_lexicon(folder: Path, manifest: Manifest) -> Lexicon:
    if not manifest.lexicon:
        return EMPTY
    path = folder / manifest.lexicon
    try:
        told = orjson.loads(path.read_bytes())
        return Lexicon(told["version"], told["trainings"], told["frequencies"])
    except (OSError, ValueError, KeyError) as error:
        raise damaged(path, "lexique illisible") from error
