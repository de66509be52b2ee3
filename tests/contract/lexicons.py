from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from search.analysis.lexicon import Lexicon
from search.document import TrainingDocument


def lexicon_of(documents: Sequence[TrainingDocument]) -> Lexicon:
    frequencies = Counter(term for document in documents for term, _ in document.terms)
    return Lexicon(version=f"test-{len(documents)}", trainings=len(documents), frequencies=dict(frequencies))
