"""What a document says of a training, read back through an index."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine as Database

from base.clock import Clock
from base.database import reading
from base.ids import id_text, training_id
from catalog.codes.facets import (
    Answer,
    Audience,
    DatePrecision,
    Entry,
    Funder,
    Level,
    Modality,
    Need,
    Rhythm,
    SessionState,
)
from catalog.records import PlaceRecord, SessionRecord
from indexer.changes import documents_of
from indexer.rebuild import rebuild
from search.analysis import forms
from search.document import (
    CERTIFICATION_TITLE,
    CONTENT,
    LABELS,
    OBJECTIVE,
    TRAINING_TITLE,
    OfferDocument,
    TrainingDocument,
)
from search.engines.contract import Engine
from tests.indexer.catalogue import LYON, PLACE, SIRET, hits, offer, oid, put, training


def document(database: Database, numero: str = "T") -> TrainingDocument:
    with reading(database) as conn:
        (found,) = documents_of(conn, [training_id(SIRET, numero)])
    assert isinstance(found, TrainingDocument)
    return found


def offer_document(database: Database) -> OfferDocument:
    (found,) = document(database).offers
    return found


def test_terms_carry_the_fields_that_hold_them(database: Database) -> None:
    record = training(
        "T",
        title="Soudure",
        certification_title="Titre de soudeur",
        labels=("chaudronnerie",),
        objective="Braser",
        results="Tuyauter",
        content="Soudure et forge",
        highlights="Fraiseuse",
    )
    put(database, record)
    terms = dict(document(database).terms)
    assert terms["soudure"] == TRAINING_TITLE | CONTENT
    assert terms["soudeur"] == CERTIFICATION_TITLE
    assert terms["chaudronnerie"] == LABELS
    assert terms["braser"] == terms["tuyauter"] == OBJECTIVE
    assert terms["forge"] == terms["fraiseuse"] == CONTENT
    family = {"~", "^"} & {form[0] for form in forms("soudeur")}
    assert family == {"~", "^"}


def test_codes_are_not_searchable_text(database: Database) -> None:
    put(database, training("T", certification="RNCP34441", rome=("M1203",), formacodes=("32663",), nsf=("314",)))
    joined = " ".join(term for term, _ in document(database).terms)
    for code in ("34441", "1203", "32663", "314"):
        assert code not in joined.lower()


def test_facts_are_carried_over_and_unknown_stays_unknown(database: Database) -> None:
    put(database, training("T", offer("1", price_cents=None, hours=None, modality=Modality.UNKNOWN)))
    found = offer_document(database)
    assert (found.price_cents, found.hours, found.rating) == (None, None, None)
    assert (found.modality, found.level, found.prerequisites) == (Modality.UNKNOWN, Level.UNKNOWN, Answer.UNKNOWN)
    assert (found.rhythms, found.languages, found.funders, found.audiences) == (
        frozenset(),
        (),
        frozenset(),
        frozenset(),
    )
    assert found.accessibility == (Answer.UNKNOWN,) * 7
    assert found.card == found.id


def test_stated_facts_reach_the_document(database: Database) -> None:
    stated = offer(
        "1",
        rhythms=(Rhythm.EVENING,),
        languages=("en", "fr"),
        funders=(Funder.OPCO, Funder.CPF),
        audiences=(Audience.JOBSEEKER,),
        prerequisites=Answer.YES,
        accessibility={Need.PACE: Answer.YES, Need.VISUAL: Answer.NO},
        entry=Entry.PERMANENT,
        earliest_start_on=date(2027, 1, 4),
    )
    put(database, training("T", stated, level=Level.L5))
    found = offer_document(database)
    assert found.rhythms == {Rhythm.EVENING}
    assert found.languages == ("en", "fr")
    assert found.funders == {Funder.OPCO, Funder.CPF}
    assert found.audiences == {Audience.JOBSEEKER}
    assert found.prerequisites is Answer.YES
    assert dict(zip(Need, found.accessibility, strict=True)) == {
        **dict.fromkeys(Need, Answer.UNKNOWN),
        Need.PACE: Answer.YES,
        Need.VISUAL: Answer.NO,
    }
    assert found.earliest_start == date(2027, 1, 4).toordinal()
    assert found.level is Level.L5
    assert (found.siret, found.siren) == (SIRET, SIRET[:9])
    assert found.certifications == ("RNCP1",)


@pytest.mark.parametrize(
    ("places", "said", "expected"),
    [
        ([Answer.YES, Answer.YES], None, Answer.YES),
        ([Answer.YES, Answer.UNKNOWN], None, Answer.UNKNOWN),
        ([Answer.YES, Answer.NO], None, Answer.UNKNOWN),
        ([Answer.NO], None, Answer.NO),
        ([Answer.YES], Answer.NO, Answer.NO),
        ([], None, Answer.UNKNOWN),
    ],
)
def test_premises_are_accessible_when_every_place_says_so_and_the_offer_does_not_deny_it(
    database: Database, places: list[Answer], said: Answer | None, expected: Answer
) -> None:
    at = tuple(PlaceRecord(city=f"Ville {n}", premises_accessible=each) for n, each in enumerate(places))
    put(database, training("T", offer("1", places=at, accessibility={Need.PREMISES: said} if said else {})))
    assert offer_document(database).accessibility[0] is expected


def test_sessions_without_a_date_are_only_open_or_not(database: Database) -> None:
    sessions = (
        SessionRecord("month", date(2027, 2, 1), DatePrecision.MONTH, guaranteed=Answer.YES, seats_left=3),
        SessionRecord("day", date(2026, 12, 24), DatePrecision.DAY, state=SessionState.CLOSED),
        SessionRecord("some month", None, DatePrecision.MONTH_OF_YEAR, start_month=3),
    )
    put(database, training("T", offer("1", entry=Entry.FIXED, sessions=sessions)))
    found = offer_document(database)
    day, month = found.sessions
    assert (day.start, day.until, day.open) == (date(2026, 12, 24).toordinal(),) * 2 + (False,)
    assert (month.start, month.until) == (date(2027, 2, 1).toordinal(), date(2027, 2, 28).toordinal())
    assert (month.open, month.guaranteed, month.seats_left) == (True, Answer.YES, 3)
    assert found.open_undated


def test_a_closed_session_without_date_opens_nothing(database: Database) -> None:
    put(database, training("T", offer("1", sessions=(SessionRecord("1", state=SessionState.CLOSED),))))
    assert not offer_document(database).open_undated


def test_the_payload_shows_the_facts_of_a_hit(database: Database, engine: Engine, clock: Clock) -> None:
    unlocated = PlaceRecord(label="Nulle part", city="Inconnue")
    sessions = (
        SessionRecord("none"),
        SessionRecord("dated", date(2027, 2, 1), DatePrecision.MONTH, end_on=date(2027, 6, 30)),
    )
    stated = offer("1", places=(unlocated, PLACE), sessions=sessions, eligible_cpf=Answer.YES, funders=(Funder.OPCO,))
    put(database, training("T", stated))
    rebuild(database, engine, clock=clock)
    (hit,) = hits(engine)
    assert hit["id"] == id_text(oid("1", "T"))
    assert hit["source_id"] == "source-1"
    assert hit["training"]["title"] == "Soudure à l'arc"
    assert hit["training"]["certification"] == {
        "code": "RNCP1",
        "title": "",
        "kind": "unknown",
        "level": "unknown",
        "valid_until": None,
    }
    assert hit["organisation"] == {"siret": SIRET, "name": "Organisme"}
    assert [place["city"] for place in hit["places"]] == ["Lyon", "Inconnue"]
    assert (hit["places"][0]["lat"], hit["places"][0]["lon"]) == LYON
    assert [(each["start"], each["until"], each["end"]) for each in hit["sessions"]] == [
        ("2027-02-01", "2027-02-28", "2027-06-30"),
        (None, None, None),
    ]
    assert (hit["eligible_cpf"], hit["funders"], hit["rating"]) == ("yes", ["opco"], None)
    assert set(hit["accessibility"]) == {need.value for need in Need}
