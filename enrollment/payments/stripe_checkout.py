"""``port.Provider`` by Stripe: its hosted page (Checkout), its refunds, its events.

``stripe`` is loaded with the provider: whoever uses the sandbox does not need it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson

from base.errors import Conflict
from enrollment.payments.port import (
    CURRENCY,
    NotUnderstood,
    Opened,
    Progress,
    ProviderAway,
    Seen,
    SeenRefund,
    Told,
    Wanted,
)

# Stripe: 30 minutes to 24 hours from when it is asked, which may be again and some time after the first.
_PAGE_LEAST, _PAGE_MOST = timedelta(minutes=50), timedelta(hours=23)
_KEY = "parcours_key"  # of metadata, on whatever Stripe makes for us
_REFUNDS = {
    "succeeded": Progress.DONE,
    "pending": Progress.OPEN,
    "requires_action": Progress.OPEN,
    "failed": Progress.DECLINED,
    "canceled": Progress.EXPIRED,
}
_CLOSING = {"checkout.session.expired": Progress.EXPIRED, "checkout.session.async_payment_failed": Progress.DECLINED}
_PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
_OF_REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")


class Stripe:
    name = "stripe"
    signature_header = "stripe-signature"

    def __init__(self, api_key: str, secrets: tuple[str, ...], api_base: str = "") -> None:
        """``secrets``: of the webhook's endpoint. ``api_base``: of Stripe's mock."""
        import stripe

        self._errors = stripe.StripeError, stripe.InvalidRequestError
        bases: Any = {"api": api_base} if api_base else {}
        self._client = stripe.StripeClient(api_key, base_addresses=bases, max_network_retries=2)
        self.secrets = secrets

    def open(self, wanted: Wanted) -> Opened:
        product = {"currency": CURRENCY, "unit_amount": wanted.cents, "product_data": {"name": wanted.label}}
        params: Any = {
            "mode": "payment",
            "locale": "fr",
            "line_items": [{"quantity": 1, "price_data": product}],
            "success_url": wanted.back_url,
            "cancel_url": wanted.back_url,
            "client_reference_id": wanted.key,
            "metadata": {_KEY: wanted.key},
            "payment_intent_data": {"metadata": {_KEY: wanted.key}},
            "expires_at": int(closing(wanted).timestamp()),
            **({"customer_email": wanted.email} if wanted.email else {}),
        }
        session = self._asked(self._client.v1.checkout.sessions.create, params, wanted.key)
        return Opened(str(session.id), str(session.url or ""))

    def refund(self, charge: str, cents: int, key: str) -> SeenRefund:
        params: Any = {"payment_intent": charge, "amount": cents, "metadata": {_KEY: key}}
        made = self._asked(self._client.v1.refunds.create, params, key)
        return SeenRefund(key, str(made.id), _REFUNDS[str(made.status)], int(made.amount), str(made.currency))

    def read(self, reference: str) -> Seen:
        try:
            return _session(self._client.v1.checkout.sessions.retrieve(reference).to_dict(), Progress.OPEN)
        except self._errors[0] as error:
            raise ProviderAway("Stripe ne répond pas.") from error

    def understand(self, body: bytes) -> Told:
        try:
            event = orjson.loads(body)
            return Told(str(event["id"]), str(event["type"]), _about(event["type"], event["data"]["object"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise NotUnderstood("Cette notification n'a pas la forme attendue.") from error

    def _asked(self, call: Any, params: Any, key: str) -> Any:
        error_of_all, error_of_ours = self._errors
        try:
            return call(params, {"idempotency_key": key})
        except error_of_ours as error:
            raise Conflict(f"Stripe refuse cette demande : {error.user_message or error}") from error
        except error_of_all as error:
            raise ProviderAway("Stripe ne répond pas.") from error


def closing(wanted: Wanted) -> datetime:
    """Stripe refuses a key that comes again with anything else, so this goes by no clock."""
    return max(wanted.made_at + _PAGE_LEAST, min(wanted.made_at + _PAGE_MOST, wanted.expires_at))


def _about(kind: str, object_: dict[str, Any]) -> Seen | SeenRefund | None:
    metadata = object_.get("metadata") or {}
    key = str(metadata.get(_KEY, ""))
    if kind in _OF_REFUNDS:
        progress = _REFUNDS[object_["status"]]
        return SeenRefund(key, object_["id"], progress, int(object_["amount"]), object_["currency"])
    if not key:  # of something else that the same account sells
        return None
    if kind in _PAID or kind in _CLOSING:
        return _session(object_, _CLOSING.get(kind, Progress.OPEN))
    if kind == "payment_intent.payment_failed":
        # A page allows another card: its session goes on, and its reference is not in this event.
        return Seen(key, "", Progress.DECLINED, int(object_["amount"]), object_["currency"])
    return None


def _session(session: dict[str, Any], otherwise: Progress) -> Seen:
    progress = Progress.DONE if session.get("payment_status") == "paid" else otherwise
    key = str((session.get("metadata") or {}).get(_KEY, ""))
    intent = session.get("payment_intent")
    charge = intent if isinstance(intent, str) else (intent or {}).get("id", "")
    cents, currency = session.get("amount_total"), session.get("currency")
    return Seen(key, session["id"], progress, int(cents or 0), str(currency or ""), charge)
