"""Links to a document for a browser, which sends no key: its reader asks for one with his key; it opens for an hour.

A link is signed with the digest of the key that asked for it, which only the database has beside its holder: it shows
what that key may see when it is opened, and nothing any more once the key is revoked.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode

import orjson
from sqlalchemy import Connection

from api.keys import Identity, held
from base.errors import NotFound

# All in the path: where questions are logged, their queries are (``api.access``), and paths never.
_NAMES = ("file_id", "kind", "key", "until", "signature")
PATH = "/dossiers/{file_id}/documents/{kind}/{key}/{until}/{signature}"
LASTS = timedelta(hours=1)


class NoSuchLink(NotFound):
    """Or one that is over: a stranger does not learn which."""

    title = "Lien sans suite"

    def __init__(self) -> None:
        super().__init__("Ce lien n'est pas, ou n'est plus, valable : demandez-en un autre.")


@dataclass(frozen=True, slots=True)
class Link:
    """``key``: the public part of the key that asked for it; ``until`` in seconds since 1970."""

    file_id: str
    kind: str
    reference: str
    key: str
    until: int

    def address(self, digest: str) -> str:
        names = (self.file_id, self.kind, self.key, str(self.until), self._signature(digest))
        path = PATH.format(**dict(zip(_NAMES, (quote(name, safe="") for name in names), strict=True)))
        return f"{path}?{urlencode({'reference': self.reference})}" if self.reference else path

    def _signature(self, digest: str) -> str:
        said = orjson.dumps(["document", self.file_id, self.kind, self.reference, self.key, self.until])
        return hmac.new(digest.encode(), said, sha256).hexdigest()

    def opened(self, conn: Connection, signature: str, now: datetime) -> Identity:
        """Who asked for it."""
        found = held(conn, self.key)
        if found is None or not now.timestamp() < self.until:
            raise NoSuchLink
        identity, digest = found
        if not hmac.compare_digest(self._signature(digest).encode(), signature.encode()):
            raise NoSuchLink
        return identity


def until(now: datetime) -> int:
    return int((now + LASTS).timestamp())
