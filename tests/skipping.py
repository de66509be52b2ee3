"""What this machine lacks is said loudly, and required where all is."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip loudly; with ``REQUIRE=all`` an absent server or folder is a failure."""
    if os.environ.get("PARCOURS_REQUIRE", "") == "all":
        pytest.fail(f"{reason} (REQUIRE=all)")
    pytest.skip(reason)
