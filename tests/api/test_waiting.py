"""An engine that waits on the network is asked beside the event loop; one in memory on it, which is faster."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from api.app import create_app
from api.services import Services
from search.engines.contract import Engine, Snapshot
from tests.api.client import Client


@dataclass
class Noting:
    """The sample's engine, noting where it is asked."""

    engine: Engine
    waits: bool
    on_the_loop: list[bool] = field(default_factory=list)

    def snapshot(self, generation: str | None = None) -> Snapshot:
        try:
            asyncio.get_running_loop()
            self.on_the_loop.append(True)
        except RuntimeError:
            self.on_the_loop.append(False)
        return self.engine.snapshot(generation)


@pytest.mark.parametrize("waits", [True, False])
def test_where_an_engine_is_asked(services: Services, waits: bool) -> None:
    engine = Noting(services.engine, waits)
    with Client(create_app(replace(services, engine=cast(Engine, engine)))) as client:
        by_address = client.get("/api/v1/offers?q=soudure").json()
        by_json = client.post("/api/v1/offers/search", json={"q": "soudure"}).json()
    assert by_address["hits"] == by_json["hits"] != []
    assert engine.on_the_loop == [not waits] * 2
