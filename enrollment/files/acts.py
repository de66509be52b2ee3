"""Do what the table says: the file, its history, seats, money and notices change together or not at all.

Time goes first: what was due is done at its own instant before anything else, so an answer that comes after its
deadline is refused whether or not a worker swept meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from base import jobs
from base.clock import Clock
from base.errors import Conflict, ParcoursError
from base.prepared import together
from catalog.store.remembered import RememberedOffers
from enrollment.dated import Rules
from enrollment.files import seats, store
from enrollment.files.conditions import FUNDER_IN_TIME, Moment
from enrollment.files.deadlines import CONFIRMATION_DUE, day_of
from enrollment.files.decide import NOTHING_SAID, Timer, after, decide, fallback, limit, next_timer
from enrollment.files.events import MOVES_MONEY, Effect, Event
from enrollment.files.file import File, Said, changed
from enrollment.files.offers import frozen
from enrollment.files.states import Actor, Attendance, Attention, Billing, Control, FileKind, State
from enrollment.files.store import By, NoSuchFile
from enrollment.files.transitions import Rule

NOTICE_JOB = "notice"
TIME = By(Actor.TIMER, "", "échéance")


class Money(Protocol):
    """What a file asks of the ledger, inside the caller's transaction."""

    def quote(self, conn: Connection, file: File, now: datetime) -> dict[str, Any]:
        """Who would pay what, as the file shows it."""
        ...

    def book(self, conn: Connection, effect: Effect, file: File, said: Said, at: datetime) -> None:
        """One of the effects that move money."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What acts work with."""

    rules: Rules
    money: Money
    wall: Clock  # the machine's, of jobs
    offers: RememberedOffers = field(default_factory=RememberedOffers)


@dataclass(frozen=True, slots=True)
class Order:
    """What a learner asks for."""

    learner_id: int
    offer_id: int
    session_id: int | None = None
    start_on: date | None = None
    kind: FileKind = FileKind.CPF
    name: str = ""
    email: str = ""
    buyer: dict[str, Any] = field(default_factory=dict)


class ChangedMeanwhile(ParcoursError):
    status = 412
    code = "changed-meanwhile"
    title = "Dossier modifié entre-temps"

    def __init__(self, *, version: int) -> None:
        super().__init__("Ce dossier a changé depuis que vous l'avez lu : relisez-le avant d'agir.", version=version)


def request(conn: Connection, desk: Desk, order: Order, by: By, now: datetime) -> File:
    """A new file, or the reason why there is none."""
    today = day_of(now)
    found = frozen(conn, desk.offers, order.offer_id, order.session_id, order.start_on, today, desk.rules)
    file = File(
        id=store.new_id(),
        version=0,
        kind=order.kind,
        learner_id=order.learner_id,
        contact={"name": order.name, "email": order.email},
        buyer=order.buyer,
        siret=found.siret,
        offer_id=order.offer_id,
        session_id=found.session_id,
        offer=found.offer,
        state=State.NOT_PROCESSED,
        billing=Billing.NOT_BILLABLE,
        control=Control.NOT_IN_CONTROL,
        attendance=Attendance.NOT_DECLARED,
        attention=Attention.NONE,
        since_at=now,
        billing_since_at=now,
        control_since_at=now,
        changed_at=now,
        requested_at=now,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        price_cents=found.price_cents,
        hours=found.hours,
    )
    moment = Moment(now, desk.rules, store.undecided(conn, order.learner_id, order.offer_id))
    rule = decide(file, Event.REQUEST, by.actor, NOTHING_SAID, moment, new=True)
    made = _quoted(conn, desk, rule, after(file, rule, NOTHING_SAID, now, desk.rules))
    with together(conn):
        store.put(conn, made)
        _follow(conn, desk, rule, made, NOTHING_SAID, by, now)
    return made


def perform(
    conn: Connection,
    desk: Desk,
    file_id: int,
    event: Event,
    said: Said,
    by: By,
    now: datetime,
    *,
    version: int | None = None,
) -> File:
    """The file after the event. ``version``: the one that the caller had seen. Refused: ``Impossible``, ``NoSuchFile``,
    ``ChangedMeanwhile``, or what seats and money say."""
    file = store.locked(conn, file_id)
    if not store.is_visible(file, by):
        raise NoSuchFile
    if version is not None and version != file.version:
        raise ChangedMeanwhile(version=file.version)
    file = catch_up(conn, desk, file, now)
    rule = decide(file, event, by.actor, said, Moment(now, desk.rules))
    return _applied(conn, desk, file, rule, said, by, max(now, file.changed_at), now)


def catch_up(conn: Connection, desk: Desk, file: File, now: datetime) -> File:
    """The locked file after all that time had to do to it until now, each at its own instant."""
    timer = next_timer(file, desk.rules)
    while timer is not None and timer.at <= now:
        file = _done_by_time(conn, desk, file, timer, now)
        timer = next_timer(file, desk.rules)
    return file


@dataclass(frozen=True, slots=True)
class Moved:
    """What time alone did to a file, step by step."""

    before: File
    made: File
    steps: tuple[tuple[Rule, File], ...]  # and what each made of it


def moved_by_time(desk: Desk, file: File, now: datetime) -> Moved | None:
    """As ``catch_up``, decided and not done; ``None`` where seats or money follow, which decide with it."""
    steps: list[tuple[Rule, File]] = []
    made, timer = file, next_timer(file, desk.rules)
    while timer is not None and timer.at <= now:
        if timer.rule.effects:
            return None
        made = after(made, timer.rule, NOTHING_SAID, timer.at, desk.rules)
        steps.append((timer.rule, made))
        timer = next_timer(made, desk.rules) if made.due_at is not None and made.due_at <= now else None
    if not steps:  # the rules have moved its deadline since
        made = changed(file, due_at=None if timer is None else timer.at)
    return Moved(file, made, tuple(steps))


def keep_moved(conn: Connection, desk: Desk, moved: Sequence[Moved], now: datetime) -> None:
    """All of them with a statement for each table."""
    store.change_each(conn, [(each.before, each.made) for each in moved])
    steps = [step for each in moved for step in each.steps]
    lines = [store.line_of(made, rule.event, TIME, NOTHING_SAID, rule.outcome, now) for rule, made in steps]
    store.note_each(conn, lines)
    notices = [notice for rule, made in steps for notice in _notices(desk, rule, made, now)]
    jobs.enqueue_each(conn, NOTICE_JOB, notices, now=desk.wall())


def import_history(conn: Connection, desk: Desk, file: File, by: By) -> File:
    """A file that ended elsewhere, in a state that nothing here leads to."""
    rule = decide(file, Event.IMPORT, by.actor, NOTHING_SAID, Moment(file.changed_at, desk.rules), new=True)
    store.put(conn, file)
    store.note(conn, file, rule.event, by, NOTHING_SAID, rule.outcome, file.changed_at)
    return file


def too_late(file: File, desk: Desk, now: datetime) -> list[str]:
    """What a learner who asks now can no longer have, and why."""
    lost = [FUNDER_IN_TIME]
    return [each.why_not for each in lost if not each.holds(file, NOTHING_SAID, Moment(now, desk.rules))]


def _done_by_time(conn: Connection, desk: Desk, file: File, timer: Timer, now: datetime) -> File:
    """Where rights went meanwhile, a file must not wait for ever for money that does not come."""
    instead = fallback(file)
    if instead is None:
        return _applied(conn, desk, file, timer.rule, NOTHING_SAID, TIME, timer.at, now)
    try:
        with conn.begin_nested():
            return _applied(conn, desk, file, timer.rule, NOTHING_SAID, TIME, timer.at, now)
    except Conflict:
        return _applied(conn, desk, file, instead, NOTHING_SAID, TIME, timer.at, now)


def _applied(
    conn: Connection, desk: Desk, file: File, rule: Rule, said: Said, by: By, at: datetime, noted_at: datetime
) -> File:
    made = _quoted(conn, desk, rule, after(file, rule, said, at, desk.rules))
    store.change(conn, file, made)
    _follow(conn, desk, rule, made, said, by, noted_at)
    return made


def _quoted(conn: Connection, desk: Desk, rule: Rule, made: File) -> File:
    if Effect.QUOTE not in rule.effects:
        return made
    return changed(made, plan=desk.money.quote(conn, made, made.changed_at))


def _follow(conn: Connection, desk: Desk, rule: Rule, made: File, said: Said, by: By, noted_at: datetime) -> None:
    for effect in rule.effects:
        match effect:
            case Effect.HOLD_SEAT:
                seats.hold(conn, made, CONFIRMATION_DUE.at(made, desk.rules), made.changed_at)
            case Effect.KEEP_SEAT:
                seats.hold(conn, made, None, made.changed_at)
            case Effect.FREE_SEAT:
                seats.free(conn, made, made.changed_at)
            case _ if effect in MOVES_MONEY:
                desk.money.book(conn, effect, made, said, made.changed_at)
    store.note(conn, made, rule.event, by, said, rule.outcome, noted_at)
    jobs.enqueue_each(conn, NOTICE_JOB, _notices(desk, rule, made, noted_at), now=desk.wall())


def _notices(desk: Desk, rule: Rule, made: File, noted_at: datetime) -> list[dict[str, Any]]:
    if rule.event is Event.REMIND and made.due_at is not None and made.due_at <= noted_at:
        return []  # a reminder of what is over already, after a worker that was away
    until = limit(made, desk.rules)
    told = {"file": made.id, "number": made.version, **({} if until is None else {"limit": until.isoformat()})}
    return [{**told, "notice": notice.value} for notice in rule.notices]
