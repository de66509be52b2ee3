"""JSON as a stream of located values: each training of a catalogue is built and handed over, the rest is forgotten.

A parser of our own because none gives the line of each value while streaming, and findings must have one.
Strict RFC 8259.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from base.errors import FileRefused
from ingest.readers.source import Limits

_TOKEN = re.compile(
    r"""([ \t\r\n]+)|("[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+")|([{}\[\],:])"""
    r"""|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|true\b|false\b|null\b)"""
)
_CONTROL = re.compile(r"[\x00-\x1f]")
_BLANK, _STRING, _MARK = 1, 2, 3
_LITERALS: dict[str, str | None] = {"true": "1", "false": "0", "null": None}  # as LHÉO writes booleans


class JsonValue:
    """A value and its line. Scalars are text (``true`` is "1", numbers as written), ``None`` is null."""

    __slots__ = ("items", "line", "members", "text")

    def __init__(self, line: int, text: str | None = None) -> None:
        self.line = line
        self.text = text
        self.members: dict[str, JsonValue] | None = None
        self.items: list[JsonValue] | None = None


class JsonCatalogue:
    """One pass. ``header`` holds the members of the catalogue read so far, but ``trainings``."""

    def __init__(self, limits: Limits) -> None:
        self.header: dict[str, JsonValue] = {}
        self.is_catalogue = False  # {"trainings": [...]} or [...]; else one training a line
        self._limits = limits
        self._line = 1
        self._line_start = 0  # offset of the line's first character in the buffer, negative once it is gone
        self._stack: list[JsonValue] = []
        self._keys: list[str] = []  # the open key of each open object, "" in arrays
        self._expect = "value"  # value, first (value or ]), key, member (key or }), colon, next
        self._count = 0
        self._elements = 0
        self._ready: list[tuple[JsonValue, str]] = []

    def trainings(self, chunks: Iterator[str]) -> Iterator[tuple[JsonValue, str]]:
        """Each training with its JSON pointer (``""`` when the file has one training a line)."""
        buffer = ""
        left = 0  # characters kept: a text that goes on is looked at again when twice as long, not at each chunk
        for chunk in chunks:
            buffer += chunk
            if len(buffer) < 2 * left:
                continue
            at = self._read(buffer, False)
            yield from self._handed_over()
            buffer = buffer[at:]
            left = len(buffer)
            self._line_start -= at
            if len(buffer) > self._limits.text_bytes:
                raise self._refused(0, "un texte est démesuré", "too-large")
        at = self._read(buffer, True)
        yield from self._handed_over()
        if self._stack or at < len(buffer):
            raise FileRefused(
                f"Le fichier JSON est coupé : il s'arrête ligne {self._line}.",
                line=self._line,
                column=len(buffer) - self._line_start + 1,
                code="json-truncated",
            )

    def _handed_over(self) -> Iterator[tuple[JsonValue, str]]:
        ready, self._ready = self._ready, []
        yield from ready

    def _read(self, buffer: str, final: bool) -> int:
        """Reads whole tokens and returns where it stopped."""
        at, end = 0, len(buffer)
        while at < end:
            match = _TOKEN.match(buffer, at)
            if match is None:
                if not final and _may_go_on(buffer, at):
                    return at
                if final and buffer[at] == '"':
                    return at  # a text that never ends: the file is cut off
                raise self._refused(at, "caractère inattendu", "json-malformed")
            if match.end() == end and not final and match.lastindex not in (_BLANK, _MARK):
                return at  # a number may go on in the next chunk
            token = match.group()
            if match.lastindex == _BLANK:
                lines = token.count("\n")
                if lines:
                    self._line += lines
                    self._line_start = at + token.rindex("\n") + 1
            elif match.lastindex == _MARK:
                self._mark(token, at)
            else:
                self._scalar(token, at, match.lastindex == _STRING)
            at = match.end()
        return at

    def _scalar(self, token: str, at: int, is_string: bool) -> None:
        text: str | None
        if is_string:
            text = token[1:-1]
            if "\\" in text:
                try:
                    text = str(orjson.loads(token))
                except orjson.JSONDecodeError as error:
                    raise self._refused(at, "échappement incorrect dans un texte", "json-malformed") from error
            if self._expect in ("key", "member"):
                self._keys[-1] = text
                self._expect = "colon"
                return
        else:
            text = _LITERALS.get(token, token)
        if self._expect not in ("value", "first"):
            raise self._refused(at, "une virgule, un deux-points ou une clé manque", "json-malformed")
        if not self._stack:
            raise self._not_a_catalogue(at)
        self._complete(JsonValue(self._line, text), at)

    def _mark(self, mark: str, at: int) -> None:
        expect = self._expect
        if mark in "{[":
            if expect not in ("value", "first"):
                raise self._refused(at, f"« {mark} » inattendu", "json-malformed")
            if len(self._stack) >= self._limits.depth:
                raise self._refused(at, "les éléments sont emboîtés trop profondément", "too-deep")
            value = JsonValue(self._line)
            if mark == "{":
                value.members = {}
                self._expect = "member"
            else:
                value.items = []
                self._expect = "first"
                if not self._stack or (len(self._stack) == 1 and self._keys == ["trainings"]):
                    self.is_catalogue = True
            self._stack.append(value)
            self._keys.append("")
        elif mark in "}]":
            closes_object = mark == "}" and expect in ("member", "next")
            closes_array = mark == "]" and expect in ("first", "next")
            top = self._stack[-1] if self._stack else None
            if top is None or not (
                (closes_object and top.members is not None) or (closes_array and top.items is not None)
            ):
                raise self._refused(at, f"« {mark} » inattendu", "json-malformed")
            self._stack.pop()
            self._keys.pop()
            self._complete(top, at)
        elif mark == ":" and expect == "colon":
            self._expect = "value"
        elif mark == "," and expect == "next" and self._stack:
            self._expect = "key" if self._stack[-1].members is not None else "value"
        else:
            raise self._refused(at, f"« {mark} » inattendu", "json-malformed")

    def _complete(self, value: JsonValue, at: int) -> None:
        """A value is whole: it goes to its parent, or out when it is a training."""
        depth = len(self._stack)
        self._expect = "next" if depth else "value"
        if depth == 0:
            if not self.is_catalogue:
                self._hand_over(value, "", at)
            return
        parent = self._stack[-1]
        if parent.items is not None:
            if depth == 1:
                self._hand_over(value, f"/{self._count}", at)
            elif depth == 2 and self._keys[0] == "trainings":
                self._hand_over(value, f"/trainings/{self._count}", at)
            else:
                parent.items.append(value)
        elif parent.members is not None:
            parent.members[self._keys[-1]] = value
            if depth == 1:
                self.header[self._keys[-1]] = value
        self._elements += 1
        if self._elements > self._limits.record_elements:
            raise self._refused(at, "une seule formation est démesurée", "too-large")

    def _hand_over(self, value: JsonValue, pointer: str, at: int) -> None:
        self._elements = 0
        self._count += 1
        if not pointer:
            self.header = {}
            members = value.members or {}
            if "offers" not in members and "title" not in members:
                raise self._not_a_catalogue(at)
        self._ready.append((value, pointer))

    def _not_a_catalogue(self, at: int) -> FileRefused:
        why = "ce n'est pas un catalogue (attendu : un objet avec « trainings », ou une formation par ligne)"
        return self._refused(at, why, "not-a-catalogue")

    def _refused(self, at: int, why: str, code: str) -> FileRefused:
        column = at - self._line_start + 1
        detail = f"Fichier JSON refusé ligne {self._line}, colonne {column} : {why}."
        return FileRefused(detail, line=self._line, column=column, code=code)


def _may_go_on(buffer: str, at: int) -> bool:
    """Whether what stands there may become a token with more characters: a text without its end, half a literal."""
    rest = buffer[at : at + 32]
    if rest[0] == '"':
        return _CONTROL.search(buffer, at) is None
    return len(rest) < 32 and (rest[0] in "-0123456789" or any(word.startswith(rest) for word in _LITERALS))
