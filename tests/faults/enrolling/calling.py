"""Requests that are repeated with their key until somebody answers: whoever was cut off does not know what was done."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any

import httpx

ANSWERED_SECONDS = 60.0  # a service that is killed is started again at once
_AGAIN_SECONDS = 0.01


class Unanswered(Exception):
    """Nobody answered for a minute."""


@dataclass(frozen=True)
class Request:
    whose: str
    path: str
    key: str = ""  # of what changes something by POST
    content: Any = None
    raw: bytes = b""
    method: str = ""  # GET without a key, POST with one, where nothing else is said


@dataclass(frozen=True)
class Answered:
    request: Request
    status: int
    body: bytes
    content: Any
    replayed: bool
    tries: int


class Caller:
    """One connection, of one who acts for several."""

    def __init__(self, address: str, keys: dict[str, str]) -> None:
        self._client = httpx.Client(base_url=address, timeout=30)
        self._keys = keys

    def send(self, request: Request) -> Answered:
        headers = {"authorization": f"Bearer {self._keys[request.whose]}"} if request.whose else {}
        method = request.method or ("POST" if request.key else "GET")
        if request.key:
            headers["idempotency-key"] = request.key
        until, tries = monotonic() + ANSWERED_SECONDS, 0
        while monotonic() < until:
            tries += 1
            try:
                if request.raw:
                    answer = self._client.request(method, request.path, headers=headers, content=request.raw)
                else:
                    answer = self._client.request(method, request.path, headers=headers, json=request.content)
            except httpx.TransportError:
                Event().wait(_AGAIN_SECONDS)
                continue
            replayed = answer.headers.get("idempotency-replayed") == "true"
            is_json = "json" in answer.headers.get("content-type", "")
            content = answer.json() if is_json else None
            return Answered(request, answer.status_code, answer.content, content, replayed, tries)
        raise Unanswered(request.path)

    def close(self) -> None:
        self._client.close()
