"""What each official file says of certification codes, kept apart by file: which of them counts is decided later
(``catalog.store.reference``), so that files may be loaded in any order and again.

The exports repeat a row once per successor or RS code: rows of one code are united, and refused only where they
contradict each other on title, level or date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from catalog.codes.facets import CertificationKind, Level
from catalog.codes.fold import european_level_of
from catalog.codes.referentials import (
    Scheme,
    any_certification_code,
    certification_code,
    formacode,
    kind_of,
    nsf_code,
    rome_code,
)
from catalog.reference.tables import Progress, Row, Table, refuse

# What one kind of file says of one code: kind, title, level, valid_until (ISO text), active, and the lists rome,
# formacodes, nsf, successors in the file's order. A member that is absent is not stated.
Facts = dict[str, Any]
Certifications = dict[str, Facts]

_ROME_BRANCH = re.compile(r"[A-N]\d{0,3}")  # 150 rows of the register name a domain (H12), not a trade

# LHÉO's limit for one training. A register code whose diplomas have more (83 sports) is described by none of them.
_FORMACODES = 5

LIST_COLUMNS = ("code", "kind", "title", "level", "valid_until", "rome", "formacode", "nsf")


def read_register(table: Table, progress: Progress) -> Certifications:
    """France compétences: title, level, end of registration, successors, of RNCP and RS codes."""
    order = _date_order(table)
    found: Certifications = {}
    for row in table.rows(progress):
        code = any_certification_code(row["Numero_Fiche"], Scheme.RNCP)
        if code is None:
            row.refuse("Numero_Fiche", f"« {row['Numero_Fiche']} » n'est pas un numéro de fiche")
        facts = Facts(kind=kind_of(code).value, title=" ".join(row["Intitule"].split()))
        facts["level"] = _level(row, "Nomenclature_Europe_Intitule")
        if row["Date_Fin_Enregistrement"]:
            facts["valid_until"] = order(row, "Date_Fin_Enregistrement").isoformat()
        if row.get("Actif"):
            facts["active"] = row["Actif"].upper().startswith("A")
        successor = any_certification_code(row.get("Nouvelle_Certification"), Scheme.RNCP)
        facts["successors"] = [successor] if successor else []
        _unite(found, code, facts, row, {"title": "Intitule", "level": "Nomenclature_Europe_Intitule",
                                         "valid_until": "Date_Fin_Enregistrement"})  # fmt: skip
    return found


def read_links(
    table: Table, progress: Progress, *, fact: str, key: str, column: str, spell: Callable[[str], str | None]
) -> Certifications:
    """RNCP codes with one trade, NSF or Formacode code a row."""
    lists: dict[str, dict[str, None]] = {}
    for row in table.rows(progress):
        code = any_certification_code(row[key], Scheme.RNCP)
        if code is None:
            row.refuse(key, f"« {row[key]} » n'est pas un numéro de fiche")
        linked = spell(row[column])
        if linked is None:
            if _ROME_BRANCH.fullmatch(row[column]):
                continue
            row.refuse(column, f"« {row[column]} » n'est pas un code connu de cette nomenclature")
        lists.setdefault(code, {})[linked] = None
    return {code: {fact: list(linked)} for code, linked in lists.items()}


def read_certifinfo(table: Table, progress: Progress) -> Certifications:
    """Certif Info: its own codes, and what they add to the RNCP and RS codes they name (given without prefix).

    Of the register's codes it gives no date: the register does.
    """
    found: Certifications = {}
    for row in table.rows(progress):
        code = certification_code(row["Code_Diplome"], Scheme.CERTIFINFO)
        if code is None:
            row.refuse("Code_Diplome", f"« {row['Code_Diplome']} » n'est pas un code Certif Info")
        facts = Facts(
            title=" ".join(row["Libelle_Diplome"].split()),
            level=_level(row, "Code_Niveau_Europeen"),
            rome=_codes(row, tuple(f"Code_Rome_{i}" for i in range(1, 6)), rome_code),
            formacodes=_codes(row, ("Code_FormaCode",), formacode),
            nsf=_codes(row, ("Code_Nsf",), nsf_code),
        )
        for column, scheme in (("Code_RNCP", Scheme.RNCP), ("Code_RS", Scheme.RS)):
            if row[column]:
                linked = certification_code(row[column], scheme)
                if linked is None:
                    row.refuse(column, f"« {row[column]} » n'est pas un code {scheme.value}")
                _add(found, linked, {**facts, "kind": kind_of(linked).value})
        last = row.get("Annee_Derniere_Session")
        own = Facts(**facts)
        if last:
            if not (last.isdecimal() and len(last) == 4):
                row.refuse("Annee_Derniere_Session", f"« {last} » n'est pas une année")
            own["valid_until"] = f"{last}-12-31"
        _unite(found, code, own, row, {"title": "Libelle_Diplome", "level": "Code_Niveau_Europeen",
                                       "valid_until": "Annee_Derniere_Session"})  # fmt: skip
    for facts in found.values():
        if len(facts["formacodes"]) > _FORMACODES:
            facts["formacodes"] = []
    return found


def read_list(table: Table, progress: Progress) -> Certifications:
    """The project's own small list (``certifications.csv``); several codes of one field are separated by spaces."""
    found: Certifications = {}
    for row in table.rows(progress):
        code = any_certification_code(row["code"])
        if code is None:
            row.refuse("code", f"« {row['code']} » n'est pas un code de certification (RNCP, RS, CPF, CI)")
        if code in found:
            row.refuse("code", f"le code {code} figure déjà plus haut dans le fichier")
        kind = row["kind"].lower() or kind_of(code).value
        if kind not in {known.value for known in CertificationKind}:
            row.refuse("kind", f"« {row['kind']} » n'est pas rncp, rs ou cpf")
        found[code] = Facts(
            kind=kind,
            title=row["title"] or row.refuse("title", "l'intitulé est vide"),
            level=Level.NONE.value if row["level"] == "none" else _level(row, "level"),
            rome=_codes(row, ("rome",), rome_code),
            formacodes=_codes(row, ("formacode",), formacode),
            nsf=_codes(row, ("nsf",), nsf_code),
        )
        if row["valid_until"]:
            try:
                found[code]["valid_until"] = date.fromisoformat(row["valid_until"]).isoformat()
            except ValueError:
                row.refuse("valid_until", f"« {row['valid_until']} » n'est pas une date AAAA-MM-JJ")
    return found


def _date_order(table: Table) -> Callable[[Row, str], date]:
    """The export of 2021 writes month/day/year, others day/month/year: the file's dates as a whole say which."""
    above: Counter[int] = Counter()
    for row in table.rows(lambda _name, _rows: None):
        parts = row["Date_Fin_Enregistrement"].split("/")
        above.update(i for i, part in enumerate(parts[:2]) if part.isdecimal() and int(part) > 12)
    if above[0] and above[1]:
        refuse(table.name, "des dates jour/mois et mois/jour", line=1, column="Date_Fin_Enregistrement")
    month, day = (0, 1) if above[1] else (1, 0)

    def read(row: Row, column: str) -> date:
        try:
            parts = [int(part) for part in row[column].split("/")]
            year = parts[2] if parts[2] > 99 else 2000 + parts[2]
            return date(year, parts[month], parts[day])
        except (ValueError, IndexError):
            row.refuse(column, f"« {row[column]} » n'est pas une date")

    return read


def _level(row: Row, column: str) -> str:
    level = european_level_of(row[column])
    return (level or row.refuse(column, f"« {row[column]} » n'est pas un niveau")).value


def _codes(row: Row, columns: tuple[str, ...], spell: Callable[[str], str | None]) -> list[str]:
    found: dict[str, None] = {}
    for column in columns:
        for text in row[column].replace("|", " ").split():
            code = spell(text)
            if code is None:
                row.refuse(column, f"« {text} » n'est pas un code connu de cette nomenclature")
            found[code] = None
    return list(found)


def _unite(found: Certifications, code: str, facts: Facts, row: Row, columns: dict[str, str]) -> None:
    known = found.get(code)
    if known is not None:
        for fact, column in columns.items():
            if known.get(fact) != facts.get(fact):
                row.refuse(column, f"{code} figure déjà plus haut avec une autre valeur")
    _add(found, code, facts)


def _add(found: Certifications, code: str, facts: Facts) -> None:
    """What was said first stays; lists are united."""
    known = found.setdefault(code, Facts())
    for fact, value in facts.items():
        if isinstance(value, list):
            known[fact] = list(dict.fromkeys([*known.get(fact, []), *value]))
        elif not known.get(fact) or known.get(fact) == "unknown":
            known[fact] = value
