"""What the loaded reference says, as ``normalise`` asks it: read once from the catalogue, then a value in memory."""

from __future__ import annotations

from functools import cache

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import Connection

from catalog.codes.facets import Answer
from catalog.codes.referentials import scheme_of
from catalog.store.known import certification_validity, label_codes, sirets_by_qualiopi
from geo.names import strip_accents
from ingest.normalise import CertificationFact

VOCABULARIES = ("rome", "formacode", "nsf")
_PREFIXES = {"RNCP": "rncp", "RS": "rs", "CI": "certifinfo"}  # CPF codes are a closed list, no reference
# A code with one character wrong, missing or exchanged. Two wrong characters of five are another code.
NEAR = 1
# Of 17,000 registered numbers some 20 differ from any given one by a digit: only the title tells which was meant. Of
# titles of the RCO catalogue with one digit of their code altered, these bounds suggest the right code for 84 % and a
# wrong one for 0.6 %; beside unregistered codes drawn at random they suggest one for 1 %.
AGREES, AGREES_IN_LENGTH = 85.0, 60.0
_LOOK_ALIKE = str.maketrans("OQILSB", "001158")  # letters typed or read for digits


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

    def _nearest(self, scheme: str, code: str, said: str) -> str:
        known = self._codes.get(scheme)
        if not known or not 2 <= len(code) <= 14:
            return ""
        code = code.upper()
        found = process.extract(code, known, scorer=DamerauLevenshtein.distance, score_cutoff=NEAR, limit=None)
        near = sorted(one[0] for one in found)
        if scheme in VOCABULARIES:
            return near[0] if len(near) == 1 else ""
        prefix = next((one for one in _PREFIXES if code.startswith(one)), "")
        if (meant := prefix + code[len(prefix) :].translate(_LOOK_ALIKE)) in known:
            return meant
        title = _spelled(said)
        agreeing = [(_agreement(title, _spelled(self._certifications[one].title)), one) for one in near]
        score, best = max(agreeing, default=(0.0, ""))
        return best if title and score else ""


def _agreement(one: str, other: str) -> float:
    """How much two titles agree, 0 when they are not of one certification: the same words, and not many more."""
    same = fuzz.token_set_ratio(one, other)
    return same if same >= AGREES and fuzz.token_sort_ratio(one, other) >= AGREES_IN_LENGTH else 0.0


def _spelled(title: str) -> str:
    return utils.default_process(strip_accents(title))
