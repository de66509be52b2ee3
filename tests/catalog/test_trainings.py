"""Trainings go in, come out as they were, change once, and are withdrawn instead of deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine, func, select

from base.database import reading, unit_of_work
from base.errors import NotFound
from base.ids import offer_id, training_id
from catalog.codes.facets import Answer
from catalog.records import OfferRecord, OrganisationRecord, SessionRecord, TrainingRecord
from catalog.rows import CatalogueTraining
from catalog.store.families import family_offers
from catalog.store.marks import clear, marked
from catalog.store.read import offer_detail, read_catalogue
from catalog.store.write import Outcome, put_organisations, put_trainings, set_card_keys, withdraw_missing
from catalog.tables import OFFER as OFFER_TABLE
from catalog.tables import PLACE as PLACE_TABLE
from tests.catalog.records import CONTACT, OFFER, PLACE, SESSION, SIRET, TRAINING, TRAININGS, bare, offering
from tests.servers.fixtures import FreshDatabase

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def put(database: Engine, *records: TrainingRecord) -> Outcome:
    with unit_of_work(database) as conn:
        return put_trainings(conn, records, submission=None, now=NOW)


def catalogue(database: Engine, ids: Sequence[int] | None = None) -> list[CatalogueTraining]:
    with reading(database) as conn:
        return list(read_catalogue(conn, ids))


def settle(database: Engine) -> None:
    """The index has caught up."""
    with unit_of_work(database) as conn:
        clear(conn, marked(conn, 1000))


def pending(database: Engine) -> set[int]:
    with reading(database) as conn:
        return {training for training, _ in marked(conn, 1000)}


def facts(row: Any, *without: str) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name not in without}


def test_every_fact_of_a_record_is_read_back(database: Engine) -> None:
    assert put(database, TRAINING) == Outcome(created=1)
    (training,) = catalogue(database)
    (offer,) = training.offers
    (session,) = offer.sessions
    (place,) = offer.places
    contact = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(CONTACT).items()}

    def plain(record: Any, *without: str) -> dict[str, Any]:
        return {name: getattr(record, name) for name in record.__slots__ if name not in without}

    assert facts(session, "id", "contacts") == plain(SESSION, "contacts")
    assert session.contacts == (contact,)
    assert {name: getattr(place, name) for name in PLACE.__slots__} == plain(PLACE)
    assert facts(offer, "id", "training_id", "card_key", "places", "sessions", "contacts") == plain(
        OFFER, "places", "sessions", "contacts"
    )
    kept = plain(TRAINING, "organisation", "offers", "contacts", "certification", "certification_codes",
                 "certification_kind", "certification_title")  # fmt: skip
    assert {name: getattr(training, name) for name in kept} == kept
    assert (training.certification.code, training.certification.codes) == ("RNCP34441", ("RNCP34441", "CI56927"))
    assert (training.certification.kind, training.certification.title) == ("rncp", "Assistant")
    organisation = TRAINING.organisation
    assert {name: getattr(training.organisation, name) for name in organisation.__slots__} == plain(organisation)
    assert training.organisation.siren == SIRET[:9]
    assert training.updated_at == NOW


def test_ids_come_from_the_organisations_own_keys(database: Engine) -> None:
    put(database, TRAINING)
    (training,) = catalogue(database)
    assert training.id == training_id(SIRET, "f1")
    assert training.offers[0].id == offer_id(SIRET, "f1", "o1")


def test_the_same_record_twice_changes_nothing(database: Engine) -> None:
    put(database, TRAINING)
    settle(database)
    assert put(database, TRAINING) == Outcome(unchanged=1)
    assert pending(database) == set()


def test_the_order_in_which_details_were_written_is_no_change(database: Engine) -> None:
    put(database, replace(TRAINING, details={"a": 1, "b": 2}))
    assert put(database, replace(TRAINING, details={"b": 2, "a": 1})) == Outcome(unchanged=1)


def test_a_new_price_changes_the_training_and_marks_it(database: Engine) -> None:
    put(database, TRAINING)
    settle(database)
    assert put(database, offering(TRAINING, replace(OFFER, price_cents=1))) == Outcome(changed=1)
    assert pending(database) == {training_id(SIRET, "f1")}
    assert catalogue(database)[0].offers[0].price_cents == 1


def test_of_two_records_with_one_key_in_a_batch_the_last_counts(database: Engine) -> None:
    assert put(database, bare(title="A"), bare(title="B", offers=(OFFER,))) == Outcome(created=1)
    assert catalogue(database)[0].title == "B"


def test_an_offer_that_is_left_out_is_withdrawn_and_comes_back(database: Engine) -> None:
    second = replace(OFFER, numero="o2", source_id="act:2")
    put(database, offering(TRAINING, OFFER, second))
    put(database, offering(TRAINING, second))
    assert [offer.numero for offer in catalogue(database)[0].offers] == ["o2"]
    with reading(database) as conn:
        assert conn.scalar(select(func.count()).select_from(OFFER_TABLE)) == 2  # nothing was deleted
        with pytest.raises(NotFound):
            offer_detail(conn, offer_id(SIRET, "f1", "o1"))
    put(database, offering(TRAINING, OFFER, second))
    assert {offer.numero for offer in catalogue(database)[0].offers} == {"o1", "o2"}


def test_a_session_that_is_left_out_is_withdrawn_and_comes_back(database: Engine) -> None:
    both = replace(OFFER, sessions=(SESSION, SessionRecord("s2")))
    put(database, offering(TRAINING, both))
    put(database, offering(TRAINING, replace(OFFER, sessions=(SessionRecord("s2"),))))
    assert [session.numero for session in catalogue(database)[0].offers[0].sessions] == ["s2"]
    put(database, offering(TRAINING, both))
    assert [session.numero for session in catalogue(database)[0].offers[0].sessions] == ["s1", "s2"]


def test_sessions_of_a_withdrawn_offer_do_not_come_back_with_it_alone(database: Engine) -> None:
    put(database, TRAINING)
    put(database, offering(TRAINING))
    put(database, offering(TRAINING, replace(OFFER, sessions=())))
    assert catalogue(database)[0].offers[0].sessions == ()


def test_a_place_that_was_left_is_no_longer_the_offers(database: Engine) -> None:
    elsewhere = replace(PLACE, city="Brest")
    put(database, offering(TRAINING, replace(OFFER, places=(PLACE, elsewhere))))
    put(database, offering(TRAINING, replace(OFFER, places=(elsewhere,))))
    assert [place.city for place in catalogue(database)[0].offers[0].places] == ["Brest"]


def test_the_same_place_of_many_offers_is_one_row(database: Engine) -> None:
    put(database, *(bare(f"f{i}", offers=(replace(OFFER, sessions=()),)) for i in range(5)))
    with reading(database) as conn:
        assert conn.scalar(select(func.count()).select_from(PLACE_TABLE)) == 1


def test_replace_mode_withdraws_what_its_source_and_organisations_no_longer_have(database: Engine) -> None:
    other_source = replace(bare("f3"), source="edof")
    put(database, bare("f1", offers=(OFFER,)), bare("f2", offers=(OFFER,)), offering(other_source, OFFER))
    put(database, bare("g1", "13000285000027", offers=(OFFER,)))
    settle(database)
    with unit_of_work(database) as conn:
        gone = withdraw_missing(conn, source="json", sirets=[SIRET], kept=[training_id(SIRET, "f1")], now=NOW)
    assert gone == 1
    assert {training.numero for training in catalogue(database)} == {"f1", "f3", "g1"}
    assert pending(database) == {training_id(SIRET, "f2")}


def test_a_withdrawn_training_comes_back_with_the_same_record(database: Engine) -> None:
    put(database, TRAINING)
    with unit_of_work(database) as conn:
        withdraw_missing(conn, source="edof", sirets=[SIRET], kept=[], now=NOW)
    assert catalogue(database) == []
    settle(database)
    assert put(database, TRAINING) == Outcome(changed=1)
    assert pending(database) == {training_id(SIRET, "f1")}
    assert len(catalogue(database)) == 1


def test_a_training_without_offers_is_not_read(database: Engine) -> None:
    put(database, bare())
    assert catalogue(database) == []


def test_trainings_are_read_by_id_and_only_those_asked_for(database: Engine) -> None:
    put(database, *(bare(f"f{i}", offers=(OfferRecord("1", "1"),)) for i in range(1_200)))
    everything = [training.id for training in catalogue(database)]
    assert everything == sorted(training_id(SIRET, f"f{i}") for i in range(1_200))
    some = everything[10:700]
    assert [training.id for training in catalogue(database, [*reversed(some), 5])] == some


def test_sessions_are_read_by_start_with_undated_ones_last(database: Engine) -> None:
    sessions = (
        SessionRecord("u"),
        SESSION,
        replace(SESSION, numero="s0", start_on=SESSION.start_on.replace(year=2020)),
    )  # type: ignore[union-attr]
    put(database, offering(TRAINING, replace(OFFER, sessions=sessions)))
    assert [session.numero for session in catalogue(database)[0].offers[0].sessions] == ["s0", "s1", "u"]


def test_an_organisation_keeps_what_a_later_file_does_not_state(database: Engine) -> None:
    put(database, TRAINING)
    put(database, bare("f2", offers=(OFFER,)))
    assert {training.organisation.name for training in catalogue(database)} == {"CFA de l'Ouest"}
    assert {training.organisation.qualiopi for training in catalogue(database)} == {"yes"}


def test_naming_an_organisation_marks_its_trainings_once(database: Engine) -> None:
    put(database, bare(offers=(OFFER,)), bare("g1", "13000285000027", offers=(OFFER,)))
    settle(database)
    named = [OrganisationRecord(SIRET, name="CFA", qualiopi=Answer.NO)]
    with unit_of_work(database) as conn:
        assert put_organisations(conn, named, now=NOW) == [SIRET]
    assert pending(database) == {training_id(SIRET, "f1")}
    settle(database)
    with unit_of_work(database) as conn:
        assert put_organisations(conn, named, now=NOW) == []
    assert pending(database) == set()


def test_card_keys_survive_a_change_and_mark_nothing(database: Engine) -> None:
    put(database, TRAINING)
    settle(database)
    offer = offer_id(SIRET, "f1", "o1")
    with unit_of_work(database) as conn:
        set_card_keys(conn, {offer: 2**62 + 1})
    assert pending(database) == set()
    put(database, replace(TRAINING, title="Paie"))
    assert catalogue(database)[0].offers[0].card_key == 2**62 + 1


def test_a_family_is_the_offers_of_one_siren_on_one_certification(database: Engine) -> None:
    put(database, TRAINING, replace(TRAINING, numero="f2", certification="", certification_codes=()))
    put(database, replace(TRAINING, organisation=OrganisationRecord(SIRET[:9] + "00099")))
    put(database, replace(TRAINING, organisation=OrganisationRecord("99999999900011")))
    with reading(database) as conn:
        assert len(family_offers(conn, (SIRET[:9], "RNCP34441"))) == 2
        (alone,) = family_offers(conn, (SIRET[:9], ""))
    assert (alone.title, alone.modality, alone.price_cents, alone.hours) == (
        "Comptabilité & paie",
        "mixed",
        150_000,
        140,
    )


def test_an_offer_is_shown_with_its_training(database: Engine) -> None:
    put(database, TRAINING)
    with reading(database) as conn:
        offer, training = offer_detail(conn, offer_id(SIRET, "f1", "o1"))
        with pytest.raises(NotFound):
            offer_detail(conn, 1)
    assert offer.texts == {"admission": "sur dossier"}
    assert training.content == "contenu"


@settings(max_examples=25, deadline=None)
@given(TRAININGS, TRAININGS)
def test_whatever_was_there_before_storing_gives_what_the_records_say_and_again_nothing(
    fresh_database: FreshDatabase, before: list[TrainingRecord], after: list[TrainingRecord]
) -> None:
    with fresh_database() as database:
        put(database, *before)
        put(database, *after)
        settle(database)
        assert put(database, *after) == Outcome(unchanged=len(after))
        assert pending(database) == set()
        kept = {(record.organisation.siret, record.numero): record for record in [*before, *after]}
        read = {(training.organisation.siret, training.numero): training for training in catalogue(database)}
        assert read.keys() == {key for key, record in kept.items() if record.offers}
        for key, training in read.items():
            record = kept[key]
            assert training.title == record.title
            by_numero = {offer.numero: offer for offer in training.offers}
            assert by_numero.keys() == {offer.numero for offer in record.offers}
            for offer in record.offers:
                row = by_numero[offer.numero]
                assert (row.price_cents, row.accessibility) == (offer.price_cents, offer.accessibility)
                assert [place.label for place in row.places] == [place.label for place in offer.places]
                stored = {session.numero: session.start_on for session in row.sessions}
                assert stored == {session.numero: session.start_on for session in offer.sessions}
