"""What holds for every page: headers, style sheet, the page on ranking."""

from __future__ import annotations

import pytest

from search import ranking
from tests.web.catalogue import ATELIER, offer_of
from tests.web.conftest import Get
from web.french import blocks, day, decimal, euros, kilometres, phone, web_address

ADDRESSES = ["/", "/?q=paie", "/?price_max=x", "/classement", "/accessibilite", "/offres/x",
             f"/offres/{offer_of(ATELIER, 'T1', 'O1')}"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_kept_to_itself(get: Get, address: str) -> None:
    page = get(address)
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert not page.all("//@style | //style | //script | //@onclick")
    assert all(link.startswith("/") for link in page.all("//link/@href"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_its_language_title_landmarks_and_labels(get: Get, address: str) -> None:
    page = get(address)
    assert page.one("/html").get("lang") == "fr"
    assert page.title.endswith("– Parcours")
    assert page.one("//nav[@class='skip']//li[last()]/a").get("href") == "#contenu"
    assert page.one("//main").get("id") == "contenu"
    ids = page.all("//@id")
    assert len(ids) == len(set(ids))
    for control in page.all("//input[not(@type='hidden')] | //select"):
        assert page.one(f"//label[@for='{control.get('id')}']") is not None
    for target in page.all("//a[starts-with(@href, '#')]/@href"):
        assert target[1:] in ids


def test_the_style_sheet_is_kept_for_a_year_and_renamed_when_it_changes(get: Get) -> None:
    address = get("/").one("//link[@rel='stylesheet']").get("href")
    sheet = get(address)
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert "immutable" not in get("/static/parcours.css").headers["cache-control"]
    assert get(address, **{"If-None-Match": sheet.headers["etag"]}).status == 304
    assert get("/static/absent.css").status == 404


def test_the_page_on_ranking_tells_every_weight(get: Get) -> None:
    text = get("/classement").text
    for weight in (*ranking.WEIGHTS.values(), *ranking.FIELD_WEIGHTS.values(), *ranking.FORM_WEIGHTS.values()):
        assert decimal(weight, 3) in text or decimal(weight, 2) in text
    assert ranking.VERSION in text


def test_the_accessibility_page_claims_no_audit(get: Get) -> None:
    assert "n'a pas encore été audité par un tiers" in get("/accessibilite").text


def test_figures_read_as_in_french() -> None:
    assert euros(588_000) == "5\u00a0880\u00a0€"
    assert euros(1_250) == "12,50\u00a0€"
    assert euros(None) == ""
    assert kilometres(1.54) == "1,5\u00a0km"
    assert kilometres(123.4) == "123\u00a0km"
    assert kilometres(0.02) == "moins de 100\u00a0m"
    assert kilometres(0.02, rough=True) == "environ 1\u00a0km"
    assert day("2027-01-01") == "1er\u00a0janvier 2027"
    assert day("2027-01-01", "month") == "janvier 2027"
    assert phone("+33478000000") == "04\u00a078\u00a000\u00a000\u00a000"
    assert phone("voir le site") == "voir le site"


def test_texts_keep_their_lines_and_lists() -> None:
    assert blocks("Un :\n- a\n- b\n\nDeux\nlignes") == [("p", ["Un :"]), ("ul", ["a", "b"]), ("p", ["Deux", "lignes"])]


def test_only_sites_can_be_followed() -> None:
    assert web_address(" https://a.example/x ") == "https://a.example/x"
    for bad in ("javascript:alert(1)", "data:text/html,x", "//a.example", "http://", "http://[", ""):
        assert web_address(bad) == ""
