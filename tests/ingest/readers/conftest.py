"""A file without a telling name: formats are recognised from their content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.readers.samples import Writer


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    numbers = iter(range(1_000))

    def write(content: str | bytes) -> Path:
        path = tmp_path / f"envoi-{next(numbers)}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
