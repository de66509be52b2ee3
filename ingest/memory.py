"""What a run must remember of the whole file, in a temporary SQLite file: memory stays flat whatever comes in."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from ingest.draft import Draft

BATCH = 5_000


class Memory:
    """``note`` in the first pass, then ``times``, ``hold`` and ``take`` in the second. Keys are training ids."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = TemporaryDirectory(prefix="parcours-import-", dir=folder, ignore_cleanup_errors=True)
        self.database = sqlite3.connect(Path(self._folder.name) / "keys.db", isolation_level=None)
        # Nothing here outlives the run, so nothing needs to survive a crash.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192", "locking_mode = EXCLUSIVE"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute("CREATE TABLE key (id INTEGER PRIMARY KEY, times INTEGER)")
        self.database.execute("CREATE TABLE siret (siret TEXT PRIMARY KEY, times INTEGER, first INTEGER) WITHOUT ROWID")
        self.database.execute("CREATE TABLE held (id INTEGER, draft BLOB)")
        self.database.execute("CREATE INDEX held_id ON held (id)")
        self.database.execute("BEGIN")

    def note(self, drafts: Iterable[tuple[int, str]]) -> int:
        """(key, SIRET) of every draft of the file; how many there were."""
        batch: list[tuple[int]] = []
        sirets: dict[str, int] = {}
        count = 0
        for key, siret in drafts:
            count += 1
            batch.append((key,))
            sirets[siret] = sirets.get(siret, 0) + 1
            if len(batch) >= BATCH:
                self._store(batch, sirets, count)
        self._store(batch, sirets, count)
        return count

    def _store(self, batch: list[tuple[int]], sirets: dict[str, int], count: int) -> None:
        self.database.executemany(
            "INSERT INTO key VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1", batch
        )
        self.database.executemany(
            "INSERT INTO siret VALUES (?, ?, ?) ON CONFLICT (siret) DO UPDATE SET times = times + excluded.times",
            [(siret, times, count) for siret, times in sirets.items()],
        )
        batch.clear()
        sirets.clear()

    def times(self, key: int) -> int:
        row = self.database.execute("SELECT times FROM key WHERE id = ?", (key,)).fetchone()
        return int(row[0]) if row else 0

    def keys(self) -> Iterator[int]:
        return (row[0] for row in self.database.execute("SELECT id FROM key"))

    def sirets(self) -> list[str]:
        """Most frequent first; of equals the one that came first."""
        rows = self.database.execute("SELECT siret FROM siret WHERE siret <> '' ORDER BY times DESC, first, siret")
        return [row[0] for row in rows]

    def hold(self, key: int, draft: Draft) -> int:
        """Keep a draft until all of its key are there; how many are."""
        self.database.execute("INSERT INTO held VALUES (?, ?)", (key, pickle.dumps(draft, pickle.HIGHEST_PROTOCOL)))
        row = self.database.execute("SELECT count(*) FROM held WHERE id = ?", (key,)).fetchone()
        return int(row[0])

    def take(self, key: int) -> list[Draft]:
        rows = self.database.execute("SELECT draft FROM held WHERE id = ? ORDER BY rowid", (key,)).fetchall()
        self.database.execute("DELETE FROM held WHERE id = ?", (key,))
        return [pickle.loads(row[0]) for row in rows]

    def close(self) -> None:
        self.database.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
