"""What stands between an organisation and its money, until somebody has seen to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from base.errors import InvalidParameter, NotFound
from catalog.codes.facets import Labelled
from enrollment.transfers.tables import INCIDENT


class Kind(Labelled):
    REJECTED = "rejected", "virement rejeté par la banque"
    NO_ACCOUNT = "no_account", "aucun compte bancaire en vigueur"


@dataclass(frozen=True, slots=True)
class Incident:
    id: int
    kind: Kind
    siret: str
    account_id: int | None  # that gets no money until the incident is closed
    transfer_id: int | None
    text: str
    opened_at: datetime
    closed_at: datetime | None
    resolution: str


def open_incident(
    conn: Connection,
    kind: Kind,
    siret: str,
    text: str,
    now: datetime,
    *,
    account_id: int | None = None,
    transfer_id: int | None = None,
) -> None:
    values = {"kind": kind.value, "siret": siret, "text": text, "opened_at": now}
    told = {"account_id": account_id, "transfer_id": transfer_id, "closed_by": "", "resolution": ""}
    conn.execute(insert(INCIDENT).values(id=secrets.randbits(62) + 1, **values, **told))


def close(conn: Connection, incident_id: int, resolution: str, *, by: str, now: datetime) -> Incident:
    """Seen to: the account gets money again."""
    if not resolution.strip():
        raise InvalidParameter("resolution", "resolution : dites ce qui a été fait.")
    live = update(INCIDENT).where(INCIDENT.c.id == incident_id, INCIDENT.c.closed_at.is_(None))
    if conn.execute(live.values(closed_at=now, closed_by=by, resolution=resolution.strip())).rowcount != 1:
        raise NotFound("Cet incident n'existe pas ou il est déjà clos.")
    return _incident(conn.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one())


def close_all(conn: Connection, siret: str, kind: Kind, resolution: str, now: datetime) -> None:
    live = (INCIDENT.c.siret == siret, INCIDENT.c.kind == kind.value, INCIDENT.c.closed_at.is_(None))
    conn.execute(update(INCIDENT).where(*live).values(closed_at=now, closed_by="", resolution=resolution))


def opened(conn: Connection, siret: str = "") -> list[Incident]:
    """Those that nobody has seen to, the oldest first; of one organisation or of all."""
    query = select(INCIDENT).where(INCIDENT.c.closed_at.is_(None))
    if siret:
        query = query.where(INCIDENT.c.siret == siret)
    return [_incident(row) for row in conn.execute(query.order_by(INCIDENT.c.opened_at, INCIDENT.c.id))]


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        row.id, Kind.of(row.kind), row.siret, row.account_id, row.transfer_id, row.text, row.opened_at, row.closed_at,
        row.resolution,
    )  # fmt: skip
