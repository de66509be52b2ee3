"""Around every request: its latency by class, headers of safety, and a last catch for what nobody expected."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import access
from api.problems import Show, is_for_a_person, respond, unexpected
from base import correlation
from search.request import SearchRequest

_log = logging.getLogger(__name__)
CLASSES = ("full", "everywhere", "browse", "match_all")
_BUCKETS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
Seen = Callable[[int, float], None]  # status and seconds of a request


class Metrics:
    """One registry per application, so that several live in one process (tests)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("parcours_requests", "Requêtes", ("route", "status"), registry=self.registry)
        self.latency = Histogram(
            "parcours_request_seconds", "Durée des réponses", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self.questions = Histogram(
            "parcours_question_seconds",
            "Durée des questions, par classe",
            ("class",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.of_class = {name: self.questions.labels(name).observe for name in CLASSES}

    def of_route(self, route: str) -> Seen:
        """Counts the requests of one route. Looking its counters up costs more than counting, so it is done once."""
        latency = self.latency.labels(route).observe
        counts: dict[int, Callable[[], None]] = {}

        def seen(status: int, seconds: float) -> None:
            count = counts.get(status)
            if count is None:
                count = counts[status] = self.requests.labels(route, str(status)).inc
            count()
            latency(seconds)

        return seen

    def text(self) -> bytes:
        return generate_latest(self.registry)


def question_class(request: SearchRequest) -> str:
    """The classes of docs/performance.md."""
    placed = bool(request.home or request.work or request.areas)
    if request.q:
        return "full" if placed else "everywhere"
    return "browse" if placed else "match_all"


class Watch:
    def __init__(self, app: ASGIApp, metrics: Metrics, show: Show | None = None, *, questions: bool = False) -> None:
        self._app = app
        self._questions = questions
        self._metrics = metrics
        self._seen: dict[str, Seen] = {}
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        own = (correlation.HEADER, correlation.begin(scope["headers"]).encode())
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], own, *(safe for safe in SAFE if safe[0] not in given)]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            unforeseen(scope)
            if status:  # the answer has begun: only the connection can still tell
                raise
            told = self._show if self._show is not None and is_for_a_person(Request(scope)) else respond
            await told(unexpected())(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")  # the template, never the address: labels stay few
            seconds = time.perf_counter() - began
            self._seen_on(route)(status, seconds)
            access.note(scope, route, status, seconds, questions=self._questions)

    def _seen_on(self, route: str) -> Seen:
        seen = self._seen.get(route)
        if seen is None:
            seen = self._seen[route] = self._metrics.of_route(route)
        return seen


def unforeseen(scope: Scope) -> None:
    _log.exception("Erreur imprévue : %s %s", scope["method"], scope["path"])
