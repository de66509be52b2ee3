"""Keys of those who may write. Only a digest is kept: a key is shown once, when it is made."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import cast

from sqlalchemy import Column, Connection, Table, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from base.database import Instant
from base.errors import InvalidParameter
from base.ids import id_number, id_text
from base.prepared import Prepared

PREFIX = "pk"
_SECRET_BYTES = 32  # 256 random bits: a fast digest is enough, there is nothing to guess


class Role(StrEnum):
    ORGANISATION = "organisation"  # writes for its own SIRET
    OPERATOR = "operator"  # writes for every organisation
    LEARNER = "learner"  # acts for his own account
    FUNDER = "funder"  # examines the files that ask for its money


class ApiKey(SQLModel, table=True):
    __tablename__ = "api_key"

    public: str = Field(primary_key=True)  # the part of the key that finds its row
    digest: str  # SHA-256 of the secret part, hexadecimal
    role: str
    siret: str = Field(default="", index=True)  # of an organisation
    subject: str = ""  # whose the key is: a learner's account, a funder's code
    name: str = ""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


API_KEY = cast(Table, ApiKey.__table__)  # type: ignore[attr-defined]
_LIVE = Prepared(
    lambda _: select(API_KEY.c.digest, API_KEY.c.role, API_KEY.c.siret, API_KEY.c.name, API_KEY.c.subject).where(
        API_KEY.c.public == bindparam("public"), API_KEY.c.revoked_at.is_(None)
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who holds a key."""

    public: str
    role: Role
    siret: str
    name: str
    account: str = ""  # of a learner, or a funder's code

    @property
    def owner(self) -> str:
        """As submissions name who sent them."""
        return f"key:{self.public}"


def issue(conn: Connection, *, role: Role, siret: str, name: str, now: datetime, subject: str = "") -> str:
    """A new key, in clear for the only time. ``subject``: the account of a learner, a new one if none is said; the code
    of a funder."""
    if role is Role.ORGANISATION and not (len(siret) == 14 and siret.isascii() and siret.isdigit()):
        raise InvalidParameter("siret", "Une clé d'organisme porte le SIRET de l'organisme (14 chiffres).")
    if role is Role.LEARNER:
        subject = _account(subject)
    elif role is Role.FUNDER and not subject:
        raise InvalidParameter("subject", "Une clé de financeur porte son code, par exemple france_travail.")
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(_SECRET_BYTES)
    conn.execute(
        insert(API_KEY).values(
            public=public,
            digest=_digest(secret),
            role=role.value,
            siret=siret if role is Role.ORGANISATION else "",
            subject=subject if role in (Role.LEARNER, Role.FUNDER) else "",
            name=name,
            created_at=now,
        )
    )
    return f"{PREFIX}_{public}_{secret}"


def revoke(conn: Connection, public: str, *, now: datetime) -> bool:
    """False when there is no such key, or it was revoked before."""
    live = (API_KEY.c.public == public) & API_KEY.c.revoked_at.is_(None)
    return conn.execute(update(API_KEY).where(live).values(revoked_at=now)).rowcount == 1


def identify(conn: Connection, key: str) -> Identity | None:
    """Who the key belongs to; ``None`` when it is malformed, unknown or revoked. Compares in constant time."""
    prefix, _, rest = key.partition("_")
    public, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret or len(key) > 200 or not key.isascii() or not public.isalnum():
        return None
    found = held(conn, public)
    if found is None or not hmac.compare_digest(found[1], _digest(secret)):
        return None
    return found[0]


def held(conn: Connection, public: str) -> tuple[Identity, str] | None:
    """Who holds a live key, and its digest, which signs what is given to him."""
    row = _LIVE.first(conn, {"public": public})
    return None if row is None else (Identity(public, Role(row.role), row.siret, row.name, row.subject), row.digest)


def _account(text: str) -> str:
    """An account is an id as text; a new one is not to be guessed."""
    if not text:
        return id_text(secrets.randbits(62) + 1)
    try:
        return id_text(id_number(text))
    except ValueError as error:
        raise InvalidParameter("subject", "Le compte d'un titulaire est un identifiant de 13 caractères.") from error


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
