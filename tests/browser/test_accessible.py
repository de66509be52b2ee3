"""axe finds nothing, in both colour schemes, on a desktop and on a small telephone; nothing is wider than a screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.web.catalogue import ATELIER, offer_of

pytestmark = pytest.mark.browser
RESULTS = (
    "/?q=comptabilit%C3%A9+zzzzzz&home=Lyon&work=Vienne&bookable=1"
    "&accessibility=premises:yes&accessibility=premises:unknown"
)
ADDRESSES = {
    "home": "/",
    "results": RESULTS,
    "pages": "/?q=anglais&home=Lyon&sort=price",
    "detail": f"/offres/{offer_of(ATELIER, 'T1', 'O1')}?q=paie&home=Lyon&work=Vienne",
    "expired": f"/offres/{offer_of(ATELIER, 'T2', 'O1')}",
    "empty": "/?q=zzzzzz&home=Lyon",
    "fault of a filter": "/?q=paie&price_max=abc",
    "fault of a place": "/?home=zzzzqqqq",
    "error": "/offres/inconnue",
    "ranking": "/classement",
    "statement": "/accessibilite",
}
FAULTS = {"fault of a filter", "fault of a place", "error"}


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_axe_finds_nothing(open_page: NewPage, name: str, scheme: str, width: int) -> None:
    page = open_page(ADDRESSES[name], width=width, color_scheme=scheme, reduced_motion="reduce")
    assert page.title().startswith("Erreur") == (name in FAULTS)
    open_everything(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("width", [1280, 768, 360, 320])
@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_is_wider_than_the_screen(open_page: NewPage, name: str, width: int) -> None:
    page = open_page(ADDRESSES[name], width=width)
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_are_beside_the_results_where_there_is_room_and_a_drawer_elsewhere(open_page: NewPage) -> None:
    wide = open_page(RESULTS)
    assert wide.locator(".drawer > summary").is_hidden()
    assert wide.locator("#price_max").is_visible()
    narrow = open_page(RESULTS, width=360)
    assert narrow.locator(".drawer > summary").is_visible()
    assert narrow.locator("#price_max").is_hidden()
