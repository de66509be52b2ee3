"""Execute the table: which rule an event takes, what is possible now, when time acts next. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.clock import PARIS
from base.errors import Conflict
from enrollment.dated import Rules
from enrollment.files.conditions import Condition, Moment, rate_of
from enrollment.files.events import Effect, Event
from enrollment.files.file import File, Said, changed
from enrollment.files.states import Actor, Attention, State
from enrollment.files.transitions import TABLE, Rule
from enrollment.money import Cause, FunderKind

NOTHING_SAID = Said()
# The table by the state that a rule starts from: a file meets a dozen of its rules.
_OF = {state: tuple(rule for rule in TABLE if state in rule.sources) for state in State}
_NEW = tuple(rule for rule in TABLE if not rule.sources)
_TIMERS = {
    state: tuple((rule, rule.due) for rule in rules if rule.due is not None and Actor.TIMER in rule.actors)
    for state, rules in _OF.items()
}


@dataclass(frozen=True, slots=True)
class Possible:
    """What an actor may do now; what comes with it is checked when it comes."""

    event: Event
    actor: Actor
    outcome: str
    until: datetime | None  # a timer: when it acts

    def told(self) -> dict[str, Any]:
        return {
            "event": self.event.value,
            "label": self.event.label,
            "actor": self.actor.value,
            "outcome": self.outcome,
            "until": None if self.until is None else self.until.astimezone(PARIS).isoformat(),
        }


class Impossible(Conflict):
    """An event that the table refuses now."""

    code = "transition-refused"
    title = "Action impossible"

    def __init__(self, state: State, event: Event, why: str, possible: Sequence[Possible]) -> None:
        super().__init__(why, event=event.value, possible=[each.told() for each in possible], state=state.value)
        self.event, self.possible = event, tuple(possible)


class NotAccepted(Impossible):
    """Possible now, but not as it was said."""

    status = 422
    code = "act-incomplete"
    title = "Action incomplète"


def decide(
    file: File,
    event: Event,
    actor: Actor,
    said: Said,
    moment: Moment,
    *,
    new: bool = False,
) -> Rule:
    """The first rule of the event whose conditions hold; ``Impossible`` with the reason of the least demanding one."""
    matching = [
        rule
        for rule in (_NEW if new else _OF[file.state])
        if rule.event is event
        and actor in rule.actors
        and (rule.to is file.state if new else rule.meets(file.position))
    ]
    unmet: Condition | None = None
    for rule in matching:
        unmet = next((each for each in rule.conditions if not each.holds(file, said, moment)), None)
        if unmet is None:
            return rule
    why = unmet.why_not if unmet else f"Le dossier est dans l'état « {file.state.label} » : {event.label}, non."
    refused = NotAccepted if unmet is not None and unmet.of_what_is_said else Impossible
    raise refused(file.state, event, why, () if new else list(possible(file, moment, actor)))


def possible(file: File, moment: Moment, actor: Actor | None = None) -> Iterator[Possible]:
    """By the file and the clock, in the table's order; of one actor or of all."""
    seen: set[tuple[Event, Actor, str]] = set()
    decided: set[tuple[Event, Actor]] = set()
    position = file.position
    for rule in _OF[file.state]:
        if (
            rule.fallback
            or (actor is not None and actor not in rule.actors)
            or not rule.meets(position)
            or not all(each.of_what_is_said or each.holds(file, NOTHING_SAID, moment) for each in rule.conditions)
        ):
            continue
        for who in rule.actors:
            if (actor is not None and who is not actor) or (rule.event, who) in decided:
                continue
            if not any(each.of_what_is_said for each in rule.conditions):
                decided.add((rule.event, who))  # rules after it are never reached
            due = rule.due.at(file, moment.rules) if rule.due else None
            key = rule.event, who, rule.outcome
            if key not in seen:
                seen.add(key)
                yield Possible(rule.event, who, rule.outcome, due)


@dataclass(frozen=True, slots=True)
class Timer:
    at: datetime
    rule: Rule


def next_timer(file: File, rules: Rules) -> Timer | None:
    """When time acts next and what it does then; ``None`` when it has nothing to do with the file."""
    timers, position = [], file.position
    for rule, due in _TIMERS[file.state]:
        if rule.fallback or not rule.meets(position):
            continue
        at = max(due.at(file, rules), file.changed_at)  # what was late already when it was declared
        if all(each.holds(file, NOTHING_SAID, Moment(at, rules)) for each in rule.conditions):
            timers.append(Timer(at, rule))
    return min(timers, key=lambda timer: timer.at, default=None)


def limit(file: File, rules: Rules) -> datetime | None:
    """Until when something is expected of somebody, before time decides."""
    ends = [due.at(file, rules) for rule, due in _TIMERS[file.state] if not due.before and rule.meets(file.position)]
    return min(ends, default=None)


def foreseen(file: File, rules: Rules, now: datetime) -> File:
    """The file as the next act will find it, as far as money follows: what was due is done first, swept or not."""
    if file.due_at is None or file.due_at > now:
        return file
    timer = next_timer(file, rules)
    while timer is not None and timer.at <= now:
        file = after(file, timer.rule, NOTHING_SAID, timer.at, rules)
        timer = next_timer(file, rules)
    return file


def fallback(file: File) -> Rule | None:
    """What time does instead, where money refuses what it had to do."""
    return next((rule for rule in _OF[file.state] if rule.fallback and rule.meets(file.position)), None)


def after(file: File, rule: Rule, said: Said, at: datetime, rules: Rules) -> File:
    """The file as the rule leaves it, with the next instant at which time acts."""
    billing = rule.to_billing or file.billing
    moved = rule.to is not None or billing is not file.billing
    made = changed(
        file,
        version=file.version + 1,
        state=rule.to or file.state,
        billing=billing,
        control=rule.to_control or file.control,
        attendance=rule.to_attendance or file.attendance,
        attention=rule.to_attention or (Attention.NONE if moved else file.attention),
        since_at=at if rule.to is not None else file.since_at,
        billing_since_at=at if billing is not file.billing else file.billing_since_at,
        control_since_at=at if rule.to_control is not None else file.control_since_at,
        changed_at=at,
    )
    for effect in rule.effects:
        made = _recorded(made, effect, said, at)
    timer = next_timer(made, rules)
    object.__setattr__(made, "due_at", None if timer is None else timer.at)  # of a value that nobody else has seen yet
    return made


def _recorded(file: File, effect: Effect, said: Said, at: datetime) -> File:
    match effect:
        case Effect.RECORD_PROPOSAL:
            return changed(
                file,
                proposed_at=at,
                starts_on=said.starts_on or file.starts_on,
                ends_on=said.ends_on or file.ends_on,
                price_cents=file.price_cents if said.price_cents is None else said.price_cents,
                hours=file.hours if said.hours is None else said.hours,
            )
        case Effect.RECORD_TERMS:
            return changed(file, terms_version=said.terms_version)
        case Effect.RECORD_FUNDER:
            return changed(file, funder=FunderKind.FRANCE_TRAVAIL.value)
        case Effect.CLEAR_FUNDER:
            return changed(file, funder="", plan={})
        case Effect.RECORD_ORDER:
            return changed(file, accepted_at=at)
        case Effect.RECORD_ENTRY:
            return changed(file, entered_on=said.on)
        case Effect.RECORD_BREAK:
            assert said.on is not None
            assert said.until is not None
            told = {"from": said.on.isoformat(), "to": said.until.isoformat(), "reason": said.reason}
            return changed(file, breaks=(*file.breaks, told))
        case Effect.RECORD_EXIT:
            return changed(file, exited_on=said.on)
        case Effect.RECORD_SERVICE:
            return changed(file, rate_percent=rate_of(said), cause=said.cause or Cause.COMPLETE)
        case Effect.RECORD_BILL:
            return changed(file, bill_number=said.bill_number)
    return file
