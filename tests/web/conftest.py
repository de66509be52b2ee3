"""The pages over the small market, asked as a browser would but in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from lxml import html

from tests.web.catalogue import application


class Page:
    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.tree = html.fromstring(response.text) if response.text else html.Element("html")

    def all(self, path: str) -> list[Any]:
        found: Any = self.tree.xpath(path)
        return list(found)

    def texts(self, path: str) -> list[str]:
        return [said(element) for element in self.all(path)]

    def one(self, path: str) -> Any:
        (element,) = self.all(path)
        return element

    @property
    def heading(self) -> str:
        return said(self.one("//h1"))

    @property
    def title(self) -> str:
        return said(self.one("//title"))

    def card(self, title: str, place: str = "") -> html.HtmlElement:
        found = [card for card in self.all("//article") if title in said(card) and place in said(card)]
        assert found, (title, self.texts("//article//h2"))
        return found[0]


Get = Callable[..., Page]


def said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return application(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="session")
def get(app: FastAPI) -> Get:
    async def ask(address: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://parcours.test") as client:
            return await client.get(address, headers=headers)

    def fetch(address: str, **headers: str) -> Page:
        return Page(anyio.run(ask, address, headers))

    return fetch
