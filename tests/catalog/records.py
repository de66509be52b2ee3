"""Records for tests: one complete training with every fact stated, and a strategy for many small ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from catalog.codes.facets import (
    Answer,
    Audience,
    CertificationKind,
    DatePrecision,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    PlacePrecision,
    Rhythm,
    SessionState,
)
from catalog.records import (
    ContactRecord,
    OfferRecord,
    OrganisationRecord,
    PlaceRecord,
    SessionRecord,
    TrainingRecord,
)

SIRET = "13000285000019"
CONTACT = ContactRecord(
    "information", "Zoé Ægir", "accueil", ("+33478000000",), "z@exemple.fr", ("https://a.fr",), ("1 rue",)
)
PLACE = PlaceRecord(
    "CFA de l'Ouest", ("1 rue de l'Œuvre", "Bât. B"), "69003", "Lyon", "69383", "FR", 45.75, 4.85,
    PlacePrecision.ADDRESS, "69", "84", Answer.YES, "rampe",
)  # fmt: skip
SESSION = SessionRecord(
    "s1", date(2027, 1, 1), DatePrecision.MONTH, None, date(2027, 6, 30), DatePrecision.DAY, SessionState.CLOSED,
    Answer.NO, 12, 3, (CONTACT,), {"registration": "par mail"},
)  # fmt: skip
OFFER = OfferRecord(
    "o1", "act:1", Modality.MIXED, Entry.FIXED, date(2027, 1, 4), (PLACE,), (SESSION,), 150_000, 125_000, 2000, 9_900,
    140, 70, 70, (Rhythm.DAYTIME, Rhythm.PART_TIME), ("fr", "en"), (Funder.CPF, Funder.REGION), (Audience.EVERYONE,),
    Answer.YES, Answer.NO, {Need.PREMISES: Answer.YES, Need.HEARING: Answer.NO}, (CONTACT,), "https://b.fr",
    {"admission": "sur dossier"}, {"gfe": "16", "published": False},
)  # fmt: skip
TRAINING = TrainingRecord(
    "edof", OrganisationRecord(SIRET, "CFA de l'Ouest", "CFA OUEST SAS", "11754185275", Answer.YES, {"uai": "069"}),
    "f1", "Comptabilité & paie", "RNCP34441", ("RNCP34441", "CI56927"), CertificationKind.RNCP, "Assistant", Level.L5,
    "objectif", "résultats", "contenu", "points forts", ("M1203",), ("32654",), ("314",), ("Comptabilité",),
    "https://c.fr", (CONTACT,), (OFFER,), {"path": "2"},
)  # fmt: skip


def bare(numero: str = "f1", siret: str = SIRET, **facts: Any) -> TrainingRecord:
    """A training that states nothing but its key, title and what is given."""
    return TrainingRecord("json", OrganisationRecord(siret), numero, **{"title": "Titre", **facts})


def offering(record: TrainingRecord, *offers: OfferRecord) -> TrainingRecord:
    return replace(record, offers=offers)


_PLACES = st.builds(PlaceRecord, label=st.sampled_from(["A", "B", "C"]), postcode=st.sampled_from(["69003", "75001"]))
_SESSIONS = st.lists(
    st.builds(SessionRecord, numero=st.sampled_from("123"), start_on=st.none() | st.dates(date(2020, 1, 1))),
    max_size=3,
    unique_by=lambda session: session.numero,
).map(tuple)
_OFFERS = st.lists(
    st.builds(
        OfferRecord,
        numero=st.sampled_from("ab"),
        source_id=st.sampled_from("xy"),
        modality=st.sampled_from(Modality),
        price_cents=st.none() | st.integers(0, 10**6),
        accessibility=st.dictionaries(st.sampled_from(Need), st.sampled_from(Answer), max_size=3),
        places=st.lists(_PLACES, max_size=2).map(tuple),
        sessions=_SESSIONS,
    ),
    max_size=2,
    unique_by=lambda offer: offer.numero,
).map(tuple)
TRAININGS = st.lists(
    st.builds(
        bare,
        numero=st.sampled_from(["f1", "f2", "f3"]),
        siret=st.sampled_from([SIRET, "13000285000027"]),
        title=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
        offers=_OFFERS,
    ),
    max_size=4,
    unique_by=lambda record: (record.organisation.siret, record.numero),
)
