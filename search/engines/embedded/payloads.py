"""The payload file of a segment while it is written: bytes one after another, their size and checksum."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class PayloadFile:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.crc = 0

    def write(self, payload: bytes | memoryview) -> None:
        self._file.write(payload)
        self.size += len(payload)
        self.crc = zlib.crc32(payload, self.crc)


@contextmanager
def new_payload_file(path: Path) -> Iterator[PayloadFile]:
    """On disk when the block ends; its name is durable once the folder is synced."""
    with path.open("wb", buffering=1 << 20) as file:
        yield PayloadFile(file)
        file.flush()
        os.fsync(file.fileno())


def checksum(data: bytes | memoryview) -> int:
    crc, step = 0, 1 << 24
    view = memoryview(data)
    for start in range(0, len(view), step):
        crc = zlib.crc32(view[start : start + step], crc)
    return crc
