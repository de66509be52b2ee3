"""Requests to the application without a socket: what a demonstration asks as a caller would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import orjson
from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Told:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Asker:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def ask(self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Told:
        """``RuntimeError`` with what was said, where it was refused."""
        told = self._runner.run(self._asked(method, address, body, headers or {}))
        if told.status >= 400:
            raise RuntimeError(f"{method} {address}: {told.status} {told.body.decode(errors='replace')[:1000]}")
        return told

    async def _asked(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Told:
        parts = urlsplit(address)
        status, answered, chunks = 0, dict[str, str](), list[bytes]()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answered.update((name.decode(), value.decode()) for name, value in message["headers"])
            else:
                chunks.append(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": quote(parts.query, safe="=&%+,.:-_").encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 80),
        }
        await self._app(scope, receive, send)
        return Told(status, answered, b"".join(chunks))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._runner.close()
