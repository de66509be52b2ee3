"""The words of a question -> what is looked for: weighted words, codes typed among them, what was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import fold, forms, tokens
from search.analysis.lexicon import Lexicon
from search.analysis.stopwords import INTENT_WORDS, STOP_WORDS
from search.analysis.terms import FAMILY, STEM
from search.plan import Alternative, Word
from search.ranking import FORM_WEIGHTS

MOST_WORDS = 20
_CERTIFICATION = re.compile(r"(?:rncp|rs)\d{2,6}|cpf\d{1,4}")
_ROME = re.compile(r"[a-n]\d{4}")
_NUMBER = re.compile(r"\d{3,6}")
_CHUNK = re.compile(r"[^\s,;:!?/()«»\"]+")
_IDLE = STOP_WORDS | INTENT_WORDS
_ELIDED = re.compile(r"^(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnderstoodWords:
    words: tuple[Word, ...]
    known: tuple[bool, ...]  # of each word: the lexicon holds one of its alternatives
    certifications: tuple[str, ...]  # codes among the words: a condition, not words
    rome: tuple[str, ...]
    ignored: tuple[str, ...]  # stop words, words of intent, repetitions and what is beyond the bound


def understand_words(q: str, lexicon: Lexicon) -> UnderstoodWords:
    """Every token a word with its forms as alternatives; shares are idf, normalised over the words.

    Stop words and words of intent count only when there is nothing else. A text without any token is one word that
    nothing holds.
    """
    found = tokens(q)
    certifications: list[str] = []
    rome: list[str] = []
    kept: dict[str, str] = {}  # stem -> token, in order
    ignored: list[str] = []
    idle = next((some for some in (_IDLE, STOP_WORDS) if not some.issuperset(found)), frozenset())
    for token in found:
        stem = forms(token)[-1 if token in STOP_WORDS else 1]
        if _CERTIFICATION.fullmatch(token):
            certifications.append(token.upper())
        elif _ROME.fullmatch(token):
            rome.append(token.upper())
        elif token in idle or stem in kept or len(kept) >= MOST_WORDS:
            ignored.append(token)
        else:
            kept[stem] = token
    if len(found) == 1 and kept and _NUMBER.fullmatch(found[0]) and not lexicon.frequencies.get(found[0]):
        certifications = [f"RNCP{found[0]}", f"RS{found[0]}"]  # a number that no text holds: a code without its prefix
        kept.clear()
    words, known = _weigh(q, list(kept.values()), lexicon)
    if q.strip() and not found:
        words, known = (Word(q.strip()[:60], 1.0, (Alternative(q.strip()[:60], 1.0),)),), (False,)
    return UnderstoodWords(
        words,
        known,
        tuple(dict.fromkeys(certifications)),
        tuple(dict.fromkeys(rome)),
        tuple(dict.fromkeys(ignored)),
    )


def _weigh(q: str, kept: list[str], lexicon: Lexicon) -> tuple[tuple[Word, ...], tuple[bool, ...]]:
    typed = _as_typed(q) if kept else {}
    all_forms = [forms(token) for token in kept]
    # The widest alternative says how common the word is: what the family holds, the word finds.
    widest = [max(terms, key=lambda term: lexicon.frequencies.get(term, 0)) for terms in all_forms]
    idfs = [lexicon.idf(term) for term in widest]
    total = sum(idfs)
    words = tuple(
        Word(
            typed.get(token, token),
            idf / total if total > 0 else 1 / len(kept),
            _alternatives(token),
        )
        for token, idf in zip(kept, idfs, strict=True)
    )
    return words, tuple(lexicon.frequencies.get(term, 0) > 0 for term in widest)


@lru_cache(maxsize=1 << 14)
def _alternatives(token: str) -> tuple[Alternative, ...]:
    return tuple(Alternative(term, _form_weight(term)) for term in forms(token))


def _form_weight(term: str) -> float:
    if len(term) > 1 and term[0] == STEM:
        return FORM_WEIGHTS["stem"]
    if len(term) > 1 and term[0] == FAMILY:
        return FORM_WEIGHTS["family"]
    return FORM_WEIGHTS["exact"]


def _as_typed(q: str) -> dict[str, str]:
    """Token -> how the reader wrote it, where one stretch of the text is one token."""
    typed: dict[str, str] = {}
    for chunk in _CHUNK.findall(q):
        folded = fold(chunk)
        if folded.isalnum():
            typed.setdefault(folded, chunk)
            continue
        made = tokens(chunk)
        if len(made) == 1:
            typed.setdefault(made[0], _ELIDED.sub("", chunk).strip(".-'’&"))
    return typed
