"""Errors as RFC 9457 problem documents, in one place: ours, the framework's and the unexpected."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from base.correlation import current
from base.errors import ParcoursError

MEDIA_TYPE = "application/problem+json"
Show = Callable[[ParcoursError], Response]
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}
_FRENCH = {
    400: ("bad-request", "Requête incorrecte", "La requête ne peut pas être lue."),
    404: ("not-found", "Introuvable", "Rien ne se trouve à cette adresse."),
    405: ("method-not-allowed", "Méthode refusée", "Cette adresse ne répond pas à cette méthode."),
    413: ("too-large", "Envoi trop volumineux", "Ce qui est envoyé dépasse la taille acceptée."),
}


class TooLarge(ParcoursError):
    status = 413
    code = "too-large"
    title = "Envoi trop volumineux"


def document(error: ParcoursError) -> dict[str, Any]:
    """Members of the problem; ``extra`` of the error adds its own and never replaces a standard one."""
    standard = {
        "type": f"urn:parcours:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    request = current()
    return {**error.extra, **standard, **({"instance": f"urn:parcours:request:{request}"} if request else {})}


def respond(error: ParcoursError, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps(document(error), default=str)
    return Response(body, error.status, {**headers_of(error.status), **(headers or {})}, MEDIA_TYPE)


def headers_of(status: int) -> dict[str, str]:
    """What a status promises beside its body: how to identify oneself, when to come back."""
    return dict(_HEADERS.get(status, {}))


def unexpected() -> ParcoursError:
    """What a caller sees of a failure of ours: that it happened, nothing of where."""
    return ParcoursError("Une erreur imprévue est survenue de notre côté ; elle a été notée. Réessayez plus tard.")


def from_framework(error: HTTPException) -> ParcoursError:
    """The framework's own refusals (unknown address, wrong method) in our words."""
    phrase = HTTPStatus(error.status_code).phrase
    code, title, detail = _FRENCH.get(error.status_code, (f"http-{error.status_code}", phrase, phrase))
    problem = ParcoursError(detail)
    problem.status, problem.code, problem.title = error.status_code, code, title
    return problem


def from_validation(error: RequestValidationError) -> ParcoursError:
    first = error.errors()[0] if error.errors() else {}
    name = str((first.get("loc") or ("",))[-1])
    problem = ParcoursError(f"{name} : valeur incorrecte.", parameter=name)
    problem.status, problem.code, problem.title = 422, "invalid-parameter", "Paramètre incorrect"
    return problem


def as_problem(error: Exception) -> ParcoursError:
    if isinstance(error, ParcoursError):
        return error
    if isinstance(error, RequestValidationError):
        return from_validation(error)
    return from_framework(error) if isinstance(error, HTTPException) else unexpected()


def install(app: FastAPI, show: Show | None = None) -> None:
    """``show``: how the site tells an error to a person, at its own addresses."""

    async def handle(request: Request, error: Exception) -> Response:
        problem = as_problem(error)
        if show is not None and is_for_a_person(request):
            return show(problem)
        return respond(problem, dict(error.headers or {}) if isinstance(error, HTTPException) else None)

    for kind in (ParcoursError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handle)


def is_for_a_person(request: Request) -> bool:
    path = request.url.path
    return not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
