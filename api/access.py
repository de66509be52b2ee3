"""One line per request: method, template of the route, status, milliseconds. Never an address or words: who asks what
is nobody's business, unless the operator switches it on (docs/operations.md, "Logs")."""

from __future__ import annotations

import logging

from starlette.types import Scope

LOGGER = "parcours.access"
_log = logging.getLogger(LOGGER)
ASKED = "parcours.method"  # of a scope: as it was asked, where another is answered


def note(scope: Scope, route: str, status: int, seconds: float, *, questions: bool = False) -> None:
    if not _log.isEnabledFor(logging.INFO):
        return
    told = {
        "method": scope.get(ASKED, scope["method"]),
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 3),
    }
    if questions:
        told["query"] = scope["query_string"].decode("latin-1")
    _log.info("%(method)s %(route)s %(status)d %(ms).3f ms", told)
