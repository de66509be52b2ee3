"""What the loaded reference says, as ``normalise`` asks it: read once from the catalogue, then a value in memory."""

from __future__ import annotations

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import Connection

from catalog.codes.facets import Answer
from catalog.codes.referentials import scheme_of
from catalog.store.known import certification_validity, label_codes, sirets_by_qualiopi
from ingest.normalise import CertificationFact

VOCABULARIES = ("rome", "formacode", "nsf")
_PREFIXES = {"RNCP": "rncp", "RS": "rs", "CI": "certifinfo"}  # CPF codes are a closed list, no reference
# A code with one character wrong, missing or exchanged. Two wrong characters of five are another code.
NEAR = 1


class CatalogueKnowledge:
    """About 30,000 certifications and 5,000 codes: some 10 MB."""

    def __init__(self, conn: Connection) -> None:
        self._certifications = {
            code: CertificationFact(title, until) for code, title, until in certification_validity(conn)
        }
        self._codes: dict[str, frozenset[str]] = {
            scheme: frozenset(label_codes(conn, scheme)) for scheme in VOCABULARIES
        }
        for prefix, scheme in _PREFIXES.items():
            self._codes[scheme] = frozenset(code for code in self._certifications if scheme_of(code) == prefix)
        self._qualiopi = dict.fromkeys(sirets_by_qualiopi(conn, Answer.YES.value), Answer.YES)
        self._qualiopi.update(dict.fromkeys(sirets_by_qualiopi(conn, Answer.NO.value), Answer.NO))
        self.nearest = cache(self._nearest)

    def certification(self, code: str) -> CertificationFact | None:
        return self._certifications.get(code)

    def covers(self, scheme: str) -> bool:
        return bool(self._codes.get(scheme))

    def knows(self, scheme: str, code: str) -> bool:
        return code in self._codes.get(scheme, ())

    def qualiopi(self, siret: str) -> Answer:
        return self._qualiopi.get(siret, Answer.UNKNOWN)

    def _nearest(self, scheme: str, code: str) -> str:
        known = self._codes.get(scheme)
        if not known or not 2 <= len(code) <= 14:
            return ""
        found = process.extractOne(code.upper(), sorted(known), scorer=DamerauLevenshtein.distance, score_cutoff=NEAR)
        return str(found[0]) if found else ""
