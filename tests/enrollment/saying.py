"""What somebody may well say with an act, given a file as the API tells it to him: bodies of requests, at random."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from enrollment.files.events import Event
from enrollment.money import Cause
from tests.enrollment.files.office import TERMS

# Files of a story go on more often than they end: what ends them early is drawn so much more rarely.
_WILLING = {
    Event.REFUSE: 0.05,
    Event.DECLINE: 0.05,
    Event.TURN_DOWN: 0.3,
    Event.CANCEL: 0.05,
    Event.EXCUSE: 0.05,
    Event.WITHDRAW_FUNDING: 0.05,
    Event.NO_SHOW: 0.1,
    Event.BREAK: 0.2,
    Event.CONTROL: 0.1,
    Event.DISPUTE: 0.2,
}
_CAUSES = [cause.value for cause in Cause if cause is not Cause.COMPLETE]


def willing(random: Random, event: Event) -> bool:
    """Whether to do what is possible, or rather to wait."""
    return random.random() < _WILLING.get(event, 1.0)


def body(random: Random, event: Event, told: dict[str, Any], day: date) -> dict[str, Any]:
    """Mostly what can be taken that day."""
    starts_on = date.fromisoformat(told["starts_on"])
    entered_on = date.fromisoformat(told["entered_on"] or told["starts_on"])
    match event:
        case Event.PROPOSE:
            return _proposal(random, told, starts_on)
        case Event.CONFIRM:
            return {"terms_version": TERMS, "cash_cents": (told.get("plan") or {}).get("cash_cents", 0)}
        case Event.ASK_FUNDER:
            return {"terms_version": TERMS}
        case Event.EXCUSE:
            return {"reason": "hospitalisation", "proof": "certificat", "force_majeure": True}
        case Event.NO_SHOW:
            excused = {"reason": "accident", "proof": "certificat", "force_majeure": True}
            return excused if random.random() < 0.3 else {"reason": "jamais venu"}
        case Event.ENTER:
            return {"on": random.choice((starts_on, day)).isoformat()}
        case Event.BREAK:
            first = entered_on + timedelta(days=random.randint(0, 5))
            until = first + timedelta(days=random.randint(0, 5))
            return {"on": first.isoformat(), "until": until.isoformat(), "reason": "congés"}
        case Event.EXIT:
            left = {"on": random.choice((entered_on, day)).isoformat()}
            return {**left, **_service(random)} if random.random() < 0.5 else left
        case Event.DECLARE_SERVICE:
            return _service(random)
        case Event.BILL:
            return {"bill_number": f"F-{random.randrange(10_000)}"}
        case Event.END_CONTROL:
            return {"reason": "pièces vues", **_found(random, told)}
        case Event.ACKNOWLEDGE | Event.GRANT | Event.CONFIRM_SERVICE:
            return {}
    return {"reason": "empêchement"}


def _proposal(random: Random, told: dict[str, Any], starts_on: date) -> dict[str, Any]:
    ends_on = starts_on + timedelta(days=random.randint(3, 30))
    dated = {} if told["ends_on"] else {"ends_on": ends_on.isoformat()}
    if random.random() < 0.7:
        return dated
    return {**dated, "price_cents": random.choice((45_005, 60_060, 99_999)), "currency": "EUR", "hours": 35}


def _service(random: Random) -> dict[str, Any]:
    if random.random() < 0.5:
        return {"done": 140, "planned": 140}
    return {"done": random.randint(0, 139), "planned": 140, "cause": random.choice(_CAUSES)}


def _found(random: Random, told: dict[str, Any]) -> dict[str, Any]:
    if random.random() < 0.5:
        return {}
    if told["billing"]["value"] == "paid":
        return {"undue_cents": random.randint(1, told["price_cents"]), "currency": "EUR"}
    return _service(random) if told["state"]["value"] == "serviceDoneDeclared" else {}
