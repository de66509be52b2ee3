"""A sheet of funders' agreements: several values of one criterion stand in its cell with commas or bars between."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from catalog.codes.facets import Labelled
from enrollment.money.agreements import Agreement, put_agreements
from enrollment.money.feeding import learner_number
from enrollment.money.kinds import ActionKind, FunderKind, Status
from enrollment.money.loading import Loaded, taken
from enrollment.money.sheets import SheetRow, Unusable, read_sheet

AGREEMENT_COLUMNS = ("reference", "financeur", "type", "du", "montant_max")
_CRITERIA = ("au", "pourcent", "publics", "actions", "certifications", "regions", "employeur", "titulaire")

Code = TypeVar("Code", bound=Labelled)


def load_agreements(conn: Connection, content: bytes, at: datetime) -> Loaded:
    loaded = Loaded()
    rows = read_sheet(content, AGREEMENT_COLUMNS, optional=_CRITERIA)
    read: dict[str, Agreement] = {}
    for row, agreement in taken(rows, loaded, lambda row: (row, _agreement(row))):
        if agreement.reference in read:
            loaded.warn(row, "twice", "Cette référence est là deux fois : la dernière ligne vaut.", agreement.reference)
        read[agreement.reference] = agreement
    put_agreements(conn, list(read.values()), at)
    loaded.taken = len(read)
    return loaded


def _agreement(row: SheetRow) -> Agreement:
    from_on = row.day("du")
    if from_on is None:
        raise Unusable("missing", "du : une date est attendue.")
    to_on = row.day("au")
    if to_on is not None and to_on < from_on:
        raise Unusable("date", "au : cette date précède le début.", to_on.isoformat())
    most = row.amount("montant_max")
    if not most:
        raise Unusable("amount", "montant_max : un montant est attendu.", row.values["montant_max"])
    person = row.values.get("titulaire", "")
    return Agreement(
        reference=row.text("reference"),
        funder=row.text("financeur"),
        kind=_code(FunderKind, "type", row.text("type")),
        from_on=from_on,
        to_on=to_on,
        most_cents=most,
        share_percent=row.whole("pourcent", 1, 100) if row.values.get("pourcent") else 100,
        statuses=tuple(_code(Status, "publics", one) for one in _several(row, "publics")),
        actions=tuple(_code(ActionKind, "actions", one) for one in _several(row, "actions")),
        certifications=_several(row, "certifications"),
        regions=_several(row, "regions"),
        employer=row.siret("employeur") if row.values.get("employeur") else "",
        learner_id=learner_number(person) if person else None,
    )


def _several(row: SheetRow, column: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in re.split(r"[,|]", row.values.get(column, ""))) if part)


def _code(kind: type[Code], column: str, value: str) -> Code:
    try:
        return kind.of(value)
    except ValueError as error:
        raise Unusable("code", f"{column} : {', '.join(kind)}.", value) from error
