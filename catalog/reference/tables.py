"""CSV files as tables whose every value knows its line, and refusals that say where."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, NoReturn, cast

from base.errors import FileRefused

Progress = Callable[[str, int], None]  # (file name, rows read so far)
_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    line: int  # of the row's first character, from 1
    values: dict[str, str]  # stripped

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def get(self, column: str) -> str:
        """``""`` when the file has no such column."""
        return self.values.get(column, "")

    def refuse(self, column: str, reason: str) -> NoReturn:
        refuse(self.file, reason, line=self.line, column=column)


@dataclass(frozen=True, slots=True)
class Table:
    path: Path
    name: str
    columns: tuple[str, ...]
    delimiter: str

    def require(self, columns: tuple[str, ...]) -> None:
        missing = [column for column in columns if column not in self.columns]
        if missing:
            refuse(self.name, f"il manque la colonne {missing[0]}", line=1, column=missing[0])

    def rows(self, progress: Progress) -> Iterator[Row]:
        """Rows in the file's order; blank lines are passed over."""
        count = 0
        with _text(self.path) as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            line = 1
            try:
                next(reader)
                while True:
                    line = reader.line_num + 1
                    values = next(reader, None)
                    if values is None:
                        break
                    if not values:
                        continue
                    if len(values) != len(self.columns):
                        reason = f"{len(values)} valeurs pour {len(self.columns)} colonnes"
                        column = self.columns[min(len(values), len(self.columns)) - 1]
                        refuse(self.name, reason, line=line, column=column)
                    stripped = (value.strip() for value in values)
                    yield Row(self.name, line, dict(zip(self.columns, stripped, strict=True)))
                    count += 1
                    if count % _STEP == 0:
                        progress(self.name, count)
            except (csv.Error, UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
                refuse(self.name, f"le fichier est endommagé ou n'est pas en UTF-8 ({error})", line=line)
        progress(self.name, count)

    def sha256(self) -> str:
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def tables(folder: Path) -> Iterator[Table]:
    """Every CSV file below a folder, by path; a file whose first line cannot be read is refused."""
    if not folder.is_dir():
        raise FileRefused(f"{folder} n'est pas un dossier.", file=str(folder))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (path.name.endswith(".csv") or path.name.endswith(".csv.gz")):
            name = path.relative_to(folder).as_posix()
            try:
                with _text(path) as stream:
                    first = stream.readline(1 << 16)
            except (UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
                refuse(name, f"le fichier est endommagé ou n'est pas en UTF-8 ({error})", line=1)
            delimiter = ";" if first.count(";") > first.count(",") else ","
            columns = next(csv.reader([first], delimiter=delimiter), [])
            yield Table(path, name, tuple(column.strip() for column in columns), delimiter)


def refuse(file: str, reason: str, *, line: int, column: str = "") -> NoReturn:
    where = f"{file}, ligne {line}" + (f", colonne {column}" if column else "")
    detail = f"{where} : {reason}. Le référentiel en service est conservé."
    raise FileRefused(detail, file=file, line=line, column=column)


def _text(path: Path) -> TextIOWrapper:
    if path.name.endswith(".gz"):
        return TextIOWrapper(cast("IO[bytes]", gzip.GzipFile(path)), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
