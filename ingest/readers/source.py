"""The bytes of a submission: opened as often as needed, gzip transparent and bounded, position known."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from base.errors import FileRefused

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost before it is refused. A national catalogue of 500 k offers is about 4 GB of XML."""

    expanded_bytes: int = 16 << 30
    # A catalogue of near-identical trainings compresses 300 times, deflate's ceiling is 1,032: a ratio alone says
    # nothing about a small file, so it only counts past this size.
    ratio: int = 400
    ratio_from_bytes: int = 512 << 20
    text_bytes: int = 10 << 20  # one text, tag, field or line
    depth: int = 64
    record_elements: int = 200_000  # one training with all its offers and sessions
    record_bytes: int = 50 << 20


DEFAULT_LIMITS = Limits()


class ByteSource:
    """A file, expanded on the fly. ``position`` and ``total`` count bytes on disk, so compressed ones for gzip."""

    def __init__(self, path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self.path = path
        self.limits = limits
        self.total = path.stat().st_size
        self.position = 0
        with path.open("rb") as file:
            self.gzipped = file.read(2) == GZIP_MAGIC

    def chunks(self) -> Iterator[bytes]:
        """The expanded bytes from the start. ``FileRefused`` when the gzip layer is damaged, cut off or a bomb."""
        self.position = 0
        with self.path.open("rb") as file:
            if not self.gzipped:
                while chunk := file.read(CHUNK_BYTES):
                    self.position += len(chunk)
                    yield chunk
                return
            expanded, line = 0, 1
            with gzip.GzipFile(fileobj=file) as stream:
                while True:
                    try:
                        chunk = stream.read(CHUNK_BYTES)
                    except EOFError as error:
                        raise FileRefused(
                            "Le fichier compressé est coupé : il manque sa fin. Envoyez-le de nouveau.",
                            line=line,
                            column=1,
                            code="gzip-truncated",
                        ) from error
                    except (OSError, zlib.error) as error:
                        raise FileRefused(
                            "Le fichier compressé est abîmé et ne peut pas être lu. Envoyez-le de nouveau.",
                            line=line,
                            column=1,
                            code="gzip-damaged",
                        ) from error
                    if not chunk:
                        return
                    self.position = min(file.tell(), self.total)
                    expanded += len(chunk)
                    line += chunk.count(b"\n")
                    self._refuse_bomb(expanded, line)
                    yield chunk

    def head(self, size: int = 1 << 14) -> bytes:
        parts = b""
        for chunk in self.chunks():
            parts += chunk
            if len(parts) >= size:
                break
        return parts[:size]

    def _refuse_bomb(self, expanded: int, line: int) -> None:
        limits = self.limits
        too_dense = expanded > limits.ratio_from_bytes and expanded > limits.ratio * max(self.position, 1)
        if expanded > limits.expanded_bytes or too_dense:
            raise FileRefused(
                "Le fichier compressé est démesuré une fois ouvert "
                f"(plus de {expanded >> 20} Mo pour {self.position >> 10} Ko lus). Découpez-le en plusieurs fichiers.",
                line=line,
                column=1,
                code="gzip-bomb",
            )
