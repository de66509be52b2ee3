"""The sample catalogue is what the demonstration promises: every case, every region, nobody real."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from base.clock import fixed_clock
from base.database import open_database, reading, unit_of_work
from base.migrate import upgrade
from catalog.codes.facets import Answer, Audience, Entry, Level, Modality, Need, Rhythm
from catalog.reference.load import load_reference
from catalog.rows import CatalogueOffer, CatalogueTraining
from catalog.store.read import read_catalogue
from geo.areas import REGIONS
from geo.gazetteer import Gazetteer
from ingest.report import ImportReport
from ingest.run import import_file
from samples import materialise
from samples.story import organisations

TODAY = date(2027, 3, 1)
CLOCK = fixed_clock(TODAY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def database(folder: Path) -> Engine:
    database = open_database(f"sqlite:///{folder / 'parcours.db'}")
    upgrade(database)
    return database


@pytest.fixture(scope="module")
def reports(folder: Path, database: Engine) -> dict[str, ImportReport]:
    paths = materialise(folder / "files", TODAY)
    with unit_of_work(database) as conn:
        load_reference(conn, folder / "files" / "reference", CLOCK(), lambda *_: None)
    gazetteer = Gazetteer.open(None)
    return {
        path.name: import_file(
            path, database=database, submissions_dir=folder / "kept", gazetteer=gazetteer, clock=CLOCK
        )
        for path in paths
    }


@pytest.fixture(scope="module")
def offers(database: Engine, reports: dict[str, ImportReport]) -> list[tuple[CatalogueTraining, CatalogueOffer]]:
    assert reports
    with reading(database) as conn:
        return [(training, offer) for training in read_catalogue(conn) for offer in training.offers]


Offers = list[tuple[CatalogueTraining, CatalogueOffer]]


def test_every_file_is_taken(reports: dict[str, ImportReport]) -> None:
    assert [name for name, report in reports.items() if report.refused] == []
    assert {report.source for report in reports.values()} == {"edof", "lheo", "json"}


def test_there_are_at_least_150_offers_of_30_organisations(offers: Offers) -> None:
    assert len(offers) >= 150
    assert len({training.organisation.siret for training, _ in offers}) == 30


def test_every_region_has_offers(offers: Offers) -> None:
    regions = {code for code in REGIONS if len(code) == 2}  # three characters: overseas collectivities
    assert {place.region for _, offer in offers for place in offer.places} >= regions


def test_every_value_a_learner_filters_on_occurs(offers: Offers) -> None:
    assert {offer.modality for _, offer in offers} >= set(Modality) - {Modality.UNKNOWN}
    assert {offer.entry for _, offer in offers} >= set(Entry) - {Entry.UNKNOWN}
    assert {training.certification.level for training, _ in offers} >= set(Level) - {Level.UNKNOWN}
    assert {rhythm for _, offer in offers for rhythm in offer.rhythms} == set(Rhythm)
    assert {audience for _, offer in offers for audience in offer.audiences} == set(Audience)
    answers = {(need, offer.accessibility.get(need, "unknown")) for _, offer in offers for need in Need}
    assert answers == {(need, answer) for need in Need for answer in Answer}


def test_only_the_flawed_organisation_and_the_swapped_place_are_remarked_as_errors(
    reports: dict[str, ImportReport],
) -> None:
    assert [name for name, report in reports.items() if report.counts.errors] == ["edof-flou-formation.xml"]
    swapped = Counter(reports["edof-occitanie-code.xml"].findings_by_code)
    assert swapped["coordinates-swapped"] == 2


def test_organisations_are_nobody() -> None:
    bodies = organisations(TODAY)
    assert all(body.siret.startswith("000") and body.phone.startswith("019900") for body in bodies)
    assert len({body.siret for body in bodies}) == 30
