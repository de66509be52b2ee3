"""Memory stays flat whatever the size of a file; the full run is ``python -m tests.faults.large``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.faults.large import BOUND_MB, peak_of_import, write_large


@pytest.mark.slow
def test_a_large_file_is_imported_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    write_large(path, 40, date(2026, 11, 23))
    peak, _ = peak_of_import(path, tmp_path / "data")
    assert peak <= BOUND_MB
