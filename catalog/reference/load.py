"""``parcours reference load DIR``: every file of a folder that is known by its columns, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from catalog.codes.referentials import formacode, nsf_code, rome_code
from catalog.reference import certifications, organisations, vocabularies
from catalog.reference.tables import Progress, Table, refuse, tables
from catalog.store import reference as store
from catalog.store.write import put_organisations


@dataclass(frozen=True, slots=True)
class LoadedFile:
    kind: str
    name: str  # path below the folder
    entries: int  # codes or organisations read
    changed: int


@dataclass(frozen=True, slots=True)
class ReferenceReport:
    files: tuple[LoadedFile, ...]
    ignored: tuple[str, ...]  # CSV files that are no reference of this room
    certifications_changed: int
    labels_changed: int
    organisations_changed: int
    trainings_marked: int  # by changed certifications and labels


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of file. It is one when it has all of ``known_by`` and, where ``only`` is given, no column besides."""

    name: str
    known_by: frozenset[str]
    required: tuple[str, ...]
    read: Callable[[Table, Progress], Any]
    scheme: str = ""  # of labels
    only: frozenset[str] | None = None
    several: bool = False  # more than one file of the kind may stand in a folder

    def fits(self, table: Table) -> bool:
        columns = set(table.columns)
        return self.known_by <= columns and (self.only is None or columns <= self.only)


def _links(name: str, fact: str, key: str, column: str, spell: Callable[[str], str | None], label: str) -> Kind:
    read = partial(certifications.read_links, fact=fact, key=key, column=column, spell=spell)
    return Kind(name, frozenset({key, column}), (key, column), read, only=frozenset({key, column, label}))


# Columns of the published exports; files of 2021 (flat names) and of today's register (Numero_Fiche) both fit.
KINDS = (
    _links("register_rome", "rome", "rncp", "rome", rome_code, "libelle"),
    _links("register_rome", "rome", "Numero_Fiche", "Codes_Rome_Code", rome_code, "Codes_Rome_Libelle"),
    _links("register_nsf", "nsf", "rncp", "nsf", nsf_code, "libelle"),
    _links("register_nsf", "nsf", "Numero_Fiche", "Nsf_Code", nsf_code, "Nsf_Intitule"),
    _links("register_formacode", "formacodes", "Numero_Fiche", "Formacode_Code", formacode, "Formacode_Libelle"),
    Kind(
        "register",
        frozenset({"Numero_Fiche", "Date_Fin_Enregistrement"}),
        ("Intitule", "Nomenclature_Europe_Intitule"),
        certifications.read_register,
    ),
    Kind(
        "certifinfo",
        frozenset({"Code_Diplome", "Libelle_Diplome"}),
        (
            *("Code_Niveau_Europeen", "Code_FormaCode", "Code_Nsf", "Code_RNCP", "Code_RS"),
            *(f"Code_Rome_{i}" for i in range(1, 6)),
        ),
        certifications.read_certifinfo,
    ),
    Kind(
        "list",
        frozenset({"code", "valid_until"}),
        certifications.LIST_COLUMNS,
        certifications.read_list,
        several=True,
    ),
    Kind("rome", frozenset({"code_rome"}), ("libelle_rome",), vocabularies.read_rome, scheme="rome"),
    Kind(
        "rome_appellation",
        frozenset({"ogr_appellation"}),
        ("rome_code", "libelle_appellation_long"),
        vocabularies.read_appellations,
        scheme="rome_appellation",
    ),
    Kind(
        "formacode",
        frozenset({"code", "terme_generique"}),
        ("libelle", "employe_pour"),
        vocabularies.read_formacode,
        scheme="formacode",
    ),
    Kind(
        "nsf",
        frozenset({"nsf", "libelle"}),
        ("nsf", "libelle"),
        vocabularies.read_nsf,
        scheme="nsf",
        only=frozenset({"nsf", "libelle"}),
    ),
    Kind(
        "organisations",
        frozenset({"siret", "nda"}),
        ("raison_sociale", "qualiopi_info"),
        organisations.read_organisations,
    ),
)


def load_reference(conn: Connection, folder: Path, now: datetime, progress: Progress) -> ReferenceReport:
    """Load what is known and changed; loading the same folder again changes nothing.

    Raises ``FileRefused`` (file, line, column); the caller's transaction then stores nothing.
    """
    known, ignored = _sorted(folder)
    files: list[LoadedFile] = []
    codes: set[str] = set()
    labels: dict[str, set[str]] = {}
    organisations_changed = 0
    for kind, table in known:
        table.require(kind.required)
        entries = kind.read(table, progress)
        if kind.scheme:
            changed = len(labels.setdefault(kind.scheme, store.put_labels(conn, kind.scheme, entries.values())))
        elif kind.name == "organisations":
            changed = organisations_changed = len(put_organisations(conn, entries, now=now))
        else:
            new = store.put_certifications(conn, kind.name, entries, now=now)
            codes |= new
            changed = len(new)
        store.note_file(conn, kind=kind.name, name=table.name, sha256=table.sha256(), rows=len(entries), now=now)
        files.append(LoadedFile(kind.name, table.name, len(entries), changed))
    marked = store.mark_dependents(
        conn,
        certifications=codes,
        rome=labels.get("rome", ()),
        formacodes=labels.get("formacode", ()),
        nsf=labels.get("nsf", ()),
    )
    return ReferenceReport(
        tuple(files), tuple(ignored), len(codes), sum(map(len, labels.values())), organisations_changed, marked
    )


def _sorted(folder: Path) -> tuple[list[tuple[Kind, Table]], list[str]]:
    known: list[tuple[Kind, Table]] = []
    ignored: list[str] = []
    for table in tables(folder):
        kind = next((kind for kind in KINDS if kind.fits(table)), None)
        if kind is None:
            ignored.append(table.name)
            continue
        twin = next((other for other_kind, other in known if other_kind.name == kind.name), None)
        if twin is not None and not kind.several:
            # Which one is newer cannot be told from inside; loading both would mix two versions of a vocabulary.
            refuse(table.name, f"même sorte de fichier que {twin.name} : n'en gardez qu'un dans le dossier", line=1)
        known.append((kind, table))
    return known, ignored
