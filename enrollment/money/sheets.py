"""CSV files of employers and of the old system; what cannot be taken is a finding at its line, in French."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from stdnum.fr import siret as siret_number

from base.errors import FileRefused
from catalog.codes.facets import Labelled

MOST_CENTS = 1_000_000_00  # of one row: what is above is an amount in cents, or a mistake
_AMOUNT = re.compile(r"(\d{1,3}(?:[ \u00a0\u202f]?\d{3})*)(?:[.,](\d{1,2}))?(?:[ \u00a0\u202f]?(?:€|EUR))?")


class Severity(Labelled):
    ERROR = "error", "ligne refusée"
    WARNING = "warning", "remarque"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    line: int
    message: str
    value: str = ""  # as given, cut


class Unusable(Exception):
    """A row cannot be taken."""

    def __init__(self, code: str, message: str, value: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.value = code, message, value[:200]


@dataclass(frozen=True, slots=True)
class SheetRow:
    line: int
    values: dict[str, str]
    fits: bool = True  # as many values as columns

    def text(self, column: str, most: int = 100) -> str:
        value = self.values.get(column, "")
        if not value or len(value) > most:
            raise Unusable("missing", f"{column} : une valeur est attendue ({most} caractères au plus).", value)
        return value

    def siret(self, column: str) -> str:
        value = self.values.get(column, "").replace(" ", "").replace("\u00a0", "")
        if not re.fullmatch(r"[0-9]{14}", value):
            raise Unusable("siret", f"{column} : un SIRET a 14 chiffres.", value)
        return value

    def whole(self, column: str, least: int, most: int) -> int:
        value = self.values.get(column, "")
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Unusable("number", f"{column} : un nombre entier de {least} à {most} est attendu.", value)
        return int(value)

    def amount(self, column: str) -> int:
        """Cents of euros: ``1 500``, ``1500,5``, ``12.50 €``. Another currency or a sign is refused."""
        value = self.values.get(column, "")
        found = _AMOUNT.fullmatch(value)
        cents = 0 if found is None else int(re.sub(r"\D", "", found[1])) * 100 + int((found[2] or "").ljust(2, "0"))
        if found is None or cents > MOST_CENTS:
            raise Unusable("amount", f"{column} : un montant en euros est attendu, sans signe ni autre devise.", value)
        return cents

    def hundredths(self, column: str) -> int:
        """Hours in hundredths, by the same spelling."""
        value = self.values.get(column, "")
        found = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?", value)
        if found is None:
            raise Unusable("hours", f"{column} : un nombre d'heures est attendu.", value)
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def day(self, column: str) -> date | None:
        value = self.values.get(column, "")
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise Unusable("date", f"{column} : une date de la forme 2026-12-31 est attendue.", value) from error


def doubtful_siret(row: SheetRow, column: str, siret: str) -> Finding | None:
    """Its key is wrong: taken, but looked at (real numbers fail it, domain 13)."""
    if siret_number.is_valid(siret):
        return None
    message = f"{column} : la clé de contrôle de ce SIRET est fausse."
    return Finding("siret-key", Severity.WARNING, row.line, message, siret)


def read_sheet(content: bytes, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[SheetRow]:
    """Rows in order; ``FileRefused`` when it is no such file."""
    reader = csv.reader(StringIO(_text(content), newline=""), delimiter=_delimiter(content))
    line = 1
    try:
        heading = _names(next(reader, []))
        _check(heading, columns, optional)
        line = reader.line_num + 1
        for values in reader:
            if any(value.strip() for value in values):
                stripped = (value.strip() for value in values)
                fits = len(values) == len(heading)
                yield SheetRow(line, dict(zip(heading, stripped, strict=False)), fits)
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(f"Ce fichier ne se lit pas comme un CSV à partir de la ligne {line}.", line=line) from error


def heading_of(content: bytes) -> list[str]:
    """Names of the columns; whatever it is that is read."""
    first = _text(content).split("\n", 1)[0]
    return _names(first.strip().split(_delimiter(content)))


def _names(heading: Sequence[str]) -> list[str]:
    return [name.strip().strip('"').lower() for name in heading]


def _check(heading: Sequence[str], columns: Sequence[str], optional: Sequence[str]) -> None:
    missing = [name for name in columns if name not in heading]
    unknown = [name for name in heading if name not in (*columns, *optional)]
    if missing or unknown or len(set(heading)) < len(heading):
        wanted = ", ".join((*columns, *(f"{name} (facultatif)" for name in optional)))
        raise FileRefused(f"Les colonnes attendues sont : {wanted}.", line=1, missing=missing, unknown=unknown)


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise FileRefused("Ce fichier n'est pas un CSV.", line=1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what office programs write


def _delimiter(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return ";" if first.count(b";") >= first.count(b",") else ","
