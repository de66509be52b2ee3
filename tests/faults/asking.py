"""Questions at a steady pace over HTTP: one that waits delays no other, and its time counts from when it was due."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import httpx

PATIENCE_SECONDS = 10.0
_BEFORE_GENERATION = 23  # bytes of a cursor (search/cursor.py)


@dataclass(frozen=True)
class Answer:
    question: str
    due: float  # seconds of the monotonic clock
    ended: float
    failure: str  # "" when it was answered
    total: int = -1
    generation: str = ""  # that it came from, "" when there was no further page to say so

    @property
    def seconds(self) -> float:
        return self.ended - self.due


async def ask(address: str, questions: Sequence[str], a_second: float, over: Callable[[], bool]) -> list[Answer]:
    """In turn until it is over; every fourth is followed to its second page at once."""
    waiting: set[asyncio.Task[list[Answer]]] = set()
    found: list[Answer] = []
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, limits=limits) as client:
        begin = time.monotonic()
        for number in count():
            due = begin + number / a_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if over():
                break
            question = questions[number % len(questions)]
            waiting.add(asyncio.create_task(_asked(client, question, due, pages=2 if number % 4 == 0 else 1)))
        for each in await asyncio.gather(*waiting):
            found += each
    return found


async def _asked(client: httpx.AsyncClient, question: str, due: float, pages: int) -> list[Answer]:
    found: list[Answer] = []
    cursor = ""
    for _ in range(pages):
        try:
            answered = await client.get(f"/api/v1/offers?{question}{cursor}")
        except httpx.TransportError as error:
            return [*found, Answer(question, due, time.monotonic(), repr(error))]
        if answered.status_code != 200:
            return [*found, Answer(question, due, time.monotonic(), f"{answered.status_code} {answered.text[:200]}")]
        told = answered.json()
        following = told["next_cursor"]
        generation = _generation(following) if following else ""
        found.append(Answer(question, due, time.monotonic(), "", told["total"], generation))
        if not following:
            break
        cursor, due = f"&cursor={following}", time.monotonic()
    return found


def _generation(cursor: str) -> str:
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[_BEFORE_GENERATION:].decode()
