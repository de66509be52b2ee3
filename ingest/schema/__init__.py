"""The published JSON Schema (2020-12) of our own catalogue format, in French for those who write such files."""

from __future__ import annotations

from pathlib import Path

CATALOGUE_SCHEMA = Path(__file__).parent / "catalogue.schema.json"
