"""Catalogues in our own JSON: one object with ``trainings``, a bare array of them, or one training a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.errors import FileRefused
from ingest.draft import Draft, Value
from ingest.findings import Finding, Severity
from ingest.readers.encoding import TextFormat, decoded, encoding_findings
from ingest.readers.json_fields import CHILDREN, ORGANISATION, TABLES, Fields
from ingest.readers.json_stream import JsonCatalogue, JsonValue
from ingest.readers.reader import MergeRule, keep, session_number
from ingest.readers.source import ByteSource

_MONTH = re.compile(r"\d{4}-\d{2}")


class JsonReader:
    """``FileRefused`` at construction when it is no catalogue, in ``drafts()`` when the syntax breaks later.

    ``organisation`` may stand once, before ``trainings``, or in each training.
    """

    source = "json"
    merge: MergeRule | None = None

    def __init__(self, source: ByteSource, text: TextFormat) -> None:
        self._source = source
        self._text = text
        self.findings: list[Finding] = []
        probe = JsonCatalogue(source.limits)
        found = next(iter(probe.trainings(decoded(source, text))), None)
        if found is None and not probe.is_catalogue:
            raise FileRefused(
                "Ce JSON n'est pas un catalogue : aucune clé « trainings ».", line=1, column=1, code="not-a-catalogue"
            )
        self.format_label = "JSON Parcours" if probe.is_catalogue else "JSON Parcours, une formation par ligne"

    @property
    def position(self) -> int:
        return self._source.position

    @property
    def total(self) -> int:
        return self._source.total

    def drafts(self) -> Iterator[Draft]:
        self.findings[:] = encoding_findings(self._text)
        catalogue = JsonCatalogue(self._source.limits)
        for value, pointer in catalogue.trainings(decoded(self._source, self._text)):
            if value.members is None:
                self._wrong_type(value, pointer, "une formation (objet)", Severity.ERROR)
                continue
            yield self._training(value, pointer, catalogue.header.get("organisation"))

    def _training(self, value: JsonValue, pointer: str, organisation: JsonValue | None) -> Draft:
        training = Draft("training", value.line, pointer)
        training.values["source"] = [Value(self.source, value.line, pointer)]
        members = value.members or {}
        if own := members.pop("organisation", None):
            self._fill(training, own, ORGANISATION, f"{pointer}/organisation")
        elif organisation is not None:
            self._fill(training, organisation, ORGANISATION, "/organisation")
        self._record(training, value, pointer)
        return training

    def _record(self, draft: Draft, value: JsonValue, pointer: str) -> None:
        members = value.members or {}
        for key, kind in CHILDREN[draft.kind].items():
            listed = members.pop(key, None)
            if listed is None or (listed.items is None and listed.members is None and listed.text is None):
                continue
            below = f"{pointer}/{key}"
            if listed.members is not None:  # one object where a list may stand
                listed_items, pointers = [listed], [below]
            elif listed.items is not None:
                listed_items, pointers = listed.items, [f"{below}/{index}" for index in range(len(listed.items))]
            else:
                self._wrong_type(listed, below, "une liste")
                continue
            for number, (item, path) in enumerate(zip(listed_items, pointers, strict=True), start=1):
                if item.members is None:
                    self._wrong_type(item, path, "un objet")
                    continue
                child = Draft(kind, item.line, path)
                self._record(child, item, path)
                if kind in ("offer", "session") and "numero" not in child.values:
                    child.add("numero", session_number(child, number), item.line, path)
                draft.children.append(child)
        self._fill(draft, value, TABLES[draft.kind], pointer)
        if draft.kind == "offer" and "numero" in draft.values:
            draft.values.setdefault("source_id", list(draft.values["numero"]))
        if draft.kind == "session":
            start = draft.first("start")
            if start is not None and _MONTH.fullmatch(start.text.strip()):
                draft.values["year_month"] = draft.values.pop("start")

    def _fill(self, draft: Draft, value: JsonValue, table: Fields, pointer: str) -> None:
        if value.members is None:
            self._wrong_type(value, pointer, "un objet")
            return
        for key, member in value.members.items():
            below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            field = table.get(key)
            if field is None:
                for text in _texts(member):
                    draft.extras.setdefault(key, []).append(Value(text, member.line, below))
            elif not isinstance(field, str):
                if member.members is not None or member.items is not None or member.text is not None:
                    self._fill(draft, member, field, below)
            elif member.members is not None:
                self._wrong_type(member, below, "une valeur simple ou une liste de valeurs")
            elif member.items is not None:
                for index, item in enumerate(member.items):
                    if item.members is not None or item.items is not None:
                        self._wrong_type(item, f"{below}/{index}", "une valeur simple")
                    elif item.text is not None and item.text.strip():
                        draft.add(field, item.text.strip(), item.line, f"{below}/{index}")
            elif member.text is not None and member.text.strip():
                draft.add(field, member.text.strip(), member.line, below)

    def _wrong_type(self, value: JsonValue, pointer: str, expected: str, severity: Severity = Severity.WARNING) -> None:
        keep(
            self.findings,
            Finding(
                "json-wrong-type",
                severity,
                f"Ligne {value.line}, {pointer or '/'} : il faut {expected} ; ce qui y est n'a pas été pris.",
                line=value.line,
                path=pointer,
                value=(value.text or "")[:200],
                level="training" if severity is Severity.ERROR else "",
            ),
        )


def _texts(value: JsonValue) -> Iterator[str]:
    if value.text:
        yield value.text
    for item in value.items or (value.members or {}).values():
        yield from _texts(item)
