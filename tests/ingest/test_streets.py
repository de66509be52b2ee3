"""Street addresses during an import: asked where the operator allows a service, done without when it is down."""

from __future__ import annotations

from base.database import reading
from catalog.codes.facets import PlacePrecision
from catalog.rows import CataloguePlace
from catalog.store.read import read_catalogue
from geo.ban import Address, AddressServiceDown
from geo.distance import round_coordinate
from ingest.run import Surroundings
from tests.ingest.conftest import Import

POINT = round_coordinate(45.7640, 4.8357)
CATALOGUE = """{"organisation": {"siret": "12345678200010"}, "trainings": [%s]}"""
TRAINING = """{"id": "T%d", "title": "Comptabilité", "offers": [{"id": "O", "modality": "in_person", "entry": "fixed",
 "places": [{"lines": ["Maison des métiers", "12 rue de la Barre"], "postcode": "69002", "city": "Lyon"}]}]}"""


class Known:
    """An address service that knows one street."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None:
        self.asked.append(f"{street}, {postcode} {city}")
        return Address("12 Rue de la Barre 69002 Lyon", *POINT, PlacePrecision.ADDRESS, "69382", postcode, 0.95)


class Down(Known):
    def find(self, street: str, *, postcode: str, city: str, insee: str = "") -> Address | None:
        super().find(street, postcode=postcode, city=city, insee=insee)
        raise AddressServiceDown("Pas de réponse.")


def catalogue(trainings: int) -> str:
    return CATALOGUE % ",".join(TRAINING % number for number in range(trainings))


def places(around: Surroundings) -> list[CataloguePlace]:
    with reading(around.database) as conn:
        return [place for one in read_catalogue(conn) for offer in one.offers for place in offer.places]


def test_an_address_without_coordinates_is_asked_once_and_stands_at_its_door(
    imported: Import, around: Surroundings
) -> None:
    streets = Known()
    report = imported(catalogue(3), streets=streets)
    assert report.counts.offers_taken == 3
    assert streets.asked == ["12 rue de la Barre, 69002 Lyon"]
    assert {(one.lat, one.lon, one.precision) for one in places(around)} == {(*POINT, "address")}
    assert {(one.departement, one.region) for one in places(around)} == {("69", "84")}


def test_coordinates_that_are_given_and_believed_are_not_asked_for(imported: Import) -> None:
    streets = Known()
    imported(catalogue(1).replace('"city"', '"lat": "45.7578", "lon": "4.8320", "city"'), streets=streets)
    assert streets.asked == []


def test_a_service_that_is_down_is_said_once_and_no_longer_waited_for(imported: Import, around: Surroundings) -> None:
    streets = Down()
    report = imported(catalogue(3), streets=streets)
    assert report.counts.offers_taken == 3
    assert len(streets.asked) == 1
    assert report.findings_by_code["address-service-down"] == 1
    assert {one.precision for one in places(around)} <= {"commune", "postcode"}


def test_without_a_service_the_commune_s_centre_serves(imported: Import, around: Surroundings) -> None:
    report = imported(catalogue(1))
    assert "address-service-down" not in report.findings_by_code
    assert [one.precision for one in places(around)] == ["commune"]
