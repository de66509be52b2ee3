"""A submission read twice: the first pass proves that it can be read to its end and notes every key on disk, the second
gives whole trainings, rows of one key put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from base.ids import training_id
from ingest.check.rows import Copies, drop_repeated, join_rows, last_of
from ingest.draft import Draft
from ingest.findings import Finding
from ingest.memory import Memory
from ingest.normalise import numero_of, siret_of
from ingest.normalise.context import Notes
from ingest.readers import MergeRule, Reader

Progress = Callable[[str, int, int], None]  # (phase: reading, storing; bytes done; bytes in all)

# Formats whose records are whole trainings; a row of any CSV is one offer of one.
WHOLE = frozenset(("edof", "lheo", "json"))
MOST_ROWS = 10_000  # of one training: they are put together in memory
EVERY = 250  # records between two words of progress


@dataclass(slots=True)
class Whole:
    """One training of the file, with what was found while its rows were put together."""

    draft: Draft
    findings: list[Finding] = field(default_factory=list)
    copies: Copies = field(default_factory=Copies)
    rows: int = 1
    offers_seen: int = 0
    sessions_seen: int = 0
    rejected_rows: int = 0


def key_of(draft: Draft) -> int:
    return training_id(siret_of(draft), numero_of(draft))


def first_pass(reader: Reader, memory: Memory, progress: Progress) -> int:
    """Records in the file. ``FileRefused`` when it cannot be read to its end."""

    def keys() -> Iterator[tuple[int, str]]:
        for count, draft in enumerate(reader.drafts(), 1):
            if count % EVERY == 0:
                progress("reading", reader.position, reader.total)
            yield key_of(draft), siret_of(draft)

    count = memory.note(keys())
    progress("reading", reader.total, reader.total)
    return count


def second_pass(reader: Reader, memory: Memory, progress: Progress) -> Iterator[Whole]:
    for count, draft in enumerate(reader.drafts(), 1):
        if count % EVERY == 0:
            progress("storing", reader.position, reader.total)
        key = key_of(draft)
        times = memory.times(key)
        if times == 1:
            yield _counted(Whole(draft), [draft])
        elif memory.hold(key, draft) == times:
            yield _together(memory.take(key), reader)
    progress("storing", reader.total, reader.total)


def _together(drafts: list[Draft], reader: Reader) -> Whole:
    whole = _counted(Whole(drafts[-1], rows=len(drafts)), drafts)
    if reader.source in WHOLE:
        whole.draft = last_of(drafts, whole.findings, whole.copies)
        drop_repeated(whole.draft, whole.findings, whole.copies)
        return whole
    for draft in drafts[MOST_ROWS:]:
        notes = Notes("training", numero_of(draft), whole.findings)
        notes.add("training-too-large", draft, limit=MOST_ROWS)
        whole.rejected_rows += 1
    whole.draft = join_rows(drafts[:MOST_ROWS], reader.merge or MergeRule(), whole.findings, whole.copies)
    return whole


def _counted(whole: Whole, drafts: list[Draft]) -> Whole:
    for draft in drafts:
        for offer in draft.of("offer"):
            whole.offers_seen += 1
            whole.sessions_seen += sum(1 for _ in offer.of("session"))
    if len(drafts) == 1:
        drop_repeated(whole.draft, whole.findings, whole.copies)
    return whole
