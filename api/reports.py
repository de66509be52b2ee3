"""Reports of imports and submissions as plain values: the same for the API and for ``parcours --json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from base.ids import id_text
from catalog.rows import FindingRow, SubmissionRow
from ingest.findings import Finding
from ingest.report import ImportReport


def present_report(report: ImportReport, *, most_findings: int) -> dict[str, Any]:
    refused = report.refused
    return {
        "submission": None if report.submission is None else id_text(report.submission),
        "source": report.source,
        "format": report.format_label,
        "mode": report.mode.value,
        "dry_run": report.dry_run,
        "refused": None if refused is None else asdict(refused),
        "organisations": list(report.sirets),
        "counts": report.counts.as_dict(),
        "findings_by_code": report.findings_by_code,
        "findings": [present_finding(finding) for finding in report.findings[:most_findings]],
    }


def present_finding(finding: Finding | FindingRow) -> dict[str, Any]:
    told = asdict(finding)
    return {**told, "severity": str(told["severity"])}


def present_submission(row: SubmissionRow, by_code: dict[str, int]) -> dict[str, Any]:
    """Where the bytes lie is nobody's business but ours."""
    return {
        "id": id_text(row.id),
        "state": row.state,
        "source": row.source,
        "mode": row.mode,
        "dry_run": row.dry_run,
        "siret": row.siret,
        "file_name": row.file_name,
        "sha256": row.sha256,
        "size": row.size,
        "counts": row.counts,
        "findings_by_code": by_code,
        "error": row.error,
        "kept": bool(row.path),
        "received_at": row.received_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "finished_at": None if row.finished_at is None else row.finished_at.isoformat(),
    }
