"""Everything that the database says after a kill, read once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from base.jobs import JOB, JobState
from base.mail import MAIL_JOB
from enrollment.files.acts import NOTICE_JOB
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor, Attendance, Attention, Billing, Control, Position, State
from enrollment.files.store import By, page
from enrollment.files.tables import EVENT, FILE, SEAT_HOLD
from enrollment.money.accounts import AccountKind
from enrollment.money.kinds import Nature
from enrollment.money.tables import ACCOUNT, ENTRY, LINE
from enrollment.payments.sandbox.tables import SANDBOX_PAYMENT, SANDBOX_REFUND
from enrollment.payments.tables import PAYMENT, REFUND
from enrollment.payments.work import KINDS
from enrollment.transfers.tables import RUN, TRANSFER, TRANSFER_PART
from tests.enrollment.ending import ended

HANDLED = (*KINDS, NOTICE_JOB, MAIL_JOB)  # jobs that the worker does
OPERATOR = By(Actor.OPERATOR, "", "contrôle")
_STATES = {state.value: state for state in State}


@dataclass(frozen=True, slots=True)
class Line:
    """Of a file's history."""

    file: int
    number: int
    event: Event
    actor: Actor
    outcome: str
    position: Position


@dataclass(frozen=True)
class Books:
    versions: dict[int, int]
    histories: dict[int, list[Line]]
    open_files: list[File]  # that wait for somebody or for time
    notices: Counter[tuple[int, int, str]]  # file, number, notice
    entries: dict[int, Counter[str]]  # of files: their sorts
    balances: dict[AccountKind, int]
    owed_to_learners: int
    payments: list[Row[Any]]
    refunds: list[Row[Any]]
    pages: list[Row[Any]]  # the sandbox's payments
    given_back: dict[str, int]  # the sandbox's refunds, by page
    runs: list[Row[Any]]
    transfers: list[Row[Any]]
    parts: list[Row[Any]]
    holds: dict[int, int]  # seats held without end, by session
    failed_jobs: list[Row[Any]]
    waiting_jobs: int


def read(conn: Connection) -> Books:
    histories: dict[int, list[Line]] = defaultdict(list)
    columns = (
        EVENT.c.file_id, EVENT.c.number, EVENT.c.event, EVENT.c.actor, EVENT.c.outcome, EVENT.c.state, EVENT.c.billing,
        EVENT.c.control, EVENT.c.attendance, EVENT.c.attention,
    )  # fmt: skip
    for row in conn.execute(select(*columns).order_by(EVENT.c.file_id, EVENT.c.number)):
        position = Position(
            _STATES[row.state],
            Billing.of(row.billing),
            Control.of(row.control),
            Attendance.of(row.attendance),
            Attention.of(row.attention),
        )
        line = Line(row.file_id, row.number, Event.of(row.event), Actor.of(row.actor), row.outcome, position)
        histories[row.file_id].append(line)
    entries: dict[int, Counter[str]] = defaultdict(Counter)
    for file_id, event in conn.execute(select(ENTRY.c.file_id, ENTRY.c.event).where(ENTRY.c.file_id.is_not(None))):
        entries[file_id][event] += 1
    summed = select(ACCOUNT.c.kind, func.sum(LINE.c.cents)).join(LINE, LINE.c.account_id == ACCOUNT.c.id)
    owed = select(func.coalesce(func.sum(ACCOUNT.c.balance_cents), 0)).where(
        ACCOUNT.c.kind == AccountKind.REFUND_DUE.value, ACCOUNT.c.nature == Nature.LEARNER.value
    )
    back = select(SANDBOX_REFUND.c.reference, func.sum(SANDBOX_REFUND.c.cents)).group_by(SANDBOX_REFUND.c.reference)
    kept = select(SEAT_HOLD.c.session_id, func.count()).where(SEAT_HOLD.c.until.is_(None))
    waiting = and_(JOB.c.kind.in_(HANDLED), JOB.c.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]))
    return Books(
        versions={row.id: row.version for row in conn.execute(select(FILE.c.id, FILE.c.version))},
        histories=histories,
        open_files=[file for file in page(conn, OPERATOR, limit=1_000_000) if not ended(file)],
        notices=Counter(
            (payload["file"], payload["number"], payload["notice"])
            for payload in conn.scalars(select(JOB.c.payload).where(JOB.c.kind == NOTICE_JOB))
        ),
        entries=entries,
        balances={AccountKind.of(kind): int(cents) for kind, cents in conn.execute(summed.group_by(ACCOUNT.c.kind))},
        owed_to_learners=conn.scalar(owed) or 0,
        payments=list(conn.execute(select(PAYMENT))),
        refunds=list(conn.execute(select(REFUND))),
        pages=list(conn.execute(select(SANDBOX_PAYMENT))),
        given_back={reference: int(cents) for reference, cents in conn.execute(back)},
        runs=list(conn.execute(select(RUN))),
        transfers=list(conn.execute(select(TRANSFER))),
        parts=list(conn.execute(select(TRANSFER_PART))),
        holds={row[0]: row[1] for row in conn.execute(kept.group_by(SEAT_HOLD.c.session_id))},
        failed_jobs=list(conn.execute(select(JOB).where(JOB.c.state == JobState.FAILED.value))),
        waiting_jobs=conn.scalar(select(func.count()).select_from(JOB).where(waiting)) or 0,
    )
