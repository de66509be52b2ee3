"""Trainings out, in bulk and one by one.

Read by ranges of training ids, each table once per range and merged in Python: memory stays flat over a national
catalogue, and a range costs six short queries instead of one wide join that repeats every text.
"""

from __future__ import annotations

RANGE = 1_000  # trainings read at a time
REMEMBERED = 50_000  # places, organisations and certifications kept while reading
