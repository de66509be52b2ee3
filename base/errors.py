"""The one root of errors a user may meet. Raised where the rule is, rendered once as an RFC 9457 problem document."""

from __future__ import annotations

from typing import Any


class ParcoursError(Exception):
    """``title`` and ``detail`` are French and say what to do; ``extra`` holds members of the problem document.

    ``advice`` is the way out for the operator, also French: for the command line, the log and ``/readyz``, never for
    who asks a question.
    """

    status = 500
    code = "internal"
    title = "Une erreur est survenue"

    def __init__(self, detail: str, *, advice: str = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = advice
        self.extra = extra

    @property
    def told(self) -> str:
        """To an operator."""
        return f"{self.detail} {self.advice}".rstrip()


class InvalidParameter(ParcoursError):
    """A question with a parameter that cannot be understood. ``extra["parameter"]`` names it."""

    status = 422
    code = "invalid-parameter"
    title = "Paramètre incorrect"

    def __init__(self, parameter: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, parameter=parameter, **extra)
        self.parameter = parameter


class NotBuiltYet(InvalidParameter):
    code = "not-built-yet"
    title = "Pas encore disponible"


class NotFound(ParcoursError):
    status = 404
    code = "not-found"
    title = "Introuvable"


class Unauthenticated(ParcoursError):
    status = 401
    code = "unauthenticated"
    title = "Clé absente ou inconnue"


class Forbidden(ParcoursError):
    status = 403
    code = "forbidden"
    title = "Accès refusé"


class Conflict(ParcoursError):
    status = 409
    code = "conflict"
    title = "Conflit"


class Gone(ParcoursError):
    """A cursor whose index generation is no longer served."""

    status = 410
    code = "gone"
    title = "Page périmée"


class Unavailable(ParcoursError):
    status = 503
    code = "unavailable"
    title = "Service momentanément indisponible"


class StorageFull(ParcoursError):
    status = 507
    code = "storage-full"
    title = "Espace de dépôt plein"


class FileRefused(ParcoursError):
    """A whole submission refused (not well-formed, cut off, no catalogue). ``extra``: line, column, finding code."""

    status = 422
    code = "file-refused"
    title = "Fichier refusé"


class IndexDamaged(ParcoursError):
    """A segment is missing or does not match its checksum. ``detail`` names the command that mends it."""

    status = 503
    code = "index-damaged"
    title = "Index endommagé"
