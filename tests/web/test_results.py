"""The list of results says what is known, and only that."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.web.catalogue import ATELIER
from tests.web.conftest import Get, said
from web.cards import next_start

COMPTA = "/?q=comptabilit%C3%A9&home=Lyon&work=Vienne"


def test_the_first_page_offers_what_can_still_be_booked_unless_told_otherwise(get: Get) -> None:
    page = get("/")
    assert page.status == 200
    assert page.one("//input[@name='bookable']").get("checked") is not None
    assert not page.all("//article")


def test_the_number_of_offers_is_in_heading_and_title(get: Get) -> None:
    page = get(COMPTA)
    assert page.heading.startswith("6 offres pour « comptabilité » à moins de 30 km de Lyon")
    assert page.title == f"{page.heading} – Parcours"


def test_both_distances_are_shown(get: Get) -> None:
    card = said(get(COMPTA).card("Gestionnaire de paie", "Lyon"))
    assert "1,5 km du domicile" in card
    assert "26 km du travail" in card


def test_a_place_known_by_its_territory_is_only_about_that_far(get: Get) -> None:
    assert "environ 25 km du domicile" in said(get(COMPTA).card("Comptabilité : les bases", "Vienne"))


def test_a_remote_offer_has_no_distance(get: Get) -> None:
    card = get(COMPTA).card("Gestionnaire de paie", "À distance, sans lieu")
    assert not card.xpath(".//*[contains(@class, 'distances')]")


def test_what_is_not_stated_is_never_shown_as_accessible(get: Get) -> None:
    page = get(COMPTA)
    silent = page.card("Comptabilité : les bases", "Vienne")
    assert "Accessibilité non précisée" in said(silent)
    assert not silent.xpath(".//li[@class='yes']")
    stated = page.card("Gestionnaire de paie", "Lyon")
    assert [said(li) for li in stated.xpath(".//li[@class='no']")] == ["déficience auditive : non"]
    assert "reste non précisé" in said(stated)
    assert not any("cognitifs" in said(li) for li in stated.xpath(".//li[@class='yes']"))


def test_missing_facts_are_said_to_be_missing(get: Get) -> None:
    card = said(get(COMPTA).card("Secrétaire comptable"))
    for text in ("Prix non précisé", "durée non précisée", "modalité non précisée"):
        assert text in card


def test_a_permanent_entry_is_open_at_any_time() -> None:
    assert next_start("permanent", None, None, ended=False) == ("À tout moment", (), True)


def test_an_expired_certification_is_said_plainly(get: Get) -> None:
    card = said(get(COMPTA).card("Secrétaire comptable"))
    assert "Certification expirée le 14 octobre 2026" in card
    assert "Inscription fermée : la certification a expiré" in card
    assert "Certification expirée : inscription fermée." in card  # the reason
    assert "À tout moment" not in card


def test_seats_guarantee_and_next_session_are_shown(get: Get) -> None:
    card = said(get(COMPTA).card("Gestionnaire de paie", "Lyon"))
    assert "23 décembre 2026 départ garanti 3 places restantes" in card
    assert "5 880 € éligible au CPF" in card


def test_a_month_is_not_made_a_day(get: Get) -> None:
    assert "janvier 2027" in said(get("/?q=CAP").card("CAP boulanger"))
    assert "1er janvier" not in said(get("/?q=CAP").card("CAP boulanger"))


def test_reasons_add_up_to_the_score(get: Get) -> None:
    for card in get(COMPTA).all("//article"):
        points = [said(cell).split()[0] for cell in card.xpath(".//tbody//td[@class='points']")]
        total = said(card.xpath(".//tfoot//td[@class='points']")[0])
        assert sum(float(text.replace(",", ".")) for text in points) == pytest.approx(
            float(total.replace(",", ".")), abs=0.0021
        )


def test_the_box_of_a_filter_gives_as_many_offers_as_it_counts(get: Get) -> None:
    page = get("/?q=comptabilit%C3%A9&home=Lyon")
    boxes = page.all("//aside//input[@type='checkbox']")
    assert boxes
    for box in boxes:
        (label,) = page.all(f"//label[@for='{box.get('id')}']")
        count = int(said(label.find(".//span[@class='count']")).split()[0])
        chosen = get(f"/?q=comptabilit%C3%A9&home=Lyon&{box.get('name')}={box.get('value')}")
        assert chosen.heading.split()[0] == str(count), box.get("value")


def test_a_chosen_filter_is_checked_and_can_be_taken_away(get: Get) -> None:
    page = get("/?q=comptabilit%C3%A9&accessibility=premises:yes&price_max=1000&bookable=1")
    assert page.one("//input[@name='accessibility'][@value='premises:yes']").get("checked") is not None
    chips = dict(zip(page.texts("//ul[@class='chips']//a"), page.all("//ul[@class='chips']//a/@href"), strict=True))
    assert set(chips) == {
        "Retirer le filtre Locaux accessibles : oui",
        "Retirer le filtre Prix : 1 000 € au plus",
        "Retirer le filtre Places encore réservables",
    }
    left = dict(parse_qsl(urlsplit(chips["Retirer le filtre Prix : 1 000 € au plus"]).query))
    assert left == {"q": "comptabilité", "accessibility": "premises:yes", "bookable": "1"}


def test_conditions_without_a_box_travel_with_the_form(get: Get) -> None:
    page = get(f"/?q=comptabilit%C3%A9&organisation={ATELIER.siret}")
    assert page.one("//form//input[@name='organisation']").get("value") == ATELIER.siret
    assert page.one("//form//input[@name='organisation']").get("type") == "hidden"


def test_no_condition_is_sent_twice(get: Get) -> None:
    page = get("/?q=paie&modality=in_person&area=reg:84&price_max=9000&level=5")
    inputs = [(box.get("name"), box.get("value")) for box in page.all("//input") if box.get("type") != "radio"]
    assert len(inputs) == len(set(inputs))


def test_offers_reserved_to_some_are_shown_when_asked(get: Get) -> None:
    assert get("/?q=tableur").heading.startswith("1 offre ")
    assert get("/?q=tableur&audience=jobseeker").heading.startswith("2 offres ")


def test_a_form_full_of_empty_fields_becomes_a_short_address(get: Get) -> None:
    page = get("/?q=paie&home=&work=&radius_km=30&remote=include&sort=relevance&price_max=&bookable=1")
    assert page.status == 302
    assert page.headers["location"] == "/?q=paie&bookable=1"


def test_an_empty_question_lists_everything(get: Get) -> None:
    page = get("/?q=&home=&work=&radius_km=30")
    assert page.status == 200
    assert page.heading == "37 offres"


def test_near_identical_offers_are_one_result_that_can_be_opened(get: Get) -> None:
    page = get("/?q=p%C3%A2tisserie&home=Lyon")
    assert page.heading.startswith("3 offres")
    assert len(page.all("//article")) == 1
    assert "1 résultat à lire" in said(page.one("//p[@class='grouped']"))
    card = page.card("Pâtisserie de boutique")
    assert "et 2 offres presque identiques" in said(card)
    (link,) = card.xpath(".//p[@class='similar']/a/@href")
    assert len(get(link).all("//article")) == 3


def test_pages_walk_forth_and_back_without_losing_an_offer(get: Get) -> None:
    first = get("/?q=anglais&limit=10")
    seen, page = [first.texts("//article//h2")], first
    while following := page.all("//a[@rel='next']/@href"):
        page = get(following[0])
        seen.append(page.texts("//article//h2"))
    assert [len(titles) for titles in seen] == [10, 10, 5]
    assert len({title for titles in seen for title in titles}) == 25
    assert page.one("//ol[contains(@class, 'cards')]").get("start") == "21"
    assert "à partir du résultat 21" in page.title
    middle = get(page.one("//a[@rel='prev']").get("href"))
    assert middle.texts("//article//h2") == seen[1]
    assert get(middle.one("//a[@rel='prev']").get("href")).texts("//article//h2") == seen[0]


def test_nothing_found_leads_somewhere(get: Get) -> None:
    page = get("/?q=zzzzzz&home=Lyon")
    assert page.status == 200
    assert page.heading.startswith("Aucune offre pour « zzzzzz »")
    assert page.all("//a[contains(@href, 'radius_km=100')]")


def test_words_given_up_are_said_and_can_be_undone(get: Get) -> None:
    page = get("/?q=comptabilit%C3%A9+zzzzzz&home=Lyon")
    note = page.one("//ul[@class='notes']/li")
    assert "« zzzzzz » n'est plus exigé" in said(note)
    assert dict(parse_qsl(urlsplit(note.find("a").get("href")).query)) == {"q": "comptabilité", "home": "Lyon"}


def test_a_place_among_the_words_is_proposed(get: Get) -> None:
    page = get("/?q=comptabilit%C3%A9+grenoble")
    links = [a.get("href") for a in page.all("//ul[@class='notes']//a")]
    assert {"q": "comptabilité", "home": "grenoble"} in [dict(parse_qsl(urlsplit(link).query)) for link in links]


def test_the_place_understood_is_named_and_can_be_forgotten(get: Get) -> None:
    page = get("/?q=paie&home=69100")
    (note,) = page.all("//ul[@class='understood']/li")
    assert "Villeurbanne" in said(note)
    assert note.find("a").get("href") == "/?q=paie"


def test_headings_never_skip_a_level(get: Get) -> None:
    for address in ("/", COMPTA, "/?q=zzzzzz", "/?price_max=abc", "/classement", "/accessibilite"):
        levels = [int(heading.tag[1]) for heading in get(address).all("//h1|//h2|//h3|//h4")]
        assert levels.count(1) == 1, address
        assert all(after <= before + 1 for before, after in pairwise(levels)), address


def test_a_region_stands_for_its_own_centre_not_a_departements(get: Get) -> None:
    page = said(get("/?q=comptabilit%C3%A9&home=Auvergne-Rh%C3%B4ne-Alpes").one("//main"))
    assert "Auvergne-Rhône-Alpes (centre de la région)" in page
