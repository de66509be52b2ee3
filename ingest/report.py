"""What an import has done: counts for people and programs, findings by code."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

from ingest.findings import Finding


class Mode(StrEnum):
    UPDATE = "update"  # what the file does not name stays
    REPLACE = "replace"  # trainings of its organisations and source that it does not name are withdrawn


@dataclass(slots=True)
class Counts:
    rows: int = 0  # records of the file: CSV rows, formation elements
    trainings_seen: int = 0
    trainings_taken: int = 0
    trainings_rejected: int = 0
    offers_seen: int = 0
    offers_taken: int = 0
    offers_rejected: int = 0
    offers_dropped: int = 0  # copies, and rows that a later one of the same key replaces
    offers_merged: int = 0
    sessions_seen: int = 0
    sessions_taken: int = 0
    sessions_rejected: int = 0
    created: int = 0  # trainings, as all below
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    errors: int = 0
    warnings: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


STORED = ("created", "changed", "unchanged", "withdrawn")  # what a resumed run cannot count again


@dataclass(frozen=True, slots=True)
class Refusal:
    """The whole file was refused: nothing was taken."""

    code: str
    detail: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    submission: int | None  # ``None`` for a dry run that was not received
    source: str
    format_label: str
    mode: Mode
    dry_run: bool
    counts: Counts
    findings_by_code: dict[str, int]
    findings: tuple[Finding, ...] = ()  # all of a dry run, up to ``KEPT_FINDINGS``; empty when they are stored
    refused: Refusal | None = None
    sirets: tuple[str, ...] = field(default=())  # organisations of the file, the first 100


KEPT_FINDINGS = 100_000


def stored_counts(counts: dict[str, int]) -> Counts:
    """A run taken up again starts with what was already stored."""
    names = {one.name for one in fields(Counts)}
    return Counts(**{name: counts[name] for name in STORED if name in counts and name in names})


def by_code(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
