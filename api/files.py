"""Files of learners as the API tells them: each reader sees what is his. Only naming and gathering, no rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.said import MEMBERS
from base.clock import PARIS
from base.ids import id_text
from enrollment.dated import Rules
from enrollment.files.conditions import Moment
from enrollment.files.deadlines import TERMS, day_of
from enrollment.files.decide import foreseen, possible
from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.files.store import Happened
from enrollment.files.told import told_of
from enrollment.money.movements import Movement

_KNOW_THE_LEARNER = (Actor.LEARNER, Actor.ORGANISATION, Actor.OPERATOR)
_KNOW_THE_MONEY = (Actor.LEARNER, Actor.FUNDER, Actor.OPERATOR)  # what rights somebody has is not the organisation's
_KNOW_THE_PROFILE = (Actor.LEARNER, Actor.OPERATOR)


def etag(file: File) -> str:
    return f'"{file.version}"'


def present_file(stored: File, actor: Actor, rules: Rules, now: datetime) -> dict[str, Any]:
    """As of now: what was due is shown as done, whether or not a worker swept. The version is the stored one."""
    file = foreseen(stored, rules, now)
    told = {
        "id": id_text(file.id),
        "version": stored.version,
        "kind": file.kind.value,
        "state": {"value": file.state.value, "label": file.state.label, "final": file.state.final},
        "billing": {"value": file.billing.value, "label": file.billing.label},
        "control": {"value": file.control.value, "label": file.control.label},
        "attendance": {"value": file.attendance.value, "label": file.attendance.label},
        "attention": {"value": file.attention.value, "label": file.attention.label},
        "since": _paris(file.since_at),
        "requested_at": _paris(file.requested_at),
        "proposed_at": _paris(file.proposed_at),
        "accepted_at": _paris(file.accepted_at),
        "next_deadline": _paris(file.due_at),
        "offer": file.offer,
        "session": None if not file.session_id else id_text(file.session_id),
        "siret": file.siret,
        "starts_on": file.starts_on.isoformat(),
        "ends_on": None if file.ends_on is None else file.ends_on.isoformat(),
        "price_cents": file.price_cents,
        "hours": file.hours,
        "terms_version": file.terms_version,
        "terms_in_force": rules.at(TERMS, day_of(now)),
        "funder": file.funder,
        "entered_on": None if file.entered_on is None else file.entered_on.isoformat(),
        "exited_on": None if file.exited_on is None else file.exited_on.isoformat(),
        "breaks": list(file.breaks) if actor in _KNOW_THE_LEARNER else [_days(each) for each in file.breaks],
        "rate_percent": file.rate_percent,
        "cause": None if file.cause is None else file.cause.value,
        "bill_number": file.bill_number,
        "possible": [each.told() for each in possible(file, Moment(now, rules), actor) if each.event in MEMBERS],
    }
    if actor in _KNOW_THE_LEARNER:
        told["learner"] = {"id": id_text(file.learner_id), **file.contact}
    if actor in _KNOW_THE_MONEY:
        told["plan"] = file.plan or None
    if actor in _KNOW_THE_PROFILE:
        told["profile"] = file.buyer
    return told


def present_event(each: Happened, actor: Actor) -> dict[str, Any]:
    told = {
        "number": each.number,
        "at": _paris(each.at),
        "noted_at": _paris(each.noted_at),
        "event": {"value": each.event.value, "label": each.event.label},
        "actor": {"value": each.actor.value, "label": each.actor.label},
        "state": each.state.value,
        "billing": each.billing.value,
        "control": each.control.value,
        "attendance": each.attendance.value,
        "attention": each.attention.value,
        "outcome": each.outcome,
        "said": told_of(each.said, each.event, each.actor, actor),
    }
    return {**told, "by": each.by} if actor is Actor.OPERATOR else told


def present_movement(each: Movement) -> dict[str, Any]:
    return {
        "event": {"value": each.event.value, "label": each.event.label},
        "at": _paris(each.at),
        "lines": [
            {"account": {"value": moved.kind.value, "label": moved.account}, "cents": moved.cents}
            for moved in each.moved
        ],
    }


def _days(taken: dict[str, Any]) -> dict[str, Any]:
    return {"from": taken["from"], "to": taken["to"]}


def _paris(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(PARIS).isoformat()
