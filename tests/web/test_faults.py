"""A question that cannot be understood is answered beside the field it names; nothing ends in an error of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.parameters import PARAMETERS
from tests.web.conftest import Get, said


@pytest.mark.parametrize(
    ("address", "field", "text"),
    [
        ("/?q=paie&price_max=abc", "price_max", "« abc » n'est pas un nombre"),
        ("/?hours_max=-3", "hours_max", "« -3 » n'est pas un nombre entier"),
        ("/?home=zzzzqqqq", "home", "Lieu inconnu : « zzzzqqqq »"),
        ("/?start_from=demain", "start_from", "n'est pas une date"),
        ("/?sort=distance", "sort", "demande un lieu : donnez « Domicile » ou « Lieu de travail »"),
        ("/?start_from=2027-02-01&start_to=2027-01-01", "start_to", "« Début au plus tard » est avant"),
        ("/?q=" + "a" * 1001, "q", "1001 caractères"),
    ],
)
def test_the_message_stands_beside_its_field(get: Get, address: str, field: str, text: str) -> None:
    page = get(address)
    assert page.status == 422
    assert page.title.startswith("Erreur")
    control = page.one(f"//*[@id='{field}']")
    assert control.get("aria-invalid") == "true"
    assert text in said(page.one(f"//*[@id='{control.get('aria-describedby')}']"))
    assert field not in said(page.one("//*[@role='alert']")).split()


def test_what_was_typed_is_kept(get: Get) -> None:
    page = get("/?q=paie&home=Lyon&price_max=abc&modality=remote&start_from=2027-01-01")
    assert page.one("//input[@id='q']").get("value") == "paie"
    assert page.one("//input[@id='price_max']").get("value") == "abc"
    assert page.one("//input[@name='start_from']").get("value") == "2027-01-01"
    assert page.one("//input[@type='hidden'][@name='modality']").get("value") == "remote"


def test_a_fault_of_the_search_keeps_the_filters_that_are_not_shown(get: Get) -> None:
    page = get("/?home=zzzzqqqq&price_max=900")
    assert page.one("//input[@name='price_max']").get("type") == "hidden"


@pytest.mark.parametrize("address", ["/?nom=x", "/?polygon=x", "/?cursor=xyz", "/?certification=%3Cb%3E"])
def test_what_no_field_can_show_is_said_above_the_form(get: Get, address: str) -> None:
    page = get(address)
    assert page.status == 422
    assert said(page.one("//*[@role='alert']//p"))


@pytest.mark.parametrize("name", ["0" * 13, "z" * 13, "x", "%00", "..%2f..", "%F0%9F%92%A9"])
def test_an_offer_that_is_not_there_is_a_page_that_leads_back(get: Get, name: str) -> None:
    page = get(f"/offres/{name}?q=paie&home=Lyon")
    assert page.status == 404
    if "%2f" not in name:
        assert page.one("//a[@class='button']").get("href") == "/?q=paie&home=Lyon"


def test_a_page_of_another_day_starts_again(get: Get) -> None:
    from search.cursor import Cursor, write_cursor
    from search.request import SearchRequest

    asked = SearchRequest(q="anglais")
    old = write_cursor(asked, Cursor("g0", 1, 20, 0))
    page = get(f"/?q=anglais&cursor={old}")
    assert page.status == 410
    assert page.one("//a[@class='button']").get("href") == "/?q=anglais"


NAMES = st.sampled_from([parameter.name for parameter in PARAMETERS]) | st.text(max_size=8)


@settings(max_examples=150, deadline=None)
@given(asked=st.lists(st.tuples(NAMES, st.text(max_size=30)), min_size=1, max_size=4))
def test_no_address_breaks_a_page(get: Get, asked: list[tuple[str, str]]) -> None:
    query = "&".join(
        f"{quote(name.encode('utf-8', 'replace'))}={quote(value.encode('utf-8', 'replace'))}" for name, value in asked
    )
    page = get(f"/?{query}")
    assert page.status in (200, 302, 410, 422)
    assert not page.all("//script")
