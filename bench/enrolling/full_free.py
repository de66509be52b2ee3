"""The last seat is taken, and given back: how long until a search says so, in a service with its worker."""

from __future__ import annotations

import asyncio
import time

import orjson

from api.enrollment import ADDRESS
from api.posting import Sent
from base.ids import id_text
from bench.enrolling.market import Market
from bench.enrolling.reserving import Ask, over_http, request_of, served
from bench.http import get_json

LOOKED_EVERY_S = 0.02
LOST_S = 30.0
NOBODY = id_text(1)  # a comparison asks for two offers at least


def measure_full_free(market: Market, changes: int) -> dict[str, list[float]]:
    """Seconds from the answer of the one who takes or gives back the seat, by what was changed."""
    waited: dict[str, list[float]] = {"full until searchable": [], "free again until searchable": []}

    async def run(port: int) -> None:
        door = over_http(port)
        for number in range(changes):
            wish = market.wishes[number]
            made = await _answered(door, request_of(market, number))
            file = orjson.loads(made)["id"]
            for label, key, event, seats in (
                ("full until searchable", market.organisation, "propose", 0),
                ("free again until searchable", wish.key, "decline", 1),
            ):
                await _answered(door, Sent("POST", f"{ADDRESS}/{file}/events/{event}", b"{}", key, f"{event}-{file}"))
                answered = time.perf_counter()
                await _shown(port, wish.offer, seats)
                waited[label].append(time.perf_counter() - answered)

    with served(market, worker=True) as (port, _):
        asyncio.run(run(port))
    return waited


async def _answered(door: Ask, sent: Sent) -> bytes:
    status, body = await door(sent)
    assert status in (200, 201), body
    return body


async def _shown(port: int, offer: str, seats: int) -> None:
    """By what the hit says and by the filter."""
    end = time.perf_counter() + LOST_S
    asked = f"/api/v1/offers?ids={offer},{NOBODY}"
    while True:
        hits = (await get_json(port, asked))["hits"]
        filtered = (await get_json(port, f"{asked}&seats_min=1"))["total"]
        if hits[0]["next_session"]["seats_left"] == seats and filtered == seats:
            return
        if time.perf_counter() > end:
            raise RuntimeError(f"a seat was not searchable after {LOST_S:.0f} s")
        await asyncio.sleep(LOOKED_EVERY_S)
