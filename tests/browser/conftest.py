"""A real Chromium on the real service, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.skipping import skip_or_fail
from tests.web.catalogue import application

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the pages over the small market."""
    app = application(tmp_path_factory.mktemp("market"))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()  # the socket listens already: a browser that comes early waits in its queue
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")  # while it lives an event loop runs, in which no other kind of test can
def browser() -> Iterator[Browser]:
    path = os.environ.get("PARCOURS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        skip_or_fail("Chromium absent: install chromium or set PARCOURS_CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, service: str) -> Iterator[NewPage]:
    """``open_page("/", width=360, ...)``: a page of a fresh context; any message of the browser fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(address: str, *, width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            base_url=service,
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend([said.text] if said.type == "error" else []))
        page.on("request", lambda asked: complaints.extend([] if asked.url.startswith(service) else [asked.url]))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    # The browser logs the status of a page that is an error on purpose.
    assert [text for text in complaints if "responded with a status of 4" not in text] == []
