"""Hand-made drafts and contexts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from catalog.codes.facets import Answer
from catalog.records import OfferRecord, TrainingRecord
from geo.gazetteer import Gazetteer
from ingest.draft import Draft
from ingest.findings import Finding
from ingest.normalise import CertificationFact, Context, Knowledge, NoKnowledge, Normalised, normalise

TODAY = date(2026, 11, 2)
SIRET = "12345678200010"


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.open(None)


def context(knowledge: Knowledge | None = None, siret: str = "") -> Context:
    return Context(TODAY, _gazetteer(), knowledge or NoKnowledge(), siret)


def draft(kind: str, children: tuple[Draft, ...] = (), **values: Any) -> Draft:
    made = Draft(kind, 10, f"/{kind}", children=list(children))
    for name, given in values.items():
        for text in given if isinstance(given, (list, tuple)) else (given,):
            made.add(name, str(text), 10, f"/{kind}/{name}")
    return made


def training(*offers: Draft, source: str = "lheo", **values: Any) -> Draft:
    known = {"numero": "F1", "siret": SIRET, "title": "Ébénisterie", "rncp": "RNCP34440", "source": source, **values}
    return draft(
        "training", offers or (offer(),), **{name: given for name, given in known.items() if given is not None}
    )


def offer(*children: Draft, **values: Any) -> Draft:
    return draft("offer", children, **{"numero": "A1", "modality": "0", "entry": "0", **values})


def run(made: Draft, knowledge: Knowledge | None = None) -> Normalised:
    return normalise(made, context(knowledge))


def record(made: Draft, knowledge: Knowledge | None = None) -> TrainingRecord:
    found = run(made, knowledge).record
    assert found is not None
    return found


def one_offer(*children: Draft, source: str = "lheo", **values: Any) -> OfferRecord:
    return record(training(offer(*children, **values), source=source)).offers[0]


def codes(made: Draft | Normalised) -> set[str]:
    return {finding.code for finding in findings(made)}


def findings(made: Draft | Normalised) -> list[Finding]:
    return (run(made) if isinstance(made, Draft) else made).findings


class Known(NoKnowledge):
    """A reference with one valid and one expired certification and one trade."""

    def certification(self, code: str) -> CertificationFact | None:
        return {
            "RNCP34440": CertificationFact("CAP Ébéniste", date(2030, 1, 1)),
            "RNCP1": CertificationFact("Vieux titre", date(2020, 1, 1)),
        }.get(code)

    def covers(self, scheme: str) -> bool:
        return scheme in ("rncp", "rome")

    def knows(self, scheme: str, code: str) -> bool:
        return code == "H2207"

    def nearest(self, scheme: str, code: str, said: str) -> str:
        return {"rncp": "RNCP34440", "rome": "H2207"}[scheme]

    def qualiopi(self, siret: str) -> Answer:
        return Answer.NO
