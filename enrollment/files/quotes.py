"""The quote of a file: what the organisation asks, and who would pay what, as the file last told its learner."""

from __future__ import annotations

from typing import Any

from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.money import DocumentKind

_KNOW_THE_PLAN = (Actor.LEARNER, Actor.FUNDER, Actor.OPERATOR)  # what rights somebody has is not the organisation's


def quote_of(file: File, actor: Actor) -> dict[str, Any] | None:
    """``None`` for a history that came from elsewhere without one."""
    if not file.plan:
        return None
    at = file.proposed_at or file.requested_at
    told = {
        "kind": DocumentKind.QUOTE.value,
        "label": DocumentKind.QUOTE.label,
        "reference": "",
        "at": at.isoformat(),
        "siret": file.siret,
        "price_cents": file.price_cents,
        "currency": "EUR",
        "hours": file.hours,
        "starts_on": file.starts_on.isoformat(),
        "ends_on": None if file.ends_on is None else file.ends_on.isoformat(),
        "proposed": file.proposed_at is not None,
    }
    return {**told, "plan": file.plan} if actor in _KNOW_THE_PLAN else told
