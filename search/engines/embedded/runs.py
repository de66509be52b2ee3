"""Runs of indices into an array, one after another."""

from __future__ import annotations

import numpy as np

from search.engines.embedded.columns import Ints


def spread(starts: Ints, counts: Ints) -> Ints:
    """The indices start, start + 1, ... of each run, one run after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Ints = np.repeat(starts - ends + counts, counts)
    found += np.arange(total)
    return found
