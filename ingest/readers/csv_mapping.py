"""A CSV mapping: which column feeds which field of a draft. In TOML: see ``mappings/README.md``.

A submission keeps the text of the mapping it was sent with, so that it is read the same way when it is taken up again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from base.errors import FileRefused
from ingest.readers.reader import MergeRule

FOLDER = Path(__file__).parent / "mappings"
_HOLE = re.compile(r"\{([^{}]+)\}")
_SECTIONS = ("training", "offer", "place", "session", "contact")
_OPTIONS = {"column", "columns", "first_of", "template", "value", "separator", "pad", "ignore", "digits"}
ITEM = "$item"
MOST_BYTES = 64 * 1024  # of a mapping
_MOST_PADDED = 100
_OF_FORMATS = frozenset(("edof", "lheo", "json"))  # sources whose records are whole trainings


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of a draft. Exactly one of ``columns`` (all, or the first filled), ``template`` and ``value``."""

    name: str
    columns: tuple[str, ...] = ()
    first_only: bool = False
    template: str = ""
    value: str = ""
    separator: str = ""
    pad: int = 0
    digits: int = 0
    ignore: frozenset[str] = frozenset()

    def values(self, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """(text, column) pairs, empty ones left out."""
        if self.value:
            yield self.value, ""
            return
        if self.template:
            holes = _HOLE.findall(self.template)
            if all(row.get(hole, "").strip() for hole in holes):
                yield _HOLE.sub(lambda hole: row[hole.group(1)].strip(), self.template), "+".join(holes)
            return
        for column in self.columns:
            found = False
            cell = row.get(column, "")
            for part in cell.split(self.separator) if self.separator else (cell,):
                text = part.strip()
                if text and text not in self.ignore and (not self.digits or self._is_number(text)):
                    found = True
                    yield text.zfill(self.pad) if self.pad and text.isdigit() else text, column
            if found and self.first_only:
                return

    def _is_number(self, text: str) -> bool:
        return len(text) == self.digits and text.isdigit()


@dataclass(frozen=True, slots=True)
class CsvMapping:
    name: str
    label: str
    required: tuple[str, ...]
    columns: frozenset[str]  # every column that some rule reads
    sections: Mapping[str, tuple[FieldRule, ...]]
    each: FieldRule | None  # one session for each of these values
    merge: MergeRule | None
    keep_extras: bool = True


def mapping_text(mapping: Path | str) -> str:
    """The text of a mapping, by the name of a shipped one or by the path of an organisation's own file.

    ``FileRefused`` with a French reason when it cannot be used.
    """
    path = Path(mapping)
    if path.suffix != ".toml" and str(mapping) in shipped_mappings():
        path = FOLDER / f"{mapping}.toml"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path.name, error) from error
    return own_mapping(text, path.name)


def own_mapping(text: str, file_name: str) -> str:
    """A mapping as it is kept: usable, and named after its file unless it names itself."""
    read_mapping(text, file_name)
    named = "name" in tomllib.loads(text)
    return text if named else f"name = {orjson.dumps(Path(file_name).stem).decode()}\n{text}"


def read_mapping(text: str, file_name: str = "") -> CsvMapping:
    try:
        if len(text) > MOST_BYTES:
            raise ValueError(f"plus de {MOST_BYTES // 1024} ko")
        return _mapping(tomllib.loads(text), Path(file_name).stem)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _unusable(file_name, error) from error


def _unusable(file_name: str, error: Exception) -> FileRefused:
    return FileRefused(
        f"La correspondance de colonnes « {file_name} » ne peut pas être lue : {error}", code="bad-mapping"
    )


def shipped_mappings() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def known_mappings() -> list[CsvMapping]:
    return [read_mapping(mapping_text(name)) for name in shipped_mappings()]


def _mapping(content: dict[str, Any], stem: str) -> CsvMapping:
    unknown = set(content) - {"name", "label", "required", "merge", "keep_extras", *_SECTIONS}
    if unknown:
        raise ValueError(f"rubriques inconnues : {', '.join(sorted(unknown))}")
    name = _text("name", content.get("name", stem))
    if name in _OF_FORMATS:
        raise ValueError(f"« {name} » est le nom d'un autre format")
    sections: dict[str, tuple[FieldRule, ...]] = {}
    each: FieldRule | None = None
    for section in _SECTIONS:
        rules = dict(content.get(section, {}))
        if section == "session" and "for_each" in rules:
            each = _rule("for_each", rules.pop("for_each"))
        sections[section] = tuple(_rule(name, spec) for name, spec in rules.items())
    for needed in ("siret", "numero"):
        if not any(rule.name == needed for rule in sections["training"]):
            raise ValueError(f"[training] doit dire d'où vient « {needed} »")
    every = [rule for rules in sections.values() for rule in rules] + ([each] if each else [])
    columns = {column for rule in every for column in (*rule.columns, *_HOLE.findall(rule.template))} - {ITEM}
    merge = content.get("merge")
    return CsvMapping(
        name=name,
        label=_text("label", content.get("label", stem)),
        required=_texts("required", content.get("required", [])) or tuple(sorted(columns)),
        columns=frozenset(columns),
        sections=sections,
        each=each,
        merge=MergeRule(_texts("unite", merge.get("unite", [])), _texts("any_true", merge.get("any_true", [])))
        if merge
        else None,
        keep_extras=bool(content.get("keep_extras", True)),
    )


def _rule(name: str, spec: str | dict[str, Any]) -> FieldRule:
    if isinstance(spec, str):
        return FieldRule(name, columns=(spec,))
    if not isinstance(spec, dict):
        raise TypeError(f"« {name} » : une colonne ou des réglages sont attendus")
    if unknown := set(spec) - _OPTIONS:
        raise ValueError(f"« {name} » : réglages inconnus {', '.join(sorted(unknown))}")
    sources = [key for key in ("column", "columns", "first_of", "template", "value") if key in spec]
    if len(sources) != 1:
        raise ValueError(f"« {name} » : donner une seule source (column, columns, first_of, template ou value)")
    given = spec.get("columns") or spec.get("first_of") or ([spec["column"]] if "column" in spec else [])
    return FieldRule(
        name,
        columns=_texts(name, given),
        first_only="first_of" in spec,
        template=_text("template", spec.get("template", "")),
        value=_text("value", spec.get("value", "")),
        separator=_text("separator", spec.get("separator", "")),
        pad=_number("pad", spec.get("pad", 0)),
        digits=_number("digits", spec.get("digits", 0)),
        ignore=frozenset(_texts("ignore", spec.get("ignore", []))),
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"« {name} » : un texte est attendu")
    return value


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"« {name} » : une liste de textes est attendue")
    return tuple(_text(name, value) for value in values)


def _number(name: str, value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MOST_PADDED:
        raise ValueError(f"« {name} » : un nombre de 0 à {_MOST_PADDED} est attendu")
    return value
