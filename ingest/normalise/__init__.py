"""A draft -> a ``catalog.records.TrainingRecord`` and findings: texts cleaned, codes folded, places situated. Pure.

``normalise(draft, context)`` is the door; ``Context`` carries the day, the gazetteer and what reference files know.
"""

from ingest.normalise.context import CertificationFact, Context, Knowledge, NoKnowledge
from ingest.normalise.training import Normalised, normalise, numero_of, siret_of

__all__ = [
    "CertificationFact",
    "Context",
    "Knowledge",
    "NoKnowledge",
    "Normalised",
    "normalise",
    "numero_of",
    "siret_of",
]
