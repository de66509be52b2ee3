"""CSV through a mapping: one row -> one training with one offer. Rows of one key are put together by ``ingest.run``."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from base.errors import FileRefused
from ingest.draft import Draft, Value
from ingest.findings import Finding, Severity
from ingest.readers.csv_mapping import ITEM, CsvMapping, FieldRule, known_mappings
from ingest.readers.encoding import TextFormat, decoded, encoding_findings
from ingest.readers.reader import MergeRule, keep
from ingest.readers.source import ByteSource

_DELIMITERS = (",", ";", "\t", "|")


class CsvReader:
    """Rows too short or too long are left out with an error each; a quote left open refuses the file."""

    def __init__(self, source: ByteSource, text: TextFormat, mapping: CsvMapping | None = None) -> None:
        self._source = source
        self._text = text
        self._ended = True  # whether the last line ends with a line feed, known at the end of a pass
        self._delimiter, self._mapping = self._recognise(mapping)
        self.source = self._mapping.name
        self.format_label = f"CSV, {self._mapping.label}"
        self.merge: MergeRule | None = self._mapping.merge
        self.findings: list[Finding] = []

    @property
    def position(self) -> int:
        return self._source.position

    @property
    def total(self) -> int:
        return self._source.total

    def drafts(self) -> Iterator[Draft]:
        self.findings[:] = encoding_findings(self._text)
        rows = self._rows(self._delimiter)
        _, header = next(rows)
        columns = [name.strip() for name in header]
        width = len(columns)
        plan = _Plan(self._mapping, columns)
        short: tuple[int, int] | None = None  # a row with too few cells, an error unless it is where the file was cut
        for line, cells in rows:
            if short is not None:
                self._wrong_width(*short, width)
                short = None
            if not any(cells):
                continue
            if len(cells) > width and not any(cells[width:]):
                cells = cells[:width]
            if len(cells) < width:
                short = line, len(cells)
            elif len(cells) > width:
                self._wrong_width(line, len(cells), width)
            else:
                yield plan.draft(dict(zip(columns, cells, strict=True)), line)
        if short is not None:
            if not self._ended:
                raise FileRefused(
                    f"Le fichier CSV est coupé : sa dernière ligne ({short[0]}) n'a que {short[1]} colonnes "
                    f"sur {width}.",
                    line=short[0],
                    column=1,
                    code="csv-truncated",
                )
            self._wrong_width(*short, width)

    def _wrong_width(self, line: int, found: int, expected: int) -> None:
        keep(
            self.findings,
            Finding(
                "csv-row-width",
                Severity.ERROR,
                f"La ligne {line} a {found} colonnes au lieu de {expected} : elle n'a pas été prise.",
                line=line,
                level="training",
                value=str(found),
            ),
        )

    def _rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """(first line of the row, cells); a row may run over several lines."""
        lines = self._lines(self._source.limits.text_bytes)
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in rows:
                yield line, cells
                line = rows.line_num + 1
        except csv.Error as error:
            raise FileRefused(
                f"Le fichier CSV ne peut pas être lu à partir de la ligne {line} : un guillemet n'est sans doute "
                "pas fermé ou le fichier est coupé.",
                line=line,
                column=1,
                code="csv-malformed",
            ) from error

    def _lines(self, longest: int) -> Iterator[str]:
        """Text cut at line feeds, ends kept: ``csv`` needs them inside quoted fields."""
        rest = ""
        line = 1
        for chunk in decoded(self._source, self._text):
            parts = (rest + chunk).split("\n")
            rest = parts.pop()
            for part in parts:
                line += 1
                yield part + "\n"
            if len(rest) > longest:
                raise FileRefused(f"La ligne {line} est démesurée.", line=line, column=1, code="too-large")
        self._ended = not rest
        if rest:
            yield rest

    def _recognise(self, mapping: CsvMapping | None) -> tuple[str, CsvMapping]:
        candidates = [mapping] if mapping is not None else known_mappings()
        best: tuple[int, str, CsvMapping] | None = None
        nearest: tuple[int, CsvMapping, list[str]] | None = None
        for delimiter in _DELIMITERS:
            header = {name.strip() for name in self._header(delimiter)}
            for candidate in candidates:
                missing = [column for column in candidate.required if column not in header]
                if not missing and (best is None or len(candidate.required) > best[0]):
                    best = (len(candidate.required), delimiter, candidate)
                common = len(candidate.required) - len(missing)
                if nearest is None or common > nearest[0]:
                    nearest = (common, candidate, missing)
        if best is not None:
            return best[1], best[2]
        detail = "Ce fichier n'est pas un catalogue reconnu : ni XML (EDOF, LHÉO), ni JSON, ni CSV de colonnes connues."
        if nearest is not None and nearest[0] > 0:
            absent = ", ".join(nearest[2][:8])
            detail = f"Colonnes absentes pour la correspondance « {nearest[1].name} » : {absent}."
        raise FileRefused(detail, line=1, column=1, code="not-a-catalogue")

    def _header(self, delimiter: str) -> list[str]:
        try:
            return next(self._rows(delimiter))[1]
        except StopIteration:
            return []
        except FileRefused as refused:
            if refused.extra.get("code") != "csv-malformed":
                raise
            return []


class _Plan:
    """A mapping bound to the columns of one file."""

    def __init__(self, mapping: CsvMapping, columns: list[str]) -> None:
        self._sections = mapping.sections
        self._each = mapping.each
        self._others = [name for name in columns if name not in mapping.columns] if mapping.keep_extras else []
        self._name = mapping.name

    def draft(self, row: dict[str, str], line: int) -> Draft:
        training = self._filled("training", row, line)
        training.values["source"] = [Value(self._name, line, "")]
        offer = self._filled("offer", row, line)
        if "numero" not in offer.values:
            offer.add("numero", "1", line, "")
        offer.values.setdefault("source_id", list(offer.values["numero"]))
        place = self._filled("place", row, line)
        if place.values:
            offer.children.append(place)
        self._sessions(offer, row, line)
        contact = self._filled("contact", row, line)
        if contact.values:
            offer.children.append(contact)
        for name in self._others:
            if text := row[name].strip():
                offer.extras[name] = [Value(text, line, name)]
        training.children.append(offer)
        return training

    def _sessions(self, offer: Draft, row: dict[str, str], line: int) -> None:
        if self._each is None:
            session = self._filled("session", row, line)
            if session.values:
                offer.children.append(session)
            return
        seen: set[str] = set()
        for item, column in self._each.values(row):
            if item not in seen:  # the same month twice in one cell is one session
                seen.add(item)
                session = self._filled("session", {**row, ITEM: item}, line)
                for values in session.values.values():
                    for value in values:
                        value.path = column if value.path == ITEM else value.path
                offer.children.append(session)

    def _filled(self, section: str, row: dict[str, str], line: int) -> Draft:
        draft = Draft(section, line, "")
        rules: tuple[FieldRule, ...] = self._sections[section]
        values = draft.values
        for rule in rules:
            for text, column in rule.values(row):
                values.setdefault(rule.name, []).append(Value(text, line, column))
        return draft
