"""A finding: one coded, located remark on a submission, in French, with what to do about it.

Codes are stable, lower-case English words (``session-dates-reversed``); where EDOF has a number for the same rule it
stands in ``edof_code`` (domain 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # something was rejected: the file, a training, an offer or a session
    WARNING = "warning"  # taken, but look at it


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    message: str
    line: int | None = None
    column: int | None = None
    path: str = ""
    value: str = ""  # raw, cut to 200 characters
    suggestion: str = ""  # a code that is nearly the given one
    level: str = ""  # file, training, offer, session
    key: str = ""  # numero of what it is about
    edof_code: str = ""
    training: str = ""  # numero of the training it is about or within
    offer: str = ""
