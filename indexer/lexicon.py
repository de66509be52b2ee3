"""Publishing the lexicon: term -> number of trainings that hold it, frozen under the hash of its content."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from search.analysis.lexicon import Lexicon


def published(frequencies: Mapping[str, int], trainings: int) -> Lexicon:
    ordered = dict(sorted(frequencies.items()))
    digest = blake2b(str(trainings).encode(), digest_size=8)
    digest.update("\x1f".join(f"{term}\x1e{count}" for term, count in ordered.items()).encode())
    return Lexicon(version=digest.hexdigest(), trainings=trainings, frequencies=ordered)
