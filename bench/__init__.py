"""Measurements: never part of the tests. ``python -m bench`` makes the table of ``docs/performance.md``."""
