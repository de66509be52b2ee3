"""The one hot address, answered before the framework.

A question takes 0.3 to 1 ms; the framework's way to its route (exit stacks, two routers, dependencies) takes 0.3 ms
more, for a route that depends on nothing. The route stands in ``api.offers`` all the same, for its description, and
calls the same function. Its place is outside every other layer, so it keeps the promises of ``api.watch`` itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import access
from api.access import ASKED
from api.problems import as_problem, respond
from api.watch import SAFE, Metrics, unforeseen
from base import correlation
from search.standby import StoodIn

Pairs = list[tuple[str, str]]
Answer = Callable[[Pairs], tuple[bytes, StoodIn | None]]
_JSON = [(b"content-type", b"application/json"), *SAFE]


class Direct:
    def __init__(
        self,
        app: ASGIApp,
        path: str,
        answer: Answer,
        metrics: Metrics,
        *,
        waits: bool,
        questions: bool = False,
    ) -> None:
        """``questions``: whether the access line tells them."""
        self._app = app
        self._path = path
        self._answer = answer
        self._waits = waits
        self._seen = metrics.of_route(path)
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "GET":
            if scope["type"] == "http" and scope["method"] == "HEAD":
                await self({**scope, "method": "GET", ASKED: "HEAD"}, receive, head_of(send))
            else:
                await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request = correlation.begin(scope["headers"])
        status = 200
        try:
            pairs = query_pairs(scope["query_string"])
            # On the event loop where it takes a millisecond, beside it where it waits on a network.
            told = await run_in_threadpool(self._answer, pairs) if self._waits else self._answer(pairs)
            body, stood_in = told
            headers = _JSON if stood_in is None else [*_JSON, *_as_bytes(fallback_headers(stood_in))]
        except Exception as error:
            problem = as_problem(error)
            if problem.status == 500:
                unforeseen(scope)
            shown = respond(problem)
            status, body, headers = shown.status_code, bytes(shown.body), [*shown.raw_headers, *SAFE]
        length = [] if status != 200 else [(b"content-length", b"%d" % len(body))]
        own = (correlation.HEADER, request.encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, own, *length]})
        await send({"type": "http.response.body", "body": body})
        seconds = time.perf_counter() - began
        self._seen(status, seconds)
        access.note(scope, self._path, status, seconds, questions=self._questions)


def head_of(send: Send) -> Send:
    """``HEAD`` is ``GET`` without the body, at every address (RFC 9110, 9.3.2)."""

    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


def fallback_headers(stood_in: StoodIn | None) -> dict[str, str]:
    """An answer of the standby says so before its body is read, with the age of its index in seconds."""
    if stood_in is None:
        return {}
    return {"Parcours-Fallback": stood_in.engine, "Parcours-Fallback-Age": str(stood_in.age_seconds)}


def _as_bytes(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def query_pairs(query: bytes) -> Pairs:
    """As the framework reads them: empty values kept, bytes that are no text replaced. ``parse_qsl`` takes three times
    as long."""
    text = query.decode("latin-1")
    if "+" in text:
        text = text.replace("+", " ")
    pairs: Pairs = []
    for field in text.split("&"):
        if field:
            name, _, value = field.partition("=")
            pairs.append((unquote(name) if "%" in name else name, unquote(value) if "%" in value else value))
    return pairs
