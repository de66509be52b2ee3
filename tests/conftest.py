"""Fixtures shared by every room. Real data comes from ``PARCOURS_SHARED`` (default ``../shared``)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.skipping import skip_or_fail

pytest_plugins = ["tests.servers.fixtures"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data."""
    folder = Path(os.environ.get("PARCOURS_SHARED", "../shared")) / "data"
    if not folder.is_dir():
        skip_or_fail(f"real data absent: {folder} (set PARCOURS_SHARED)")
    return folder
