"""A CSV mapping: which column feeds which field of a draft. In TOML: see ``mappings/README.md``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.errors import FileRefused
from ingest.readers.reader import MergeRule

FOLDER = Path(__file__).parent / "mappings"
_HOLE = re.compile(r"\{([^{}]+)\}")
_SECTIONS = ("training", "offer", "place", "session", "contact")
_OPTIONS = {"column", "columns", "first_of", "template", "value", "separator", "pad", "ignore", "digits"}
ITEM = "$item"


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


def load_mapping(path: Path) -> CsvMapping:
    """``FileRefused`` with a French reason when the mapping itself cannot be used."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return _mapping(content, path.stem)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise FileRefused(
            f"La correspondance de colonnes « {path.name} » ne peut pas être lue : {error}", code="bad-mapping"
        ) from error


def known_mappings() -> list[CsvMapping]:
    return [load_mapping(path) for path in sorted(FOLDER.glob("*.toml"))]


def find_mapping(mapping: Path | str) -> CsvMapping:
    """A mapping by the name of a shipped one or by the path of an organisation's own file."""
    path = Path(mapping)
    shipped = FOLDER / f"{mapping}.toml"
    if path.suffix != ".toml" and shipped.is_file():
        return load_mapping(shipped)
    return load_mapping(path)


def _mapping(content: dict[str, Any], stem: str) -> CsvMapping:
    unknown = set(content) - {"name", "label", "required", "merge", "keep_extras", *_SECTIONS}
    if unknown:
        raise ValueError(f"rubriques inconnues : {', '.join(sorted(unknown))}")
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
        name=content.get("name", stem),
        label=content.get("label", stem),
        required=tuple(content.get("required") or sorted(columns)),
        columns=frozenset(columns),
        sections=sections,
        each=each,
        merge=MergeRule(tuple(merge.get("unite", ())), tuple(merge.get("any_true", ()))) if merge else None,
        keep_extras=content.get("keep_extras", True),
    )


def _rule(name: str, spec: str | dict[str, Any]) -> FieldRule:
    if isinstance(spec, str):
        return FieldRule(name, columns=(spec,))
    if unknown := set(spec) - _OPTIONS:
        raise ValueError(f"« {name} » : réglages inconnus {', '.join(sorted(unknown))}")
    sources = [key for key in ("column", "columns", "first_of", "template", "value") if key in spec]
    if len(sources) != 1:
        raise ValueError(f"« {name} » : donner une seule source (column, columns, first_of, template ou value)")
    columns = spec.get("columns") or spec.get("first_of") or ([spec["column"]] if "column" in spec else [])
    return FieldRule(
        name,
        columns=tuple(columns),
        first_only="first_of" in spec,
        template=spec.get("template", ""),
        value=spec.get("value", ""),
        separator=spec.get("separator", ""),
        pad=spec.get("pad", 0),
        digits=spec.get("digits", 0),
        ignore=frozenset(spec.get("ignore", ())),
    )
