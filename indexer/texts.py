"""What a training is found by: its texts, field by field. Codes are never searchable text, their labels are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.rows import TrainingTexts
from search.document import CERTIFICATION_TITLE, CONTENT, LABELS, OBJECTIVE, TRAINING_TITLE

# (scheme of the vocabulary, code) -> label
Labels = Mapping[tuple[str, str], str]
SCHEMES = ("rome", "formacode", "nsf")

Fields = tuple[tuple[int, tuple[str, ...]], ...]  # bit of the field, its texts; equal fields give equal terms


def fields_of(training: TrainingTexts, labels: Labels) -> Fields:
    found = (
        (CERTIFICATION_TITLE, (training.certification.title,)),
        (TRAINING_TITLE, (training.title,)),
        (LABELS, (*training.labels, *_vocabulary(training, labels))),
        (OBJECTIVE, (training.objective, training.results)),
        (CONTENT, (training.content, training.highlights)),
    )
    return tuple((bit, kept) for bit, texts in found if (kept := tuple(text for text in texts if text)))


def _vocabulary(training: TrainingTexts, labels: Labels) -> Iterable[str]:
    for scheme, codes in zip(SCHEMES, (training.rome, training.formacodes, training.nsf), strict=True):
        for code in codes:
            yield labels.get((scheme, code), "")
