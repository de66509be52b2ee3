"""Fixtures shared by every room. Real data comes from ``PARCOURS_SHARED`` (default ``../shared``)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _required() -> bool:
    return os.environ.get("PARCOURS_REQUIRE", "") == "all"


def skip_or_fail(reason: str) -> None:
    """Skip loudly; with ``REQUIRE=all`` an absent server or folder is a failure."""
    if _required():
        pytest.fail(f"{reason} (REQUIRE=all)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data."""
    folder = Path(os.environ.get("PARCOURS_SHARED", "../shared")) / "data"
    if not folder.is_dir():
        skip_or_fail(f"real data absent: {folder} (set PARCOURS_SHARED)")
    return folder
