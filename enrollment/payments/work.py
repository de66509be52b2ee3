"""What a worker does for card payments, a job at a time; each bears being done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine

from base.clock import Clock
from base.database import stored
from enrollment.payments import checkout, refunds, webhooks
from enrollment.payments.port import Provider
from enrollment.payments.sandbox import Sandbox, provider
from enrollment.payments.sandbox.delivery import deliver
from enrollment.payments.webhooks import Orders

KINDS = (checkout.OPEN_JOB, webhooks.EVENT_JOB, refunds.REFUND_JOB, provider.WEBHOOK_JOB)

Deliver = Callable[[Sandbox, str, str], None]  # a webhook of the sandbox: its body, and where to


@dataclass(frozen=True, slots=True)
class Counter:
    """What payments are worked with."""

    database: Engine
    provider: Provider
    orders: Orders
    clock: Clock
    wall: Clock
    webhook_url: str  # of this service, where the sandbox tells
    deliver: Deliver = deliver


def work(counter: Counter, kind: str, payload: Mapping[str, Any]) -> None:
    now = counter.clock()
    match kind:
        case checkout.OPEN_JOB:
            text = payload.get("made_at")  # jobs of before it was kept have none
            made_at = None if text is None else datetime.fromisoformat(text)
            checkout.open_page(counter.database, counter.provider, int(payload["payment"]), now, made_at)
        case webhooks.EVENT_JOB:
            handle = partial(
                webhooks.handle,
                number=int(payload["event"]),
                provider=counter.provider,
                orders=counter.orders,
                now=now,
                wall=counter.wall(),
            )
            stored(counter.database, handle)
        case refunds.REFUND_JOB:
            refunds.send(counter.database, counter.provider, int(payload["refund"]), now)
        case provider.WEBHOOK_JOB:
            if isinstance(counter.provider, Sandbox):
                counter.deliver(counter.provider, str(payload["body"]), counter.webhook_url)
        case _:
            raise ValueError(f"{kind} is no job of payments")
