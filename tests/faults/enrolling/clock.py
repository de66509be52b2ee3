"""A clock that the harness moves, for every process that has its file: the machine's, so much ahead."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from mmap import mmap
from pathlib import Path

from base.clock import system_clock

_AHEAD = struct.Struct("d")  # seconds


class SharedClock:
    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_AHEAD.pack(0.0))
        with path.open("r+b") as file:
            self._kept = mmap(file.fileno(), _AHEAD.size)

    def __call__(self) -> datetime:
        (ahead,) = _AHEAD.unpack_from(self._kept)
        return system_clock() + timedelta(seconds=ahead)

    def move(self, by: timedelta) -> None:
        (ahead,) = _AHEAD.unpack_from(self._kept)
        _AHEAD.pack_into(self._kept, 0, ahead + by.total_seconds())

    def set(self, instant: datetime) -> None:
        self.move(instant - self())
