"""The terms of a text: three forms of each token, and their masks over the fields of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.analysis.family import family
from search.analysis.stem import stem
from search.analysis.stopwords import STOP_WORDS
from search.analysis.tokens import tokens

STEM, FAMILY = "~", "^"


@lru_cache(maxsize=1 << 17)
def forms(token: str) -> tuple[str, ...]:
    """The terms of one token, exact first: ``boulangeres``, ``~boulanger``, ``^boulang``. A stop word is alone."""
    if token in STOP_WORDS:
        return (token,)
    root = family(token)
    return (token, STEM + stem(token), FAMILY + root) if root else (token, STEM + stem(token))


def terms(text: str) -> list[str]:
    """Folded tokens of a text without stop words; all of them when it holds nothing else."""
    found = tokens(text)
    return [token for token in found if token not in STOP_WORDS] or found


def document_terms(fields: Mapping[int, Iterable[str]]) -> tuple[tuple[str, int], ...]:
    """(term, mask) of a training, in the order it says them. ``fields``: bit of ``search.document`` -> its texts."""
    said: dict[str, int] = {}  # by token first: a word of three fields has its forms looked up once
    for bit, texts in fields.items():
        for text in texts:
            for token in tokens(text):
                said[token] = said.get(token, 0) | bit
    masks: dict[str, int] = {}
    for token, mask in said.items():
        for term in forms(token):
            masks[term] = masks.get(term, 0) | mask
    return tuple(masks.items())
