"""Vocabularies: trades and job titles (ROME), training thesaurus (Formacode), specialities (NSF)."""

from __future__ import annotations

from catalog.codes.referentials import formacode, nsf_code, rome_code
from catalog.reference.tables import Progress, Row, Table
from catalog.rows import LabelRow

Labels = dict[str, LabelRow]


def read_rome(table: Table, progress: Progress) -> Labels:
    """``rome_v460``: one trade a row; the parent is the trade of ROME 3 it was cut from."""
    labels: Labels = {}
    for row in table.rows(progress):
        code = rome_code(row["code_rome"]) or row.refuse("code_rome", f"« {row['code_rome']} » n'est pas un code ROME")
        label, parent = _label(row, "libelle_rome"), row.get("code_rome_parent")
        _add(labels, row, "code_rome", LabelRow(code, label, "" if parent == code else parent, ()))
    return labels


def read_appellations(table: Table, progress: Progress) -> Labels:
    """Job titles by OGR number; the parent is their trade, the short form a synonym when it differs."""
    labels: Labels = {}
    for row in table.rows(progress):
        trade = rome_code(row["rome_code"]) or row.refuse("rome_code", f"« {row['rome_code']} » n'est pas un code ROME")
        label, short = _label(row, "libelle_appellation_long"), row.get("libelle_appellation_court")
        synonyms = (short,) if short and short != label else ()
        _add(labels, row, "ogr_appellation", LabelRow(row["ogr_appellation"], label, trade, synonyms))
    return labels


def read_formacode(table: Table, progress: Progress) -> Labels:
    labels: Labels = {}
    for row in table.rows(progress):
        code = formacode(row["code"]) or row.refuse("code", f"« {row['code']} » n'est pas un Formacode")
        synonyms = tuple(dict.fromkeys(filter(None, map(str.strip, row.get("employe_pour").split("|")))))
        broader = row.get("terme_generique")[:5]
        _add(labels, row, "code", LabelRow(code, _label(row, "libelle"), formacode(broader) or "", synonyms))
    return labels


def read_nsf(table: Table, progress: Progress) -> Labels:
    labels: Labels = {}
    for row in table.rows(progress):
        code = nsf_code(row["nsf"]) or row.refuse("nsf", f"« {row['nsf']} » n'est pas un code NSF")
        _add(labels, row, "nsf", LabelRow(code, _label(row, "libelle"), "", ()))
    return labels


def _label(row: Row, column: str) -> str:
    return row[column] or row.refuse(column, "le libellé est vide")


def _add(labels: Labels, row: Row, column: str, label: LabelRow) -> None:
    if not label.code:
        row.refuse(column, "le code est vide")
    if label.code in labels:
        row.refuse(column, f"le code {label.code} figure déjà plus haut dans le fichier")
    labels[label.code] = label
