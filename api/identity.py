"""Who sends a request, and what that key may do."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from api.keys import Identity, Role, identify
from base.database import reading
from base.errors import Forbidden, Unauthenticated


def who(request: Request, database: Database) -> Identity:
    """The holder of the key in ``Authorization: Bearer`` or ``X-API-Key``; 401 without a valid one."""
    key = key_of(request)
    with reading(database) as conn:
        return holder(conn, key)


def key_of(request: Request) -> str:
    """As sent, not looked at yet; 401 when none was."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = (bearer if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")).strip()
    if not key:
        raise Unauthenticated("Il faut une clé, dans l'en-tête Authorization: Bearer ou X-API-Key.")
    return key


def holder(conn: Connection, key: str) -> Identity:
    identity = identify(conn, key)
    if identity is None:
        raise Unauthenticated("Cette clé n'est pas connue, ou elle a été révoquée.")
    return identity


def may_write_for(identity: Identity, siret: str) -> None:
    """403 unless the key is the organisation's own, or an operator's."""
    if identity.role is not Role.OPERATOR and identity.siret != siret:
        raise Forbidden("Cette clé appartient à un autre organisme que celui de l'adresse.")


def may_read(identity: Identity, *, owner: str, siret: str) -> None:
    """A submission is read by who sent it, the organisation it was sent for, and operators."""
    if identity.role is Role.OPERATOR or identity.owner == owner or (siret and identity.siret == siret):
        return
    raise Forbidden("Ce dépôt appartient à un autre organisme.")
