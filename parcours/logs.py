"""``PARCOURS_LOG``: how much is logged, and in which form. A line a thing, on standard error."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import TextIO

import orjson
from pythonjsonlogger.orjson import OrjsonFormatter

from base.correlation import current
from base.errors import InvalidParameter

LEVELS = ("debug", "info", "warning", "error")
_FORMS = ("text", "json")
_RENAMED = {"levelname": "level", "asctime": "at", "name": "logger"}
_FIELDS = "{asctime}{levelname}{name}{message}"


class _Json(OrjsonFormatter):
    def __init__(self) -> None:
        super().__init__(_FIELDS, style="{", rename_fields=_RENAMED)
        self._last = (0, "")

    def format(self, record: logging.LogRecord) -> str:
        """A record whose argument is a mapping tells that: made here, it costs a fifth of the formatter's own way, and
        an access line comes with every request."""
        if not isinstance(record.args, Mapping):
            return super().format(record)
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request": current(),
            **record.args,
        }
        return orjson.dumps(line, default=str).decode()

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """UTC. The second changes rarely."""
        second = int(record.created)
        if self._last[0] != second:
            self._last = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._last[1]}.{int(record.msecs):03d}Z"


class _WithRequest(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request = current()
        return True


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line, request = super().format(record), current()
        return f"{line} [{request}]" if request else line


class _Stderr(logging.StreamHandler[TextIO]):
    """Whatever standard error is when a line is told."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _given: TextIO) -> None: ...


def set_up(choice: str) -> None:
    """``choice``: words separated by commas, a form (text, json) and a level; ``json`` alone tells every request."""
    words = [word.strip().lower() for word in choice.split(",") if word.strip()]
    strange = [word for word in words if word not in (*LEVELS, *_FORMS)]
    if strange:
        raise InvalidParameter(
            "PARCOURS_LOG", f"PARCOURS_LOG : « {strange[0][:40]} » n'est ni {', '.join((*LEVELS, *_FORMS))}."
        )
    as_json = "json" in words
    level = next((word for word in words if word in LEVELS), "info" if as_json else "warning")
    handler = _Stderr()
    handler.setFormatter(_Json() if as_json else _Text("%(levelname)s %(message)s"))
    if as_json:
        handler.addFilter(_WithRequest())
        # Not told, so not looked up: a line that comes with every request must cost little.
        logging.logThreads = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler, *(each for each in root.handlers if not isinstance(each, _Stderr))]
    root.setLevel(level.upper())
    logging.getLogger("elastic_transport").setLevel("ERROR")  # its lines hold bodies of questions
