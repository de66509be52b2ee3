"""What must be so after a kill, whatever was under way: nothing lost, nothing doubled, no file stuck."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from base.ids import id_number, id_text
from enrollment.dated import Rules
from enrollment.files.conditions import Moment
from enrollment.files.decide import next_timer, possible
from enrollment.files.events import Effect, Event
from enrollment.files.states import Actor
from enrollment.files.transitions import TABLE, Rule
from enrollment.money.accounts import AccountKind
from enrollment.money.check import prove
from enrollment.money.entries import Event as Posted
from enrollment.payments.sandbox.cards import Stage
from enrollment.payments.states import RefundState
from enrollment.payments.states import State as Paid
from enrollment.transfers.run import RunState, TransferState
from tests.enrollment.world import SEATS
from tests.faults.enrolling.acting import FILES
from tests.faults.enrolling.books import Books, Line
from tests.faults.enrolling.calling import Answered

_POSTED = {
    Effect.HOLD_MONEY: Posted.HELD,
    Effect.RELEASE_MONEY: Posted.RELEASED,
    Effect.FORFEIT: Posted.FORFEITED,
    Effect.SETTLE: Posted.SETTLED,
    Effect.UNPAY: Posted.REJECTED,
    Effect.RECOVER: Posted.UNDUE,
}  # a payment of nothing, where a deposit was all that is due, posts nothing
_RUNS = (Event.PAY, Event.PAY_DEPOSIT)


def problems(conn: Connection, books: Books, answers: Iterable[Answered], now: datetime) -> Iterator[str]:
    """Of one state of the database; ``answers`` are all that was ever answered on it."""
    yield from (f"ledger: {flaw.law} {flaw.subject} {flaw.text}" for flaw in prove(conn).flaws)
    yield from _lost_or_doubled(books, answers)
    yield from _followed(books)
    yield from _cards(books)
    yield from _transfers(books)
    yield from _stuck(books, now)
    for session, held in books.holds.items():
        if session and held > SEATS:
            yield f"session {id_text(session)}: {held} seats of {SEATS}"
    yield from (f"a job was given up: {job.kind} {job.payload} {job.error}" for job in books.failed_jobs)


def _lost_or_doubled(books: Books, answers: Iterable[Answered]) -> Iterator[str]:
    """Each answered change is one line of the history, and no line is there that nobody was answered for."""
    claimed: dict[tuple[int, int], str] = {}
    for each in answers:
        if each.status not in (200, 201) or not (each.request.path == FILES or "/events/" in each.request.path):
            continue
        file, last = id_number(each.content["id"]), each.content["version"]
        event = Event.REQUEST if each.status == 201 else Event.of(each.request.path.rpartition("/")[2])
        both = event is Event.EXIT and "done" in each.request.content
        history = books.histories.get(file, [])
        told = [(last, event)]
        if both:  # between them time may remind of the service that comes with the exit
            by_hand = (line.number for line in history[: last - 1] if line.actor is not Actor.TIMER)
            told = [(max(by_hand, default=0), event), (last, Event.DECLARE_SERVICE)]
        for number, happened in told:
            line = history[number - 1] if 0 < number <= len(history) else None
            if line is None or line.event is not happened or line.actor is Actor.TIMER:
                yield f"lost: {each.request.key} was told version {number} of {id_text(file)}, {happened}: {line}"
            if claimed.setdefault((file, number), each.request.key) != each.request.key:
                yield f"doubled: two keys were told version {number} of {id_text(file)}"
    for file, history in books.histories.items():
        if [line.number for line in history] != list(range(1, books.versions[file] + 1)):
            yield f"history of {id_text(file)} has gaps"
        unclaimed = Counter(
            line.event for line in history if line.actor is not Actor.TIMER and (file, line.number) not in claimed
        )
        yield from _explained(books, file, unclaimed)


def _explained(books: Books, file: int, unclaimed: Counter[Event]) -> Iterator[str]:
    """By money that came and left: a webhook confirms, a run pays, a bank rejects."""
    taken = sum(payment.file_id == file and payment.state == Paid.TAKEN.value for payment in books.payments)
    if unclaimed[Event.CONFIRM] != taken:
        yield f"{id_text(file)}: confirmed {unclaimed[Event.CONFIRM]} times by {taken} payments"
    rejected = {transfer.id for transfer in books.transfers if transfer.state == TransferState.REJECTED.value}
    parts = [part for part in books.parts if part.file_id == file]
    paid, back = len(parts), sum(part.transfer_id in rejected for part in parts)
    if not paid <= sum(unclaimed[event] for event in _RUNS) or unclaimed[Event.PAYMENT_REJECTED] != back:
        yield f"{id_text(file)}: {dict(unclaimed)} for {paid} transfers of which {back} came back"
    others = [event for event in unclaimed if event not in (*_RUNS, Event.CONFIRM, Event.PAYMENT_REJECTED)]
    if others:
        yield f"doubled: {id_text(file)} has {others} that nobody was answered for"


def _followed(books: Books) -> Iterator[str]:
    """What a change brings with it is there once: entries of the ledger and rows of the outbox."""
    expected: Counter[tuple[int, int, str]] = Counter()
    possible_ones: set[tuple[int, int, str]] = set()
    for file, history in books.histories.items():
        late = sum(payment.file_id == file and payment.state == Paid.RETURNED.value for payment in books.payments)
        posted = Counter({Posted.HELD.value: late} if late else {})  # that comes in, and goes back
        before = None
        for line in history:
            rule = _rule(before, line)
            if rule is None:
                yield f"{id_text(file)}: {line} comes of no rule"
                break
            posted.update(_POSTED[effect].value for effect in rule.effects if effect in _POSTED)
            for notice in rule.notices:
                key = (file, line.number, notice.value)
                possible_ones.add(key) if line.event is Event.REMIND else expected.update([key])
            before = line
        known = {event.value for event in _POSTED.values()}
        found = Counter({event: count for event, count in books.entries.get(file, {}).items() if event in known})
        if found != posted:
            yield f"{id_text(file)}: the ledger has {dict(found)} where its history asks for {dict(posted)}"
        pays = books.entries.get(file, Counter())[Posted.PAID.value]
        if pays != sum(part.file_id == file for part in books.parts):
            yield f"{id_text(file)}: {pays} payments in the ledger, not as many in transfers"
    twice = [key for key, number in books.notices.items() if number > 1]
    missing = expected.keys() - books.notices.keys()
    surplus = books.notices.keys() - expected.keys() - possible_ones
    for what, keys in (("doubled", twice), ("lost", missing), ("of no cause", surplus)):
        if keys:
            yield f"notices {what}: {sorted(keys)[:5]}"


def _rule(before: Line | None, line: Line) -> Rule | None:
    found = (
        rule
        for rule in TABLE
        if rule.event is line.event
        and line.actor in rule.actors
        and rule.outcome == line.outcome
        and (rule.meets(before.position) if before else not rule.sources)
        and rule.to in (None, line.position.state)
        and rule.to_billing in (None, line.position.billing)
    )
    return next(found, None)


def _cards(books: Books) -> Iterator[str]:
    """The sandbox took what payments brought, and gave back what refunds say."""
    paid = {page.key: page for page in books.pages if page.stage == Stage.PAID.value}
    received = [payment for payment in books.payments if Paid.of(payment.state).received]
    for payment in received:
        if payment.key not in paid or paid[payment.key].cents != payment.cents:
            yield f"payment {payment.key}: received here, not at the provider"
    debited = -books.balances.get(AccountKind.BANK, 0)
    if debited != sum(payment.cents for payment in received):
        yield f"cards brought {sum(payment.cents for payment in received)}, the ledger has {debited}"
    done: defaultdict[int, int] = defaultdict(int)
    for refund in books.refunds:
        done[refund.payment_id] += refund.cents if refund.state == RefundState.DONE.value else 0
        if refund.state == RefundState.FAILED.value:
            yield f"refund {refund.key} failed"
    for payment in books.payments:
        back = books.given_back.get(payment.reference, 0)
        if not done[payment.id] <= back <= payment.cents:
            yield f"payment {payment.key}: the provider gave back {back}, refunds say {done[payment.id]}"


def _transfers(books: Books) -> Iterator[str]:
    """One a run and organisation, as much as its files; what left and did not come back is what the ledger paid."""
    for number, times in Counter((transfer.run_id, transfer.siret) for transfer in books.transfers).items():
        if times > 1:
            yield f"doubled: {times} transfers of {number}"
    parts: defaultdict[int, int] = defaultdict(int)
    for part in books.parts:
        parts[part.transfer_id] += part.cents
    totals: defaultdict[int, int] = defaultdict(int)
    for transfer in books.transfers:
        totals[transfer.run_id] += transfer.cents
        if parts[transfer.id] != transfer.cents:
            yield f"transfer {transfer.reference}: {transfer.cents}, its files {parts[transfer.id]}"
    for run in books.runs:
        if run.state == RunState.SEALED.value and run.total_cents != totals[run.id]:
            yield f"run {run.key}: {run.total_cents} for {totals[run.id]} in its transfers"
    sent = sum(transfer.cents for transfer in books.transfers if transfer.state == TransferState.SENT.value)
    if sent != books.balances.get(AccountKind.PAID, 0):
        yield f"transfers sent: {sent}, the ledger paid {books.balances.get(AccountKind.PAID, 0)}"


def _stuck(books: Books, now: datetime) -> Iterator[str]:
    rules = Rules()
    for file in books.open_files:
        if next_timer(file, rules) is None and not any(possible(file, Moment(now, rules))):
            yield f"stuck: {id_text(file.id)} in {file.position}"


def ended(books: Books, mail: Path) -> Iterator[str]:
    """Once all was done: no file is open, no job waits, every letter has left, learners have their money back."""
    left = {path.name.partition("_")[0] for path in mail.glob("*.eml")}
    unsent = [key for key in books.notices if f"{id_text(key[0])}.{key[1]}.{key[2]}" not in left]
    if unsent:
        yield f"notices that were never sent: {sorted(unsent)[:5]}"
    yield from (f"{id_text(file.id)} does not end: {file.position}" for file in books.open_files)
    if books.waiting_jobs:
        yield f"{books.waiting_jobs} jobs wait for ever"
    if books.owed_to_learners:
        yield f"{books.owed_to_learners} cents are not given back to learners"
    yield from (f"run {run.key} was never sealed" for run in books.runs if run.state != RunState.SEALED.value)
    paid = {page.key for page in books.pages if page.stage == Stage.PAID.value}
    for payment in books.payments:
        if payment.key in paid and not Paid.of(payment.state).received:
            yield f"lost: payment {payment.key} was taken by the provider and is {payment.state} here"
    for refund in books.refunds:
        if refund.state != RefundState.DONE.value:
            yield f"refund {refund.key} is {refund.state}"
