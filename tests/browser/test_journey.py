"""From the form to the contacts and back, by keyboard alone, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

pytestmark = pytest.mark.browser
MOST_TABS = 120


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus: what cannot be reached this way cannot be reached at all."""
    wanted = page.locator(selector).first
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            expect(wanted.or_(page.locator(f"{selector}:focus")).first).to_be_visible()
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_learner_finds_filters_reads_and_comes_back_by_keyboard(
    open_page: NewPage, javascript: bool, width: int
) -> None:
    page = open_page("/", width=width, java_script_enabled=javascript)
    tab_to(page, "#q")
    page.keyboard.type("comptabilité")
    tab_to(page, "#home")
    page.keyboard.type("Lyon")
    tab_to(page, "#work")
    page.keyboard.type("Vienne")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("5 offres pour")
    assert "bookable=1" in page.url

    if width < 900:
        tab_to(page, ".drawer > summary")
        page.keyboard.press("Enter")
    tab_to(page, "#f-modality-in_person")
    page.keyboard.press("Space")
    tab_to(page, ".apply button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("4 offres pour")
    assert "modality=in_person" in page.url

    title = page.locator(".card h2 a").first.inner_text()
    tab_to(page, ".card h2 a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#contacts")).to_be_visible()

    tab_to(page, ".back a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("4 offres pour")
    expect(page.locator(".card:target h2")).to_have_text(title)
    page.keyboard.press("Tab")  # goes on from the card that was read
    assert page.locator(".card:target *:focus").count() == 1


def test_reasons_open_by_keyboard(open_page: NewPage) -> None:
    page = open_page("/?q=comptabilit%C3%A9&home=Lyon")
    tab_to(page, ".why > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".why[open] table").first).to_be_visible()


def test_skip_links_come_first_and_lead_to_the_results(open_page: NewPage) -> None:
    page = open_page("/?q=comptabilit%C3%A9&home=Lyon")
    page.keyboard.press("Tab")
    expect(page.locator(".skip a:focus")).to_have_text("Aller aux résultats")
    expect(page.locator(".skip a:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#resultats")).to_be_focused()


def test_the_focus_is_always_seen(open_page: NewPage) -> None:
    page = open_page("/?q=comptabilit%C3%A9&home=Lyon")
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] }"
        )
        assert outline[0] != "none", page.evaluate("document.activeElement.outerHTML")
        assert outline[1] == "3px"


def test_a_fault_leads_to_its_field(open_page: NewPage) -> None:
    page = open_page("/?q=paie&price_max=abc")
    tab_to(page, ".alert a")
    page.keyboard.press("Enter")
    expect(page.locator("#price_max")).to_be_focused()
    expect(page.locator("#price_max")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("9000")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("pour «")
    assert "price_max=9000" in page.url


def test_pages_follow_each_other(open_page: NewPage) -> None:
    page = open_page("/?q=anglais")
    tab_to(page, "a[rel=next]")
    page.keyboard.press("Enter")
    expect(page.locator(".pages p")).to_have_text("Résultats 21 à 25 sur 25")
    tab_to(page, "a[rel=prev]")
    page.keyboard.press("Enter")
    expect(page.locator(".pages p")).to_have_text("Résultats 1 à 20 sur 25")


def test_a_filter_is_taken_away_by_its_chip(open_page: NewPage) -> None:
    page = open_page("/?q=comptabilit%C3%A9&home=Lyon&modality=remote")
    expect(page.locator("h1")).to_contain_text("1 offre pour")
    tab_to(page, ".chips a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("6 offres pour")
