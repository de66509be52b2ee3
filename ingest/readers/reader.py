"""What ``open_reader`` gives back, whatever the format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.draft import Draft
from ingest.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class MergeRule:
    """What becomes of rows of one key that differ (CSV mappings only; every other format keeps the last).

    ``unite``: kinds of children whose union is kept. ``any_true``: values that are true if any row says so.
    """

    unite: tuple[str, ...] = ()
    any_true: tuple[str, ...] = ()


class Reader(Protocol):
    """A recognised submission. ``drafts()`` may be called again: each call is a whole new pass over the file.

    ``findings`` holds repairs of the file and rows that could not be read; it is complete when ``drafts()`` is at its
    end and starts again with the next pass. ``FileRefused`` may come at any point of a pass: store nothing before one
    has ended.
    """

    source: str  # edof, lheo, json or the name of a CSV mapping
    format_label: str  # French, for reports
    findings: list[Finding]
    merge: MergeRule | None

    def drafts(self) -> Iterator[Draft]: ...

    @property
    def position(self) -> int:
        """Bytes of the file read by the current pass; ``total`` is its size. Compressed bytes for gzip."""

    @property
    def total(self) -> int: ...


def session_number(session: Draft, position: int) -> str:
    """The number of a session that has none: its dates, else its position, which shifts when past sessions go."""
    dates = (session.text(name) for name in ("start", "year_month", "end"))
    return "-".join(part for part in dates if part) or str(position)


def file_warning(code: str, message: str, **details: str) -> Finding:
    return Finding(code, Severity.WARNING, message, level="file", **details)  # type: ignore[arg-type]


def keep(findings: list[Finding], finding: Finding, most: int = 10_000) -> None:
    """Adds a finding; past ``most`` they are only counted, in a last one, so that memory stays flat."""
    if len(findings) < most:
        findings.append(finding)
        return
    others = int(findings.pop().value) + 1 if len(findings) > most else 1
    message = f"{others} autre(s) remarque(s) du même ordre ne sont pas détaillées."
    findings.append(Finding("more-findings", Severity.ERROR, message, level="file", value=str(others)))
