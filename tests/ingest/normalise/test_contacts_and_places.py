"""Contacts that reach somebody, places that fit their postcode."""

from __future__ import annotations

import pytest

from catalog.codes.facets import (
    PlacePrecision,
)
from ingest.draft import Draft
from tests.ingest.drafts import codes, draft, findings, offer, one_offer, record, run, training


def session(**values: str) -> Draft:
    return draft("session", **{"numero": "S1", **values})


def place(**values: str) -> Draft:
    return draft("place", **{"line": "1 rue du Port", "postcode": "69002", "city": "Lyon", **values})


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("01 23 45 67 89", ("+33123456789",)),
        ("0123456789", ("+33123456789",)),
        ("+33 (0)4 50 00 00 00", ("+33450000000",)),
        ("0262 12 34 56", ("+262262123456",)),
        ("3949", ("3949",)),
        ("01 23 45 67 89 / 06 12 34 56 78", ("+33123456789", "+33612345678")),
        ("-", ()),
    ],
)
def test_phones(text: str, phones: tuple[str, ...]) -> None:
    made = training(offer(draft("contact", role="information", name="Fontaine", phone=text)))
    assert record(made).offers[0].contacts[0].phones == phones
    assert codes(made) == set()


def test_what_cannot_reach_anybody_is_left_out_with_its_raw_value() -> None:
    person = draft(
        "contact", role="information", name="Zoé", phone="appeler", email="zoe(at)x", web="javascript:alert(1)"
    )
    made = training(offer(person))
    kept = record(made).offers[0].contacts[0]
    assert (kept.phones, kept.email, kept.web) == ((), "", ())
    assert {(f.code, f.value) for f in findings(made)} == {
        ("phone-unreadable", "appeler"),
        ("email-unreadable", "zoe(at)x"),
        ("link-unreadable", "javascript:alert(1)"),
    }


def test_edof_wants_its_contacts_streets_and_plain_numbers() -> None:
    """30017, 30022, 30013"""
    person = draft("contact", role="information", name="Zoé", phone="01 23 45 67 89", email="z@x.fr")
    made = run(training(offer(person, place(), session(start="20270101", end="20270201")), source="edof"))
    assert {"registration-contact-missing", "street-missing", "phone-form"} <= codes(made)
    assert "information-contact-missing" not in codes(made)
    assert "information-contact-missing" in codes(training(source="edof"))


def test_coordinates_that_fit_the_postcode_are_kept() -> None:
    made = one_offer(place(lat="45.75", lon="4.83")).places[0]
    assert made.precision is PlacePrecision.GIVEN
    assert (made.departement, made.region) == ("69", "84")


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("4.83", "45.75", "coordinates-swapped"),
        ("48.85", "2.35", "coordinates-far"),
        ("40.71", "-74.0", "coordinates-foreign"),
        ("nord", "4.83", "coordinates-unreadable"),
        ("95", "4.83", "coordinates-unreadable"),
    ],
)
def test_coordinates_that_do_not_are_left_for_the_towns(lat: str, lon: str, code: str) -> None:
    made = training(offer(place(lat=lat, lon=lon)))
    assert codes(made) == {code}
    found = record(made).offers[0].places[0]
    assert found.lat == pytest.approx(45.75, abs=0.1)
    assert found.precision is not PlacePrecision.GIVEN


def test_a_place_that_cannot_be_situated_is_kept_without_position() -> None:
    made = training(offer(draft("place", label="Quelque part", city="Trifouillis")))
    assert codes(made) == {"place-unknown"}
    assert record(made).offers[0].places[0].lat is None
