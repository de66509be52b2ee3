"""What learners, funders and organisations are told of the money, as JSON; pages are made of it later."""

from __future__ import annotations

from typing import Any

from enrollment.money.plan import Plan, Source


def plan_document(plan: Plan) -> dict[str, Any]:
    """A financing plan, line by line, and why it cannot be paid where it cannot."""
    return {
        "payable": plan.payable,
        "requested_on": plan.requested_on.isoformat(),
        "on": plan.on.isoformat(),
        "price_cents": plan.price_cents,
        "rights_cents": plan.total(Source.RIGHTS),
        "contributions_cents": plan.total(Source.CONTRIBUTION),
        "cash_cents": plan.cash_cents,
        "card_cents": plan.card_cents,
        "participation_cents": plan.participation_cents,
        "cap_cents": plan.cap_cents,
        "lines": [
            {
                "source": line.source.value,
                "label": line.source.label,
                "cents": line.cents,
                "text": line.text,
                "funder": line.funder_kind.value if line.funder_kind else None,
            }
            for line in plan.lines
        ],
        "notes": list(plan.notes),
        "refusals": [{"code": refusal.code, "text": refusal.text} for refusal in plan.refusals],
    }
