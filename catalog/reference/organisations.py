"""The list of training bodies: names, declaration number, Qualiopi."""

from __future__ import annotations

from catalog.codes.facets import Answer
from catalog.records import OrganisationRecord
from catalog.reference.tables import Progress, Table

_ANSWERS = {"OUI": Answer.YES, "NON": Answer.NO, "": Answer.UNKNOWN}


def read_organisations(table: Table, progress: Progress) -> list[OrganisationRecord]:
    """One organisation a row. The name shown is the sign ("enseigne") where there is one: it is what people know."""
    found: list[OrganisationRecord] = []
    seen: set[str] = set()
    for row in table.rows(progress):
        siret = row["siret"]
        if len(siret) != 14 or not siret.isdecimal():
            row.refuse("siret", f"« {siret} » n'est pas un SIRET de 14 chiffres")
        if siret in seen:
            row.refuse("siret", f"le SIRET {siret} figure déjà plus haut dans le fichier")
        seen.add(siret)
        qualiopi = _ANSWERS.get(row["qualiopi_info"].upper())
        if qualiopi is None:
            row.refuse("qualiopi_info", f"« {row['qualiopi_info']} » n'est ni OUI ni NON")
        details = {"uai": row.get("uai"), "naf": row.get("naf"), "closed": row.get("ferme").lower() == "true"}
        found.append(
            OrganisationRecord(
                siret=siret,
                name=row.get("enseigne") or row["raison_sociale"],
                legal_name=row["raison_sociale"],
                activity_number=row["nda"],
                qualiopi=qualiopi,
                details={name: value for name, value in details.items() if value},
            )
        )
    return found
