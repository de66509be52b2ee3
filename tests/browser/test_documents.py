"""Documents of a file and the payment page in a real browser: axe finds nothing, a card is paid without a script."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from enrollment.payments.sandbox.cards import Card
from enrollment.payments.sandbox.provider import PAGE
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.counter import ADDRESS, open_counter
from tests.enrollment.files.office import REQUESTED

pytestmark = pytest.mark.browser
KINDS = {"quote": "learner", "confirmation": "learner", "participation": "learner", "recap": "learner",
         "invoice": "organisation"}  # fmt: skip


@dataclass(frozen=True)
class Filed:
    address: str
    file: str
    keys: dict[str, str]
    pages: list[str]  # where payments wait


@pytest.fixture(scope="module", autouse=True)  # before the browser, whose loop bears no other
def filed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filed]:
    folder = tmp_path_factory.mktemp("filed")
    database = House(Settings(data_dir=folder)).database
    with open_counter(database, folder) as counter:
        file = counter.billed()
        counter.office.at(REQUESTED)  # a page that is shown has not expired
        waiting = []
        for _ in range(3):
            other = counter.asked()
            counter.act("organisation", other, "propose")
            waiting.append(counter.going(other)["page_url"].removeprefix(counter.services.address))
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(counter.app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield Filed(f"http://127.0.0.1:{listening.getsockname()[1]}", file, counter.keys, waiting)
        server.should_exit = True
        thread.join(timeout=10)
    database.dispose()


def opened(browser: Browser, filed: Filed, address: str, whose: str = "", **options: object) -> Page:
    held = {"Authorization": f"Bearer {filed.keys[whose]}"} if whose else {}
    context = browser.new_context(base_url=filed.address, extra_http_headers=held, locale="fr-FR", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [*KINDS, "payment"])
def test_axe_finds_nothing(browser: Browser, filed: Filed, kind: str, scheme: str, width: int) -> None:
    address = filed.pages[0] if kind == "payment" else f"{ADDRESS}/{filed.file}/documents/{kind}"
    page = opened(
        browser, filed, address, KINDS.get(kind, ""), color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    assert page.locator("h1").count() == 1
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_card_is_declined_then_another_one_pays(browser: Browser, filed: Filed) -> None:
    page = opened(browser, filed, filed.pages[1], java_script_enabled=False)
    page.get_by_label("Numéro de carte").fill(Card.DECLINED.value)
    page.get_by_role("button", name="Payer").click()
    assert "La banque a refusé" in page.locator("main").inner_text()
    page.get_by_label("Numéro de carte").fill("4242 4242 4242 4242")
    page.get_by_role("button", name="Payer").click()
    assert page.locator("h1").inner_text() == "Paiement reçu"
    assert PAGE in page.url
    page.context.close()


def test_the_bank_asks_for_a_code_and_a_payment_can_be_given_up(browser: Browser, filed: Filed) -> None:
    page = opened(browser, filed, filed.pages[2])
    page.get_by_label("Numéro de carte").fill(Card.CHALLENGED.value)
    page.get_by_role("button", name="Payer").click()
    assert page.get_by_label("Code envoyé par votre banque").is_visible()
    page.get_by_role("button", name="Abandonner").click()
    assert "abandonné" in page.locator("main").inner_text()
    page.context.close()
