"""Every number that decides the ranking, in one versioned table. The public page on ranking is generated from it.

Ranking depends on the question only: never on who asks, never on who pays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.document import FIELD_NAMES

VERSION = "2026-11-25"

# Weights of the parts: what each is worth at most, shown beside its value. ``text`` leads: a certification at the other
# end of the radius stands before a vague match next door. ``near`` moves neighbours apart, ``open`` puts what can still
# be joined first, ``turn`` decides between equals: large enough (>= 1/256 of the greatest score) to do so, too small to
# lift a worse offer.
WEIGHTS = {"text": 1.0, "near": 0.25, "open": 0.10, "turn": 0.006}

NEAR_PIVOT_KM = 15.0  # at 15 km an offer keeps half of the nearness part
REMOTE_NEAR = 0.40  # published value of a remote offer: as an offer at 22.5 km

# Value of the fields that hold a word: a saturating sum, 1 - product of (1 - weight). No length, no repetition
# (against BM25F on 383 judged keywords: nDCG@10 0.360 to 0.347), so stuffing a text or cutting a title is useless.
FIELD_WEIGHTS = {
    "certification_title": 0.75,
    "training_title": 0.70,
    "labels": 0.55,
    "objective": 0.30,
    "content": 0.15,
}

# Weight of the form of a word that a text holds. On 383 judged keywords (titles, certification titles, Formacode and
# ROME labels): exact only nDCG@10 0.324, no result 25.8 %; with stems at 0.95: 0.355, 21.1 %; with families at 0.6 too:
# 0.373, 18.3 % (0.5 to 0.8 do the same: what matters is that they stand behind the others).
FORM_WEIGHTS = {"exact": 1.0, "stem": 0.95, "family": 0.6}

# Arrangement of the first 200 cards: of ten in a row at most three of one organisation, as long as the offer that
# moves up scores at least this share of the one that waits.
ARRANGE_WINDOW = 200
ARRANGE_BLOCK = 10
ARRANGE_PER_ORGANISATION = 3
ARRANGE_MIN_RATIO = 0.75


def mask_values() -> npt.NDArray[np.float64]:
    """Value in [0, 1] of each of the 32 field masks; ``mask_values()[mask]``."""
    values = np.zeros(1 << len(FIELD_NAMES))
    for mask in range(len(values)):
        missing = 1.0
        for bit, name in enumerate(FIELD_NAMES):
            if mask >> bit & 1:
                missing *= 1.0 - FIELD_WEIGHTS[name]
        values[mask] = 1.0 - missing
    return values
