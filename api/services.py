"""What the routes work with. Made once by the wiring and passed in: nothing here is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine as Database

from base.clock import Clock, today
from base.writing import Writer, writer
from enrollment.dated import Rules
from enrollment.files.acts import Desk
from enrollment.payments.confirming import desk_with_card
from enrollment.payments.port import Provider
from enrollment.transfers.pain import Debtor
from geo.gazetteer import Gazetteer
from search.engines.contract import Engine
from search.places import RememberedPlaces
from search.standby import Standby

PREFIX = "/api/v1"
SUBMISSION_BYTES = 512 * 1024 * 1024
DRY_RUN_BYTES = 32 * 1024 * 1024  # answered while the caller waits
JSON_QUESTION_BYTES = 64 * 1024
KEPT_BYTES = 50 << 30


class DryRun(Protocol):
    """Reads a file as a submission would be, stores nothing, and tells what would happen, as plain JSON values.

    Its work is heavy: the wiring gives one that runs beside the process that answers questions.
    """

    def __call__(self, path: Path, *, siret: str, mode: str, mapping: str) -> dict[str, Any]: ...


def no_dry_run(path: Path, *, siret: str, mode: str, mapping: str) -> dict[str, Any]:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Limits:
    submission_bytes: int = SUBMISSION_BYTES
    dry_run_bytes: int = DRY_RUN_BYTES
    question_bytes: int = JSON_QUESTION_BYTES
    kept_bytes: int = KEPT_BYTES  # files of all submissions
    kept_bytes_each: int = KEPT_BYTES // 10  # of one organisation's: one key cannot fill the disk for all


@dataclass(frozen=True, slots=True)
class Services:
    database: Database
    engine: Engine
    gazetteer: Gazetteer
    places: RememberedPlaces  # the gazetteer's answers, remembered
    clock: Clock
    wall: Clock  # the machine's, of jobs, whatever day ``clock`` says
    submissions_dir: Path
    migrated: Callable[[], bool]
    provider: Provider  # of card payments
    address: str = ""  # of this service, as a browser reaches it
    debtor: Debtor | None = None  # whose account pays organisations
    standby: Standby | None = None  # answers when the engine does not
    dry_run: DryRun = no_dry_run
    limits: Limits = field(default_factory=Limits)
    log_questions: bool = False  # what people ask, in the access lines
    writer: Writer = field(init=False)  # of the database: one, for all who change something

    def __post_init__(self) -> None:
        object.__setattr__(self, "writer", writer(self.database))

    @property
    def desk(self) -> Desk:
        """What moves files."""
        return desk_with_card(Rules(), self.wall)

    def today(self) -> date:
        return today(self.clock)
