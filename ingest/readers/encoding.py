"""Which encoding a file really has, against the one it declares: a pass over the bytes, then an incremental decoder.

EDOF declares ISO-8859-1 and many tools write UTF-8 under that prologue (domain 3); the contrary is as frequent in CSV.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from base.errors import FileRefused
from ingest.findings import Finding
from ingest.readers.reader import file_warning
from ingest.readers.source import ByteSource

_HIGH = bytes(range(0x80, 0x100))
_C1 = bytes(range(0x80, 0xA0))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
# Anything but the five entities of XML and character references may be an HTML entity to repair.
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);|#(?:[0-9]+|x[0-9a-fA-F]+);)")

_FAMILIES = {
    "utf-8": "utf-8",
    "ascii": "utf-8",
    "iso8859-1": "iso8859-1",
    "cp1252": "cp1252",
    "iso8859-15": "iso8859-15",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
}


_LABELS = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "iso8859-1": "ISO-8859-1", "iso8859-15": "ISO-8859-15"}


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 (or no Windows-1252) read as a browser would: Windows-1252, then Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    try:
        return raw.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return raw.decode("iso8859-1"), error.end


codecs.register_error("as-windows-1252", _as_windows_1252)


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How to read the file as text, and what was wrong with its declaration."""

    codec: str
    declared: str = ""
    wrong: bool = False
    entities_possible: bool = False

    @property
    def label(self) -> str:
        return _LABELS.get(self.codec, self.codec.upper())


def detect(source: ByteSource) -> TextFormat:
    """One pass over the file. ``FileRefused`` for NUL bytes (with line and column) and for an empty file."""
    head = source.head()
    if not head.strip():
        raise FileRefused("Le fichier est vide.", line=1, column=1, code="empty-file")
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return TextFormat("utf-16", entities_possible=True)
    declared_match = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    if declared_match:
        declared = declared_match.group(1).decode()
    else:  # XML and JSON are UTF-8 unless they say otherwise; CSV promises nothing
        declared = "UTF-8" if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"<", b"{", b"[") else ""
    counts = _scan(source)
    if head.startswith(codecs.BOM_UTF8) or counts.high == 0 or counts.invalid == 0:
        codec = "utf-8"
    else:
        family = _family(declared)
        if counts.multibyte > counts.invalid:  # UTF-8 with a few foreign bytes
            codec = "utf-8"
        elif family == "iso8859-15" or (family == "iso8859-1" and not counts.c1):
            codec = family
        else:
            codec = "cp1252"
    mixed = codec == "utf-8" and counts.invalid > 0
    wrong = counts.high > 0 and (mixed or (bool(declared) and codec != _family(declared)))
    return TextFormat(codec, declared, wrong, counts.ampersands > 0)


def decoded(source: ByteSource, text: TextFormat) -> Iterator[str]:
    """The file as text, chunk by chunk, without its byte order mark."""
    decoder = codecs.getincrementaldecoder(text.codec)("as-windows-1252" if text.codec != "utf-16" else "replace")
    first = True
    for chunk in source.chunks():
        part = decoder.decode(chunk)
        if first and part:
            part = part.removeprefix("\ufeff")
            first = False
        if part:
            yield part
    if rest := decoder.decode(b"", True):
        yield rest


def _family(declared: str) -> str:
    try:
        return _FAMILIES.get(codecs.lookup(declared).name, "") if declared else ""
    except LookupError:
        return ""


@dataclass(slots=True)
class _Counts:
    high: int = 0
    multibyte: int = 0
    invalid: int = 0
    c1: bool = False
    ampersands: int = 0


def _scan(source: ByteSource) -> _Counts:
    counts = _Counts()
    line = 1
    carry = b""  # an unfinished UTF-8 sequence or entity at the end of a chunk
    for chunk in source.chunks():
        nul = chunk.find(b"\0")
        if nul >= 0:
            line += chunk.count(b"\n", 0, nul)
            column = nul - chunk.rfind(b"\n", 0, nul)
            raise FileRefused(
                f"Le fichier contient un octet nul (ligne {line}) : il est abîmé ou n'est pas un texte.",
                line=line,
                column=column,
                code="nul-byte",
            )
        line += chunk.count(b"\n")
        block = carry + chunk
        cut = _whole_end(block)
        carry, block = block[cut:], block[:cut]
        _count(block, counts)
    _count(carry, counts)
    return counts


def _whole_end(block: bytes) -> int:
    """Where to cut so that neither a UTF-8 sequence nor the start of an entity is torn."""
    end = len(block)
    ampersand = block.rfind(b"&", max(0, end - 12))
    if ampersand >= 0:
        end = ampersand
    for back in range(1, min(4, end) + 1):
        byte = block[end - back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return end - back
    return end


def _count(block: bytes, counts: _Counts) -> None:
    if not counts.ampersands and _AMPERSAND.search(block):
        counts.ampersands = 1
    if block.isascii():
        return
    try:
        text = block.decode()
    except UnicodeDecodeError:
        # translate and decode run in C: regular expressions took 70 ns a byte here.
        ascii_bytes = len(block.translate(None, _HIGH))
        high = len(block) - ascii_bytes
        readable = block.decode("utf-8", "ignore")
        valid = readable.encode()
        counts.high += high
        counts.multibyte += len(readable) - ascii_bytes
        counts.invalid += high - (len(valid) - ascii_bytes)
        counts.c1 = counts.c1 or _count_of(block, _C1) > _count_of(valid, _C1)
    else:
        counts.high += len(block) - len(text)
        counts.multibyte += len(block) - len(text)  # close enough: only compared with the invalid ones


def _count_of(block: bytes, wanted: bytes) -> int:
    return len(block) - len(block.translate(None, wanted))


def encoding_findings(text: TextFormat) -> list[Finding]:
    """One warning when the file is not in the encoding that it declares or that its format implies."""
    if not text.wrong:
        return []
    if text.declared:
        message = f"Le fichier s'annonce en {text.declared} mais n'est pas écrit ainsi : il a été lu en {text.label}."
    else:
        message = f"Le fichier mélange plusieurs encodages : il a été lu en {text.label} et Windows-1252."
    advice = " Corrigez la déclaration ou l'export."
    return [file_warning("wrong-encoding", message + advice, value=text.declared, suggestion=text.label)]
