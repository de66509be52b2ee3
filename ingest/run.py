"""The shell of an import: bytes kept, two passes, 500 trainings a transaction, taken up again after a kill.

``import_file`` does all of it at once; ``receive`` then ``run_submission`` are for a worker.
A dry run says everything and stores nothing; the submission of a received dry run keeps its findings only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection, Engine

from base.clock import Clock, today
from base.database import reading, stored, unit_of_work
from base.errors import Conflict, FileRefused
from catalog.records import TrainingRecord
from catalog.rows import SubmissionRow
from catalog.store import submissions
from catalog.store.submissions import SubmissionState
from catalog.store.write import put_trainings, withdraw_missing
from geo.gazetteer import Gazetteer
from ingest.check.alike import Alike
from ingest.findings import Finding, Severity
from ingest.knowledge import CatalogueKnowledge
from ingest.memory import Memory
from ingest.messages import MESSAGES
from ingest.normalise import Context, Knowledge, normalise
from ingest.normalise.context import NoStreets, Streets
from ingest.normalise.identifiers import is_siret
from ingest.passes import Progress, Whole, first_pass, second_pass
from ingest.readers import Reader, open_reader
from ingest.readers.csv_mapping import mapping_text
from ingest.receive import receive
from ingest.report import KEPT_FINDINGS, Counts, ImportReport, Mode, Refusal, by_code, stored_counts
from ingest.streets import StreetsOfRun

BATCH_TRAININGS = 500
BATCH_WEIGHT = 20_000  # offers, sessions and findings of one transaction: trainings of 10,000 sessions exist


def quiet(phase: str, done: int, total: int) -> None:
    """No progress."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an import needs beside the file. ``knowledge`` is read from the catalogue when not given."""

    database: Engine
    submissions_dir: Path
    gazetteer: Gazetteer
    clock: Clock
    knowledge: Knowledge | None = None
    progress: Progress = quiet
    streets: Streets = field(default_factory=NoStreets)

    def known(self) -> Knowledge:
        if self.knowledge is not None:
            return self.knowledge
        with reading(self.database) as conn:
            return CatalogueKnowledge(conn)


def import_file(
    path: Path,
    *,
    database: Engine,
    submissions_dir: Path,
    gazetteer: Gazetteer,
    clock: Clock,
    mapping: Path | str | None = None,
    mode: Mode = Mode.UPDATE,
    dry_run: bool = False,
    sender: str | None = None,
    who: str = "",
    knowledge: Knowledge | None = None,
    progress: Progress = quiet,
    streets: Streets | None = None,
) -> ImportReport:
    """Import a file; a refused one gives a report with ``refused``, no exception. ``sender``: the only SIRET taken.

    ``mapping``: name of a shipped one or path of an own one; ``FileRefused`` when it cannot be used.
    """
    around = Surroundings(database, submissions_dir, gazetteer, clock, knowledge, progress, streets or NoStreets())
    text = mapping_text(mapping) if mapping else ""
    if dry_run:
        return _Run(around, path, None, mode=mode, dry_run=True, sender=sender or "", mapping=text).run()
    submission = receive(
        path,
        database=database,
        submissions_dir=submissions_dir,
        clock=clock,
        mode=mode,
        sender=sender,
        who=who,
        mapping=text,
    )
    return run_submission(submission, around)


def run_submission(submission: int, around: Surroundings) -> ImportReport:
    """Do a received submission, from where it was left when it was interrupted.

    An exception leaves the submission running: what was committed stays, and another call goes on from there.
    """
    with reading(around.database) as conn:
        row = submissions.submission(conn, submission)
    if row.state in (SubmissionState.DONE.value, SubmissionState.REFUSED.value):
        raise Conflict("Ce dépôt est déjà traité.", submission=submission)
    path = around.submissions_dir / row.path
    mode, dry_run = Mode(row.mode), row.dry_run
    return _Run(around, path, row, mode=mode, dry_run=dry_run, sender=row.siret, mapping=row.mapping).run()


@dataclass(slots=True)
class Batch:
    records: list[TrainingRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    weight: int = 0
    trainings: int = 0

    @property
    def full(self) -> bool:
        return self.trainings >= BATCH_TRAININGS or self.weight >= BATCH_WEIGHT

    def add(self, record: TrainingRecord | None, findings: list[Finding], below: int) -> None:
        self.trainings += 1
        self.weight += below + len(findings)
        self.findings.extend(findings)
        if record is not None:
            self.records.append(record)


class _Run:
    def __init__(
        self,
        around: Surroundings,
        path: Path,
        submission: SubmissionRow | None,
        *,
        mode: Mode,
        dry_run: bool,
        sender: str,
        mapping: str,
    ) -> None:
        self._around = around
        self._path = path
        self._submission = submission
        self._mode = mode
        self._dry_run = dry_run
        self._sender = sender
        self._mapping = mapping
        self._settled = submission.position if submission else 0  # trainings that an earlier run committed
        self._counts = stored_counts(submission.counts if submission else {})
        self._codes: Counter[str] = Counter()
        self._findings: list[Finding] = []  # of a dry run
        self._batch = Batch()
        self._position = 0
        self._source = ""
        self._only = ""  # the one SIRET whose trainings are taken
        self._streets = StreetsOfRun(around.streets)

    def run(self) -> ImportReport:
        label = ""
        try:
            reader = open_reader(self._path, mapping=self._mapping)
            self._source, label = reader.source, reader.format_label
            with Memory() as memory:
                self._counts.rows = first_pass(reader, memory, self._around.progress)
                sirets = memory.sirets()
                self._file_findings(list(reader.findings), self._counts.rows)
                self._trainings(reader, memory, sirets)
                self._finish(memory, sirets)
        except FileRefused as refused:
            return self._refused(refused, label)
        return self._report(label, None, tuple(sirets[:100]))

    def _trainings(self, reader: Reader, memory: Memory, sirets: list[str]) -> None:
        context = self._context(sirets)
        alike = Alike(memory.database)
        for whole in second_pass(reader, memory, self._around.progress):
            self._one(whole, context, alike)
            if self._batch.full:
                self._commit()
        if self._streets.down:
            message = MESSAGES["address-service-down"]
            found = Finding("address-service-down", message.severity, message.text, level="file")
            self._noted([found])
            self._batch.findings.append(found)
        self._commit()

    def _context(self, sirets: list[str]) -> Context:
        siret, code = self._sender, "siret-not-sender"
        if not siret and self._source == "edof":
            # One SIRET per file is a rule of EDOF: the file is of the organisation most of it names.
            siret, code = next((one for one in sirets if is_siret(one)), ""), "siret-several"
        self._only = siret
        around = self._around
        return Context(today(around.clock), around.gazetteer, around.known(), siret, code, self._streets)

    def _one(self, whole: Whole, context: Context, alike: Alike) -> None:
        counts = self._counts
        result = normalise(whole.draft, context)
        record = result.record
        findings = [*whole.findings, *result.findings]
        offers = len(record.offers) if record else 0
        sessions = sum(len(offer.sessions) for offer in record.offers) if record else 0
        counts.trainings_seen += 1
        counts.offers_seen += whole.offers_seen
        counts.sessions_seen += whole.sessions_seen
        counts.offers_dropped += whole.copies.dropped
        counts.offers_merged += whole.copies.merged
        counts.offers_taken += offers
        counts.offers_rejected += whole.offers_seen - whole.copies.dropped - whole.copies.merged - offers
        counts.sessions_taken += sessions
        if record is None:
            counts.trainings_rejected += 1
        else:
            counts.trainings_taken += 1
            alike.look(record, whole.draft, findings)
        counts.sessions_rejected += sum(
            1 for finding in findings if finding.level == "session" and finding.severity is Severity.ERROR
        )
        self._position += 1
        self._noted(findings)
        if self._position > self._settled:
            self._batch.add(record, findings, offers + sessions)

    def _noted(self, findings: list[Finding]) -> None:
        for finding in findings:
            self._codes[finding.code] += 1
            if finding.severity is Severity.ERROR:
                self._counts.errors += 1
            else:
                self._counts.warnings += 1
        if self._submission is None and len(self._findings) < KEPT_FINDINGS:
            self._findings.extend(findings)

    def _file_findings(self, findings: list[Finding], rows: int) -> None:
        if not rows:
            message = MESSAGES["no-training"]
            findings.append(Finding("no-training", message.severity, message.text, level="file"))
        self._noted(findings)
        already = self._submission is not None and self._submission.state == SubmissionState.RUNNING.value
        if not already:
            self._batch.findings.extend(findings)
            self._commit()

    def _commit(self) -> None:
        """What the batch holds, in one transaction with the place to go on from."""
        batch, self._batch = self._batch, Batch()
        if self._dry_run:
            self._try_out(lambda conn: self._put(conn, batch.records, self._counts))
        submission = self._submission
        if submission is None:
            return

        def work(conn: Connection) -> Counts:
            counts = replace(self._counts)
            if not self._dry_run:
                self._put(conn, batch.records, counts)
            submissions.add_findings(conn, submission.id, batch.findings)
            submissions.advance(
                conn,
                submission.id,
                position=max(self._position, self._settled),
                counts=counts.as_dict(),
                now=self._around.clock(),
                source=self._source,
            )
            return counts

        self._counts = stored(self._around.database, work)

    def _put(self, conn: Connection, records: list[TrainingRecord], counts: Counts) -> None:
        submission = self._submission.id if self._submission else None
        outcome = put_trainings(conn, records, submission=submission, now=self._around.clock())
        counts.created += outcome.created
        counts.changed += outcome.changed
        counts.unchanged += outcome.unchanged

    def _try_out(self, work: Callable[[Connection], None]) -> None:
        """Done and undone: a dry run counts what would change exactly as the store would."""
        with self._around.database.connect() as conn, conn.begin() as transaction:
            work(conn)
            transaction.rollback()

    def _finish(self, memory: Memory, sirets: list[str]) -> None:
        if self._dry_run and self._mode is Mode.REPLACE:
            self._try_out(lambda conn: self._withdraw(conn, memory, sirets))
        if self._submission is None:
            self._noted(self._withdrawn())
            return
        submission, before = self._submission.id, self._counts.withdrawn

        def work(conn: Connection) -> None:
            self._counts.withdrawn = before
            if self._mode is Mode.REPLACE and not self._dry_run:
                self._withdraw(conn, memory, sirets)
            found = self._withdrawn()
            counts = replace(self._counts, warnings=self._counts.warnings + len(found))
            submissions.add_findings(conn, submission, found)
            submissions.finish(
                conn, submission, SubmissionState.DONE, counts=counts.as_dict(), now=self._around.clock()
            )

        stored(self._around.database, work)
        self._noted(self._withdrawn())

    def _withdraw(self, conn: Connection, memory: Memory, sirets: list[str]) -> None:
        """What was sent but rejected is not missing: its earlier version stays."""
        only = self._only
        mine = [siret for siret in sirets if is_siret(siret) and only in ("", siret)]
        self._counts.withdrawn += withdraw_missing(
            conn, source=self._source, sirets=mine, kept=memory.keys(), now=self._around.clock()
        )

    def _withdrawn(self) -> list[Finding]:
        """Said, not only counted: whoever sends half a catalogue by mistake must see it."""
        if not self._counts.withdrawn:
            return []
        message = MESSAGES["withdrawn"]
        text = message.text.format(count=self._counts.withdrawn)
        return [Finding("withdrawn", message.severity, text, level="file")]

    def _refused(self, refused: FileRefused, label: str) -> ImportReport:
        code = str(refused.extra.get("code", FileRefused.code))
        line, column = refused.extra.get("line"), refused.extra.get("column")
        finding = Finding(code, Severity.ERROR, refused.detail, line=line, column=column, level="file")
        self._counts, self._codes = Counts(), Counter()
        self._findings = []
        self._noted([finding])
        if self._submission is not None:
            with unit_of_work(self._around.database) as conn:
                submissions.add_findings(conn, self._submission.id, [finding])
                submissions.finish(
                    conn,
                    self._submission.id,
                    SubmissionState.REFUSED,
                    counts=self._counts.as_dict(),
                    now=self._around.clock(),
                    error=refused.detail,
                )
        return self._report(label, Refusal(code, refused.detail, line, column), ())

    def _report(self, label: str, refused: Refusal | None, sirets: tuple[str, ...]) -> ImportReport:
        return ImportReport(
            submission=self._submission.id if self._submission else None,
            source=self._source,
            format_label=label,
            mode=self._mode,
            dry_run=self._dry_run,
            counts=self._counts,
            findings_by_code=by_code(self._codes),
            findings=tuple(self._findings),
            refused=refused,
            sirets=sirets,
        )
