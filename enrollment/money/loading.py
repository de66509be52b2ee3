"""What came of a sheet: how much was taken, and a finding for each row that says something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from enrollment.money.sheets import Finding, Severity, SheetRow, Unusable

Read = TypeVar("Read")


@dataclass(slots=True)
class Loaded:
    rows: int = 0
    taken: int = 0
    cents: int = 0
    new_learners: int = 0  # of whom no sheet said anything before
    findings: list[Finding] = field(default_factory=list)

    def warn(self, row: SheetRow, code: str, message: str, value: str = "") -> None:
        self.findings.append(Finding(code, Severity.WARNING, row.line, message, value))


def taken(rows: Iterator[SheetRow], loaded: Loaded, read: Callable[[SheetRow], Read]) -> Iterator[Read]:
    """What each row says; those that cannot be taken become findings."""
    for row in rows:
        loaded.rows += 1
        try:
            if not row.fits:
                raise Unusable("columns", "Cette ligne n'a pas autant de valeurs que de colonnes.")
            yield read(row)
        except Unusable as error:
            loaded.findings.append(Finding(error.code, Severity.ERROR, row.line, error.message, error.value))
