"""What somebody still has to do with a file so that it comes to its end; what waits for time is left to time."""

from __future__ import annotations

from datetime import date
from typing import Any

from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.states import Actor, Attention, Billing, Control, State

Step = tuple[Actor, Event, dict[str, Any]]  # the body as the API takes it


def ended(file: File) -> bool:
    """Nobody has anything to do with it any more."""
    paid = file.billing in (Billing.NOT_BILLABLE, Billing.PAID)
    return file.state.final and paid and file.control is not Control.IN_CONTROL


def next_step(file: File, day: date) -> Step | None:
    """A run of transfers pays what is billed."""
    service = {"done": 140, "planned": 140}
    if file.control is Control.IN_CONTROL:
        return Actor.OPERATOR, Event.END_CONTROL, {"reason": "rien à corriger"}
    match file.state:
        case State.NOT_PROCESSED | State.ACKNOWLEDGED if file.attention is Attention.OVERDUE:
            return Actor.LEARNER, Event.DECLINE, {}  # where silence leaves it to him
        case State.ACCEPTED if day >= file.starts_on:
            return Actor.ORGANISATION, Event.ENTER, {"on": file.starts_on.isoformat()}
        case State.IN_TRAINING:
            return Actor.ORGANISATION, Event.EXIT, {"on": day.isoformat(), **service}
        case State.TERMINATED:
            return Actor.ORGANISATION, Event.DECLARE_SERVICE, service
    if file.billing is Billing.TO_BILL:
        return Actor.ORGANISATION, Event.BILL, {"bill_number": "F-1"}
    return None
