"""The page of one offer shows everything, in plain text."""

from __future__ import annotations

import pytest

from tests.web.catalogue import ATELIER, CLAIR, FOURNIL, HOSTILE, offer_of
from tests.web.conftest import Get, Page, said

PAIE = f"/offres/{offer_of(ATELIER, 'T1', 'O1')}"


@pytest.fixture(scope="module")
def page(get: Get) -> Page:
    return get(f"{PAIE}?q=paie&home=Lyon&work=Vienne&bookable=1")


def section(page: Page, name: str) -> str:
    return said(page.one(f"//section[@aria-labelledby='{name}']"))


def test_contacts_can_be_reached(page: Page) -> None:
    contacts = section(page, "contacts")
    for text in (
        "Renseignements, inscription",
        "Mme Nadia Perrin",
        "04 78 00 00 00",
        "Référent handicap",
        "M. Paul Arnaud",
    ):
        assert text in contacts
    links = page.all("//section[@aria-labelledby='contacts']//a/@href")
    assert "tel:+33478000000" in links
    assert "mailto:contact@atelier.example" in links
    assert "https://atelier.example/formations" in links


def test_links_of_a_feed_can_only_lead_to_sites(page: Page) -> None:
    for link in page.all("//a/@href"):
        assert link.startswith(("/", "#", "https://", "http://", "tel:", "mailto:")), link


def test_sessions_say_seats_and_past_ones_stand_apart(page: Page) -> None:
    sessions = section(page, "sessions")
    assert "23 décembre 2026" in sessions
    assert "3 places restantes sur 12" in sessions
    assert "Dossier en ligne" in sessions
    past = said(page.one("//section[@aria-labelledby='sessions']//details"))
    assert "1 session passée" in past
    assert "24 septembre 2026" in past


def test_every_place_has_its_distances(page: Page) -> None:
    places = section(page, "lieux")
    for text in ("Campus Bellecour", "1,5 km du domicile", "Villeurbanne", "4,2 km du domicile", "Ascenseur"):
        assert text in places


def test_accessibility_is_answered_need_by_need(page: Page) -> None:
    rows = dict(
        zip(page.texts("//table[@class='needs-table']//th[@scope='row']"), page.texts("//tbody//td"), strict=True)
    )
    assert rows["Locaux accessibles"] == "Oui"
    assert rows["Déficience auditive"] == "Non"
    assert rows["Troubles cognitifs ou psychiques"] == "Non précisé"
    assert len(rows) == 7


def test_price_vat_and_fees_are_shown(page: Page) -> None:
    prices = section(page, "prix")
    for text in ("5 880 €", "4 900 €", "20 %", "45 €", "Livres"):
        assert text in prices


def test_all_texts_are_shown_even_those_without_a_section(page: Page) -> None:
    everything = said(page.one("//main"))
    for text in ("Charges sociales", "Un titre de niveau 5", "Niveau bac", "Après entretien", "Jury", "Dix places"):
        assert text in everything


def test_a_valid_certification_says_until_when(page: Page) -> None:
    assert "Valide jusqu'au 23 octobre 2028" in section(page, "certification")


def test_an_expired_certification_is_said_at_the_top(get: Get) -> None:
    page = get(f"/offres/{offer_of(ATELIER, 'T2', 'O1')}")
    alert = said(page.one("//header//*[@class='alert']"))
    assert "RNCP90101 n'est plus valide depuis le 14 octobre 2026" in alert
    assert "Inscription fermée : la certification a expiré" in said(page.one("//main"))
    assert "à tout moment" not in said(page.one("//main"))


def test_a_validity_that_is_not_known_is_not_promised(get: Get) -> None:
    page = get(f"/offres/{offer_of(FOURNIL, 'T1', 'O1')}")
    assert "Fin de validité non précisée" in section(page, "certification")


def test_the_way_back_keeps_the_question(page: Page) -> None:
    link = page.one("//nav[@class='back']/a").get("href")
    assert link == f"/?q=paie&home=Lyon&work=Vienne&bookable=1#offre-{offer_of(ATELIER, 'T1', 'O1')}"


def test_an_offer_opened_directly_leads_to_the_search(get: Get) -> None:
    assert get(PAIE).one("//nav[@class='back']/a").get("href") == "/"
    assert get(f"{PAIE}?nonsense=1").one("//nav[@class='back']/a").get("href") == "/"


def test_markup_of_a_feed_is_read_not_run(get: Get) -> None:
    for address in (f"/offres/{offer_of(CLAIR, 'T1', 'O1')}", "/?q=tableur"):
        page = get(address)
        assert page.status == 200
        assert not page.all("//script")
        assert HOSTILE in said(page.one("//main"))
